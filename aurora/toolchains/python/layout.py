"""The place where a project's tests lie, and what configures its test runner."""

import fnmatch
import posixpath
import re
import shlex
import tomllib
from collections.abc import Collection, Sequence

from aurora.domain.value import Value
from aurora.ports import ToolchainProbe
from aurora.toolchains.documents import table
from aurora.toolchains.folders import above
from aurora.toolchains.project_tests import Rules, cleaned
from aurora.toolchains.python import project_folder
from aurora.toolchains.python.declared import lines
from aurora.toolchains.python.setup_files import ini
from aurora.toolchains.python.tree import PythonTree

DEFAULT_ROOT = "tests"
TEST_NAMES = ("test_*.py", "*_test.py")
"""The file names that pytest collects by default."""
UNITTEST_NAMES = (*TEST_NAMES, "tests.py", "tests_*.py")
"""Discovery takes `test*.py`, and in it helpers such as `testing.py`, which are code."""
DEEPEST = 3
"""Folders below the manifests' that may start the tests."""
_ALIKE = re.compile(r"(^|/)[^/]*(tests?|specs?)[^/]*/[^/]+\.py$|(^|/)([^/]*_(tests|specs?)|(Test|check)[^/]*)\.py$")
"""Paths that are those of tests to a person."""
_TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|tests)\.py$")


class PytestConfig(Value):
    path: str = ""
    """The file that configures pytest; empty when none does."""
    addopts: tuple[str, ...] = ()
    testpaths: tuple[str, ...] = ()
    python_files: tuple[str, ...] = ()
    pythonpath: tuple[str, ...] = ()
    required_plugins: tuple[str, ...] = ()
    """Requirement lines: pytest does not start without them."""
    keys: tuple[str, ...] = ()
    django_settings: str = ""
    """The settings module that pytest-django takes."""

    @property
    def folder(self) -> str:
        """The folder that its paths are relative to."""
        return posixpath.dirname(self.path)

    @property
    def import_roots(self) -> tuple[str, ...]:
        """Folders that `pythonpath` puts on sys.path, from the repository's root; one outside of it is left out."""
        found = (posixpath.normpath(posixpath.join(self.folder, path)) for path in self.pythonpath)
        return tuple("" if path == "." else path for path in found if not path.startswith(("..", "/")))


_PLACES = (
    ("pytest.toml", "pytest"), (".pytest.toml", "pytest"), ("pytest.ini", "pytest"), (".pytest.ini", "pytest"),
    ("pyproject.toml", ""), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest"),
)  # fmt: skip


async def placed(probe: ToolchainProbe, tree: PythonTree) -> tuple[PythonTree, PytestConfig]:
    """The tree with the folder that the tests run in, and pytest's configuration there."""
    config = await pytest_config(probe, tree)
    if tree.stated:
        return tree, config
    if config.path and config.folder != tree.home and await _run_above(probe, tree, config):
        why = f"tests run in {config.folder or '.'!r}: {config.path} names them from there"
        tree = tree.model_copy(update={"root": config.folder, "why": (*tree.why, why)})
        return tree, await pytest_config(probe, tree)
    starting = [] if config.path else await _starting(probe, tree)
    root, why = project_folder.run_from(tree.paths, tree.home, config.path, starting)
    if root == tree.root:
        return tree, config
    tree = tree.model_copy(update={"root": root, "why": (*tree.why, why)})
    return tree, await pytest_config(probe, tree)


async def _run_above(probe: ToolchainProbe, tree: PythonTree, config: PytestConfig) -> bool:
    """Return whether a configuration above the manifests' folder names that folder: pytest takes `testpaths` only when
    it is started where they are written. Not where it names other projects' tests, too."""
    there = await pytest_config(probe, tree.model_copy(update={"root": config.folder}))
    named = [posixpath.normpath(posixpath.join(config.folder, path)) for path in there.testpaths]
    return bool(named) and all(_under(path, tree.home) for path in named)


async def _starting(probe: ToolchainProbe, tree: PythonTree) -> list[str]:
    """Files below the manifests' folder that configure pytest or start Django."""
    prefix = f"{tree.home}/" if tree.home else ""
    places = dict(_PLACES)
    found = []
    for path in tree.paths:
        inside = path.removeprefix(prefix)
        name = posixpath.basename(path)
        if not path.startswith(prefix) or inside.count("/") > DEEPEST:
            continue
        # a configuration may lie with the tests: they are run from there then
        if project_folder.ASIDE.search(inside) and not re.fullmatch(r"tests?/[^/]+\.(ini|toml|cfg)", inside):
            continue
        if name == "manage.py":
            if "django" in (await probe.text(path) or ""):
                found.append(path)
        elif name in places and _said(await probe.text(path) or "", name, places[name]) is not None:
            found.append(path)
    return found


async def pytest_config(probe: ToolchainProbe, tree: PythonTree) -> PytestConfig:
    """The first file pytest itself would take, in its order: in the project's folder, then in those above it."""
    for folder in above(tree.root):
        for name, section in _PLACES:
            path = posixpath.join(folder, name)
            if path not in tree.paths:
                continue
            said = _said(await probe.text(path) or "", name, section)
            if said is not None:
                # pytest takes `testpaths` only when it is started where its configuration lies
                paths = _words(said.get("testpaths", "")) if folder == tree.root else ()
                return PytestConfig(
                    path=path,
                    addopts=_words(said.get("addopts", "")),
                    testpaths=paths,
                    python_files=_words(said.get("python_files", "")),
                    pythonpath=_words(said.get("pythonpath", "")),
                    required_plugins=_words(said.get("required_plugins", "")),
                    keys=tuple(said),
                    django_settings=" ".join(_words(said.get("DJANGO_SETTINGS_MODULE", ""))),
                )
    return PytestConfig()


