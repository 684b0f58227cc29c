"""The file of the project that an import specifier names: a path, an alias of a tsconfig, the `imports` of a
package.json, a package of the workspace. Read from texts; nothing of the project runs."""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aurora.toolchains.folders import above
from aurora.toolchains.node.resolution import candidates
from aurora.toolchains.node.root import SOURCES

RESOLVED_BY = r"(^|/)((ts|js)config(\.[\w-]+)*|package)\.json$"
"""Paths of the files that say it."""
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.S)
_DEPTH = 8


@dataclass(frozen=True)
class ImportPaths:
    texts: Mapping[str, str]
    _aliases: dict[str, tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]] = field(default_factory=dict)
    _documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    _packages: dict[str, str] = field(default_factory=dict)
    """Name of a package of the workspace -> its folder."""

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "ImportPaths":
        found = cls(texts)
        for path in texts:
            if posixpath.basename(path) == "package.json":
                name = found.document(path).get("name")
                if isinstance(name, str) and name:
                    found._packages.setdefault(name, posixpath.dirname(path))
        return found

    def document(self, path: str) -> dict[str, Any]:
        """A JSON file as its tools read it, comments left out; empty where it is none."""
        if path not in self._documents:
            try:
                read = json.loads(_COMMENT.sub(lambda hit: hit[1] or "", self.texts[path].removeprefix("\ufeff")))
            except (KeyError, ValueError, RecursionError):
                read = {}
            self._documents[path] = read if isinstance(read, dict) else {}
        return self._documents[path]

    def resolve(self, importer: str, specifier: str) -> str | None:
        """The path of a source file; None for a package, an asset, or what is not there."""
        for target in self._targets(importer, specifier.partition("?")[0]):
            for one in candidates(posixpath.normpath(target)):
                if one.endswith(SOURCES) and not one.endswith((".d.ts", ".d.mts", ".d.cts")) and one in self.texts:
                    return one
        return None

    def is_module(self, path: str) -> bool:
        """Return whether Node runs a file as an ES module, and not as CommonJS that a compiler makes of it."""
        if path.endswith((".mts", ".mjs")):
            return True
        if path.endswith((".cts", ".cjs")):
            return False
        return self._nearest(path, "package.json").get("type") == "module"

    def _nearest(self, path: str, name: str) -> dict[str, Any]:
        for folder in above(posixpath.dirname(path)):
            if (manifest := posixpath.join(folder, name)) in self.texts:
                return self.document(manifest)
        return {}

    def _targets(self, importer: str, specifier: str) -> Iterator[str]:
        if specifier.startswith("."):
            yield posixpath.join(posixpath.dirname(importer), specifier)
            return
        for folder in above(posixpath.dirname(importer)):
            if specifier.startswith("#") and (manifest := posixpath.join(folder, "package.json")) in self.texts:
                said = self.document(manifest).get("imports")
                yield from _mapped(_patterns(said, folder) if isinstance(said, dict) else (), specifier)
                return
            for name in ("tsconfig.json", "jsconfig.json", "tsconfig.base.json"):
                if (path := posixpath.join(folder, name)) in self.texts:
                    base, aliases = self._of_tsconfig(path, 0)
                    yield from _mapped(aliases, specifier)
                    if base:
                        yield posixpath.join(base, specifier)
        parts = specifier.split("/")
        package = "/".join(parts[: 2 if specifier.startswith("@") else 1])
        if package in self._packages:
            rest = specifier.removeprefix(package).lstrip("/")
            yield posixpath.join(self._packages[package], "src", rest)
            yield posixpath.join(self._packages[package], rest)

    def _of_tsconfig(self, path: str, depth: int) -> tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]:
        """(folder of `baseUrl`, patterns -> their places), those of what it extends where it says none itself."""
        if path in self._aliases:
            return self._aliases[path]
        document = self.document(path)
        options = document.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        folder = posixpath.dirname(path)
        said = options.get("baseUrl")
        base = posixpath.join(folder, said) if isinstance(said, str) else ""
        paths = options.get("paths")
        aliases = _patterns(paths, base or folder) if isinstance(paths, dict) else ()
        extended = document.get("extends")
        for other in extended if isinstance(extended, list) else [extended]:
            if not isinstance(other, str) or depth > _DEPTH or (base and aliases):
                continue
            target = posixpath.normpath(posixpath.join(folder, other))
            there = next((one for one in (target, f"{target}.json") if one in self.texts), None)
            if there is not None:
                above_base, above_aliases = self._of_tsconfig(there, depth + 1)
                base, aliases = base or above_base, aliases or above_aliases
        self._aliases[path] = base or ("" if not isinstance(said, str) else "."), aliases
        return self._aliases[path]


def _patterns(said: Mapping[str, Any], folder: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The most specific first."""
    found = []
    for name, places in said.items():
        listed = list(places.values()) if isinstance(places, dict) else places if isinstance(places, list) else [places]
        found.append((str(name), tuple(posixpath.join(folder, one) for one in listed if isinstance(one, str))))
    return tuple(sorted(found, key=lambda one: (-len(one[0].partition("*")[0]), one[0])))


def _mapped(patterns: tuple[tuple[str, tuple[str, ...]], ...], specifier: str) -> Iterator[str]:
    for pattern, places in patterns:
        head, star, tail = pattern.partition("*")
        if specifier == pattern or (star and specifier.startswith(head) and specifier.endswith(tail)):
            inside = specifier[len(head) : len(specifier) - len(tail)] if star else ""
            yield from (place.replace("*", inside) for place in places)
