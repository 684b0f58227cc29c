"""Bodies that no file checks on their way: neither the route, where it stands apart from the handler, nor the class of
the parameter, nor the function that is handed the whole body. `input_validation` sees what one file is enough for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw, Sources
from aurora.toolchains.handler import Kind
from aurora.toolchains.node import syntax
from aurora.toolchains.node.code_checks import input_validation, raw_input
from aurora.toolchains.node.handlers import NodeHandler, handlers
from aurora.toolchains.node.import_paths import ImportPaths
from aurora.toolchains.node.root import SOURCES
from aurora.toolchains.node.syntax import FUNCTIONS, HTTP_VERBS, arguments, decorators, dotted, last, text, walk, within

HINT = (
    "Parse it by a schema (zod, joi, the framework's own) where it arrives, or register the route with a middleware "
    "that validates; of Nest, take a DTO class whose fields have class-validator's decorators."
)
_ASIDE = re.compile(
    r"stringify|verif|signature|constructEvent|hmac|hash|\blog|track|publish|proxy|forward|webhook|process(?:Update|Event)|"
    r"handle(?:Update|Request|Event)|\bpick|executeOperation|graphql|(?:^|\.)(?:json|send|jsonp|end|render|next)$",
    re.IGNORECASE,
)
"""Calls that check for themselves, pass on what is not theirs, or answer with it."""
_READ = frozenset({"GET", "HEAD", "OPTIONS"})
_REGISTERS = frozenset({*HTTP_VERBS, "del", "route", "use", "register", "handle", "push", "add"})
_DEPTH = 3


def check(_: Workspace, sources: Sources) -> Iterator[Flaw]:
    project = _Project(sources)
    for path in sorted(sources.changed & sources.texts.keys()):
        root = project.tree(path)
        if root is None:
            continue
        wide = input_validation.validated_everywhere(root)
        for handler in handlers(path, root):
            if handler.framework == "nest":
                yield from _bare_classes(project, path, root, handler)
            elif handler.framework != "graphql" and not wide:
                yield from _handed_on(project, path, root, handler)


@dataclass
class _Project:
    sources: Sources
    _trees: dict[str, Node | None] = field(default_factory=dict)
    _paths: ImportPaths | None = None

    def tree(self, path: str) -> Node | None:
        if path not in self._trees:
            readable = path.endswith(SOURCES) and not path.endswith((".d.ts", ".d.mts", ".d.cts"))
            self._trees[path] = syntax.tree(path, self.sources.texts[path]) if readable else None
        return self._trees[path]

    def resolve(self, path: str, specifier: str) -> str | None:
        if self._paths is None:
            self._paths = ImportPaths.of(self.sources.texts)
        return self._paths.resolve(path, specifier)

    def declared(self, path: str, name: str, kinds: tuple[str, ...], depth: int = _DEPTH) -> Node | None:
        """A function, class or type by its name: in a file, or in one that the file hands on."""
        root = self.tree(path)
        if root is None or depth == 0:
            return None
        for node in walk(root):
            if node.type in kinds and last(syntax.name_of(node) or text(node.child_by_field_name("name"))) == name:
                return node
        for specifier in _handed_on_by(root, name):
            target = self.resolve(path, specifier)
            found = self.declared(target, name, kinds, depth - 1) if target is not None else None
            if found is not None:
                return found
        return None

    def registrations(self, path: str, name: str) -> list[tuple[Node, Node]]:
        """(a call of another file that is given the function, the root of that file)."""
        found = []
        word = re.compile(rf"\b{re.escape(name)}\b")
        stem = path.rpartition("/")[2].partition(".")[0]
        for other, written in self.sources.texts.items():
            if other == path or not other.endswith(SOURCES) or stem not in written or not word.search(written):
                continue
            root = self.tree(other)
            for node in walk(root) if root is not None else ():
                if node.type == "call_expression" and last(dotted(node)) in _REGISTERS:
                    inside = [one for one in arguments(node) if one.type not in FUNCTIONS and word.search(text(one))]
                    if inside and root is not None and self._imports(other, root, path):
                        found.append((node, root))
        return found

    def _imports(self, other: str, root: Node, path: str) -> bool:
        targets = {self.resolve(other, one.specifier) for one in syntax.imports(root).values()}
        if path in targets:
            return True
        # by an index that hands it on
        indexes = [one for one in targets if one is not None and one.rpartition("/")[2].startswith("index.")]
        return any(path in {self.resolve(one, specifier) for specifier in self._specifiers(one)} for one in indexes)

    def _specifiers(self, path: str) -> set[str]:
        return set(re.findall(r"""(?:from\s*|require\(\s*)['"]([^'"]+)['"]""", self.sources.texts[path]))


def _handed_on_by(root: Node, name: str) -> Iterator[str]:
    """Modules of `export * from`, `export { name } from`, `module.exports.x = require(...)`, an import of the name."""
    for node in walk(root):
        if node.type in ("export_statement", "import_statement"):
            source = syntax.string(node.child_by_field_name("source"))
            if source and (node.type == "export_statement" or re.search(rf"\b{re.escape(name)}\b", text(node))):
                yield source
        elif node.type == "call_expression" and dotted(node) == "require" and arguments(node):
            yield syntax.string(arguments(node)[0]) or ""


def _handed_on(project: _Project, path: str, root: Node, handler: NodeHandler) -> Iterator[Flaw]:
    if handler.methods and set(handler.methods) <= _READ:
        return
    found = raw_input.read(handler)
    if found.validated or not (found.uses or found.handed) or input_validation.guarded(handler):
        return
    elsewhere = not handler.methods and not handler.path and handler.framework != "next"
    if elsewhere and not _unguarded_elsewhere(project, path, handler):
        return
    if found.uses:
        if elsewhere:
            fields = sorted({key for key, _ in found.uses})[:4]
            shown = ", ".join("all fields" if key == "..." else f"`{key}`" for key in fields)
            message = (
                f"{handler.name} takes {shown} out of the body, and its route has no middleware that validates it."
            )
            yield Flaw(message, HINT, found.uses[0][1], f"{handler.name} fields", path=path)
        return
    for call in _handing(handler, found):
        name = text(call.child_by_field_name("function") or call.child_by_field_name("constructor"))
        if not _ASIDE.search(name) and not _checks(project, path, root, handler, dotted(call)):
            message = f"{handler.name} hands the body to {name[:80]} as it came, and neither of them validates it."
            yield Flaw(message, HINT, syntax.line(call), f"{handler.name} hands {name[:80]}", path=path)
            return


def _unguarded_elsewhere(project: _Project, path: str, handler: NodeHandler) -> bool:
    """Return whether other files register it, and none of them with a validator."""
    name = last(handler.name)
    found = project.registrations(path, name)
    if not found or any(input_validation.validated_everywhere(root) for _, root in found):
        return False
    word = re.compile(rf"\b{re.escape(name)}\b")
    for call, _ in found:
        if last(dotted(call)).upper() in _READ:
            return False
        for given in arguments(call):
            if not word.search(text(given)) and input_validation.validates(given):
                return False
            if word.search(text(given)) and (given.type in ("array", "call_expression", "object")):
                beside = raw_input.VALIDATES.search(word.sub("", text(given)))
                if beside:
                    return False
    return True


def _handing(handler: NodeHandler, found: raw_input.RawInput) -> Iterator[Node]:
    requests = set(handler.named(Kind.REQUEST)) - {""}
    for node in within(handler.node):
        if node.type in ("call_expression", "new_expression") and any(
            raw_input.is_body(raw_input.bare(one), requests, found.names) for one in arguments(node)
        ):
            yield node


def _checks(project: _Project, path: str, root: Node, handler: NodeHandler, name: str) -> bool:
    """Return whether what is called looks at its input, or is no function of this project."""
    parts = name.removeprefix("this.").split(".")
    origins = syntax.imports(root)
    origin = origins.get(parts[0])
    typed = None if origin is not None else _type_of(root, parts[0] if len(parts) == 2 else "")
    if typed:
        origin = origins.get(typed)
    kinds = ("function_declaration", "method_definition", "arrow_function", "function_expression")
    if origin is not None:
        target = project.resolve(path, origin.specifier)
        if target is None:
            return not origin.specifier.startswith((".", "@/", "~/", "src/"))
        found = project.declared(target, parts[-1] if len(parts) > 1 else origin.name, kinds)
        return found is not None and _looks(found)
    own = project.declared(path, parts[-1], kinds) if len(parts) == 1 or name.startswith("this.") else None
    if own is not None and own != handler.node:
        return _looks(own)
    return parts[0] in _LANGUAGE


_LANGUAGE = frozenset(
    {
        "Object",
        "Array",
        "JSON",
        "Buffer",
        "String",
        "Number",
        "Boolean",
        "Promise",
        "console",
        "Reflect",
        "structuredClone",
    }
)


def _type_of(root: Node, name: str) -> str:
    """The class of a member, parameter or variable: `readonly orders: Orders`, `const orders = new Orders()`."""
    for node in walk(root) if name else ():
        if node.type in ("required_parameter", "optional_parameter") and syntax.parameter_name(node) == name:
            return syntax.parameter_type(node)
        if node.type in ("public_field_definition", "variable_declarator"):
            if text(node.child_by_field_name("name")) != name:
                continue
            written = text(node.child_by_field_name("type")).lstrip(": ")
            value = node.child_by_field_name("value")
            made = dotted(value) if value is not None and value.type == "new_expression" else ""
            if written or made:
                return written or made
    return ""


def _looks(function: Node) -> bool:
    """Return whether a function validates: by a call, or by leaving where a field of what it was given is missing."""
    given = {syntax.parameter_name(one) for one in syntax.parameters(function)}
    for node in within(function):
        if node.type in ("call_expression", "new_expression"):
            name = text(node.child_by_field_name("function") or node.child_by_field_name("constructor"))
            if raw_input.VALIDATES.search(name):
                return True
        operator = text(node.child_by_field_name("operator")) if node.type == "unary_expression" else ""
        if operator == "typeof" or (operator == "!" and _leaves(node) and _members(node) & given):
            return True
    return False


def _members(node: Node) -> set[str]:
    return {dotted(one).partition(".")[0] for one in walk(node) if one.type == "member_expression"}


def _leaves(node: Node) -> bool:
    """Return whether it is a condition of an `if` that returns or throws."""
    outer = node.parent
    while outer is not None and outer.type in ("parenthesized_expression", "binary_expression"):
        outer = outer.parent
    if outer is None or outer.type != "if_statement":
        return False
    then = outer.child_by_field_name("consequence")
    return then is not None and any(one.type in ("return_statement", "throw_statement") for one in walk(then))


def _bare_classes(project: _Project, path: str, root: Node, handler: NodeHandler) -> Iterator[Flaw]:
    if input_validation.given_a_pipe(handler):
        return
    origins = syntax.imports(root)
    for one in handler.parameters:
        named = one.annotation.removesuffix("[]")
        origin = origins.get(named)
        marks = [mark for mark in decorators(one.node) if last(dotted(mark)) in input_validation.BODIES]
        if origin is None or not marks or any(arguments(syntax.decorator_call(mark)) for mark in marks):
            continue
        target = project.resolve(path, origin.specifier)
        kinds = ("class_declaration", "interface_declaration", "type_alias_declaration")
        found = project.declared(target, origin.name, kinds) if target is not None else None
        why = input_validation.bare_type(found) if found is not None else ""
        if why:
            message = (
                f"{handler.name} takes input that no DTO class describes: `{named}` is {why}, so nothing is checked."
            )
            yield Flaw(message, HINT, syntax.line(one.node), f"{handler.name} input {one.name}", path=path)
