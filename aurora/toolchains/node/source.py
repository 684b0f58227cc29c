"""The imports and stubs of a TypeScript or JavaScript text, and the place where it can't be parsed: read by
tree-sitter's grammar, so that neither the project's compiler nor anything else of it runs for an edit."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

_NOT_IMPLEMENTED = re.compile(r"not[ _-]?(yet )?implemented", re.IGNORECASE)
_LOADERS = (
    "require", "import", "require.resolve", "import.meta.resolve", "jest.requireActual", "vi.importActual",
    "module.require",
)  # fmt: skip


@dataclass(frozen=True)
class NodeImport:
    specifier: str
    line: int
    typing_only: bool = False
    """Said to be for types, or used as types only: TypeScript leaves it out of what it writes."""
    lazy: bool = False
    """By `import()`: looked for when that line runs."""

    @property
    def package(self) -> str:
        """`@scope/name` or `name`; empty for what names no package: paths, built-in modules, the `imports` of a
        manifest."""
        if self.specifier.startswith((".", "/", "#", "node:", "data:", "file:", "http:", "https:")):
            return ""
        parts = self.specifier.split("/")
        return "/".join(parts[:2]) if self.specifier.startswith("@") else parts[0]


@dataclass(frozen=True)
class Broken:
    line: int
    what: str


@dataclass(frozen=True)
class Stub:
    name: str
    line: int


@dataclass(frozen=True)
class NodeSource:
    imports: tuple[NodeImport, ...]
    stubs: tuple[Stub, ...]
    broken: Broken | None
    """The first place that can't be parsed."""


@lru_cache(maxsize=2)
def parser(jsx: bool) -> Parser:
    grammar = tree_sitter_typescript.language_tsx() if jsx else tree_sitter_typescript.language_typescript()
    return Parser(Language(grammar))


def read(path: str, text: str) -> NodeSource:
    """TypeScript's grammar reads JavaScript, too; JSX is read where the file's name allows it."""
    # `<T>x` is an assertion in .ts and an element in .tsx
    jsx = not path.endswith((".ts", ".mts", ".cts"))
    root = parser(jsx).parse(text.encode("utf-8", "replace")).root_node
    imports: list[NodeImport] = []
    stubs: list[Stub] = []
    declarations = path.endswith((".d.ts", ".d.mts", ".d.cts"))
    typescript = path.endswith((".ts", ".tsx", ".mts", ".cts"))
    uses = _Uses.of(root) if typescript and not declarations else _Uses()
    loaders = {*_LOADERS, *(_made_loaders(root) if "createRequire" in text else ())}
    for node in _walk(root):
        match node.type:
            case "import_statement" | "export_statement":
                source = node.child_by_field_name("source")
                if source is not None:
                    typing = declarations or any(child.type == "type" for child in node.children)
                    typing = typing or uses.only_types(node)
                    imports.append(NodeImport(_string(source), _line(node), typing))
            case "import_require_clause":
                source = node.child_by_field_name("source")
                if source is not None:
                    imports.append(NodeImport(_string(source), _line(node)))
            case "call_expression":
                imports += _loaded(node, loaders)
            case "pair":
                imports += _transport(node)
            case "statement_block":
                stubs += _stub(node)
    return NodeSource(tuple(imports), tuple(stubs), _first_error(root) if root.has_error else None)


@dataclass
class _Uses:
    """The meanings of names, imports left out: TypeScript's grammar tells a type's name from a value's."""

    types: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, root: Node) -> "_Uses":
        found = cls()
        stack = [root]
        while stack:
            node = stack.pop()
            match node.type:
                case "import_statement":
                    continue
                case "nested_type_identifier":  # `express.Request`
                    found.types.add(text_of(node).partition(".")[0].strip())
                    continue
                case "type_identifier":
                    found.types.add(text_of(node))
                case "identifier" | "shorthand_property_identifier":
                    found.values.add(text_of(node))
            stack += node.children
        return found

    def only_types(self, statement: Node) -> bool:
        """Return whether an import binds names, each for types only or unused, and not all of them unused."""
        names: list[str] = []
        marked = 0
        for clause in (child for child in statement.named_children if child.type == "import_clause"):
            for one in clause.named_children:
                for binding in one.named_children if one.type in ("named_imports", "namespace_import") else (one,):
                    if any(child.type == "type" for child in binding.children):
                        marked += 1
                        continue
                    names.append(text_of(binding.child_by_field_name("alias") or binding).split(" as ")[-1].strip())
        return not self.values & set(names) and bool(marked or self.types & set(names))


