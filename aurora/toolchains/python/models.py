"""The checks of Python's models, as far as their text says them: pydantic's, those made of it (ninja, SQLModel),
msgspec's and dataclasses."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from aurora.toolchains.python.definitions import Definitions
from aurora.toolchains.python.names import dotted, keyword, last
from aurora.toolchains.stated_bounds import Checked

_TYPES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "str": ("string", {}), "StrictStr": ("string", {}), "SecretStr": ("string", {}),
    "int": ("integer", {}), "StrictInt": ("integer", {}), "float": ("number", {}), "StrictFloat": ("number", {}),
    "Decimal": ("number", {}), "bool": ("boolean", {}), "StrictBool": ("boolean", {}),
    "PositiveInt": ("integer", {"exclusiveMinimum": 0}), "NonNegativeInt": ("integer", {"minimum": 0}),
    "NegativeInt": ("integer", {"exclusiveMaximum": 0}), "NonPositiveInt": ("integer", {"maximum": 0}),
    "PositiveFloat": ("number", {"exclusiveMinimum": 0}), "NonNegativeFloat": ("number", {"minimum": 0}),
    "EmailStr": ("string", {"format": "email"}), "NameEmail": ("string", {"format": "email"}),
    "HttpUrl": ("string", {"format": "uri"}), "AnyUrl": ("string", {"format": "uri"}),
    "AnyHttpUrl": ("string", {"format": "uri"}), "datetime": ("string", {"format": "date-time"}),
    "AwareDatetime": ("string", {"format": "date-time"}), "NaiveDatetime": ("string", {"format": "date-time"}),
    "date": ("string", {"format": "date"}), "PastDate": ("string", {"format": "date"}),
    "FutureDate": ("string", {"format": "date"}), "PastDatetime": ("string", {"format": "date-time"}),
    "FutureDatetime": ("string", {"format": "date-time"}), "time": ("string", {"format": "time"}),
    "IPv4Address": ("string", {"format": "ipv4"}), "IPv6Address": ("string", {"format": "ipv6"}),
    "IPvAnyAddress": ("string", {"format": "ipv4"}),
    **{f"UUID{n}": ("string", {"format": "uuid"}) for n in ("", 1, 3, 4, 5, 7)},
}  # fmt: skip
_LISTS = frozenset({"list", "List", "set", "Set", "frozenset", "FrozenSet", "Sequence", "tuple", "Tuple", "Iterable"})
_CONSTRAINED = {"constr": "string", "conint": "integer", "confloat": "number", "condecimal": "number"}
_MODELS = frozenset({"BaseModel", "Schema", "SQLModel", "Struct", "GenericModel", "RootModel"})
_ENUMS = frozenset({"Enum", "StrEnum", "IntEnum", "TextChoices", "IntegerChoices", "Choices"})
_KEYWORDS = {
    "ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum", "pattern": "pattern",
    "regex": "pattern", "min_items": "minItems", "max_items": "maxItems",
}  # fmt: skip
_HOLDERS = frozenset({
    "Field", "Query", "Path", "Body", "Form", "Header", "Cookie", "Meta", "StringConstraints", "PathEx", "BodyEx",
    "QueryEx", "Parameter",
})  # fmt: skip
_ONE = {"Ge": "ge", "Gt": "gt", "Le": "le", "Lt": "lt", "MinLen": "min_length", "MaxLen": "max_length"}
_HARMLESS = frozenset({"Doc", "Strict", "PlainSerializer", "WrapSerializer", "FieldInfo", "Tag", "WithJsonSchema"})
_VALIDATORS = frozenset({"field_validator", "validator"})
_WHOLE = frozenset({"model_validator", "root_validator"})
_HOOKS = frozenset({
    "__init__", "__new__", "__post_init__", "model_post_init", "__get_pydantic_core_schema__", "__get_validators__",
})  # fmt: skip
_DEPTH = 8


class Models:
    """Reads annotations of a project's files."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._classes: dict[int, Checked] = {}

    def parameter(self, path: str, node: ast.arg, default: ast.expr | None) -> Checked:
        """The type of a function's parameter: bounds stand in its annotation or its default."""
        return self._field(path, node.annotation, default, node.lineno)

    def _field(self, path: str, annotation: ast.expr | None, default: ast.expr | None, line: int) -> Checked:
        found = replace(self.read(path, annotation), path=path, line=line)
        optional = default is not None
        if isinstance(default, ast.Call) and last(dotted(default)) in (*_HOLDERS, "field"):
            found = _bounded(found, default)
            first = default.args[0] if default.args else keyword(default, "default", "default_factory")
            of_many = any(one.arg in ("default", "default_factory") for one in default.keywords)
            optional = (first is not None or of_many) and not _is_ellipsis(first)
        elif _is_ellipsis(default):
            optional = False
        elif isinstance(default, ast.Call):
            # what calculates its own default may be any descriptor
            found = replace(found, sure=False)
        if optional or found.optional is None:
            found = replace(found, optional=optional)
        # without a default `X | None` is optional in pydantic 1 alone
        return replace(found, optional=None) if found.optional and not optional else found

    def read(self, path: str, node: ast.expr | None, depth: int = 0) -> Checked:
        """`optional` of the result: whether the annotation takes None."""
        if node is None or depth > _DEPTH:
            return Checked()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                return self.read(path, ast.parse(node.value, mode="eval").body, depth + 1)
            except (SyntaxError, ValueError, RecursionError):
                return Checked()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._alternatives(path, [node.left, node.right], depth)
        if isinstance(node, ast.Subscript):
            return self._subscript(path, node, depth)
        if isinstance(node, ast.Call):
            return self._constrained(path, node, depth)
        name = dotted(node)
        found = self.definitions.find(path, name) if name else None
        if found is None:
            kind, bounds = _TYPES.get(last(name), ("", {}))
            if last(name) in _LISTS:
                kind = "array"
            return Checked(kind, bounds, sure=bool(kind))
        if isinstance(found.node, ast.ClassDef):
            return self._class(found.path, found.node, depth)
        return self.read(found.path, found.node, depth + 1)

    def _alternatives(self, path: str, nodes: list[ast.expr], depth: int) -> Checked:
        others = [one for one in nodes if not (isinstance(one, ast.Constant) and one.value is None)]
        if len(others) != 1:
            return Checked()
        found = self.read(path, others[0], depth + 1)
        return found if len(others) == len(nodes) else replace(found, optional=True)

    def _subscript(self, path: str, node: ast.Subscript, depth: int) -> Checked:
        outer = last(dotted(node.value))
        inner = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        if outer == "Annotated" and inner:
            found = self.read(path, inner[0], depth + 1)
            for extra in inner[1:]:
                found = self._with(path, found, extra)
            return found
        if outer == "Optional":
            return replace(self.read(path, inner[0], depth + 1), optional=True)
        if outer == "Union":
            return self._alternatives(path, inner, depth)
        if outer in ("Required", "NotRequired"):
            return self.read(path, inner[0], depth + 1)
        if outer == "Literal":
            kind = (
                "string" if all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in inner) else ""
            )
            return Checked(kind or "integer", {"enum": None}, sure=True)
        if outer in _LISTS:
            return Checked("array", {}, sure=True, items=self.read(path, inner[0], depth + 1))
        return Checked()

    def _with(self, path: str, found: Checked, extra: ast.expr) -> Checked:
        if isinstance(extra, ast.Constant):
            return found
        name = last(dotted(extra))
        if isinstance(extra, ast.Call) and name in _HOLDERS:
            return _bounded(found, extra)
        if isinstance(extra, ast.Call) and name in _ONE and extra.args:
            return _bounded(found, ast.Call(extra.func, [], [ast.keyword(_ONE[name], extra.args[0])]))
        if isinstance(extra, ast.Call) and name == "Len":
            given = [
                ast.keyword(word, value) for word, value in zip(("min_length", "max_length"), extra.args, strict=False)
            ]
            return _bounded(found, ast.Call(extra.func, [], [*given, *extra.keywords]))
        if name in _HARMLESS:
            return found
        if isinstance(extra, ast.Name | ast.Attribute):
            defined = self.definitions.find(path, dotted(extra))
            if defined is not None and isinstance(defined.node, ast.Call) and last(dotted(defined.node)) in _HOLDERS:
                return _bounded(found, defined.node)
        return replace(found, sure=False)

    def _constrained(self, path: str, node: ast.Call, depth: int) -> Checked:
        name = last(dotted(node))
        if name in _CONSTRAINED:
            return _bounded(Checked(_CONSTRAINED[name], {}, sure=True), node)
        if name in ("conlist", "conset") and node.args:
            return _bounded(Checked("array", {}, sure=True, items=self.read(path, node.args[0], depth + 1)), node)
        return Checked()

    # ── classes ──

    def _class(self, path: str, node: ast.ClassDef, depth: int) -> Checked:
        if id(node) in self._classes:
            return self._classes[id(node)]
        self._classes[id(node)] = Checked()  # of a model that holds itself
        found = self._of_class(path, node, depth)
        self._classes[id(node)] = found
        return found

    def _of_class(self, path: str, node: ast.ClassDef, depth: int) -> Checked:
        bases = [last(dotted(base)) for base in node.bases]
        if any(base in _ENUMS for base in bases):
            return Checked("integer" if "int" in bases or "IntEnum" in bases else "string", {"enum": None}, sure=True)
        fields: dict[str, Checked] = {}
        sure, model = True, any(last(dotted(one)) == "dataclass" for one in node.decorator_list)
        for base in node.bases:
            if last(dotted(base)) in _MODELS:
                model = True
                continue
            found = self.definitions.find(path, dotted(base))
            above = (
                self._class(found.path, found.node, depth + 1)
                if found is not None and isinstance(found.node, ast.ClassDef) and depth < _DEPTH
                else Checked()
            )
            if above.fields is None:
                sure = False
            else:
                fields, model = {**fields, **above.fields}, True
                sure = sure and above.sure
        if not model:
            return Checked()
        config = _Config(node)
        sure = sure and not config.unknown and not any(_whole(one) for one in node.body)
        checked_by = {name for one in node.body for name in _validated(one)}
        own = {}
        for one in node.body:
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and _is_field(one):
                read = self._field(path, one.annotation, one.value, one.lineno)
                name = config.name(one.target.id, one.value)
                if name is None or "*" in checked_by or one.target.id in checked_by:
                    read = replace(read, sure=False)
                if read.kind == "string":
                    read = replace(read, bounds={**config.strings, **read.bounds})
                own[name or one.target.id] = replace(read, name=one.target.id)
        fields = {**fields, **own}
        if "*" in checked_by or not sure:
            fields = {name: replace(one, sure=False) for name, one in fields.items()}
        inherited = checked_by - {one.name for one in own.values()}
        fields = {
            name: replace(one, sure=False) if one.name in inherited else one for name, one in fields.items()
        }  # fmt: skip
        return Checked("object", {}, sure, fields=fields, path=path, line=node.lineno, name=node.name)


