"""Detection of a Python project: its folder, dependencies, identity, tests and tools, from its files alone."""

from collections.abc import Sequence

from aurora.domain.workspace import Toolchain
from aurora.ports import ToolchainProbe
from aurora.settings.repository import Commands
from aurora.toolchains.project_tests import Rules, is_within
from aurora.toolchains.python import (
    collected_files,
    configured_tools,
    layout,
    type_checkers,
)
from aurora.toolchains.python import (
    dependencies as python_dependencies,
)
from aurora.toolchains.python import (
    project as python_project,
)
from aurora.toolchains.python import (
    runner as python_runner,
)
from aurora.toolchains.python import (
    tree as python_tree,
)

READ_TESTS = 300
"""Test files whose imports are looked at."""


async def detect(probe: ToolchainProbe, commands: Commands, tests: Sequence[str] = ()) -> Toolchain:
    """`tests` are the test roots named in aurora.yaml, if any. Nothing of the project is run."""
    tree = await python_tree.read(probe)
    project, said = await python_project.identity(probe, tree)
    config = await layout.pytest_config(probe, tree)
    named = commands.test or ()
    by_pytest = collected_files.collected("pytest", config, named)
    roots, where = layout.test_roots(tree, config, tuple(tests), by_pytest)
    rules = Rules(roots, by_pytest or layout.UNITTEST_NAMES)
    sources = [p for p in tree.paths if p.endswith(".py") and any(is_within(r, p, rules.is_test) for r in roots)]
    texts = [await probe.text(path) or "" for path in sources[:READ_TESTS]]
    own = python_dependencies.first_party(tree, (*project.import_roots, *roots))
    checked = await type_checkers.configured(probe, tree)
    dependencies = python_dependencies.dependencies(tree, texts, own, checkers=[one.checkers for one in checked])
    types, typed = type_checkers.types(tree, checked, dependencies.requirements, dependencies.constraints)
    modules = [text for path, text in zip(sources, texts, strict=False) if not path.endswith("__init__.py")]
    runner = await python_runner.runner(probe, tree, config, commands.test, roots, modules)
    collected = collected_files.collected(runner.name, config, runner.test)
    support: tuple[str, ...] = ()
    usual: tuple[str, ...] = layout.UNITTEST_NAMES
    if runner.name == "pytest":
        usual = layout.TEST_NAMES
        support = await collected_files.plugins(probe, tree, config, runner.test, project)
    tools = await configured_tools.tools(probe, tree, commands)
    return Toolchain(
        language="python",
        root=tree.root,
        runner=runner.name,
        test=runner.test,
        lint=tools.lint,
        fix=tools.fix,
        types=types,
        test_roots=roots,
        test_files=collected,
        usual_tests=() if collected else usual,
        test_support=support,
        manifests=tuple(sorted(tree.files)),
        protected=configured_tools.protected(tree),
        project=project,
        dependencies=dependencies,
        why=(*tree.why, *said, where, runner.why, *tools.why, *typed, *dependencies.notes),
    )
