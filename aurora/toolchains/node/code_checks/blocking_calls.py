"""`*Sync` calls that hold up Node's thread while a request is answered: in handlers, in asynchronous functions of
services, and in what they call there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.node import syntax
from aurora.toolchains.node.handlers import functions, handlers
from aurora.toolchains.node.syntax import Origin
from aurora.toolchains.service_places import is_service

MODULES = frozenset(
    {
        "fs", "child_process", "crypto", "zlib", "bcrypt", "bcryptjs", "fs-extra", "graceful-fs", "execa", "jsonfile",
        "cross-spawn", "glob", "fast-glob", "rimraf", "mkdirp", "shelljs", "make-dir", "del", "globby",
    }
)  # fmt: skip
"""The modules whose functions have a blocking form beside the asynchronous one."""
NAMED_SO = {"glob": "sync", "fast-glob": "sync", "rimraf": "sync", "mkdirp": "sync", "cross-spawn": "sync"}
"""Modules with a function `sync`."""
STARTING = frozenset(
    {
        "constructor", "onModuleInit", "onApplicationBootstrap", "onModuleDestroy", "onApplicationShutdown",
        "beforeApplicationShutdown", "bootstrap", "main", "configure",
    }
)  # fmt: skip
ASKED = (("req", "request"), ("res", "response", "reply", "h"))
"""The names of the first two parameters of a handler or a middleware."""
CONTEXTS = ("ctx", "c", "context")
"""The names that a middleware of Koa or Hono gives its first parameter, before `next`."""
HOOKS = frozenset(
    {
        "onRequest", "preParsing", "preValidation", "preHandler", "preSerialization", "onSend", "onResponse",
        "onError", "onTimeout",
    }
)  # fmt: skip
"""Hooks of Fastify: those that run for a request."""
WAITS = "Atomics.wait"
"""Puts the whole thread to sleep."""
HINT = (
    "Use the asynchronous form and await it: `await readFile(...)` of `node:fs/promises`, `await promisify(...)(...)`."
)
DEPTH = 5
_STARTS = re.compile(r"(?:init|start|load|setup|set_?up|boot|connect|migrate|seed|prepare|warm)", re.IGNORECASE)
"""Names of functions that run once, when the program starts."""


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    root = syntax.tree(edit.path, edit.after)
    if root is None or ("ync" not in edit.after and WAITS not in edit.after):
        return
    origins = syntax.imports(root)
    if WAITS not in edit.after and not any(one.specifier.removeprefix("node:") in MODULES for one in origins.values()):
        return
    service = is_service(edit.path, edit.files)
    file = _File.of(origins, list(functions(root)))
    serving = {handler.node.id: (handler.name, handler.node) for handler in handlers(edit.path, root)}
    for function in file.functions:
        of_a_service = _of_a_service(function) or (service and _asynchronous(function))
        if function.id not in serving and (of_a_service or _middleware(function) or _hook(function)):
            serving[function.id] = (syntax.name_of(function) or "a middleware", function)
    reported: set[tuple[int, int]] = set()
    for name, function in serving.values():
        for call, what, by in file.blocking(function, DEPTH):
            place = (call.start_byte, call.end_byte)
            if place in reported:
                continue
            reported.add(place)
            way = f" by way of `{by}`" if by else ""
            yield Flaw(
                f"`{name}` answers requests and calls `{what}`{way}, which blocks the event loop for all of them.",
                HINT,
                syntax.line(call),
                identity=f"{name} {what} {by}",
            )


@dataclass
class _File:
    origins: Mapping[str, Origin]
    functions: list[Node]
    named: dict[str, list[Node]]
    """The functions by their last names."""
    read: dict[int, list[tuple[Node, str]]] = field(default_factory=dict)
    """Of a function's body: each call, and what it is where it blocks."""

    @classmethod
    def of(cls, origins: Mapping[str, Origin], every: list[Node]) -> "_File":
        named: dict[str, list[Node]] = {}
        for one in every:
            named.setdefault(syntax.last(syntax.name_of(one)), []).append(one)
        return cls(origins, every, named)

    def blocking(
        self, function: Node, depth: int, seen: frozenset[int] = frozenset()
    ) -> Iterator[tuple[Node, str, str]]:
        """Each blocking call in a function: the call, what it is, and the function of the file that it goes by."""
        if function.id not in self.read:
            calls = (one for one in syntax.within(function) if one.type == "call_expression")
            self.read[function.id] = [(call, self._what(call)) for call in calls]
        for node, what in self.read[function.id]:
            if what:
                yield node, what, ""
                continue
            inner = self._called(node, function)
            if inner is None or depth == 0 or inner.id in seen:
                continue
            name = syntax.last(syntax.name_of(inner))
            found = next(self.blocking(inner, depth - 1, seen | {function.id}), None)
            if found is not None:
                yield node, found[1], f"{name} > {found[2]}" if found[2] else name

    def _what(self, call: Node) -> str:
        function = call.child_by_field_name("function")
        name = syntax.dotted(function) if function is not None and function.type != "call_expression" else ""
        if name == WAITS:
            return name
        first, _, rest = name.partition(".")
        origin = self.origins.get(first)
        if origin is None:
            return ""
        module = origin.specifier.removeprefix("node:")
        method = rest or origin.name
        if module not in MODULES or "." in method:
            return ""
        if method.endswith("Sync") or method == NAMED_SO.get(module):
            return f"{module}.{method}"
        return ""

    def _called(self, call: Node, function: Node) -> Node | None:
        """The function of this file that a call runs."""
        callee = call.child_by_field_name("function")
        name = syntax.dotted(callee)
        own = name.removeprefix("this.")
        if not name or "." in own or callee is None or callee.type == "call_expression":
            return None
        for one in self.named.get(own, ()):
            if one.id == function.id:
                continue
            if name.startswith("this."):
                holder = syntax.class_around(one)
                around = syntax.class_around(function)
                if holder is not None and around is not None and holder.id == around.id:
                    return one
            elif syntax.class_around(one) is None and own not in self.origins:
                return one
        return None


def _middleware(function: Node) -> bool:
    """Return whether its first two parameters are a request and its response, or a context and the next middleware."""
    names = [syntax.parameter_name(one).lstrip("_") for one in syntax.parameters(function)]
    if len(names) < 2:
        return False
    return (names[0] in ASKED[0] and names[1] in ASKED[1]) or (names[0] in CONTEXTS and names[1] == "next")


def _hook(function: Node) -> bool:
    """Return whether it is given to `addHook("onRequest", ...)`."""
    call = function.parent.parent if function.parent is not None and function.parent.type == "arguments" else None
    given = syntax.arguments(call) if call is not None else []
    return bool(given) and syntax.last(syntax.dotted(call)) == "addHook" and syntax.string(given[0]) in HOOKS


def _asynchronous(function: Node) -> bool:
    """Return whether it is an asynchronous function of a module or class that others call, and none that starts it."""
    name = syntax.last(syntax.name_of(function))
    return syntax.is_async(function) and bool(name) and name not in STARTING and not _STARTS.match(name)


def _of_a_service(function: Node) -> bool:
    """Return whether it is a method of a class that Nest injects, and no hook of its start."""
    holder = syntax.class_around(function)
    if function.type != "method_definition" or holder is None:
        return False
    name = syntax.text(function.child_by_field_name("name"))
    injected = {syntax.dotted(one) for one in syntax.decorators(holder)}
    private = any(one.type == "accessibility_modifier" and syntax.text(one) != "public" for one in function.children)
    return "Injectable" in injected and name not in STARTING and not private
