"""SQL in the texts of a TypeScript file: statements that select every column, statements put together from strings."""

from collections.abc import Iterator

from tree_sitter import Node

from aurora.domain.workspace import Workspace
from aurora.toolchains import sql_text
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.node import syntax
from aurora.toolchains.node.code_checks.built_sql import CONDITIONS, RAW, built, grows, starred
from aurora.toolchains.node.code_checks.spliced import HOLE, From, holed, joined, of, parts

STAR_HINT = "Name the columns that are used."
BUILT_HINT = "Pass values as parameters, by placeholders or by the tag of the library (`sql`...``, `$queryRaw`...``)."
TAGS = ("sql", "Prisma.sql", "$queryRaw", "$executeRaw", "SQL", "pgsql", "slonik.sql")
"""Tags that pass what is spliced as parameters, by the end of their names."""
SINKS = frozenset(
    {
        "query", "execute", "raw", "$queryRawUnsafe", "$executeRawUnsafe", "unsafe", "prepare", "exec", "all", "get",
        "run", "each", "any", "one", "oneOrNone", "many", "manyOrNone", "none", "whereRaw", "selectRaw", "havingRaw",
        "joinRaw", "orderByRaw", "fromRaw", "literal", "createQuery", "queryRaw",
    }
)  # fmt: skip
"""Functions and methods that take a statement."""
NAMES = ("sql", "query", "stmt", "statement")
ASIDE = ("migrations", "migration", "seeds", "seeders", "seed", "fixtures")
"""Folders of what runs once, in the order of its making."""
PROSE = ("console.", "logger.", "log.", "this.logger.")


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    lowered = edit.after.lower()
    if any(part in ASIDE for part in edit.path.split("/")[:-1]):
        return
    if not any(word in lowered for word in ("select", "insert", "update", "delete", "raw(", "querybuilder")):
        return
    root = syntax.tree(edit.path, edit.after)
    if root is None:
        return
    for node in syntax.walk(root):
        text = holed(node)
        if text is None or _piece(node) or not sql_text.may_be(text):
            continue
        name = _name(node)
        if _for_people(node):
            continue
        if "*" in text and sql_text.selects_all(text):
            message = f"The statement of `{name}` selects every column."
            yield Flaw(message, STAR_HINT, syntax.line(node), f"{name} * {text[:200]}")
        if HOLE not in text or _tagged(node) or not _executed(node):
            continue
        worst = max(((of(part), part) for part in parts(node)), key=lambda one: one[0], default=None)
        if worst is not None and worst[0] is not From.CODE:
            yield _spliced(name, node, worst[1], worst[0])
    yield from _built(root)


def _built(root: Node) -> Iterator[Flaw]:
    for node, part, worst in built(root, syntax.imports(root)):
        of_builder = node.type == "call_expression" and syntax.last(syntax.dotted(node)) in RAW | CONDITIONS
        if of_builder or _grows(node) or (node.type == "call_expression" and _executed(node)):
            yield _spliced(_name(node), node, part, worst)
    for node in starred(root):
        yield Flaw(
            f"The query of `{_name(node)}` selects every column.", STAR_HINT, syntax.line(node), f"{_name(node)} *"
        )


def _name(node: Node) -> str:
    function = _function(node)
    return (syntax.name_of(function) if function is not None else "") or "the module"


def _spliced(name: str, node: Node, part: Node, worst: From) -> Flaw:
    written = syntax.text(part)
    return Flaw(
        f"The statement of `{name}` is put together from strings: `{written[:80]}` is spliced into it.",
        BUILT_HINT,
        syntax.line(node),
        f"{name} built {written[:200]}",
        advice=worst is not From.CALLER,
    )


def _grows(node: Node) -> bool:
    """`sql += ...`, of a name that is a statement's or is passed on to what runs one."""
    if not grows(node):
        return False
    name = syntax.text(node.child_by_field_name("left"))
    return any(word in name.lower() for word in NAMES) or _passed_on(name, _function(node))


def _piece(node: Node) -> bool:
    """Return whether it is a side of a text that is put together."""
    parent = node.parent
    while parent is not None and parent.type == "parenthesized_expression":
        parent = parent.parent
    if parent is not None and parent.type == "array" and parent.parent is not None and parent.parent.parent is not None:
        return bool(joined(parent.parent.parent))
    return parent is not None and parent.type == "binary_expression" and holed(parent) is not None


def _for_people(node: Node) -> bool:
    parent = node.parent
    if parent is not None and parent.type in ("import_statement", "literal_type", "throw_statement"):
        return True
    call = parent.parent if parent is not None and parent.type == "arguments" else None
    if call is None:
        return False
    name = syntax.dotted(call)
    return name.startswith(PROSE) or name.endswith("Error") or name.endswith("Exception")


def _tag(node: Node) -> str:
    parent = node.parent
    if node.type != "template_string" or parent is None or parent.type != "call_expression":
        return ""
    return syntax.dotted(parent.child_by_field_name("function"))


def _tagged(node: Node) -> bool:
    tag = _tag(node)
    return bool(tag) and (tag.endswith(TAGS) or not tag.endswith(("Unsafe", "raw", "dedent", "unsafe")))


def _executed(node: Node) -> bool:
    """Return whether a text is taken for a statement: by what it is passed to, or what its variable is called."""
    parent = node.parent
    while parent is not None and parent.type in ("parenthesized_expression", "as_expression", "object", "pair"):
        if parent.type == "pair" and syntax.text(parent.child_by_field_name("key")) not in (
            "text",
            "sql",
            "statement",
            "query",
        ):
            return False
        parent = parent.parent
    if parent is None:
        return False
    if parent.type == "arguments" and parent.parent is not None:
        return syntax.last(syntax.dotted(parent.parent)) in SINKS
    if parent.type == "call_expression":
        return syntax.last(_tag(node)) in SINKS
    if parent.type == "return_statement":
        function = _function(node)
        name = syntax.name_of(function).lower() if function is not None else ""
        return any(word in name for word in NAMES)
    holder = ""
    if parent.type == "variable_declarator":
        holder = syntax.text(parent.child_by_field_name("name"))
    elif parent.type in ("assignment_expression", "augmented_assignment_expression"):
        holder = syntax.last(syntax.dotted(parent.child_by_field_name("left")))
    if not holder:
        return False
    return any(word in holder.lower() for word in NAMES) or _passed_on(holder, _function(node))


def _passed_on(name: str, function: Node | None) -> bool:
    return function is not None and any(
        one.type == "call_expression"
        and syntax.last(syntax.dotted(one)) in SINKS
        and any(given.type == "identifier" and syntax.text(given) == name for given in syntax.arguments(one))
        for one in syntax.within(function)
    )


def _function(node: Node) -> Node | None:
    outer = node.parent
    while outer is not None and outer.type not in syntax.FUNCTIONS:
        outer = outer.parent
    return outer
