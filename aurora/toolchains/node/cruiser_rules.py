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


def rules(configuration: Mapping[str, str]) -> tuple[Rule, ...]:
    for path, content in configuration.items():
        if posixpath.basename(path) in FILES:
            whole = f"module.exports = {content}" if path.endswith(".json") else content
            root = tree("a.js", whole)
            return tuple(_rules(root)) if root is not None else ()
    return ()


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
    return Rule(name, severity != "error", _patterns(importer), _patterns(imported))


def _patterns(options: Mapping[str, Node]) -> dict[str, tuple[str, ...]]:
    return {
        key: tuple(_unescaped(one) for one in ([node] if node.type != "array" else node.named_children))
        for key, node in options.items()
    }


def _unescaped(node: Node) -> str:
    return (string(node) or text(node)).replace("\\\\", "\\")


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
