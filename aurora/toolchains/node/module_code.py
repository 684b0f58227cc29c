"""The steps of a TypeScript or JavaScript module while it is evaluated, as far as importing goes: what it imports,
exports and uses, in order. Bodies of functions and fields of instances are left out: they do not run then."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tree_sitter import Node

from aurora.toolchains.node.source import parser, text_of

WHOLE = "*"
"""The name of an import that binds the whole module."""
_FUNCTIONS = frozenset(
    {"function_expression", "arrow_function", "function_declaration", "generator_function_declaration",
     "generator_function", "method_definition", "function_signature"}
)  # fmt: skip
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})
_TYPES = frozenset(
    {"type_annotation", "type_arguments", "type_parameters", "interface_declaration", "type_alias_declaration",
     "implements_clause", "ambient_declaration", "import_statement", "asserts", "type_predicate_annotation"}
)  # fmt: skip


class Load(NamedTuple):
    line: int
    specifier: str


class Use(NamedTuple):
    """A name of another module is evaluated. `name` is the exported one; `WHOLE` where the module itself is taken."""

    line: int
    specifier: str
    name: str
    local: str


class Export(NamedTuple):
    name: str


Operation = Load | Use | Export


@dataclass
class ModuleCode:
    operations: list[Operation] = field(default_factory=list)
    hoisted: set[str] = field(default_factory=set)
    """Exports that are there before the module begins: functions."""
    late: set[str] = field(default_factory=set)
    """Exports that are there once their line has run."""
    passed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Exports of another module: name -> (specifier, its name there)."""
    stars: list[str] = field(default_factory=list)
    """Specifiers of `export * from`."""
    replaced: bool = False
    """True if it assigns `module.exports`."""


def read(path: str, text: str, *, metadata: bool) -> ModuleCode:
    """`metadata`: whether types of constructors of decorated classes are evaluated (`emitDecoratorMetadata`)."""
    root = parser(not path.endswith((".ts", ".mts", ".cts"))).parse(text.encode("utf-8", "replace")).root_node
    return _Reader(path.endswith((".ts", ".tsx", ".mts", ".cts")), metadata).of(root)


