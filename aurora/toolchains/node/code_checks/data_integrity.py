"""The harm that two requests at once, or one that is sent twice, do to shared rows: Prisma, TypeORM, Mongoose,
Sequelize."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.node import syntax
from aurora.toolchains.node.syntax import FUNCTIONS, dotted, line, name_of, text, walk

_LOCKS = re.compile(
    r"transaction|\$transaction|lock|upsert|findOrCreate|onConflict|increment|decrement|version|queryRunner|startSession|"
    r"\$inc\b|P2002|unique",
    re.IGNORECASE,
)
_OWN = r"(?:this\.)?\w*"
_WRITES = re.compile(
    rf"^(?:{_OWN}[pP]risma\w*\.\w+\.(?:create|update|delete|createMany|updateMany|deleteMany)"
    rf"|{_OWN}[rR]epo(?:sitory)?\.(?:save|insert|update|delete|remove|softDelete))$"
)
_LOOKS = re.compile(
    rf"^(?:{_OWN}[pP]risma\w*\.(?P<a>\w+)\.find\w+|{_OWN}?(?P<b>\w*[rR]epo(?:sitory)?)\.(?:find\w*|count|exist\w*)"
    r"|(?P<c>[A-Z]\w*)\.(?:findOne|exists|countDocuments))$"
)
_MAKES = re.compile(
    rf"^(?:{_OWN}[pP]risma\w*\.(?P<a>\w+)\.create|{_OWN}?(?P<b>\w*[rR]epo(?:sitory)?)\.(?:save|insert)|(?P<c>[A-Z]\w*)\.create)$"
)
_PAYS = re.compile(
    r"stripe\.\w+(?:\.\w+)*\.(?:create|capture|confirm)$|(?:pay\w*|gateway|billing)\w*\.(?:charge|refund)$",
    re.IGNORECASE,
)
_COUNTERS = re.compile(
    r"stock|balance|quantity|count|total|amount|credit|seats|available|remaining|inventory|points|views", re.I
)


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    root = syntax.tree(edit.path, edit.after)
    if root is None:
        return
    for function in (one for one in walk(root) if one.type in FUNCTIONS and _is_outermost(one)):
        name = name_of(function) or "A function"
        said = text(function)
        calls = [(dotted(one), one) for one in walk(function) if one.type == "call_expression"]
        if not _LOCKS.search(said):
            yield from _several(name, [one for written, one in calls if _WRITES.match(written)])
            yield from _check_then_act(name, calls)
            yield from _read_modify_write(name, function)
        if not re.search("idempoten", said, re.IGNORECASE):
            for written, one in calls:
                if _PAYS.search(written) and "checkout.sessions" not in written:
                    message = f"{name} pays by `{written}` without an idempotency key: a repeated request pays twice."
                    hint = "Give it a key made of the order, and look for what was done under that key first."
                    yield Flaw(message, hint, line(one), f"{name} pays {written}", advice=True)
                    break


def _is_outermost(function: Node) -> bool:
    """Return whether it is within no other function but those that only hold functions, such as a plugin's: what is
    inside is its own."""
    outer = function.parent
    while outer is not None:
        if outer.type in FUNCTIONS:
            return False
        outer = outer.parent
    return True


def _several(name: str, writes: list[Node]) -> Iterator[Flaw]:
    straight = [one for one in writes if not _in_branch(one)]
    if len(straight) > 1:
        message = (
            f"{name} writes {len(straight)} times without a transaction around: a failure between leaves half of it."
        )
        hint = "Put what belongs together into one transaction (`$transaction`, `manager.transaction`)."
        yield Flaw(message, hint, line(straight[1]), f"{name} writes", advice=True)


def _in_branch(node: Node) -> bool:
    outer = node.parent
    while outer is not None and outer.type not in FUNCTIONS:
        if outer.type in ("if_statement", "switch_case", "catch_clause", "ternary_expression"):
            return True
        outer = outer.parent
    return False


def _check_then_act(name: str, calls: list[tuple[str, Node]]) -> Iterator[Flaw]:
    looked: set[str] = set()
    for written, one in calls:
        if found := _LOOKS.match(written):
            looked.add(_of(found))
        elif (made := _MAKES.match(written)) and _of(made) in looked:
            message = f"{name} looks whether a row is there and then makes one: two requests at once make two."
            hint = "Let a unique constraint decide: `upsert`, or catch its violation."
            yield Flaw(message, hint, line(one), f"{name} check {_of(made)}", advice=True)
            return


def _of(found: re.Match[str]) -> str:
    return next(filter(None, found.groups()), "")


def _read_modify_write(name: str, function: Node) -> Iterator[Flaw]:
    """`row.stock -= n; await row.save()`, or an update with what was read."""
    said = text(function)
    if not re.search(r"\.(?:save|update\w*)\(", said):
        return
    for node in walk(function):
        left = node.child_by_field_name("left")
        if (
            left is None
            or left.type != "member_expression"
            or not _COUNTERS.search(text(left.child_by_field_name("property")))
        ):
            continue
        augmented = node.type == "augmented_assignment_expression" and text(node.child_by_field_name("operator")) in (
            "+=",
            "-=",
        )
        again = node.type == "assignment_expression" and re.match(
            rf"{re.escape(text(left))}\s*[-+]", text(node.child_by_field_name("right"))
        )
        owner = text(left.child_by_field_name("object"))
        if (
            (augmented or again)
            and owner != "this"
            and re.search(rf"\b{re.escape(owner)}\.save\(|\bsave\({re.escape(owner)}\b", said)
        ):
            message = (
                f"{name} reads `{text(left)}`, changes it and writes it back: of two requests at once one is lost."
            )
            hint = "Let the database compute it (`increment`, `$inc`), or lock the row within a transaction."
            yield Flaw(message, hint, line(node), f"{name} changes {text(left)}", advice=True)
            return
