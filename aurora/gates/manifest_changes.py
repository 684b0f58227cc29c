"""The parts of a manifest that may change where the task asks for the manifest: dependencies and facts about the
project, never what configures the judges, builds the project or runs at its installation."""

import configparser
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from aurora.gates.context import NOTHING, FileContext
from aurora.gates.gate import FileGate, Problem, When
from aurora.tools.paths import folded
from aurora.tools.protected_paths import protection

MAX_CHARS = 400_000
_FACTS = {
    "poetry": frozenset(
        ("name", "version", "description", "authors", "maintainers", "license", "readme", "keywords", "classifiers",
         "urls", "homepage", "repository", "documentation", "dependencies", "dev-dependencies", "group",
         "extras", "package-mode")
    ),
    "pdm": frozenset(("version", "dev-dependencies")),
    "uv": frozenset(("dev-dependencies", "constraint-dependencies", "override-dependencies")),
    "bumpversion": frozenset(("current_version",)),
    "bumpver": frozenset(("current_version",)),
    "commitizen": frozenset(("version",)),
    "towncrier": frozenset(("version",)),
}  # fmt: skip
"""Keys of tables under `tool` of a pyproject.toml that say what the project depends on and which version it has."""
_FACTS_OF_NODE = frozenset(
    ("name", "version", "description", "keywords", "author", "contributors", "maintainers", "license",
     "homepage", "repository", "bugs",
     "funding", "private", "dependencies", "devDependencies", "peerDependencies", "peerDependenciesMeta",
     "optionalDependencies",
     "engines", "files", "main", "module", "types", "typings", "sideEffects", "scripts")
)  # fmt: skip
"""Keys of a package.json of the same kind, and the scripts, of which only some may change."""
_AT_INSTALLATION = frozenset(
    ("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare", "prepack",
     "postpack", "prepublishonly", "publish", "postpublish", "dependencies", "test", "pretest", "posttest", "lint",
     "prelint", "postlint")
)  # fmt: skip
_REQUIREMENTS = re.compile(r"(?:.*/)?(?:requirements|constraints)[^/]*(?:/[^/]+)?\.(?:txt|in)")
_OPTION = re.compile(r"-(?!r\b|c\b|-requirement\b|-constraint\b|-hash=)")
_PLACE = re.compile(
    r"(?:^|\s|@|\b\w+\+)(?:[a-z]+\+)?(?:https?|ftp|git|ssh|file|svn|hg|bzr)://|^\.{0,2}/|@ *\.{0,2}/", re.I
)
_NPM_PLACE = re.compile(
    r"(?:file|link|portal|patch|git|github|gitlab|bitbucket|gist|npm|workspace):|[\w.-]+/[\w.-]+(?:#.*)?$", re.I
)
_SCRIPT, _ANY_SCRIPT = "the script", "its script"
HINT = "Change only what the task asks for: the dependencies, or a fact such as the version."


def check(context: FileContext) -> Iterator[Problem]:
    """The decisions that a change of a manifest may not take; none of its scripts where the request for it speaks of
    none."""
    allowed = context.draft.grants.of_path(context.path, protection(context.path))
    if context.file.text is None:
        yield from _removed(context)
        return
    yield from changes(context.path, context.text, context.before, allowed.words if allowed else "")


def _removed(context: FileContext) -> Iterator[Problem]:
    """A manifest that is gone, or moved, decides nothing any more of what it did."""
    reader = _READERS.get(PurePosixPath(folded(context.path)).name)
    if reader is None or context.file.mode != NOTHING or not context.before:
        return
    try:
        bound = [name for name, value in _bound(reader, context.before).items() if value]
    except (ValueError, RecursionError, TypeError, configparser.Error):
        bound = ["what it said"]
    if bound:
        said = ", ".join(sorted(bound)[:5])
        yield Problem(
            f"It was removed, and with it {said}: how the project is built, judged or installed.", "Restore it."
        )


def changes(path: str, text: str, before: str | None, asked: str = "") -> Iterator[Problem]:
    """A manifest that can't be read is refused: nobody knows what it says.

    `asked`: the sentence that asks for the manifest; where it says nothing of scripts, none may change."""
    yield from _sources(path, text, before or "")
    reader = _READERS.get(PurePosixPath(folded(path)).name)
    if reader is None:
        return
    try:
        now, was = _bound(reader, text), _bound(reader, before or "")
    except (ValueError, RecursionError, TypeError, configparser.Error) as error:
        said = str(error)[:300] or type(error).__name__
        yield Problem(f"It can't be read: {said}", "Fix its syntax.")
        return
    scripts = not asked or "script" in asked.casefold() or "command" in asked.casefold()
    for name in sorted({*now, *was}):
        if scripts and name.startswith(_ANY_SCRIPT):
            continue
        if now.get(name) != was.get(name):
            yield Problem(f"It changes {name}, which decides how the project is built, judged or installed.", HINT)