class _Reader:
    def __init__(self, typescript: bool, metadata: bool) -> None:
        self.typescript, self.metadata = typescript, metadata
        self.code = ModuleCode()
        self.bound: dict[str, tuple[str, str]] = {}
        """Local name -> (specifier, name there)."""
        self.functions: dict[str, Node] = {}
        """Functions of the module, by name: what its top level calls runs, too."""
        self.called: set[str] = set()

    def of(self, root: Node) -> ModuleCode:
        values = _values(root, self.metadata) if self.typescript else None
        for statement in root.named_children:
            if statement.type == "import_statement":
                self._imported(statement, values)
            declaration = statement.child_by_field_name("declaration") or statement
            if declaration.type in ("function_declaration", "generator_function_declaration"):
                self.functions[text_of(declaration.child_by_field_name("name"))] = declaration
        for statement in root.named_children:
            if statement.type == "export_statement":
                self._reexported(statement)
        for statement in root.named_children:
            self._statement(statement)
        return self.code

    # ── imports ──

    def _imported(self, statement: Node, values: set[str] | None) -> None:
        if any(child.type == "type" for child in statement.children):
            return
        required = next((one for one in statement.named_children if one.type == "import_require_clause"), None)
        if required is not None:
            given, bound = required.child_by_field_name("source"), required.named_children[0]
            self._bind(statement, text_of(given)[1:-1], [(text_of(bound), WHOLE)], values)
            return
        source = statement.child_by_field_name("source")
        if source is None:
            return
        names: list[tuple[str, str]] = []
        clause = next((one for one in statement.named_children if one.type == "import_clause"), None)
        for one in clause.named_children if clause is not None else ():
            if one.type == "identifier":
                names.append((text_of(one), "default"))
            elif one.type == "namespace_import":
                names.append((text_of(one.named_children[0]), WHOLE))
            elif one.type == "named_imports":
                for specifier in one.named_children:
                    if specifier.type != "import_specifier" or any(c.type == "type" for c in specifier.children):
                        continue
                    name = text_of(specifier.child_by_field_name("name"))
                    names.append((text_of(specifier.child_by_field_name("alias")) or name, name))
            if not names and one.type == "named_imports":
                return  # `import { type A }`: TypeScript leaves it out
        self._bind(statement, text_of(source)[1:-1], names, values)

    def _bind(self, at: Node, specifier: str, names: list[tuple[str, str]], values: set[str] | None) -> None:
        if names and values is not None and not values & {local for local, _ in names}:
            return  # of types only, or unused: TypeScript leaves it out
        self.code.operations.append(Load(_line(at), specifier))
        self.bound |= {local: (specifier, name) for local, name in names}

    def _reexported(self, statement: Node) -> None:
        source = statement.child_by_field_name("source")
        if any(child.type == "type" for child in statement.children):
            return
        clause = next((one for one in statement.named_children if one.type == "export_clause"), None)
        specifiers = [one for one in clause.named_children if one.type == "export_specifier"] if clause else []
        pairs = []
        for one in specifiers:
            if not any(child.type == "type" for child in one.children):
                name = text_of(one.child_by_field_name("name"))
                pairs.append((text_of(one.child_by_field_name("alias")) or name, name))
        if source is not None:
            if clause is not None and not pairs:
                return
            specifier = text_of(source)[1:-1]
            self.code.operations.append(Load(_line(statement), specifier))
            namespace = next((one for one in statement.named_children if one.type == "namespace_export"), None)
            if namespace is not None:
                self.code.passed[text_of(namespace.named_children[0])] = (specifier, WHOLE)
            elif clause is None:
                self.code.stars.append(specifier)
            self.code.passed |= {exported: (specifier, name) for exported, name in pairs}
        else:
            for exported, name in pairs:
                if name in self.bound:
                    self.code.passed[exported] = self.bound[name]
                elif name in self.functions:
                    self.code.hoisted.add(exported)
                else:
                    self.code.late.add(exported)

    # ── what runs ──

    def _statement(self, statement: Node) -> None:
        if statement.type in ("import_statement", "comment"):
            return
        if statement.type == "export_statement":
            self._exported(statement)
            return
        self._evaluated(statement)
        names = set(_declared(statement))
        self.code.operations += [Export(name) for name in names & self.code.late]
        if statement.type == "expression_statement":
            self._common(statement)

    def _exported(self, statement: Node) -> None:
        self._evaluated(statement)
        declaration = statement.child_by_field_name("declaration")
        default = any(child.type == "default" for child in statement.children)
        value = statement.child_by_field_name("value")
        if default:
            node = declaration if declaration is not None else value
            function = node is not None and (
                node.type in _FUNCTIONS - {"arrow_function"} or text_of(node) in self.functions
            )
            if function and (declaration is not None or text_of(node) in self.functions):
                self.code.hoisted.add("default")
            else:
                self._late("default")
        elif declaration is not None:
            for name in _declared(declaration):
                if declaration.type in ("function_declaration", "generator_function_declaration"):
                    self.code.hoisted.add(name)
                else:
                    self._late(name)

    def _late(self, name: str) -> None:
        self.code.late.add(name)
        self.code.operations.append(Export(name))

    def _common(self, statement: Node) -> None:
        """`module.exports = ...`, `exports.a = ...`"""
        expression = statement.named_children[0] if statement.named_children else None
        if expression is None or expression.type != "assignment_expression":
            return
        left = text_of(expression.child_by_field_name("left"))
        right = expression.child_by_field_name("right")
        if left == "module.exports":
            self.code.replaced = True
            for pair in right.named_children if right is not None and right.type == "object" else ():
                key = pair.child_by_field_name("key") or pair.child_by_field_name("name") or pair
                if pair.type in ("pair", "shorthand_property_identifier", "method_definition"):
                    self._late(text_of(key))
            self._late(WHOLE)
        elif left.startswith(("exports.", "module.exports.")):
            self._late(left.rpartition(".")[2])

    def _evaluated(self, root: Node) -> None:
        """Uses in what runs at once, in the order of their lines."""
        waiting = [root]
        while waiting:
            node = waiting.pop()
            kind = node.type
            if kind in _TYPES:
                continue
            if kind in _FUNCTIONS:
                waiting += [one for one in node.named_children if one.type in ("decorator", "computed_property_name")]
                continue
            if kind in _CLASSES:
                self._class(node, waiting)
                continue
            if kind == "call_expression":
                self._call(node, waiting)
                continue
            if kind in ("identifier", "shorthand_property_identifier"):
                self._used(node, "")
                continue
            if kind in ("member_expression", "subscript_expression"):
                first = node.child_by_field_name("object")
                member = node.child_by_field_name("property")
                if first is not None and first.type == "identifier" and member is not None:
                    self._used(first, text_of(member))
                    continue
            if kind == "variable_declarator":
                value = node.child_by_field_name("value")
                waiting += [value] if value is not None else []
                continue
            if kind == "export_specifier":
                continue
            if kind == "as_expression" or kind == "satisfies_expression":
                waiting += node.named_children[:1]
                continue
            waiting.extend(reversed(node.named_children))

    def _class(self, node: Node, waiting: list[Node]) -> None:
        body = node.child_by_field_name("body")
        later: list[Node] = [one for one in node.named_children if one.type in ("decorator", "class_heritage")]
        decorated = any(one.type == "decorator" for one in node.children)
        parent = node.parent
        decorated = decorated or (parent is not None and any(one.type == "decorator" for one in parent.children))
        for member in body.named_children if body is not None else ():
            later += [one for one in member.named_children if one.type == "decorator"]
            if member.type == "decorator":
                later.append(member)
            if member.type == "class_static_block":
                later.append(member)
            if member.type == "public_field_definition" and any(child.type == "static" for child in member.children):
                value = member.child_by_field_name("value")
                later += [value] if value is not None else []
            if member.type == "method_definition" and text_of(member.child_by_field_name("name")) == "constructor":
                self._constructor(member, decorated)
        waiting.extend(reversed(later))

    def _constructor(self, member: Node, decorated: bool) -> None:
        """Types of its parameters are evaluated where metadata is made of them; `forwardRef` says that it is known."""
        parameters = member.child_by_field_name("parameters")
        if not (self.metadata and decorated) or parameters is None:
            return
        for parameter in parameters.named_children:
            said = parameter.child_by_field_name("type")
            if any(one.type == "decorator" for one in parameter.children) or said is None or not said.named_children:
                continue
            if said.named_children[0].type == "type_identifier":
                self._used(said.named_children[0], "")

    def _call(self, node: Node, waiting: list[Node]) -> None:
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        name = text_of(function)
        if name in ("require", "import") and arguments is not None:
            given = arguments.named_children[0] if arguments.named_children else None
            if name == "require" and given is not None and given.type == "string":
                self._required(node, text_of(given)[1:-1])
            return
        if name == "forwardRef":
            return
        while function is not None and function.type == "parenthesized_expression":
            function = function.named_children[0] if function.named_children else None
        if function is not None and function.type in _FUNCTIONS:  # called where it stands
            body = function.child_by_field_name("body")
            waiting += [body] if body is not None else []
        elif name in self.functions and name not in self.called:
            self.called.add(name)
            body = self.functions[name].child_by_field_name("body")
            waiting += [body] if body is not None else []
        waiting.extend(reversed([one for one in node.named_children if one.type not in ("type_arguments",)
                                 and not (one == node.child_by_field_name("function") and one.type == "identifier"
                                          and name in self.functions)]))  # fmt: skip

    def _required(self, call: Node, specifier: str) -> None:
        line = _line(call)
        self.code.operations.append(Load(line, specifier))
        declarator = call.parent
        member = ""
        if declarator is not None and declarator.type == "member_expression":
            member = text_of(declarator.child_by_field_name("property"))
            declarator = declarator.parent
        if member:
            self.code.operations.append(Use(line, specifier, member, member))
        if declarator is None or declarator.type != "variable_declarator":
            return
        name = declarator.child_by_field_name("name")
        if name is None or member:
            return
        if name.type == "identifier":
            self.bound[text_of(name)] = (specifier, WHOLE)
            self.code.operations.append(Use(line, specifier, WHOLE, text_of(name)))
            return
        for one in name.named_children:
            key = one.child_by_field_name("key") or one
            if one.type in ("shorthand_property_identifier_pattern", "pair_pattern"):
                self.code.operations.append(Use(line, specifier, text_of(key), text_of(key)))

    def _used(self, node: Node, member: str) -> None:
        local = text_of(node)
        if local not in self.bound:
            return
        specifier, name = self.bound[local]
        if name == WHOLE and not member:
            return
        self.code.operations.append(Use(_line(node), specifier, member if name == WHOLE else name, local))


