"""Reading TypeScript and JavaScript trees: names as they are written, what imports bind, decorators."""

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from aurora.toolchains.node.source import parser

FUNCTIONS = (
    "arrow_function", "function_expression", "function_declaration", "method_definition", "generator_function",
    "generator_function_declaration",
)  # fmt: skip
HTTP_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "all")


class Origin(NamedTuple):
    specifier: str
    name: str
    """Name as its module exports it; `default` or `*` for the whole."""


def tree(path: str, text: str) -> Node | None:
    """The root of a file's tree; None for what can't be parsed."""
    jsx = not path.endswith((".ts", ".mts", ".cts"))
    root = parser(jsx).parse(text.encode("utf-8", "replace")).root_node
    return None if root.has_error else root


def walk(root: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def within(function: Node) -> Iterator[Node]:
    """All that stands in a function's body, the functions inside it too."""
    body = function.child_by_field_name("body")
    if body is not None:
        yield from walk(body)


def text(node: Node | None) -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text is not None else ""


def line(node: Node) -> int:
    return node.start_point[0] + 1


def string(node: Node | None) -> str | None:
    """The text of a string or template as written between its quotes; None for anything else."""
    return text(node)[1:-1] if node is not None and node.type in ("string", "template_string") else None


def dotted(node: Node | None) -> str:
    """`a.b.c` of members, of what is called or indexed among them: `this.a(x).b[1]` is `this.a.b`; else empty."""
    if node is None:
        return ""
    match node.type:
        case (
            "identifier" | "this" | "super" | "property_identifier" | "type_identifier" | "private_property_identifier"
        ):
            return text(node)
        case "member_expression" | "nested_identifier" | "nested_type_identifier":
            first = node.child_by_field_name("object") or node.named_children[0]
            name = node.child_by_field_name("property") or node.named_children[-1]
            return f"{dotted(first)}.{text(name)}".lstrip(".")
        case "call_expression" | "new_expression":
            return dotted(node.child_by_field_name("function") or node.child_by_field_name("constructor"))
        case "subscript_expression":
            return dotted(node.child_by_field_name("object"))
        case "await_expression" | "parenthesized_expression" | "non_null_expression" | "as_expression" | "decorator":
            return dotted(node.named_children[0]) if node.named_children else ""
        case "satisfies_expression" | "generic_type" | "instantiation_expression":
            return dotted(node.named_children[0]) if node.named_children else ""
    return ""


def last(name: str) -> str:
    return name.rpartition(".")[2]


def arguments(call: Node | None) -> list[Node]:
    given = call.child_by_field_name("arguments") if call is not None else None
    return [one for one in given.named_children if one.type != "comment"] if given is not None else []


def properties(node: Node | None) -> dict[str, Node]:
    """The values of an object literal by key; a method stands for itself."""
    found: dict[str, Node] = {}
    if node is None or node.type != "object":
        return found
    for one in node.named_children:
        value = one.child_by_field_name("value") if one.type == "pair" else one
        key = one.child_by_field_name("key" if one.type == "pair" else "name")
        if one.type == "shorthand_property_identifier":
            key = one
        if key is not None and value is not None:
            found[string(key) or text(key)] = value
    return found


def imports(root: Node) -> dict[str, Origin]:
    """The target of each imported name, `require` included."""
    found: dict[str, Origin] = {}
    for node in walk(root):
        if node.type == "import_statement":
            specifier = string(node.child_by_field_name("source"))
            for clause in (one for one in node.named_children if one.type == "import_clause" and specifier):
                found.update({name: Origin(specifier or "", of) for name, of in _bound(clause)})
        elif node.type == "import_require_clause":
            name, source = node.named_children[0], node.child_by_field_name("source")
            found[text(name)] = Origin(string(source) or "", "*")
        elif node.type == "variable_declarator":
            value, name_node = node.child_by_field_name("value"), node.child_by_field_name("name")
            call = (
                value.child_by_field_name("object")
                if value is not None and value.type == "member_expression"
                else value
            )
            if call is not None and call.type == "call_expression" and dotted(call) == "require" and arguments(call):
                specifier = string(arguments(call)[0]) or ""
                if name_node is not None and name_node.type == "identifier":
                    found[text(name_node)] = Origin(specifier, "*")
                elif name_node is not None:
                    found.update({name: Origin(specifier, of) for name, of in _taken_apart(name_node)})
    return found


def _bound(clause: Node) -> Iterator[tuple[str, str]]:
    for one in clause.named_children:
        if one.type == "identifier":
            yield text(one), "default"
        elif one.type == "namespace_import":
            yield text(one.named_children[0]), "*"
        elif one.type == "named_imports":
            for name in one.named_children:
                exported = text(name.child_by_field_name("name"))
                yield text(name.child_by_field_name("alias")) or exported, exported


def _taken_apart(pattern: Node) -> Iterator[tuple[str, str]]:
    for one in pattern.named_children:
        if one.type == "shorthand_property_identifier_pattern":
            yield text(one), text(one)
        elif one.type == "pair_pattern":
            yield text(one.child_by_field_name("value")), text(one.child_by_field_name("key"))


def decorators(node: Node) -> list[Node]:
    """The decorators of a class, a method or a parameter."""
    found = [one for one in node.children if one.type == "decorator"]
    outer = node.parent
    if node.type.endswith("class_declaration") and outer is not None and outer.type == "export_statement":
        found = [one for one in outer.children if one.type == "decorator"] + found
    before = node.prev_sibling
    while node.type == "method_definition" and before is not None and before.type in ("decorator", "comment"):
        if before.type == "decorator":
            found.insert(0, before)
        before = before.prev_sibling
    return found


def decorator_call(decorator: Node) -> Node | None:
    """The call of `@Get("x")`; None for `@Get`."""
    return next((one for one in decorator.named_children if one.type == "call_expression"), None)


def parameters(function: Node) -> list[Node]:
    """The parameters of a function; the single name of `x => x` included."""
    given = function.child_by_field_name("parameters")
    if given is not None:
        return [
            one
            for one in given.named_children
            if one.type not in ("comment",) and text(one.child_by_field_name("pattern")) != "this"
        ]
    single = function.child_by_field_name("parameter")
    return [single] if single is not None else []


def parameter_name(parameter: Node) -> str:
    """Empty for one that is taken apart."""
    pattern = parameter.child_by_field_name("pattern") or parameter
    if pattern.type == "assignment_pattern":
        pattern = pattern.child_by_field_name("left") or pattern
    return text(pattern) if pattern.type == "identifier" else ""


def parameter_type(parameter: Node) -> str:
    written = parameter.child_by_field_name("type")
    return text(written).lstrip(":").strip()


def is_async(function: Node) -> bool:
    return any(one.type == "async" for one in function.children)


def name_of(function: Node) -> str:
    """The name of a function, its own or that of the variable, property or field that holds it, with the names of the
    classes, functions and objects around it: `OrderController.create`; empty for one without."""
    own = _own_name(function)
    if not own:
        return ""
    parts = [own]
    outer = function.parent
    while outer is not None:
        if outer.type in ("class_declaration", "abstract_class_declaration", "class"):
            parts.append(text(outer.child_by_field_name("name")))
        elif outer.type in FUNCTIONS:
            parts.append(_own_name(outer))
        elif outer.type == "variable_declarator" and function.type != "class":
            held = text(outer.child_by_field_name("name"))
            if held != own or len(parts) > 1:
                parts.append(held)
        elif outer.type == "pair" and text(outer.child_by_field_name("key")) != own:
            parts.append(text(outer.child_by_field_name("key")))
        outer = outer.parent
    named = [part for part in parts if part]
    return ".".join(reversed([part for place, part in enumerate(named) if place == 0 or part != named[place - 1]]))


def _own_name(function: Node) -> str:
    name = function.child_by_field_name("name")
    if name is not None:
        return text(name)
    holder = function.parent
    while holder is not None and holder.type in (
        "call_expression", "arguments", "parenthesized_expression", "as_expression", "satisfies_expression",
        "await_expression",
    ):  # fmt: skip
        holder = holder.parent
    if holder is None:
        return ""
    if holder.type == "variable_declarator":
        name = holder.child_by_field_name("name")
        return text(name) if name is not None and name.type == "identifier" else ""
    if holder.type == "pair":
        return text(holder.child_by_field_name("key")).strip("'\"")
    if holder.type == "public_field_definition":
        return text(holder.child_by_field_name("name"))
    if holder.type == "assignment_expression":
        return last(dotted(holder.child_by_field_name("left")))
    return "default" if holder.type == "export_statement" else ""


def class_around(node: Node) -> Node | None:
    outer = node.parent
    while outer is not None and outer.type not in ("class_declaration", "abstract_class_declaration", "class"):
        outer = outer.parent
    return outer
