"""The additions to a run of Node's tests by which it also reports which lines ran."""

from aurora import ports
from aurora.toolchains.node.command import measuring

JEST = ports.TestCommand(
    argv=("jest", "--reporters=/opt/aurora/plugins/aurora_jest_events.cjs", "--coverage=false", "a.ts")
)


def test_jest_measures_by_itself_without_a_threshold_or_a_report_and_only_what_changed() -> None:
    argv = measuring(JEST, ["src/users/users.service.ts", "src/app.ts"]).argv
    assert argv[-1] == "a.ts" and "--coverage=false" not in argv
    assert {"--coverage=true", "--coverageReporters=none", "--coverageThreshold={}"} <= set(argv)
    assert [word for word in argv if "From" in word] == [
        "--collectCoverageFrom=**/users.service.ts",
        "--collectCoverageFrom=**/app.ts",
    ]


def test_a_name_that_would_be_a_pattern_is_left_out() -> None:
    argv = measuring(JEST, ["src/[id].ts"]).argv
    assert not any("collectCoverageFrom" in word for word in argv)


def test_the_other_runners_need_nothing() -> None:
    command = ports.TestCommand(argv=("vitest", "run", "--coverage.enabled=false"))
    assert measuring(command, ["src/app.ts"]) == command
