"""The choice of the folder that holds the project: by what its manifests declare, then by code and tests.

A manifest that configures tools, or lists nothing but tools, is no project where one lies below it.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Any

from aurora.domain.value import Value
from aurora.ports import ToolchainProbe
from aurora.toolchains.folders import above
from aurora.toolchains.python import conda, manifests, pixi, requirements, workspace
from aurora.toolchains.python.declared import Declared, name_of
from aurora.toolchains.python.locks import WHOLE
from aurora.toolchains.stated import Inside, below

MAX_CANDIDATES = 100
ASIDE = re.compile(
    r"(^|/)(\.[^/]*|docs?|examples?|samples?|tests?|node_modules|vendor|third_party|fixtures|templates?|build|dist|site-packages)(/|$)"
)
_LIKELY = ("src/backend", "backend", "server", "api", "app", "src")
_ASSISTING = re.compile(
    r"(^|/)(scripts?|tools?|tooling|infra|infrastructure|deploy|deployment|ops|devops|ci|e2e|hack|notebooks?|terraform"
    r"|ansible|benchmarks?|load-?tests?|utils)(/|$)"
)
"""Folders that assist a project: taken only where nothing else is one."""
_TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|tests|conftest)\.py$|(^|/)tests?/")
_SCRIPTS = ("setup.py", "noxfile.py", "tasks.py", "fabfile.py", "dodo.py", "conftest.py")
"""Modules at the top of a repository that are no code of a project."""
_TOOLS = re.compile(
    r"pre-commit|black|ruff|isort|flake8.*|pylint|pycodestyle|pydocstyle|pyflakes|mypy|pyright|basedpyright|bandit|tox"
    r"|tox-.*|nox|invoke|commitizen|bump.*version|twine|build|pip-tools|uv|poetry|hatch|pdm|pipenv|codespell|yamllint"
    r"|ansible-lint|cookiecutter|towncrier|mkdocs.*|sphinx.*|furo|myst-parser|zensical|pip|setuptools|wheel|detect-secrets"
    r"|pip-audit|safety|mdformat.*|interrogate|vulture|copier|python-semantic-release|reuse|gitlint|pyupgrade|djlint"
)
"""Distributions that a project does not run on: linters, builders, documentation."""


class Candidate(Value):
    folder: str
    manifests: tuple[str, ...]
    declared: Declared = Declared()
    """Of its manifests, without requirements files."""
    declares: bool = False
    """True if a manifest says that there is a project, not only how tools are set."""
    bare: bool = True
    """True if all that it lists are tools."""
    runtime: bool = False
    """True if it says, or may say, what the project runs on."""
    virtual: bool = False
    """The root of a uv workspace that is run from there."""
    code: int = 0
    """Modules that lie in no other candidate's folder."""
    tests: int = 0

    @property
    def strong(self) -> bool:
        return self.virtual or (self.declares and (not self.bare or bool(self.code or self.tests)))

    @property
    def serves(self) -> bool:
        """True if anything runs there but tests and tools."""
        return self.virtual or bool(self.code) or self.runtime


class ProjectFolder(Value):
    root: str
    why: tuple[str, ...]


