"""The signs of a project's environment in red tests: packages, variables and services that are not there."""

from collections.abc import Iterable

import pytest

from aurora.domain import findings, runs
from aurora.domain.workspace import Baseline
from aurora.settings import override
from aurora.toolchains import registry
from aurora.toolchains.node.absent_packages import absent as node_absent
from aurora.toolchains.python.absent_packages import absent, package_settings
from aurora.toolchains.runs import baseline_errors, environment_signs, proposals
from aurora.toolchains.runs.environment_signs import Signs
from tests.support.memory_box import MemoryBox, MemorySandbox
from tests.support.projects import detected
from tests.support.workspaces import workspace

GREEN = runs.TestCase(test_id="tests/test_g.py::test_g", outcome=runs.TestOutcome.PASSED)


def run(*messages: str, loading: Iterable[str] = (), skipped: Iterable[str] = (), output: str = "") -> runs.TestRun:
    """Red tests that say these messages, beside a green one."""

    def case(test_id: str, outcome: str, message: str) -> runs.TestCase:
        return runs.TestCase(test_id=test_id, outcome=runs.TestOutcome(outcome), message=message)

    cases = [case(f"tests/test_a.py::test_{n}", "failed", said) for n, said in enumerate(messages)]
    cases += [case("tests/test_s.py", "skipped", said) for said in skipped]
    errors = tuple(case("tests/test_l.py", "error", said) for said in loading)
    return runs.TestRun(
        cases=(*cases, GREEN),
        counts=findings.TestCounts(),
        end=runs.ExecEnd.EXITED,
        exit_code=1,
        output=output,
        collection_errors=errors,
    )


def signs(of: runs.TestRun, own: Iterable[str] = ("shop",)) -> Signs:
    return environment_signs.read(of, absent, frozenset(own))


@pytest.mark.parametrize(
    ("message", "package"),
    [
        ("ModuleNotFoundError: No module named 'freezegun'", "freezegun"),
        ("ModuleNotFoundError: No module named 'yaml.nodes'", "pyyaml"),
        ("ModuleNotFoundError: No module named 'factory'", "factory-boy"),
        ("fixture 'mocker' not found\n> available fixtures: cache", "pytest-mock"),
        ("async def functions are not natively supported.\nYou need to install a suitable plugin", "pytest-asyncio"),
    ],
)
def test_a_package_that_one_red_test_asks_for_is_trouble_of_the_environment(message: str, package: str) -> None:
    found = signs(run(message))
    assert [one.package for one in found.absent] == [package] and len(found.lacking) == 1
    reported = baseline_errors.error(run(message), (), found)
    assert reported.startswith("1 of 2 tests need ") and "which is not installed: tests/test_a.py::test_0: " in reported


@pytest.mark.parametrize(
    "message",
    [
        "ModuleNotFoundError: No module named 'shop.users'",
        "ModuleNotFoundError: No module named 'tomllib'",
        "AssertionError: assert 1 == 2",
        "fixture 'my_own' not found",
        "KeyError: 'USD'",
    ],
)
def test_what_is_to_be_written_or_is_no_package_is_a_red_test_like_any(message: str) -> None:
    assert signs(run(message)) == Signs()
    assert baseline_errors.error(run(message), (), signs(run(message))) == ""


def test_what_a_fixture_lacks_is_said_and_not_where_it_stands() -> None:
    message = "file tests/test_a.py, line 1\nE       fixture 'mocker' not found\n> use 'pytest'\n\ntests/test_a.py:1"
    assert "test_0: fixture 'mocker' not found" in baseline_errors.error(run(message), (), signs(run(message)))


def test_a_test_that_is_skipped_for_an_optional_package_is_a_remark() -> None:
    left_out = run(skipped=["Skipped: could not import 'pandas': No module named 'pandas'"])
    assert baseline_errors.error(left_out, (), signs(left_out)) == ""
    assert baseline_errors.remark(left_out, signs(left_out)) == "tests were skipped because pandas is not installed"


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("E   KeyError: 'DATABASE_URL'", "DATABASE_URL"),
        ("decouple.UndefinedValueError: SECRET_KEY not found. Declare it as envvar or define a default", "SECRET_KEY"),
        ("environ.compat.ImproperlyConfigured: Set the SECRET_KEY environment variable", "SECRET_KEY"),
        ("1 validation error for Settings\ndatabase_url\n  Field required [type=missing]", "DATABASE_URL"),
        ("E  1 validation error for Settings\nE  FE_URL\nE    Field required [type=missing]", "FE_URL"),
        ("1 validation error for Settings\nFE\n  Field required [type=missing, input_value={'DB_URI': 1}]", "FE"),
        ("E  p.ValidationError: 1 validation error for Settings\n    BOT_TOKEN\n      Field required [", "BOT_TOKEN"),
        ("1 validation error for Settings\nSECRET_KEY\n  field required (type=value_error.missing)", "SECRET_KEY"),
        ("Error: DATABASE_URL is not set", "DATABASE_URL"),
        ("Error: Missing required environment variable API_KEY", "API_KEY"),
        ("AssertionError [ERR_ASSERTION]: DATABASE_URL must be set", "DATABASE_URL"),
        ("error: Environment variable not found: DATABASE_URL.", "DATABASE_URL"),
    ],
)
def test_a_variable_that_collection_died_of_is_named(message: str, name: str) -> None:
    assert signs(run(loading=[message])).variables == (name,)


