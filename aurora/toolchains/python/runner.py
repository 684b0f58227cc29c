"""The test runner of a Python project: pytest, Django's own, or unittest; and the argv of the whole suite."""

import posixpath
import re
from collections.abc import Sequence
from typing import Literal

from aurora.domain.value import Value
from aurora.ports import ToolchainProbe
from aurora.toolchains.python import command_words, django_labels, django_settings
from aurora.toolchains.python.declared import name_of
from aurora.toolchains.python.layout import PytestConfig
from aurora.toolchains.python.tree import PythonTree

PYTEST = ("python", "-m", "pytest")
MANAGE = "manage.py"
OWN_SCRIPTS = ("runtests.py", "run_tests.py", "tests/runtests.py", "tests/run_tests.py")
"""The scripts by which reusable Django apps start the runner themselves."""
_STARTS_DJANGO = re.compile(r"\b(get_runner|DiscoverRunner|execute_from_command_line|call_command)\b")
_IMPORTS_PYTEST = re.compile(r"(?m)^\s*(import pytest\b|from pytest\b)")
_DJANGO_CASES = re.compile(r"(?m)^\s*from (django|rest_framework)\.test\b|\bimport django\.test\b")
_BARE_TEST = re.compile(r"(?m)^(async )?def test")
_CACHING = (
    "--lf", "--last-failed", "--ff", "--failed-first", "--nf", "--new-first", "--sw", "--stepwise", "--cache",
)  # fmt: skip


class Runner(Value):
    name: Literal["pytest", "unittest", "django"]
    test: tuple[str, ...]
    why: str


async def runner(
    probe: ToolchainProbe,
    tree: PythonTree,
    config: PytestConfig,
    command: tuple[str, ...] | None,
    roots: Sequence[str],
    texts: Sequence[str],
    files: Sequence[str] = (),
) -> Runner:
    """`command`: of aurora.yaml; `texts`: sources of the test modules; `files`: their paths."""
    if command and command_words.makes_environments(command):
        found = await runner(probe, tree, config, None, roots, texts, files)
        said = f"commands.test of aurora.yaml, `{' '.join(command)}`, makes an environment: the sandbox is one already"
        return found.model_copy(update={"why": f"{found.why}; {said}"})
    if command:
        test = command_words.unwrapped(command)
        name = await _named(probe, tree, test)
        said = "" if test == command else f"; it runs `{' '.join(test)}`: the sandbox is the environment already"
        return Runner(name=name, test=test, why=f"tests: commands.test of aurora.yaml, run by {name}{said}")
    if config.path:
        return Runner(name="pytest", test=_pytest(config), why=_pytest_why(config))
    asked = _asks_for_pytest(tree, texts)
    if not asked or _without_its_django_plugin(tree, texts):
        for script in (MANAGE, *OWN_SCRIPTS):
            if await _starts_django(probe, tree, script):
                argv = ("python", script, "test") if script == MANAGE else ("python", script)
                why = f"tests: Django's runner, started by {tree.started_at(script)}"
                settings, said = await django_settings.given(probe, tree) if script == MANAGE else ("", "")
                if settings:
                    argv = (*argv, f"--settings={settings}")
                    why += f", with the settings of {said}"
                if script == MANAGE and (labels := django_labels.needed(tree, files)):
                    argv = (*argv, *labels)
                    why += f", given {', '.join(labels)}: no package, so that discovery would not enter it"
                if asked:
                    why += f"; {asked}, but no pytest-django, and no test is a plain function"
                return Runner(name="django", test=argv, why=why)
    if not asked and any("unittest" in text for text in texts) and not any(map(_BARE_TEST.search, texts)):
        why = "tests: unittest; nothing declares, configures or imports pytest, and no test is a plain function"
        return Runner(name="unittest", test=_unittest(tree, roots), why=why)
    return Runner(name="pytest", test=_pytest(config), why=f"tests: pytest; {asked or 'nothing configures it'}")


async def _named(
    probe: ToolchainProbe, tree: PythonTree, command: tuple[str, ...]
) -> Literal["pytest", "unittest", "django"]:
    """The runner that a command of the project's starts; pytest, by its environment, where it can't be determined."""
    started, rest = command_words.program(command_words.split(command)[1])
    if started and rest[:2] == ("-m", "unittest"):
        return "unittest"
    if started and rest and rest[0].endswith(".py") and await _starts_django(probe, tree, rest[0]):
        return "django"
    return "pytest"


async def _starts_django(probe: ToolchainProbe, tree: PythonTree, script: str) -> bool:
    text = await probe.text(tree.started_at(script)) if tree.started_at(script) in tree.paths else None
    return bool(text and "django" in text and _STARTS_DJANGO.search(text))


def _asks_for_pytest(tree: PythonTree, texts: Sequence[str]) -> str:
    """The sign of pytest where nothing configures it; empty when nothing does."""
    if plugins := _declared(tree):
        return f"{plugins[0]} is declared"
    if conftest := _conftest(tree):
        return f"there is {conftest}"
    return "tests import it" if any(_IMPORTS_PYTEST.search(text) for text in texts) else ""


def _without_its_django_plugin(tree: PythonTree, texts: Sequence[str]) -> bool:
    """Return whether pytest is declared and could not set up the Django that the tests are written for: `pytest` or
    `pytest-cov` beside Django alone does not say who runs the tests."""
    if not any(_DJANGO_CASES.search(text) for text in texts) or _conftest(tree) or "pytest-django" in _declared(tree):
        return False
    return not any(_IMPORTS_PYTEST.search(text) or _BARE_TEST.search(text) for text in texts)


def _declared(tree: PythonTree) -> list[str]:
    """pytest and its plugins, as far as manifests name them."""
    lines = [*(tree.declared.runtime or ()), *(line for group in tree.declared.optional.values() for line in group)]
    return sorted({name for line in lines if (name := name_of(line)) == "pytest" or name.startswith("pytest-")})


def _conftest(tree: PythonTree) -> str:
    prefix = f"{tree.root}/" if tree.root else ""
    return next((p for p in tree.paths if p.startswith(prefix) and posixpath.basename(p) == "conftest.py"), "")


def _unittest(tree: PythonTree, roots: Sequence[str]) -> tuple[str, ...]:
    """The command from the one test folder, else from the project's: discovery goes down packages only."""
    found = ("python", "-m", "unittest", "discover")
    folders = [root for root in roots if not root.endswith(".py")]
    if len(folders) != 1 or len(folders) != len(roots):
        return found
    inside = posixpath.relpath(folders[0], tree.root or ".")
    top = ("-t", ".") if f"{folders[0]}/__init__.py" in tree.paths else ()
    return (*found, "-s", inside, *top)


def _pytest(config: PytestConfig) -> tuple[str, ...]:
    return (*PYTEST, *options(config))


def options(config: PytestConfig) -> tuple[str, ...]:
    """The options without the cache (nothing may be left behind) unless the project's own options need it; without
    coverage, whose threshold would end a green run with exit code 1."""
    needs_cache = any(option.startswith(_CACHING) for option in config.addopts) or "cache_dir" in config.keys
    covers = any(option.startswith("--cov") for option in config.addopts)
    return (*(() if needs_cache else ("-p", "no:cacheprovider")), *(("--no-cov",) if covers else ()))


def _pytest_why(config: PytestConfig) -> str:
    return f"tests: pytest, configured by {config.path}" + (f" ({' '.join(config.addopts)})" if config.addopts else "")