async def choose(probe: ToolchainProbe, paths: Sequence[str], within: str = "") -> ProjectFolder:
    """The folder of the manifests that count, and the sentence for `aurora doctor`. `within`: the folder to look in."""
    if within:
        inner = await choose(Inside(probe, within), below(paths, within))
        shown = inner.why[0].replace("the repository's own", repr("")).replace("root: '", f"root: '{within}/")
        said = (shown.replace("/'", "'"), *inner.why[1:])
        return ProjectFolder(root=posixpath.join(within, inner.root).rstrip("/"), why=said)
    folders = _folders(paths)
    found = {f: await _candidate(probe, f, names) for f, names in sorted(folders.items())[:MAX_CANDIDATES]}
    strong = _measured({f: one for f, one in found.items() if one.declares}, paths)
    strong = {f: one for f, one in strong.items() if one.strong} or strong
    if "" in strong and not strong[""].serves and any(one.code for one in strong.values()):
        del strong[""]  # what the tests of those below need
    if not strong:
        strong = _measured(found, paths) if set(found) == {""} or "" not in found else {"": found[""]}
    if not strong:
        return ProjectFolder(root="", why=("root: the repository's own; there is no manifest",))
    chosen = _best(strong)
    if chosen and (why := _outside(strong, chosen, paths)):
        return ProjectFolder(root="", why=(why,))
    names = ", ".join(sorted(found[chosen].manifests))
    if not chosen:
        others = sorted(f for f, one in _measured(strong, paths).items() if f and (one.code or one.tests))
        doubt = f"; projects of their own in it: {', '.join(others[:4])}" if others else ""
        return ProjectFolder(root="", why=(f"root: the repository's own, by {names}{doubt}",))
    others = sorted((f for f in found if f != chosen), key=lambda f: (f not in strong, f))
    doubt = f"; {', '.join(f or '.' for f in others[:4])} also hold manifests and were not taken" if others else ""
    return ProjectFolder(root=chosen, why=(f"root: {chosen!r}, by {names}{doubt}",))


def of_stated(paths: Sequence[str], root: str) -> ProjectFolder:
    """The manifests' folder of a project whose own folder is stated: that, or the nearest above with a manifest."""
    said = f"root: {root or '.'!r}, by project.root of aurora.yaml"
    for folder in above(root):
        if "" in _folders(below(paths, folder)):
            above_it = f"; its manifests lie in {folder or '.'!r}" if folder != root else ""
            return ProjectFolder(root=folder, why=(said + above_it,))
    return ProjectFolder(root=root, why=(f"{said}; there is no manifest",))