def _sources(path: str, text: str, before: str) -> Iterator[Problem]:
    """Places that a list of requirements takes packages from, and options that it sets for their installation."""
    if not _REQUIREMENTS.fullmatch(folded(path)):
        return
    there = {line.strip() for line in before.splitlines()}
    for number, line in enumerate(text.splitlines(), start=1):
        said = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if line.strip() not in there and (_OPTION.match(said) or _PLACE.search(said)):
            message = f"It takes packages from another index, or sets an option of the installer: {said[:200]!r}"
            yield Problem(message, HINT, number)


def _bound(reader: Any, text: str) -> dict[str, Any]:
    if len(text) > MAX_CHARS:
        raise ValueError(f"it has {len(text)} characters; at most {MAX_CHARS} are read")
    found: dict[str, Any] = reader(text)
    return found


def _pyproject(text: str) -> dict[str, Any]:
    document = tomllib.loads(text)
    tools = document.get("tool")
    project = document.get("project")
    found = {"[build-system]": document.get("build-system")}
    for name in ("entry-points", "scripts", "gui-scripts", "dynamic"):
        found[f"[project] {name}"] = project.get(name) if isinstance(project, dict) else None
    found["the places of dependencies"] = sorted(_places(document.get("project"), document.get("tool"))) or None
    for name, table in (tools if isinstance(tools, dict) else {}).items():
        if name not in _FACTS or not isinstance(table, dict):
            found[f"[tool.{name}]"] = table
        else:
            found |= {f"[tool.{name}] {key}": value for key, value in table.items() if key not in _FACTS[name]}
    return {name: value for name, value in found.items() if value is not None}


def _places(*tables: Any, of_dependencies: bool = False) -> Iterator[str]:
    """Dependencies that come from somewhere else than the usual index, as text."""
    for table in tables:
        if isinstance(table, dict):
            if of_dependencies and not {"git", "url", "path", "file"}.isdisjoint(table):
                yield json.dumps(table, sort_keys=True, default=str)
            for name, value in table.items():
                yield from _places(value, of_dependencies=of_dependencies or "dependencies" in name.lower())
        elif isinstance(table, list):
            yield from _places(*table, of_dependencies=of_dependencies)
        elif of_dependencies and isinstance(table, str) and (_PLACE.search(table) or _NPM_PLACE.match(table)):
            yield table


def _package(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    document = json.loads(text)
    if not isinstance(document, dict):
        raise TypeError("it is no object")
    scripts = document.get("scripts")
    found = {f"`{name}`": value for name, value in document.items() if name not in _FACTS_OF_NODE}
    found["the places of dependencies"] = sorted(_places(document)) or None
    for name, line in (scripts if isinstance(scripts, dict) else {}).items():
        found[f"{_SCRIPT if name.lower() in _AT_INSTALLATION else _ANY_SCRIPT} `{name}`"] = line
    return {name: value for name, value in found.items() if value is not None}


def _ini(text: str) -> dict[str, Any]:
    """Every section but the dependencies of setup.cfg."""
    parser = configparser.RawConfigParser(strict=True, interpolation=None)
    parser.read_string(text)
    return {
        f"[{section}]": {k: v for k, v in parser.items(section) if (section, k) not in _SETUP_FACTS}
        for section in parser.sections()
        if section != "options.extras_require"
    }


_SETUP_FACTS = frozenset(
    (
        ("options", "install_requires"),
        ("options", "python_requires"),
        ("metadata", "version"),
        ("metadata", "description"),
    )
)

_READERS = {"pyproject.toml": _pyproject, "package.json": _package, "setup.cfg": _ini, "tox.ini": _ini}


GATE = FileGate(
    name="manifest_changes",
    why="A manifest that a person asked to change may gain dependencies and facts, and no say in how the project is "
    "built, judged or installed.",
    when=(When.ROUND, When.COMMIT),
    check=check,
    mandatory=True,
    against_base=False,
    any_file=True,
)
