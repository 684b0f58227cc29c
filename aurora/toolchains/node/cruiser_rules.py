"""Rules of dependency-cruiser that forbid one path to import another, read from its configuration without running it.

Of `forbidden` the rules whose `from` and `to` hold `path` and `pathNot` only, as regular expressions or lists of them;
rules about cycles, reachability and kinds of dependency are dependency-cruiser's own to check."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tree_sitter import Node

from aurora.toolchains.node.syntax import properties, string, text, tree, walk

FILES = (".dependency-cruiser.js", ".dependency-cruiser.cjs", ".dependency-cruiser.mjs", ".dependency-cruiser.json")
_SIMPLE = {"path", "pathNot"}


@dataclass(frozen=True)
class Rule:
    name: str
    advice: bool
    """Of a severity below `error`."""
    importer: Mapping[str, tuple[str, ...]]
    imported: Mapping[str, tuple[str, ...]]

    def breaks(self, importer: str, imported: str) -> bool:
        groups: list[str] = []
        if not _fits(self.importer, importer, groups):
            return False
        given = {key: tuple(_filled(one, groups) for one in values) for key, values in self.imported.items()}
        return _fits(given, imported, [])


@dataclass(frozen=True)
class Rules:
    rules: tuple[Rule, ...] = ()
    folder: str = ""
    """The folder at which paths of the rules begin."""
    types: bool = False
    """True if imports count that are for types only."""

    def broken_by(self, importer: str, imported: str, *, typing_only: bool) -> list[Rule]:
        places = [path.removeprefix(f"{self.folder}/") if self.folder else path for path in (importer, imported)]
        if typing_only and not self.types:
            return []
        return [rule for rule in self.rules if rule.breaks(*places)]


def rules(configuration: Mapping[str, str]) -> Rules:
    """The rules of the first of its files that can be read; without one there are none."""
    for path, content in configuration.items():
        if posixpath.basename(path) in FILES:
            whole = f"module.exports = {content}" if path.endswith(".json") else content
            root = tree("a.js", whole)
            if root is not None:
                types = re.search(r"tsPreCompilationDeps[\"']?\s*:\s*(true|[\"']specify)", content) is not None
                return Rules(tuple(_rules(root)), posixpath.dirname(path), types)
    return Rules()


def _rules(root: Node) -> list[Rule]:
    found = []
    for node in walk(root):
        forbidden = properties(node).get("forbidden") if node.type == "object" else None
        for one in forbidden.named_children if forbidden is not None and forbidden.type == "array" else ():
            rule = _rule(properties(one))
            if rule is not None:
                found.append(rule)
    return found


def _rule(options: Mapping[str, Node]) -> Rule | None:
    importer, imported = properties(options.get("from")), properties(options.get("to"))
    if not imported or set(importer) - _SIMPLE or set(imported) - _SIMPLE:
        return None
    severity = string(options.get("severity")) or "warn"
    if severity in ("info", "ignore"):
        return None
    name = string(options.get("name")) or "a rule without a name"
    sides = _patterns(importer), _patterns(imported)
    return None if sides[0] is None or sides[1] is None else Rule(name, severity != "error", sides[0], sides[1])


def _patterns(options: Mapping[str, Node]) -> dict[str, tuple[str, ...]] | None:
    """None where one is no literal."""
    found = {}
    for key, node in options.items():
        texts = [_pattern(one) for one in ([node] if node.type != "array" else node.named_children)]
        if None in texts:
            return None
        found[key] = tuple(one for one in texts if one is not None)
    return found


def _pattern(node: Node) -> str | None:
    if node.type == "regex":
        return text(node).strip("/")
    literal = string(node) if node.type == "string" else None
    return None if literal is None else literal.replace("\\\\", "\\")


def _fits(patterns: Mapping[str, tuple[str, ...]], path: str, groups: list[str]) -> bool:
    wanted, unwanted = patterns.get("path", ()), patterns.get("pathNot", ())
    found = [match for match in (_search(one, path) for one in wanted) if match is not None]
    if found:
        groups += [one or "" for one in found[0].groups()]
    return (bool(found) or not wanted) and not any(_search(one, path) for one in unwanted)


def _search(pattern: str, path: str) -> re.Match[str] | None:
    try:
        return re.search(pattern, path)
    except re.error:
        return None  # JavaScript's own syntax


def _filled(pattern: str, groups: list[str]) -> str:
    for place, value in enumerate(groups, 1):
        pattern = pattern.replace(f"${place}", re.escape(value))
    return pattern