def _folders(paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Folder -> the names of its manifests; folders of documentation, examples and tests left out."""
    found: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name in (*manifests.NAMES, pixi.FILE, *WHOLE, *conda.FILES) or (
            requirements.group_of(name) is not None and not ASIDE.search(path)
        ):
            found.setdefault(folder, []).append(name)
        elif requirements.group_of(path) is not None and folder.rpartition("/")[2] in ("requirements", "reqs"):
            found.setdefault(folder.rpartition("/")[0], []).append(name)
    return {f: tuple(names) for f, names in found.items() if not f or not ASIDE.search(f + "/")}


async def _candidate(probe: ToolchainProbe, folder: str, names: Sequence[str]) -> Candidate:
    read = await manifests.read(probe, folder, [posixpath.join(folder, name) for name in names])
    declared, declares = read.declared, read.declares
    listed = [*(declared.runtime or ()), *(line for lines in declared.optional.values() for line in lines)]
    runtime = bool(declared.runtime) or "setup.py" in names
    for name in names:
        if name in (*manifests.NAMES, pixi.FILE):
            continue
        declares = True
        if name in conda.FILES:
            listed.append(name)
            runtime = True
            continue
        runtime = runtime or not requirements.group_of(name)
        path = posixpath.join(folder, name)
        listed += (await requirements.read(probe, path)).requirements if name not in WHOLE else [name]
    bare = all(_TOOLS.fullmatch(name_of(line)) for line in listed if name_of(line))
    # what a setup.py computes is not known to be nothing
    bare = bare and "setup.py" not in names and not (declared.name and declared.import_roots)
    virtual = workspace.is_root(read.pyproject) and workspace.runs_tests(read.pyproject)
    return Candidate(
        folder=folder,
        manifests=tuple(names),
        declared=declared,
        declares=declares or virtual,
        bare=bare,
        runtime=runtime,
        virtual=virtual,
    )


def _measured(found: Mapping[str, Candidate], paths: Sequence[str]) -> dict[str, Candidate]:
    code = dict.fromkeys(found, 0)
    tests = dict.fromkeys(found, 0)
    for path in paths:
        if not path.endswith(".py"):
            continue
        owner = next((f for f in above(posixpath.dirname(path)) if f in found), None)
        if owner is None:
            continue
        inside = path.removeprefix(f"{owner}/") if owner else path
        if _TEST_FILE.search(inside):
            tests[owner] += 1
        elif inside not in _SCRIPTS and not ASIDE.search(inside) and not _ASSISTING.search(inside):
            code[owner] += 1
    return {f: one.model_copy(update={"code": code[f], "tests": tests[f]}) for f, one in found.items()}


def _best(found: Mapping[str, Candidate]) -> str:
    if "" in found:
        return ""
    libraries = {name_of(line) for one in found.values() for line in (*(one.declared.runtime or ()), *_groups(one))}

    def rank(folder: str) -> tuple[Any, ...]:
        one = found[folder]
        return (
            bool(_ASSISTING.search(folder)),
            any(f in found and (found[f].code or found[f].tests) for f in above(folder)[1:]),
            not one.tests,
            bool(one.declared.name) and name_of(one.declared.name) in libraries,
            _LIKELY.index(folder) if folder in _LIKELY else len(_LIKELY),
            not one.code,
            -one.tests,
            -one.code,
            folder.count("/"),
            folder,
        )

    return min(found, key=rank)


def _groups(one: Candidate) -> list[str]:
    return [line for lines in one.declared.optional.values() for line in lines]


def _outside(strong: Mapping[str, Candidate], chosen: str, paths: Sequence[str]) -> str:
    """The reason why the repository's own folder is the root although no manifest of a project lies there; empty when
    it is not: the only manifests are those of a assisting folder or list tools, and the code lies outside."""
    if not _ASSISTING.search(chosen) and strong[chosen].strong:
        return ""
    whole = _measured({**strong, "": Candidate(folder="", manifests=())}, paths)
    if not whole[""].code or whole[""].code < sum(one.code for f, one in whole.items() if f):
        return ""
    return f"root: the repository's own; {chosen!r} holds a manifest, and the code lies outside of it"


# ── the folder that tests run in ─────────────────────────────────────────────────────────────────────────────────


def run_from(paths: Sequence[str], home: str, configured: str, starting: Sequence[str]) -> tuple[str, str]:
    """(the folder that the tests run in, why where it is not the manifests').

    `configured`: the file that configures pytest there or above, empty where none does; `starting`: files below that
    configure pytest or start Django."""
    prefix = f"{home}/" if home else ""
    tests = [p for p in paths if p.endswith(".py") and _TEST_FILE.search(p) and posixpath.basename(p) != "conftest.py"]
    inside = [p for p in tests if p.startswith(prefix)]
    if home and not inside and tests:
        near = min((_shared(home, posixpath.dirname(p)) for p in tests), key=lambda f: -len(f))
        return near, f"tests run in {near or '.'!r}: they lie beside {home!r}, not in it"
    if configured or not starting:
        return home, ""
    depth = min(p.count("/") for p in starting)
    folders = {posixpath.dirname(p) for p in starting if p.count("/") == depth}
    if len(folders) != 1:
        return home, ""
    folder = folders.pop()
    if folder == home or any(not p.startswith(folder + "/") for p in inside):
        return home, ""
    code = [p for p in paths if p.startswith(prefix) and p.endswith(".py") and not ASIDE.search(p.removeprefix(prefix))]
    if not inside and sum(p.startswith(folder + "/") for p in code) * 2 <= len(code):
        return home, ""  # without tests, a demonstration beside the code would do as well
    by = ", ".join(sorted(posixpath.basename(p) for p in starting if posixpath.dirname(p) == folder))
    return folder, f"tests run in {folder!r}, by {by} there"


def _shared(one: str, other: str) -> str:
    common = [f for f in above(one) if f in above(other)]
    return common[0]
