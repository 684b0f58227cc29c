"""The definitions in a TypeScript or JavaScript text, each with its head, as a reader of a map needs it."""

from collections.abc import Iterator

from tree_sitter import Node

from aurora.toolchains.node.source import parser

CHARS = 140
_SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_DEFINES = frozenset(
    (
        "function_declaration",
        "generator_function_declaration",
        "class_declaration",
        "abstract_class_declaration",
        "interface_declaration",
        "type_alias_declaration",
        "enum_declaration",
    )
)


def signatures(path: str, text: str) -> tuple[str, ...]:
    """Functions, classes with their methods, types and exported values in their order; nothing for another language."""
    if not path.endswith(_SUFFIXES):
        return ()
    jsx = not path.endswith((".ts", ".mts", ".cts"))
    return tuple(_of(parser(jsx).parse(text.encode("utf-8", "replace")).root_node))


def _of(root: Node) -> Iterator[str]:
    for outer in root.named_children:
        exported = outer.type == "export_statement"
        node = (outer.child_by_field_name("declaration") or outer) if exported else outer
        if node.type in _DEFINES:
            yield _head(node)
            if "class" in node.type and (body := node.child_by_field_name("body")) is not None:
                yield from (f"  {_head(one)}" for one in body.named_children if one.type == "method_definition")
        elif node.type == "lexical_declaration" and exported:
            yield _head(node)


def _head(node: Node) -> str:
    """The first line of the node, up to its body."""
    text = (node.text or b"").decode("utf-8", "replace")
    head = text.partition("{")[0] if "type" not in node.type else text
    return " ".join(head.partition("=>")[0].split())[:CHARS].rstrip(" =")
