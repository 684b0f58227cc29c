"""The facts that a repository's files state about a Perl project, by a language that is added to the product's own."""

from collections.abc import Iterator

import pytest

from aurora.errors import Refusal
from aurora.gates import gate_runner
from aurora.gates.context import ChangedFile, DraftFacts, FileContext
from aurora.settings.repository import BackendSettings, Commands
from aurora.survey import reading
from aurora.toolchains import registry
from aurora.toolchains.language import Claim
from aurora.toolchains.runs import likely_tests
from aurora.tools.grants import Grants
from aurora.tools.path_policy import PathPolicy
from aurora.tools.protected_paths import protection
from tests.support.perl import plugins, runs
from tests.support.perl.language import PERL
from tests.support.projects import DictProbe, detected
from tests.support.workspaces import workspace

SHOP = {
    "cpanfile": """requires 'perl', '5.10';
requires 'DBI' => '1.6';
on test => sub {
  requires("Test::Deep");
};
""",
    "lib/Shop.pm": "package Shop;\n1;\n",
    "t/shop.t": "use Test::More;\nok 1;\ndone_testing;\n",
}


@pytest.fixture(autouse=True, scope="module")
def perl() -> Iterator[None]:
    with registry.added(PERL):
        yield


@pytest.mark.parametrize(
    ("files", "root", "test", "roots"),
    [
        pytest.param(SHOP, "", ("prove", "-l", "-r", "t"), ("t",), id="a distribution"),
        pytest.param({"Makefile.PL": "", "t/a.t": ""}, "", ("prove", "-r", "t"), ("t",), id="no lib"),
        pytest.param({"Build.PL": "", "lib/A.pm": ""}, "", ("prove", "-l", "-r", "t"), ("t",), id="no tests yet"),
        pytest.param(
            {"dist.ini": "", "lib/A.pm": "", "t/a.t": "", "xt/pod.t": ""},
            "", ("prove", "-l", "-r", "t"), ("t", "xt"), id="the author's tests are not run",
        ),
        pytest.param(
            {"api/cpanfile": "", "api/lib/A.pm": "", "api/t/a.t": ""},
            "api", ("prove", "-l", "-r", "t"), ("api/t",), id="a folder of the repository",
        ),
        pytest.param({"run.pl": "", "a.pm": ""}, "", ("prove", "-r", "t"), ("t",), id="no manifest"),
    ],
)  # fmt: skip
async def test_a_perl_project_is_known_by_its_files(files, root, test, roots):
    chain = await detected(files)
    assert (chain.language, chain.runner, chain.root, chain.test, chain.test_roots) == (
        "perl",
        "prove",
        root,
        test,
        roots,
    )
    assert chain.lint == (("perl", "-wc"),) and chain.dependencies.language == "perl"


async def test_what_the_manifest_declares_is_said_to_be_absent():
    chain = await detected(SHOP)
    assert chain.dependencies.requirements == ("DBI", "Test::Deep") and chain.dependencies.manager == "none"
    assert any("nothing is installed from CPAN" in line and "DBI, Test::Deep" in line for line in chain.why)
    assert PERL.image.declared(chain.dependencies) == ("DBI", "Test::Deep")


async def test_a_file_of_options_for_prove_is_told_and_protected():
    chain = await detected({**SHOP, ".proverc": "-j4\n"})
    assert any(".proverc" in line for line in chain.why)
    for path in (".proverc", "local/lib/perl5/DBI.pm", ".perlcriticrc"):
        assert (found := protection(path)) is not None and found.never, path


@pytest.mark.parametrize(
    ("paths", "claim"),
    [
        (["cpanfile", "lib/A.pm"], Claim(0, 1)),
        (["api/Makefile.PL"], Claim(1, 0)),
        (["bin/a.pl", "t/a.t"], Claim(None, 2)),
        (["app.py", "README.md"], None),
    ],
)
def test_a_repository_is_claimed_by_manifests_and_sources(paths, claim):
    assert PERL.claim(paths) == claim


async def test_a_python_project_with_a_script_of_perl_stays_one():
    assert (await detected({"requirements.txt": "pytest", "app.py": "", "tools/a.pl": ""})).language == "python"


async def test_the_command_of_the_settings_wins():
    commands = Commands(test=["env", "PERL5LIB=vendor", "prove", "-Ilib", "-v", "t"], lint=["perlcritic", "-q"])
    chain = await detected(SHOP, commands)
    assert chain.test == tuple(commands.test or ()) and chain.lint == (("perlcritic", "-q"),)
    command = runs.command(chain, BackendSettings(), ["t/shop.t > adds", "t/shop.t > takes"])
    assert command.argv == (
        "perl", plugins.EVENTS, "--only", "t/shop.t", "--env", "PERL5LIB=vendor", "-Ilib", "-v", "t"
    )  # fmt: skip
    assert command.reserved == ("aurora_perl_check", "aurora_prove_events")


@pytest.mark.parametrize("test", [["make", "test"], ["yath", "test"], ["perl", "t/shop.t"], ["env", "A=1"]])
async def test_a_command_that_does_not_run_prove_is_refused(test):
    with pytest.raises(Refusal, match="does not run prove") as refused:
        await detected(SHOP, Commands(test=test))
    assert "[prove, -l, -r, t]" in (refused.value.hint or "")


async def test_roots_of_the_settings_are_run_from_the_projects_folder():
    files = {"api/cpanfile": "", "api/checks/a.t": ""}
    chain = await PERL.detect(DictProbe(files), Commands(), ["./api/checks/"])
    assert (chain.test_roots, chain.test) == (("api/checks",), ("prove", "-r", "checks"))


async def test_files_of_tests_are_tests_to_policy_gates_and_survey():
    """Each of them in another way: by its own rule, in a child, and by names and lines alone."""
    chain = await reading.toolchain(DictProbe({**SHOP, "script/run.pl": ""}), Commands(), ())
    assert chain.language == "perl" and chain.test_roots == ("t",)
    space = workspace().model_copy(update={"toolchain": chain})
    writer, coder = PathPolicy.of(space, only_tests=True), PathPolicy.of(space, no_tests=True)
    facts = DraftFacts(space, PERL, frozenset(SHOP)).of_draft(None, None, Grants(), coder, writer)
    for path, due in {"t/new.t": True, "t/lib/Faked.pm": True, "lib/Shop/inner.t": True, "lib/Shop.pm": False}.items():
        assert (writer.may_write(path) is None, coder.may_write(path) is None) == (due, not due), path
        file = ChangedFile(path, content=b"1;\n")
        assert FileContext(file, facts).is_test is due and FileContext(file, facts).is_source
        found = await gate_runner.of_file(
            ("protected_paths",), facts, file
        )  # nothing is frozen: a test may not be written
        assert bool(found) is due, (path, found)
    assert likely_tests.named_so("t/shop_test.pl", registry.languages())
    assert [path for path in SHOP if registry.tools(space).is_test_module(path)] == ["t/shop.t"]
