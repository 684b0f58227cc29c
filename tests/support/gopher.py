"""A language as small as one can be, with tests beside the code as Go has them: for who asks what is a test."""

from collections.abc import Sequence
from dataclasses import dataclass

from aurora import ports
from aurora.domain import runs
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.workspace import Dependencies, Toolchain, Workspace
from aurora.settings.repository import Commands
from aurora.toolchains import project_tests
from aurora.toolchains.image_recipe import ImageRecipe
from aurora.toolchains.language import Claim, Language
from aurora.toolchains.runs import command
from aurora.toolchains.stated import Stated
from aurora.toolchains.wording import Wording

WORDS = Wording(
    blocking="-", catching="-", typing="-", stub='panic("not implemented")', stubbed="a panic", importing="-",
    naming="Name the file *_test.go.", running="-", red={}, test_tool="run_tests",
)  # fmt: skip


@dataclass(frozen=True)
class GoTools:
    workspace: Workspace

    @property
    def wording(self) -> Wording:
        return WORDS

    def is_source(self, path: str) -> bool:
        return path.endswith(".go")

    def is_test(self, path: str) -> bool:
        return project_tests.is_test(self.workspace.toolchain, path)

    def is_test_module(self, path: str) -> bool:
        return project_tests.is_collected(self.workspace.toolchain, path)

    def test_command(self, selection: Sequence[str] = ()) -> ports.TestCommand:
        return command.command(self.workspace.toolchain, self.workspace.settings, ("go", "test"), {}, judge=selection)

    def read_tests(self, execution: ports.TestExecution) -> runs.TestRun:
        raise NotImplementedError  # nothing is run here

    async def lint(self, box: ports.Box, paths: Sequence[str]) -> list[Finding]:
        raise NotImplementedError

    async def fix(self, box: ports.Box, paths: Sequence[str], created: Sequence[str]) -> None:
        raise NotImplementedError

    async def imports(self, box: ports.Box, paths: Sequence[str]) -> Report:
        return Report(checker="imports", status=ReportStatus.PASSED, summary="the compiler says it")


def claim(paths: Sequence[str]) -> Claim | None:
    files = sum(path.endswith(".go") for path in paths)
    depths = [path.count("/") for path in paths if path.rpartition("/")[2] == "go.mod"]
    return Claim(min(depths, default=None), files) if files or depths else None


async def detect(_: ports.ToolchainProbe, commands: Commands, tests: Sequence[str], __: Stated) -> Toolchain:
    return Toolchain(
        language="go", root="", runner="go test", test=commands.test or ("go", "test", "./..."), lint=(), fix=(),
        test_roots=tuple(tests) or (".",), manifests=("go.mod",),
        dependencies=Dependencies(language="go", manager="none", files={}, requirements=()),
    )  # fmt: skip


def nothing(*_: object) -> tuple[str, ...]:
    return ()


def no_files(*_: object) -> dict[str, bytes]:
    return {}


def does_nothing(_: Dependencies) -> list[str]:
    return ["true"]


GO = Language(
    name="go",
    title="Go",
    runners={"go test": WORDS},
    manifests=("go.mod",),
    suffixes=(".go",),
    claim=claim,
    detect=detect,
    tools=GoTools,
    image=ImageRecipe(made_of=nothing, inputs=no_files, install=does_nothing, describe=does_nothing, declared=nothing),
    test_names=("*_test.go", "testdata/"),
    test_line=r"^func Test",
    plugins=(),
)
