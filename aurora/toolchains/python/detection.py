"""Detection of a Python project: its folder, dependencies, identity, tests and tools, from its files alone."""

from collections.abc import Sequence

from aurora.domain.workspace import Toolchain
from aurora.ports import ToolchainProbe
from aurora.settings.repository import Commands
from aurora.toolchains.project_tests import Rules, is_within
from aurora.toolchains.python import (
    collected_files,
    command_words,
    configured_tools,
    environments,
    interpreter,
    layout,
    own_command,
    parallel,
    pytest_plugins,
    serving,
    sys_path,
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
from aurora.toolchains.stated import Stated

READ_TESTS = 300
"""Test files whose imports are looked at."""


async def detect(
    probe: ToolchainProbe, commands: Commands, tests: Sequence[str] = (), stated: Stated | None = None
) -> Toolchain:
    """`tests` are the test roots named in aurora.yaml, if any. Nothing of the project is run."""
    stated = stated or Stated()
    tree, config = await layout.placed(probe, await python_tree.read(probe, stated))
    added = await sys_path.folders(probe, tree.paths, tree.home)
    added += environments.pythonpath(tree.declared.test_env, tree.home)
    said_env = stated.project.test_env or {}
    added += environments.pythonpath(said_env, tree.root)
    project, said = await python_project.identity(probe, tree, (*config.import_roots, *added))
    named, by_task = commands.test or (), ""
    by_pytest = collected_files.collected("pytest", config, named)
    if not named and not layout.test_files(tree, by_pytest, config.testpaths):
        named, by_task = await own_command.find(probe, tree)
        by_pytest = collected_files.collected("unittest" if "unittest" in named else "pytest", config, named)
    roots, where = layout.test_roots(tree, config, tuple(tests), by_pytest)
    rules = Rules(roots, by_pytest or layout.UNITTEST_NAMES)
    sources = [p for p in tree.paths if p.endswith(".py") and any(is_within(r, p, rules.is_test) for r in roots)]
    texts = [await probe.text(path) or "" for path in sources[:READ_TESTS]]
    own = python_dependencies.first_party(tree, (*project.import_roots, *roots)) | frozenset(tree.declared.mapped)
    where_else = python_project.holding(tree, python_dependencies.undeclared(tree, texts, own))
    if where_else:
        more = tuple(dict.fromkeys(where_else.values()))
        project = project.model_copy(update={"import_roots": (*project.import_roots, *more)})
        places = ", ".join(f"{name} in {folder!r}" for name, folder in where_else.items())
        said = (*said, f"import roots, too, for what the tests import and nothing declares: {places}")
        own |= frozenset(where_else)
    checked = await type_checkers.configured(probe, tree)
    spread, spread_by = ((), "") if commands.test else await parallel.options(probe, tree, config)
    dependencies = python_dependencies.dependencies(
        tree,
        texts,
        own,
        checkers=[one.checkers for one in checked],
        plugins=pytest_plugins.configured((*config.addopts, *spread), config.keys),
        required=config.required_plugins,
        stated=stated.project,
    )
    types, typed = type_checkers.types(tree, checked, dependencies.requirements, dependencies.constraints)
    modules = [text for path, text in zip(sources, texts, strict=False) if not path.endswith("__init__.py")]
    runner = await python_runner.runner(probe, tree, config, named or None, roots, modules, sources)
    if by_task:
        why = f"tests: {runner.name}, by `{' '.join(runner.test)}` of {by_task}: no file is taken unasked"
        options = python_runner.options(config) if runner.name == "pytest" else ()
        runner = runner.model_copy(update={"why": why, "test": (*runner.test, *options)})
    collected = collected_files.collected(runner.name, config, runner.test)
    support: tuple[str, ...] = ()
    usual: tuple[str, ...] = layout.UNITTEST_NAMES
    if runner.name == "pytest":
        usual = layout.TEST_NAMES
        support = await collected_files.plugins(probe, tree, config, runner.test, project)
    tools = await configured_tools.tools(probe, tree, commands)
    # who names the command names its variables, too
    found_env = {} if commands.test else environments.usable(tree.declared.test_env)
    variables = {name: value for name, value in found_env.items() if name not in said_env}
    if variables:
        said = (*said, f"variables of the tests, as the project's own environment sets them: {', '.join(variables)}")
    argv = runner.test
    if spread and runner.name == "pytest" and parallel.brought(dependencies.requirements):
        argv = (*argv, *spread)
        said = (*said, f"tests: {' '.join(spread)}, as {spread_by} runs them")
    test = command_words.with_variables(argv, list(variables.items()))
    python = interpreter.chosen(tree.declared.requires_python, stated.project.python)
    said = (python.why, *said) if python.why else said
    dependencies = dependencies.model_copy(update={"python": python.base})
    lost = layout.uncollected(tree, collected)
    asked = (*(tree.declared.runtime or ()), *dependencies.requirements)
    names = serving.commands.installed(asked, dependencies.constraints)
    around = serving.Places(tree.paths, tree.root, project.import_roots, names)
    served = await serving.recipe(probe, around, {**variables, **said_env}, config.django_settings)
    return Toolchain(
        language="python",
        root=tree.root,
        runner=runner.name,
        test=test,
        lint=tools.lint,
        fix=tools.fix,
        types=types,
        test_roots=roots,
        test_files=collected,
        usual_tests=() if Rules((), collected).telling.patterns else usual,
        test_support=support,
        manifests=tuple(sorted(tree.files)),
        protected=configured_tools.protected(tree),
        serve=served,
        project=project,
        dependencies=dependencies,
        why=(*tree.why, *said, where, *lost, runner.why, *tools.why, *typed, *dependencies.notes),
    )
