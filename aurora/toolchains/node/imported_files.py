"""The project's own files that a TypeScript or JavaScript file imports: relative paths, aliases of the tsconfig."""

import json
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from aurora.toolchains.node.source import read

_SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts")
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.S)


class ImportedFile(NamedTuple):
    specifier: str
    path: str
    """Empty for what is no file of the project."""
    line: int
    typing_only: bool


def imported_files(
    path: str, text: str, files: Collection[str], configuration: Mapping[str, str]
) -> Iterator[ImportedFile]:
    known = frozenset(files)
    aliases = _aliases(configuration)
    for one in read(path, text).imports:
        yield ImportedFile(one.specifier, _file(one.specifier, path, known, aliases), one.line, one.typing_only)


def _file(specifier: str, importer: str, known: frozenset[str], aliases: list[tuple[str, str]]) -> str:
    if specifier.startswith("."):
        return _at(posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier)), known)
    for prefix, target in aliases:
        if specifier.startswith(prefix) and (prefix.endswith("/") or specifier == prefix or not prefix):
            found = _at(posixpath.normpath(target + specifier.removeprefix(prefix)), known)
            if found:
                return found
    folder = posixpath.dirname(importer)
    if specifier.startswith(("@/", "~/", "src/")):
        # usual, wherever it is configured: below the nearest `src`
        rest = specifier.partition("/")[2]
        while folder:
            if posixpath.basename(folder) == "src":
                return _at(f"{folder}/{rest}", known)
            folder = posixpath.dirname(folder)
    return ""


def _at(place: str, known: frozenset[str]) -> str:
    bare = re.sub(r"\.[cm]?jsx?$", "", place)
    candidates = [place, *(bare + suffix for suffix in _SUFFIXES), *(f"{place}/index{suffix}" for suffix in _SUFFIXES)]
    candidates += [place + suffix for suffix in _SUFFIXES]
    return next((one for one in candidates if one in known), "")


def _aliases(configuration: Mapping[str, str]) -> list[tuple[str, str]]:
    """(what a specifier begins with, what stands for it), from `paths` and `baseUrl` of the tsconfig."""
    found: list[tuple[str, str]] = []
    for path, text in configuration.items():
        if not re.search(r"(^|/)[jt]sconfig(\.\w+)*\.json$", path):
            continue
        try:
            options = json.loads(_COMMENT.sub(lambda one: one[1] or "", text))["compilerOptions"]
            base = posixpath.join(posixpath.dirname(path), str(options.get("baseUrl", ".")))
            paths = options.get("paths", {})
            for name, targets in paths.items():
                found.append((name.removesuffix("*"), posixpath.join(base, str(targets[0]).removesuffix("*"))))
            if "baseUrl" in options:
                found.append(("", f"{base}/"))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
            continue
    return found