class _Config:
    """`model_config`, or the inner class `Config`."""

    def __init__(self, node: ast.ClassDef) -> None:
        said: dict[str, ast.expr] = {}
        for one in node.body:
            targets = (
                one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
            )
            if any(isinstance(target, ast.Name) and target.id == "model_config" for target in targets):
                value = getattr(one, "value", None)
                if isinstance(value, ast.Call):
                    said |= {k.arg: k.value for k in value.keywords if k.arg}
                elif isinstance(value, ast.Dict):
                    said |= {
                        str(k.value): v
                        for k, v in zip(value.keys, value.values, strict=True)
                        if isinstance(k, ast.Constant)
                    }
            elif isinstance(one, ast.ClassDef) and one.name == "Config":
                for line in one.body:
                    if isinstance(line, ast.Assign):
                        said |= {target.id: line.value for target in line.targets if isinstance(target, ast.Name)}
        said |= {k.arg: k.value for k in node.keywords if k.arg}
        self.generator = last(dotted(said.get("alias_generator"))) or last(dotted(said.get("rename")))
        self.unknown = "alias_generator" in said and self.generator not in (
            "to_camel",
            "to_pascal",
            "to_snake",
            "camelize",
        )
        self.strings = {
            keyword: _number(said[name])
            for name, keyword in (
                ("str_max_length", "maxLength"), ("anystr_max_length", "maxLength"),
                ("str_min_length", "minLength"), ("anystr_min_length", "minLength"),
            )
            if name in said
        }  # fmt: skip

    def name(self, own: str, value: ast.expr | None) -> str | None:
        """The name of a field in a request; None where it is not known."""
        if isinstance(value, ast.Call):
            alias = keyword(value, "validation_alias") or keyword(value, "alias")
            if alias is not None:
                return alias.value if isinstance(alias, ast.Constant) and isinstance(alias.value, str) else None
        if self.generator in ("to_camel", "camelize"):
            first, *rest = own.split("_")
            return first + "".join(part[:1].upper() + part[1:] for part in rest)
        if self.generator == "to_pascal":
            return "".join(part[:1].upper() + part[1:] for part in own.split("_"))
        return own