def _declared(statement: Node) -> Iterator[str]:
    if statement.type in ("lexical_declaration", "variable_declaration"):
        for one in statement.named_children:
            name = one.child_by_field_name("name")
            if name is not None and name.type == "identifier":
                yield text_of(name)
            elif name is not None:
                yield from (text_of(n) for n in name.named_children if "identifier" in n.type)
    elif statement.type in (*_CLASSES, "function_declaration", "generator_function_declaration", "enum_declaration"):
        yield text_of(statement.child_by_field_name("name"))


def _values(root: Node, metadata: bool) -> set[str]:
    """Names that are used as values, imports left out. With `metadata` a type of a decorated class may be one."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in ("import_statement", "interface_declaration", "type_alias_declaration", "type_query"):
            continue
        if node.type in ("identifier", "shorthand_property_identifier") or (
            metadata and node.type == "type_identifier" and _described(node)
        ):
            found.add(text_of(node))
        waiting += node.named_children
    return found


def _described(type_name: Node) -> bool:
    """Return whether it is the whole type of a parameter or a field."""
    annotation = type_name.parent
    owner = annotation.parent if annotation is not None and annotation.type == "type_annotation" else None
    return owner is not None and owner.type in ("required_parameter", "optional_parameter", "public_field_definition")


def _line(node: Node) -> int:
    return node.start_point[0] + 1
