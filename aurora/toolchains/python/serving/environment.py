"""Variables that a Python application asks for at its start and has no value for."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from aurora.toolchains.python.serving.sources import Source, dotted

SERVICE = re.compile(
    r"(DATABASE|DB|REDIS|POSTGRES|POSTGRESQL|PG|MYSQL|MONGO|MONGODB|RABBITMQ|AMQP|BROKER|CELERY|KAFKA|ELASTIC\w*"
    r"|SQLALCHEMY|S3|MINIO|SMTP)(_|$)",
    re.IGNORECASE,
)
"""Names of variables that tell where a service is: no made-up value would do."""
_MADE_UP = {
    "int": "1", "float": "1", "bool": "false", "PositiveInt": "1", "EmailStr": "aurora@example.com",
    "AnyHttpUrl": "http://127.0.0.1", "HttpUrl": "http://127.0.0.1", "AnyUrl": "http://127.0.0.1",
    "str": "aurora-made-up-value-of-enough-length", "SecretStr": "aurora-made-up-value-of-enough-length",
}  # fmt: skip
"""By type; whoever reads it checks no more than its form."""


class Wanted(NamedTuple):
    name: str
    type: str
    """Type as it is annotated."""
    path: str

    @property
    def made_up(self) -> str:
        """A value that would do; empty where none can be made up."""
        if SERVICE.match(self.name):
            return ""
        if self.name.endswith("PORT"):
            return "1025"
        if "ALGO" in self.name.upper():
            return "HS256"
        if re.search(r"(^|_)(HOSTS?|SERVER_NAME|DOMAIN|ORIGINS?)$", self.name):
            return ""  # it decides which requests are answered
        if re.search(r"(^|_)(UR[IL]|ENDPOINT)$", self.name) and self.type == "str":
            return "http://127.0.0.1"
        return _MADE_UP.get(self.type.rpartition(".")[2].partition("[")[0], "")


def wanted(sources: Iterable[Source]) -> Iterator[Wanted]:
    seen: set[str] = set()
    for source in sources:
        for one in (*_of_settings(source), *_of_reads(source)):
            if one.name not in seen:
                seen.add(one.name)
                yield one


def _of_settings(source: Source) -> Iterator[Wanted]:
    """Fields of pydantic's settings without a default."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        bases = [dotted(base, source.names).rpartition(".")[2] for base in node.bases]
        if not any(base.endswith("BaseSettings") for base in bases):
            continue
        prefix = _prefix(node)
        for field in node.body:
            if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
                continue
            kind = ast.unparse(field.annotation)
            open_ = field.value is None or (isinstance(field.value, ast.Call) and _needs(field.value))
            plain = not kind.startswith(("ClassVar", "typing.ClassVar")) and field.target.id != "model_config"
            if open_ and plain and "None" not in kind and "Optional" not in kind:
                yield Wanted(_alias(field.value) or prefix + field.target.id.upper(), kind, source.path)


def _needs(call: ast.Call) -> bool:
    """`Field(...)` without a default."""
    if ast.unparse(call.func).rpartition(".")[2] != "Field":
        return False
    named = {one.arg for one in call.keywords}
    first = call.args[0] if call.args else None
    given = first is not None and not (isinstance(first, ast.Constant) and first.value is Ellipsis)
    return not given and not named & {"default", "default_factory"}


def _alias(value: ast.AST | None) -> str:
    for one in value.keywords if isinstance(value, ast.Call) else ():
        if one.arg in ("alias", "validation_alias", "env") and isinstance(one.value, ast.Constant):
            return str(one.value.value)
    return ""


def _prefix(node: ast.ClassDef) -> str:
    for one in ast.walk(node):
        if isinstance(one, ast.keyword) and one.arg == "env_prefix" and isinstance(one.value, ast.Constant):
            return str(one.value.value).upper()
        held = isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "env_prefix"
        if held and isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant):
            return str(one.value.value).upper()
    return ""


def _of_reads(source: Source) -> Iterator[Wanted]:
    """`os.environ["X"]`, `config("X")` of decouple and Starlette, `env("X")` of environs, outside of functions."""
    casts: Mapping[str, str] = {"int": "int", "float": "float", "bool": "bool"}
    for node in _at_import(source.tree):
        if isinstance(node, ast.Subscript) and dotted(node.value, source.names) == "os.environ":
            if isinstance(node.slice, ast.Constant) and isinstance(node.ctx, ast.Load):
                yield Wanted(str(node.slice.value), "str", source.path)
        elif isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
            name = ast.unparse(node.func)
            given = {one.arg: ast.unparse(one.value) for one in node.keywords}
            reads = name in ("config", "env", "env.str", "env.int", "env.bool", "get_env_value", "get_env_variable")
            usual = re.fullmatch(r"[A-Z][A-Z0-9_]+", str(node.args[0].value)) is not None
            usual = usual or dotted(node.func, source.names) == "decouple.config"
            if reads and usual and "default" not in given:
                kind = casts.get(given.get("cast", name.rpartition(".")[2]), "str")
                yield Wanted(str(node.args[0].value), kind, source.path)


def _at_import(tree: ast.Module) -> Iterator[ast.AST]:
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack += [
            one
            for one in ast.iter_child_nodes(node)
            if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Try)
        ]