def _said(text: str, name: str, section: str) -> dict[str, object] | None:
    """The settings of pytest in a file; none where it says nothing."""
    if name.endswith(".toml"):
        try:
            document = tomllib.loads(text)
        except (ValueError, RecursionError):  # a number of 6,000 digits is a plain ValueError
            return None
        if section:
            return table(document, section)
        own = {k: v for k, v in table(document, "tool", "pytest").items() if k != "ini_options"}
        return table(document, "tool", "pytest", "ini_options") or own or None
    parser = ini(text)
    if parser is None or not (parser.has_section(section) or name.endswith("pytest.ini")):
        return None
    return dict(parser.items(section)) if parser.has_section(section) else {}


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, str):
        return lines(value)
    try:
        return tuple(shlex.split(value, comments=True))
    except ValueError:
        return tuple(value.split())


def test_files(tree: PythonTree, collected: Sequence[str] = (), testpaths: Sequence[str] = ()) -> tuple[str, ...]:
    """`collected`: globs of what the runner takes, where its configuration says it. Where that is every module, those
    below `testpaths` and in folders named for tests."""
    prefix = f"{tree.root}/" if tree.root else ""
    rules = Rules((), collected)
    every = rules.telling.patterns != rules.collected.patterns
    inside = [path for path in tree.paths if path.startswith(prefix) and path.endswith(".py")]
    if not every:
        named = rules.collected.match if collected else _TEST_FILE.search
        return tuple(path for path in inside if named(path))
    pointed = [tree.started_at(path.rstrip("/")) for path in testpaths]

    def is_one(path: str) -> bool:
        folders = path.removeprefix(prefix).split("/")[:-1]
        below = any(fnmatch.fnmatch(folder, one) for folder in _parents(path) for one in pointed)
        return below or bool({"tests", "test"} & set(folders)) or bool(_TEST_FILE.search(path))

    return tuple(path for path in inside if rules.telling.match(path) or is_one(path))


def uncollected(tree: PythonTree, collected: Sequence[str]) -> tuple[str, ...]:
    """A sentence for tests that lie there under names that the runner does not take; nothing where any is taken."""
    if test_files(tree, collected):
        return ()
    prefix = f"{tree.root}/" if tree.root else ""
    inside = [p.removeprefix(prefix) for p in tree.paths if p.startswith(prefix) and p.endswith(".py")]
    alike = sorted(
        p for p in inside if _ALIKE.search(p) and posixpath.basename(p) not in ("__init__.py", "conftest.py")
    )
    if not alike:
        return ()
    names = ", ".join(collected) or "test_*.py, *_test.py"
    return (
        f"tests: no file is named as the runner takes them ({names}), though {len(alike)} look like tests, such as "
        f"{prefix}{alike[0]}: python_files in pytest's configuration or commands.test in aurora.yaml names them",
    )


def test_roots(
    tree: PythonTree, config: PytestConfig, named: tuple[str, ...] = (), collected: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], str]:
    """(folders relative to the repository's root, why). A root never holds the code under test: it would be unwritable
    to the coder, so a `testpaths` that names a whole package is narrowed to the test folders inside."""
    if named:
        return tuple(map(cleaned, named)), "test roots: aurora.yaml"
    files = test_files(tree, collected, config.testpaths)
    folders = {posixpath.dirname(p) for p in tree.paths}
    folders |= {parent for f in folders for parent in _parents(f)}
    pointed = [
        folder
        for pattern in config.testpaths
        for folder in sorted(folders)
        if folder
        and fnmatch.fnmatch(folder, tree.started_at(pattern.rstrip("/")))
        and any(_under(f, folder) for f in files)
    ]
    pure = [f for f in pointed if f != tree.root and not _holds_code(tree, f, files)]
    if pure and len(pure) == len(pointed):
        return _outermost(pure), f"test roots: testpaths of {config.path}"
    usual = [f for f in folders if posixpath.basename(f) in ("tests", "test") and any(_under(t, f) for t in files)]
    usual = [f for f in usual if not tree.root or _under(f, tree.root)]
    if usual:
        return _outermost(usual), "test roots: folders named tests or test"
    scattered = sorted({posixpath.dirname(p) for p in files if not p.endswith("/tests.py")} - {tree.root})
    pure = [f for f in scattered if not _holds_code(tree, f, files)]
    if pure:
        return _outermost(pure), "test roots: folders that hold test modules only"
    beside = tuple(sorted(files))
    default = tree.started_at(DEFAULT_ROOT)
    if beside:
        return (*beside, default), f"test roots: test modules beside the code, and {default} for new ones"
    return (default,), f"test roots: there are no tests yet; new ones go to {default}"


def _parents(folder: str) -> list[str]:
    parts = folder.split("/")
    return ["/".join(parts[:i]) for i in range(1, len(parts))]


def _under(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")


def _outermost(folders: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for folder in sorted(set(folders)):
        if not any(_under(folder, other) for other in kept):
            kept.append(folder)
    return tuple(kept)


def _holds_code(tree: PythonTree, folder: str, tests: Collection[str]) -> bool:
    """Return whether a folder not itself named for tests holds a package's modules too."""
    if any(part in ("tests", "test", "testing") or part.startswith("test") for part in folder.split("/")):
        return False
    inside = [p for p in tree.paths if _under(p, folder) and p.endswith(".py")]
    scenery = ("conftest.py", "__init__.py")
    return any(p not in tests and posixpath.basename(p) not in scenery for p in inside)
