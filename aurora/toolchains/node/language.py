"""JavaScript and TypeScript on Node.js, as the rest of the program knows them."""

from collections.abc import Sequence

from aurora.domain.workspace import Toolchain, Workspace
from aurora.ports import TestCommand
from aurora.toolchains.language import Claim, Language, ProtectedPaths
from aurora.toolchains.node import (
    absent_packages,
    adding,
    code_checks,
    code_mutants,
    command,
    detection,
    edits,
    image,
    import_paths,
    layout,
    lint_output,
    migrations,
    mutants,
    plugins,
    signatures,
    single_test,
    source,
    symbols,
    tools,
    tree,
    weak_tests,
)
from aurora.toolchains.node.wording import NODE as WORDING


def claim(paths: Sequence[str]) -> Claim | None:
    """A manifest in a folder that is aside (`docs`, `frontend`) makes it a Node project only where nothing else is."""
    folders = tree.candidates(paths)
    if folders:
        files = sum(path.endswith(tree.SOURCES) for path in paths)
        return Claim(folders[0].count("/") + bool(folders[0]), files)
    return Claim(None, 0) if any(path.rpartition("/")[2] == tree.MANIFEST for path in paths) else None


def of_failing_tests(toolchain: Toolchain, of: TestCommand) -> TestCommand:
    return command.of_failing_tests(of) if toolchain.runner == "node:test" else of


def stopping(toolchain: Toolchain, of: TestCommand) -> TestCommand:
    return of_failing_tests(toolchain, command.stopping(of))


def measurable(_: Workspace) -> bool:
    return True


def measuring(_: Toolchain, of: TestCommand, paths: Sequence[str]) -> TestCommand:
    return command.measuring(of, paths)


def rehearse() -> None:
    for name in ("a.ts", "a.tsx"):
        source.read(name, "import 'a'\n")


NODE = Language(
    name="node",
    title="Node.js",
    runners=dict.fromkeys(("vitest", "jest", "mocha", "node:test"), WORDING),
    manifests=(tree.MANIFEST,),
    suffixes=tree.SOURCES,
    declarations=(".d.ts", ".d.mts", ".d.cts"),
    claim=claim,
    detect=detection.detect,
    tools=tools.NodeTools,
    image=image.RECIPE,
    test_names=layout.TEST_NAMES,
    test_line=r"^\s*(describe|it|test|suite)(\.\w+)*\s*\(\s*['\"`]"
    r"|\bfrom ['\"]node:test['\"]|\brequire\(['\"]node:test['\"]\)",
    plugins=plugins.FILES,
    test_sign=r"\bfrom ['\"](node:test|vitest|@jest/globals)['\"]|\brequire\(['\"]node:test['\"]\)"
    r"|^\s*describe\(\s*['\"]",
    takes_files=("mocha", "node:test"),
    absent=absent_packages.absent,
    adding=adding.ADDING,
    mutant=mutants.mutant,
    code_mutants=code_mutants.changes,
    find_test=single_test.find,
    stopping=stopping,
    weak_tests=weak_tests.weak_tests,
    of_failing_tests=of_failing_tests,
    measurable=measurable,
    measuring=measuring,
    observed=True,
    watching=command.watching,
    configuration=edits.configuration,
    syntax=edits.syntax,
    undeclared=edits.undeclared,
    stubs=edits.stubs,
    code_checks=code_checks.CHECKS,
    signatures=signatures.signatures,
    project_checks=code_checks.OF_PROJECTS,
    offered=symbols.offered,
    resolved_by=import_paths.RESOLVED_BY,
    draft_checks={"migrations": migrations.check},
    in_children=(
        tools.dangling,
        migrations.differences,
        lint_output.parse,
        lint_output.eslint_outputs,
        lint_output.reported_outputs,
    ),
    rehearse=rehearse,
    never_written=(
        ProtectedPaths(
            kind="tests_configuration",
            names=r"\.nycrc[^/]*|\.c8rc[^/]*"
            r"|(?:jest|vitest|vite|karma|playwright|cypress|ava)(?:\.[\w-]+)?\.(?:config|workspace|projects|preset|setup)(?:\.[a-z]+)+"
            r"|\.mocharc[^/]*|jest(?:[.-][\w-]+)?\.json|\.borp\.ya?ml|\.taprc|\.swcrc|\.babelrc[^/]*|(?:babel|swc)\.config\.[a-z]+"
            r"|setuptests\.[cm]?[jt]sx?|(?:protractor|wdio|nightwatch|karma)\.conf\.[cm]?[jt]s|mocha\.opts|jasmine\.json",
            why="it decides how the tests are run",
        ),
        ProtectedPaths(
            kind="lint_configuration",
            names=r"\.eslintrc[^/]*|eslint\.config\.[a-z]+|\.eslintignore|\.prettierrc[^/]*|prettier\.config\.[a-z]+"
            r"|\.prettierignore|biome\.jsonc?",
            why="it decides how the code is linted; fix the code instead",
        ),
        ProtectedPaths(
            kind="interpreter",
            names=r"\.pnp\.[^/]+|\.pnpmfile\.[^/]+",
            why="an interpreter runs it before any program; set things up where they are used",
        ),
        ProtectedPaths(
            kind="installed",
            names=r"node_modules/.*",
            why="it is what an installed package looks like, and would be loaded as a plugin",
        ),
    ),
)
