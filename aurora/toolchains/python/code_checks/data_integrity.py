"""The harm that two requests at once, or one that is sent twice, do to shared rows: Django and SQLAlchemy."""

import ast
import re
from collections.abc import Iterator

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.python.handlers import parse
from aurora.toolchains.python.names import Function, definitions, dotted, keyword, last

_LOCKS = re.compile(
    r"atomic|select_for_update|with_for_update|\bF\(|\.begin\(|begin_nested|lock|on_conflict|get_or_create|"
    r"update_or_create|IntegrityError|version|transaction|ignore_conflicts|advisory",
    re.IGNORECASE,
)
_MANAGED = re.compile(r"\.objects\.(?:create|bulk_create)$|\.objects\..*(?:update|delete)$")
_COMMITS = re.compile(r"(?:^|\.)(?:session|db|_session|db_session|uow)\.commit$|session\(\)\.commit$")
_PAYMENTS = re.compile(
    r"^(?:self\.)?_?stripe\.(?:\w+\.)*(?:create|capture|confirm)$|(?:^|\.)(?:charge|refund|create_charge|create_refund|"
    r"create_payment|capture_payment)$"
)
_ABOUT_MONEY = re.compile(r"pay|stripe|braintree|adyen|gateway|billing|paypal", re.IGNORECASE)
_COUNTERS = re.compile(
    r"stock|balance|quantity|count|total|amount|credit|seats|available|remaining|inventory|points|views"
)


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    tree = parse(edit.after)
    if tree is None or "/migrations/" in f"/{edit.path}":
        return
    lines = edit.after.splitlines()
    for name, function, _owner in definitions(tree):
        said = "\n".join(lines[function.lineno - 1 - len(function.decorator_list) : function.end_lineno])
        if not _LOCKS.search(said):
            yield from _writes(name, function)
            yield from _check_then_act(name, function)
            yield from _read_modify_write(name, function)
        yield from _paid_twice(name, function, said)


def _calls(root: ast.AST) -> Iterator[ast.Call]:
    return (one for one in ast.walk(root) if isinstance(one, ast.Call))


def _writes(name: str, function: Function) -> Iterator[Flaw]:
    """Two writes that follow one another: the second may fail and leave the first."""
    django, commits = [], []
    for statement in _straight(function.body):
        for call in _calls(statement):
            written = dotted(call.func)
            if _MANAGED.search(written) or (written.endswith((".save", ".delete")) and _is_row(call)):
                django.append(call)
            elif _COMMITS.search(written):
                commits.append(call)
    managed = any(_MANAGED.search(dotted(call.func)) for call in django)
    found, what = (django, "writes") if managed else (commits, "commits")
    if len(found) > 1:
        message = f"{name} {what} {len(found)} times without a transaction around: a failure between leaves half of it."
        hint = "Put what belongs together into one transaction (`transaction.atomic()`, one commit at the end)."
        yield Flaw(message, hint, found[1].lineno, f"{name} writes", advice=True)


def _is_row(call: ast.Call) -> bool:
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(owner, ast.Name) and not re.search(r"form|file|storage|cache|client|image|self|super", owner.id)


def _straight(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run one after the other; of branches and handlers none."""
    for one in body:
        if isinstance(one, ast.With | ast.AsyncWith | ast.Try):
            yield from _straight(one.body)
        elif not isinstance(one, ast.If | ast.For | ast.While | ast.FunctionDef | ast.AsyncFunctionDef | ast.Match):
            yield one


def _check_then_act(name: str, function: Function) -> Iterator[Flaw]:
    """`if not X.objects.filter(...).exists(): X.objects.create(...)`, or the same by an early exit."""
    looked: dict[str, str] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            for call in _calls(node.value):
                if found := re.match(r"(\w+)\.objects\..*(?:exists|first|count)$", dotted(call.func)):
                    looked[node.targets[0].id] = found[1]
    for branch in (one for one in ast.walk(function) if isinstance(one, ast.If)):
        asked = {
            found[1]
            for call in _calls(branch.test)
            if (found := re.match(r"(\w+)\.objects\..*exists$", dotted(call.func)))
        }
        asked |= {looked[one.id] for one in ast.walk(branch.test) if isinstance(one, ast.Name) and one.id in looked}
        for model in asked:
            made = [call for call in _calls(function) if dotted(call.func) == f"{model}.objects.create"]
            after = [call for call in made if call.lineno > branch.lineno]
            if after:
                message = f"{name} looks whether a {model} is there and then makes one: two requests at once make two."
                hint = "Let a unique constraint decide, by `get_or_create` or by catching IntegrityError."
                yield Flaw(message, hint, after[0].lineno, f"{name} check {model}", advice=True)
                return


def _read_modify_write(name: str, function: Function) -> Iterator[Flaw]:
    """`row.stock -= n` and `row.save()` or a commit."""
    body = list(ast.walk(function))
    saved = {dotted(call.func).rpartition(".")[0] for call in _calls(function) if last(dotted(call.func)) == "save"}
    committed = any(_COMMITS.search(dotted(call.func)) for call in _calls(function))
    for node in body:
        target: ast.AST | None = None
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
            target = node.target
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
            again = ast.unparse(node.targets[0])
            same = any(ast.unparse(one) == again for one in ast.walk(node.value) if isinstance(one, ast.Attribute))
            target = node.targets[0] if same else None
        if not isinstance(target, ast.Attribute) or not _COUNTERS.search(target.attr):
            continue
        owner = dotted(target.value)
        if owner != "self" and (owner in saved or committed):
            message = (
                f"{name} reads `{dotted(target)}`, changes it and writes it back: of two requests at once one is lost."
            )
            hint = (
                "Lock the row (`select_for_update`, `with_for_update`), or let the database compute it (`F()`, UPDATE)."
            )
            yield Flaw(message, hint, target.lineno, f"{name} changes {dotted(target)}", advice=True)
            return


def _paid_twice(name: str, function: Function, said: str) -> Iterator[Flaw]:
    if re.search(r"idempoten", said, re.IGNORECASE):
        return
    for call in _calls(function):
        written = dotted(call.func)
        of_money = written.startswith(("stripe.", "self.stripe.")) or _ABOUT_MONEY.search(written.rpartition(".")[0])
        read_only = keyword(call, "idempotency_key") is not None
        if _PAYMENTS.search(written) and of_money and not read_only:
            message = f"{name} pays by `{written}` without an idempotency key: a request that is repeated pays twice."
            hint = "Give it a key made of the order, and look for what was done under that key first."
            yield Flaw(message, hint, call.lineno, f"{name} pays {written}", advice=True)
            return
