"""The definition of a name of a TypeScript file in a project's texts, imports and re-exports followed; nothing runs."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tree_sitter import Node

from aurora.toolchains.node import syntax
from aurora.toolchains.node.import_paths import ImportPaths
from aurora.toolchains.node.syntax import Origin, string, text

_HOPS = 8
_CLASSES = ("class_declaration", "abstract_class_declaration")


class Definition(NamedTuple):
    path: str
    node: Node
    """A class, an enum, or the value that is assigned."""


class Definitions:
    """The definitions of a project's modules; each is parsed when it is first asked about."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.paths = ImportPaths.of(texts)
        self._trees: dict[str, Node | None] = {}
        self._own: dict[str, dict[str, Node]] = {}
        self._imports: dict[str, dict[str, Origin]] = {}

    def tree(self, path: str) -> Node | None:
        if path not in self._trees:
            self._trees[path] = syntax.tree(path, self.texts[path]) if path in self.texts else None
        return self._trees[path]

    def find(self, path: str, name: str, hops: int = 0) -> Definition | None:
        """Find a dotted name as the file writes it; None for what is not of the project."""
        root = self.tree(path)
        if root is None or hops > _HOPS:
            return None
        first, _, rest = name.partition(".")
        if path not in self._own:
            self._own[path], self._imports[path] = dict(_defined(root)), syntax.imports(root)
        own = self._own[path].get(first)
        if own is not None:
            return Definition(path, own) if not rest else self._member(path, own, rest)
        origin = self._imports[path].get(first)
        if origin is not None:
            place = self.paths.resolve(path, origin.specifier)
            wanted = rest if origin.name == "*" else f"{origin.name}.{rest}".rstrip(".")
            return self.find(place, wanted, hops + 1) if place and wanted else None
        for specifier, exported in _passed_on(root, first):
            place = self.paths.resolve(path, specifier)
            wanted = f"{exported}.{rest}".rstrip(".")
            found = self.find(place, wanted, hops + 1) if place and place != path else None
            if found is not None:
                return found
        return None

    @staticmethod
    def _member(path: str, node: Node, rest: str) -> Definition | None:
        value = syntax.properties(node).get(rest)
        return Definition(path, value) if value is not None else None


def _defined(root: Node) -> Iterator[tuple[str, Node]]:
    for statement in root.named_children:
        one = statement
        if one.type == "export_statement":
            declared = one.child_by_field_name("declaration")
            value = one.child_by_field_name("value")
            if value is not None:
                yield "default", value
            if declared is None:
                continue
            one = declared
            if any(child.type == "default" for child in statement.children):
                yield "default", one
        if one.type in (*_CLASSES, "enum_declaration"):
            yield text(one.child_by_field_name("name")), one
        elif one.type in ("lexical_declaration", "variable_declaration"):
            for declarator in one.named_children:
                name, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
                if name is not None and value is not None and name.type == "identifier":
                    yield text(name), value


def _passed_on(root: Node, name: str) -> Iterator[tuple[str, str]]:
    """(specifier, name there) of `export { a as name } from`, `export * from`."""
    for statement in root.named_children:
        source = string(statement.child_by_field_name("source")) if statement.type == "export_statement" else None
        if not source:
            continue
        clause = next((one for one in statement.named_children if one.type == "export_clause"), None)
        if clause is None:
            yield source, name
            continue
        for one in clause.named_children:
            inner = text(one.child_by_field_name("name"))
            if (text(one.child_by_field_name("alias")) or inner) == name:
                yield source, inner
