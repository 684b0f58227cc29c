"""Calls that block the event loop, in coroutines of a Python file and in the functions of the file that they call."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.python.code_checks import clients, django_rows
from aurora.toolchains.python.code_checks.blocking_names import CLIENTS, FUNCTIONS, blocks, hint
from aurora.toolchains.python.code_checks.django_rows import DjangoRows
from aurora.toolchains.python.handlers import parse
from aurora.toolchains.python.names import Function, definitions, imported, origin

STARTING = frozenset(
    {"lifespan", "startup", "on_startup", "shutdown", "on_shutdown", "main", "_main", "amain", "async_main", "on_event"}
)
"""Coroutines that run before a server answers, or after: nobody waits for the loop then."""
STARTERS = ("asyncio.run", "anyio.run", "trio.run", "uvloop.run")
ASIDE = ("scripts", "script", "bin", "tools", "migrations", "alembic", "management", "benchmarks", "examples", "docs")
"""Folders of programs that serve nobody."""
COMMANDS = frozenset({"click", "typer", "argparse", "asyncclick", "fire"})
"""Packages of command lines: a module that imports one of them serves nobody."""
KEEPING = frozenset({"staticmethod", "classmethod", "lru_cache", "cache", "cached_property", "property", "wraps"})
"""Decorators that leave a function to run where it is called."""
DEPTH = 5


def check(workspace: Workspace, edit: Edit) -> Iterator[Flaw]:
    folders = edit.path.split("/")[:-1]
    tree = None if "async def" not in edit.after or any(part in ASIDE for part in folders) else parse(edit.after)
    if tree is None:
        return
    module = _Module.of(tree, workspace)
    if not COMMANDS.isdisjoint(one.partition(".")[0] for one in module.origins.values()):
        return
    for name, function, owner in module.functions:
        if not isinstance(function, ast.AsyncFunctionDef) or module.starts(function):
            continue
        reported: set[tuple[str, str]] = set()
        for call, what, by in module.blocking(function, owner, DEPTH):
            if (what, by) in reported:
                continue
            reported.add((what, by))
            way = f" by way of `{by}`" if by else ""
            yield Flaw(
                f"`{name}` is a coroutine and calls `{what}`{way}, which blocks the event loop.",
                hint(what),
                call.lineno,
                identity=f"{name} {what} {by}",
            )


@dataclass
class _Module:
    origins: Mapping[str, str]
    functions: list[tuple[str, Function, ast.ClassDef | None]]
    held: clients.Held
    django: bool
    """True if the file is of a project with Django, whose ORM refuses to be asked in a coroutine."""
    started: frozenset[str]
    """Coroutines that are handed to `asyncio.run`."""
    classes: dict[int, clients.Held] = field(default_factory=dict)
    read: dict[int, tuple[tuple[ast.expr, str], ...]] = field(default_factory=dict)
    """Of a function's body: each call that is not awaited, and what of a library it is where it blocks; and querysets
    that a plain loop goes through."""
    named: dict[str, list[tuple[str, Function, ast.ClassDef | None]]] = field(default_factory=dict)
    """The plain functions whose call runs their body, by their last names."""

    @classmethod
    def of(cls, tree: ast.Module, workspace: Workspace) -> "_Module":
        origins = imported(tree)
        started = {
            origin(call.args[0], {}).rpartition(".")[2]
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and call.args and origin(call.func, origins) in STARTERS
        }
        django = django_rows.is_used(workspace, origins)
        module = cls(origins, definitions(tree), clients.of_module(tree, origins), django, frozenset(started))
        for one in module.functions:
            if isinstance(one[1], ast.FunctionDef) and _runs_here(one[1]):
                module.named.setdefault(one[1].name, []).append(one)
        return module

    def starts(self, function: Function) -> bool:
        names = {function.name, *(origin(one, self.origins).rpartition(".")[2] for one in function.decorator_list)}
        return bool(names & STARTING) or function.name in self.started or "lifespan" in function.name

    def blocking(
        self, function: Function, owner: ast.ClassDef | None, depth: int, seen: frozenset[int] = frozenset()
    ) -> Iterator[tuple[ast.expr, str, str]]:
        """Each call in a function that blocks: the call, what it is first, and the functions of the file it goes by."""
        for node, what in self._calls(function, owner):
            if what:
                yield node, what, ""
                continue
            called = self._called(node, function, owner) if isinstance(node, ast.Call) else None
            if called is None or depth == 0 or id(called[1]) in seen:
                continue
            name, inner, its_owner = called
            found = next(self.blocking(inner, its_owner, depth - 1, seen | {id(function)}), None)
            if found is not None:
                yield node, found[1], f"{name} > {found[2]}" if found[2] else name

    def _calls(self, function: Function, owner: ast.ClassDef | None) -> tuple[tuple[ast.expr, str], ...]:
        if id(function) not in self.read:
            nodes = list(clients.own(function))
            awaited = {id(one.value) for one in nodes if isinstance(one, ast.Await)}
            calls = [one for one in nodes if isinstance(one, ast.Call) and id(one) not in awaited]
            held: clients.Held = {}
            own: set[str] = set()
            if calls:
                held = clients.of_function(function, self.origins, {**self.held, **self._of_class(owner)})
                own = clients.hidden(function)
            origins = {name: one for name, one in self.origins.items() if name not in own or _imports(function, name)}
            rows = DjangoRows.of(nodes) if self.django and isinstance(function, ast.AsyncFunctionDef) else None
            found: list[tuple[ast.expr, str]] = [(call, self._what(call, origins, held, own, rows)) for call in calls]
            found += [] if rows is None else rows.gone_through
            self.read[id(function)] = tuple(found)
        return self.read[id(function)]

    def _what(
        self, call: ast.Call, origins: Mapping[str, str], held: clients.Held, own: set[str], rows: DjangoRows | None
    ) -> str:
        """The library function that a call is, where it blocks."""
        func = call.func
        if isinstance(func, ast.Name) and func.id in own and func.id not in origins:
            return ""
        name = origin(func, origins) if _plain(func) else ""
        if "." in name and _first(func) not in origins:
            name = ""  # a variable that is called as a library
        if name in FUNCTIONS and not (
            name == "open" and any("." not in one for one, _, _ in self.named.get("open", ()))
        ):
            return "" if name == "time.sleep" and _nothing(call) else name
        if rows is not None and (asked := rows.asked(call)):
            return asked
        if not isinstance(func, ast.Attribute):
            return ""
        client = clients.made(func.value, origins, held)
        if client and blocks(client, func.attr):
            return f"{_shown(client)}.{func.attr}"
        return ""

    def _called(
        self, call: ast.Call, function: Function, owner: ast.ClassDef | None
    ) -> tuple[str, Function, ast.ClassDef | None] | None:
        """The plain function of this file that a call runs here and now."""
        func = call.func
        if isinstance(func, ast.Name):
            own = clients.hidden(function) if self.named.get(func.id) else set()
            for name, one, its_owner in self.named.get(func.id, ()):
                nested = "." in name
                if its_owner is None and (_inside(one, function) if nested else func.id not in own):
                    return one.name, one, its_owner
            return None
        for _, one, its_owner in self.named.get(_of_self(func), ()):
            if owner is not None and its_owner is owner:
                return one.name, one, its_owner
        return None

    def _of_class(self, owner: ast.ClassDef | None) -> clients.Held:
        if owner is None:
            return {}
        if id(owner) not in self.classes:
            self.classes[id(owner)] = clients.of_class(owner, self.origins, self.held)
        return self.classes[id(owner)]


def _of_self(func: ast.expr) -> str:
    """The method that is called on the object itself."""
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in ("self", "cls"):
        return func.attr
    return ""


def _first(func: ast.expr) -> str:
    while isinstance(func, ast.Attribute):
        func = func.value
    return func.id if isinstance(func, ast.Name) else ""


def _plain(func: ast.expr) -> bool:
    """Return whether it is a chain of names only: what a call gives has no name."""
    while isinstance(func, ast.Attribute):
        func = func.value
    return isinstance(func, ast.Name)


def _imports(function: Function, name: str) -> bool:
    """Return whether the function itself imports the name, and nothing else gives it one."""
    return any(
        isinstance(one, ast.Import | ast.ImportFrom)
        and any((alias.asname or alias.name.partition(".")[0]) == name for alias in one.names)
        for one in clients.own(function)
    )


def _nothing(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0


def _inside(inner: Function, outer: Function) -> bool:
    return outer.lineno < inner.lineno <= (outer.end_lineno or 0)


def _runs_here(function: Function) -> bool:
    """Return whether calling it runs its body: no generator, and no decorator that may take it elsewhere."""
    if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in clients.own(function)):
        return False
    return all(origin(one, {}).rpartition(".")[2] in KEEPING for one in function.decorator_list)


def _shown(client: str) -> str:
    return {"SessionLocal": "sqlalchemy.orm.Session", "sqlalchemy.orm.sessionmaker()": "sqlalchemy.orm.Session"}.get(
        client, client.removesuffix(".connect") if client.removesuffix(".connect") in CLIENTS else client
    )