def _walk(root: Node) -> Iterator[Node]:
    # a stack of its own: a parsed text may be nested deeper than Python's own
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def _line(node: Node) -> int:
    return node.start_point[0] + 1


def text_of(node: Node | None) -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text is not None else ""


def _string(node: Node) -> str:
    return text_of(node)[1:-1]


def _loaded(call: Node, loaders: Collection[str]) -> Iterator[NodeImport]:
    function, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or given is None or text_of(function) not in loaders:
        return
    first = next((one for one in given.named_children if one.type != "comment"), None)
    specifier = _literal(first)
    if specifier:
        yield NodeImport(specifier, _line(call), lazy=text_of(function) == "import")


def _made_loaders(root: Node) -> frozenset[str]:
    """Names that `createRequire` gave, and its own call: `createRequire(import.meta.url)("argon2")`."""
    calls = [one for one in _walk(root) if one.type == "call_expression"]
    made = [one for one in calls if text_of(one.child_by_field_name("function")).endswith("createRequire")]
    holders = (one.parent for one in made)
    names = {text_of(one.child_by_field_name("name")) for one in holders if one and one.type == "variable_declarator"}
    return frozenset(names | {text_of(one) for one in made})


def _literal(node: Node | None) -> str:
    """A text that the file itself says: a string, a template without values, a constant of the module."""
    if node is not None and node.type == "identifier":
        node = _constant(node)
    if node is None or node.type not in ("string", "template_string"):
        return ""
    return "" if any(one.type == "template_substitution" for one in node.children) else _string(node)


def _constant(name: Node) -> Node | None:
    """The value of `const name = ...` of the module."""
    root = name
    while root.parent is not None:
        root = root.parent
        given = root.child_by_field_name("parameters") or root.child_by_field_name("parameter")
        if given is not None and any(text_of(one) == text_of(name) for one in _walk(given)):
            return None
    for statement in root.named_children:
        if statement.type == "lexical_declaration" and text_of(statement).startswith("const"):
            for one in statement.named_children:
                if text_of(one.child_by_field_name("name")) == text_of(name):
                    return one.child_by_field_name("value")
    return None


def _transport(pair: Node) -> Iterator[NodeImport]:
    """Pino loads the target of a transport by its name."""
    key, options = pair.child_by_field_name("key"), pair.child_by_field_name("value")
    if text_of(key) not in ("transport", "targets") or options is None or options.type not in ("object", "array"):
        return
    objects = [options] if options.type == "object" else [one for one in options.named_children if one.type == "object"]
    for one in (inner for given in objects for inner in given.named_children if inner.type == "pair"):
        target = one.child_by_field_name("value")
        named = text_of(one.child_by_field_name("key")) == "target" and target is not None and target.type == "string"
        if named and target is not None and _string(target).startswith("pino-"):
            yield NodeImport(_string(target), _line(one), lazy=True)


def _stub(block: Node) -> Iterator[Stub]:
    """A body that only throws "not implemented"."""
    statements = [node for node in block.named_children if node.type != "comment"]
    if len(statements) != 1 or statements[0].type != "throw_statement":
        return
    function = block.parent
    if function is not None and _NOT_IMPLEMENTED.search(text_of(statements[0])) and function.type in (
        "function_declaration", "function_expression", "generator_function_declaration", "method_definition",
        "arrow_function",
    ):  # fmt: skip
        name = text_of(function.child_by_field_name("name"))
        if not name and function.parent is not None:
            name = text_of(function.parent.child_by_field_name("name") or function.parent.child_by_field_name("key"))
        yield Stub(name or "a function", _line(function))


def _first_error(root: Node) -> Broken:
    for node in _walk(root):
        if node.is_missing:
            return Broken(_line(node), f"`{node.type}` is missing")
        if node.type == "ERROR":
            return Broken(
                _line(node),
                f"unexpected `{text_of(node).strip().splitlines()[0][:80] if text_of(node).strip() else ''}`",
            )
    return Broken(1, "invalid syntax")