def test_a_variable_that_single_red_tests_ask_for_is_a_remark() -> None:
    lazy = run("KeyError: 'API_KEY'\n  os.environ['API_KEY']")
    assert baseline_errors.error(lazy, (), signs(lazy)) == ""
    assert "environment variables that are not set: API_KEY" in baseline_errors.remark(lazy, signs(lazy))


@pytest.mark.parametrize(
    ("message", "service"),
    [
        ('connection to server at "localhost", port 5432 failed: Connection refused', "postgres"),
        ("redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.", "redis"),
        ("Error: connect ECONNREFUSED 127.0.0.1:6379", "redis"),
    ],
)
def test_a_service_that_does_not_answer_is_proposed(message: str, service: str) -> None:
    found = signs(run(message))
    assert found.services == (service,)
    (proposal,) = environment_signs.of_services(found, ())
    assert proposal.setting == f"sandbox: {{services: [{service}]}}"
    assert not list(environment_signs.of_services(found, (service,)))


def test_a_pool_that_names_no_server_means_the_only_one_whose_client_is_a_dependency() -> None:
    pool = run('"before all" hook: cleanup tables: Unable to acquire a connection')
    assert environment_signs.read(pool, node_absent, frozenset(), ("postgres",)).services == ("postgres",)
    assert environment_signs.read(pool, node_absent, frozenset(), ("postgres", "redis")).services == ()
    assert environment_signs.read(pool, node_absent, frozenset()).services == ()


def test_values_come_from_the_example_of_the_repository() -> None:
    values = environment_signs.example_values("# all\nexport A='x y' # no\nDATABASE_URL=sqlite:// # local\nB=\n")
    assert values == {"A": "x y", "DATABASE_URL": "sqlite://", "B": ""}
    found = Signs(variables=("DATABASE_URL", "B"))
    (proposal,) = environment_signs.of_variables(found, values, ".env.example")
    assert proposal.setting == 'project: {test_env: {DATABASE_URL: "sqlite://", B: "test"}}'


async def test_a_package_is_proposed_beside_what_is_installed_now() -> None:
    manifest = '[project]\nname = "shop"\nversion = "1"\n[project.optional-dependencies]\ntest = ["pytest"]\n'
    chain = await detected({"pyproject.toml": manifest, "tests/test_a.py": "def test_a(): ...\n"})
    (proposal,) = package_settings(chain, ["freezegun"])
    assert proposal.setting == 'project: {install: ["pip install .[test] freezegun"]}'


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("Cannot find package 'supertest' imported from /work/tree/test/a.js", ["supertest"]),
        ("Cannot find module 'ts-node/register'", ["ts-node"]),
        ("Cannot find module '@scope/a/b' from 'src/a.test.js'", ["@scope/a"]),
        ("Preset ts-jest not found relative to rootDir /work/tree.", ["ts-jest"]),
        ("MISSING DEPENDENCY  Cannot find dependency 'jsdom'", ["jsdom"]),
        ("Cannot find module './nope.js' imported from 'src/b.test.js'", []),
        ("Cannot find module '/work/tree/dist/main.js'", []),
    ],
)
def test_a_package_of_node_is_known_from_a_file(message: str, names: list[str]) -> None:
    assert [one.package for one in node_absent(message)] == names


def test_a_baseline_that_was_kept_before_has_no_proposals() -> None:
    assert Baseline.model_validate({"counts": {}, "red": (), "lint": ()}).proposals == ()


async def test_files_that_a_runner_does_not_find_are_proposed_by_name() -> None:
    manifest = '{"scripts": {"test": "mocha"}, "devDependencies": {"mocha": "^10"}}'
    chain = await detected({"package.json": manifest, "tests/a.test.js": "it('a', () => {})\n"})
    space = workspace().model_copy(update={"toolchain": chain})
    box = MemoryBox(MemorySandbox(), None)  # type: ignore[arg-type]  # its draft is not asked
    _, (proposal,) = await proposals.of(run(), box, registry.languages(), space, ["tests/a.test.js"])
    assert proposal.setting == 'commands: {test: ["mocha", "tests/a.test.js"]}'
    assert override.read(proposal.setting) == '{"commands": {"test": ["mocha", "tests/a.test.js"]}}'
