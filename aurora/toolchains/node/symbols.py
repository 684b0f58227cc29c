"""Names that a TypeScript or JavaScript module exports."""

from tree_sitter import Node

from aurora.toolchains.node.root import SOURCES
from aurora.toolchains.node.source import parser, text_of


def offered(path: str, text: str) -> frozenset[str]:
    """Exported declarations, and public methods of exported classes as `Class.method`."""
    if not path.endswith(SOURCES):
        return frozenset()
    root = parser(not path.endswith((".ts", ".mts", ".cts"))).parse(text.encode("utf-8", "replace")).root_node
    found: set[str] = set()
    for statement in root.named_children:
        declaration = statement.child_by_field_name("declaration") if statement.type == "export_statement" else None
        if declaration is None:
            continue
        if declaration.type in ("lexical_declaration", "variable_declaration"):
            found |= {text_of(one.child_by_field_name("name")) for one in declaration.named_children}
            continue
        name = text_of(declaration.child_by_field_name("name"))
        found.add(name)
        body = declaration.child_by_field_name("body")
        if declaration.type in ("class_declaration", "abstract_class_declaration") and body is not None:
            found |= {
                f"{name}.{text_of(one.child_by_field_name('name'))}" for one in body.named_children if _public(one)
            }
    return frozenset(name for name in found if name and name.replace(".", "").replace("_", "").isalnum())


def _public(member: Node) -> bool:
    own = member.child_by_field_name("name")
    said = next((text_of(child) for child in member.children if child.type == "accessibility_modifier"), "public")
    return (
        member.type == "method_definition"
        and said == "public"
        and own is not None
        and own.type == "property_identifier"
        and text_of(own) != "constructor"
    )