def _bounded(found: Checked, call: ast.Call) -> Checked:
    """The type with the bounds of `Field(...)` and its like; they reach through to the items of none."""
    bounds = dict(found.bounds)
    sure = found.sure
    for one in call.keywords:
        word = _KEYWORDS.get(one.arg or "")
        if one.arg in ("min_length", "max_length"):
            word = one.arg[:3] + ("Items" if found.kind == "array" else "Length")
        if one.arg is None:
            sure = False
        elif word is not None and not (isinstance(one.value, ast.Constant) and one.value.value is None):
            bounds[word] = _number(one.value)
    return replace(found, bounds=bounds, sure=sure)


def _number(node: ast.expr) -> float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _number(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value
    return None


def _is_ellipsis(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _is_field(node: ast.AnnAssign) -> bool:
    assert isinstance(node.target, ast.Name)
    outer = node.annotation.value if isinstance(node.annotation, ast.Subscript) else node.annotation
    return not node.target.id.startswith("_") and node.target.id != "model_config" and last(dotted(outer)) != "ClassVar"


def _whole(node: ast.stmt) -> bool:
    """The validators that look at the whole model."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return node.name in _HOOKS or any(last(dotted(one)) in _WHOLE for one in node.decorator_list)


def _validated(node: ast.stmt) -> Iterator[str]:
    """Fields that a method of the class validates."""
    if isinstance(node, ast.FunctionDef):
        for one in node.decorator_list:
            if isinstance(one, ast.Call) and last(dotted(one)) in _VALIDATORS:
                for given in one.args:
                    yield given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else "*"
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        # `_strip = field_validator("sku")(strip)`
        inner = node.value.func
        if isinstance(inner, ast.Call) and last(dotted(inner)) in _VALIDATORS:
            yield from (str(one.value) if isinstance(one, ast.Constant) else "*" for one in inner.args)
