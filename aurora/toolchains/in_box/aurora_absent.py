"""Check whether an exception in a test says that the code does not have something yet, or that the test itself is
wrong.

The first is what a test written before its code is for: a response without the new field, a URL, template, table or
column that nobody made. The second is a key that the test's own data lacks, or a name that nobody defined. Both raise
the same exceptions, so what counts is where the value came from that the failing line takes apart: `aurora_origins`
follows it through the test's source.

Standard library and the files beside it only, Python 3.8 and later.
"""

from __future__ import annotations

import ast
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from types import CodeType, TracebackType
from typing import Any

from aurora_origins import CODE, Origins  # type: ignore[import-not-found]  # beside this file, in the box

BY_NAME = {
    "NoReverseMatch": ("django",), "Resolver404": ("django",), "TemplateDoesNotExist": ("django",),
    "FieldDoesNotExist": ("django",), "NodeNotFoundError": ("django",), "BuildError": ("werkzeug",),
    "NoMatchFound": ("starlette",), "WebSocketDisconnect": ("starlette",), "ResponseValidationError": ("fastapi",),
    "NoSuchTableError": ("sqlalchemy",), "NoSuchColumnError": ("sqlalchemy",), "ResolutionError": ("alembic",),
    "TemplateNotFound": ("jinja2",), "TemplatesNotFound": ("jinja2",), "RouteNotFound": ("litestar",),
    "NoRouteMatchFoundException": ("litestar",),
}  # fmt: skip
"""Exceptions that say it by their name, with the packages that raise them."""
NOT_STORED = (("ObjectDoesNotExist", "django"), ("NoResultFound", "sqlalchemy"), ("DoesNotExist", "peewee"))
OF_DATABASES = (
    "OperationalError", "ProgrammingError", "UndefinedTable", "UndefinedColumn", "DatabaseError", "PostgresError",
)  # fmt: skip
NO_TABLE = re.compile(
    r"no such (table|column)|has no column named|(relation|column|table) \S+ (of relation \S+ )?does not exist"
    r"|Unknown column|Table '[^']*' doesn't exist|UndefinedTable|UndefinedColumn|Invalid (column|object) name"
    r"|ORA-0094[24]|ORA-00904|Unknown table",
    re.IGNORECASE,
)
BY_TEXT = (
    ("LookupError", "", r"^(No installed app with label|App '[^']*' doesn't have a ')"),
    ("CommandError", "django", r"^(Unknown command: |Error: unrecognized arguments: )"),
    ("CommandError", "alembic", r"^Can't locate revision"),
    ("TypeError", "", r"^Unknown option\(s\) for \w+ command"),
    ("FieldError", "django", r"^(Cannot resolve keyword|Invalid field name\(s\) given)"),
    ("AttributeError", "", r"^Cannot find '\w+' on \w+ object, '\w+' is an invalid parameter to prefetch_related"),
    ("ValueError", "", r"^The following fields do not exist in this model"),
    ("ImproperlyConfigured", "django", r"is missing a QuerySet|requires either a definition of|is not valid for model"
     r"|must define|No URL to redirect to|does not appear to have any patterns|on the view|not include a field"),
    ("InvalidRequestError", "sqlalchemy", r"has no property \""),
    ("CompileError", "sqlalchemy", r"^Unconsumed column names"),
    ("ArgumentError", "sqlalchemy", r"has no property|does not link from"),
)  # fmt: skip
"""(name of a class, its package where only that one's counts, how its text begins)"""
VALIDATION = ("pydantic_core", "pydantic", "marshmallow", "msgspec", "jsonschema", "cattrs")
"""Packages whose ValidationError in a test's own call says that what the call was given has another shape."""
KEYWORD = re.compile(
    r"got (?:an )?unexpected keyword arguments?:? '(\w+)'|'(\w+)' is an invalid keyword argument for"
    r"|no parameter named '(\w+)'"
)
ATTRIBUTE = re.compile(r"(?:has no attribute|does not have the attribute) '(\w+)'")
BARE = re.compile(r"[^\W\d]\w*")
"""Some classes say the attribute's name and nothing else."""
PATCHED = re.compile(
    r"^<(?:module|class) '([\w.]+)'|^<([\w.]+) object at|^'\w+' object at ([\w.]+) has|^module '([\w.]+)' has"
)
"""The way mock, monkeypatch and import paths name what they look into."""
OF_DJANGO_SETTINGS = re.compile(r"^'(Settings|LazySettings|UserSettingsHolder)' object")
OF_NOTHING = re.compile(
    r"NoneType|not subscriptable|indices must be|not iterable|object is not callable|argument must be (a )?str"
)
OF_FUNCTIONS = re.compile(r"'(method|function|builtin_function_or_method|coroutine|async_generator)' object is not ")
"""A call or an `await` was forgotten."""
OF_TEXT = re.compile(r"Content-Type header is|Expecting value|Extra data|JSON")
OF_RESPONSES = ("data", "context", "context_data", "json", "url", "template_name", "streaming_content", "filename")
"""Attributes that only some classes of responses have: a page "not found" lacks what the view's own response will
have."""
JSON_ATTRIBUTES = frozenset((*dir(dict), *dir(list), *dir(str)))
TAKEN_APART = (KeyError, IndexError, TypeError, AttributeError, ValueError, StopIteration)
Relative = Any
"""Gives a path below the repository's root, or none: `Callable[[str], str | None]`, which 3.8 can't evaluate."""


class Verdict:
    """`absent`: the code lacks something. `lacks`: a name that code of the project lacks; whether it should have it
    only the plan knows."""

    def __init__(self, absent: bool = False, lacks: str = "") -> None:
        self.absent = absent
        self.lacks = lacks


def judged(exc: BaseException, when: str, relative: Relative, is_test_file: Callable[[str], bool]) -> Verdict:
    """Never raises: a test that can't be understood is judged as before."""
    try:
        if type(exc) is RuntimeError and isinstance(exc.__cause__, StopIteration):
            exc = exc.__cause__  # what a coroutine makes of it
        if says_so(exc, when):
            return Verdict(absent=True)
        if not isinstance(exc, (*TAKEN_APART, FileNotFoundError)) and not _validation(exc):
            return Verdict()
        return _taken_apart(exc, relative, is_test_file)
    except Exception:  # noqa: BLE001 - of odd exceptions, odd sources: anything
        return Verdict()


def says_so(exc: BaseException, when: str) -> bool:
    for one in _causes(exc):
        names = {(base.__name__, base.__module__.partition(".")[0]) for base in type(one).__mro__}
        known = {name for name, _ in names}
        text = str(one)[:2000]
        if any(name in BY_NAME and package in BY_NAME[name] for name, package in names):
            return True
        if any(
            name in known and (not package or (name, package) in names) and re.search(pattern, text)
            for name, package, pattern in BY_TEXT
        ):
            return True
        if known.intersection(OF_DATABASES) and NO_TABLE.search(text):
            return True
        if when == "call" and names.intersection(NOT_STORED):
            return True
    return False


def _causes(exc: BaseException) -> Iterator[BaseException]:
    """The exception and what it was raised from; what it was raised beside says nothing of it."""
    for _ in range(10):
        yield exc
        if exc.__cause__ is None:
            return
        exc = exc.__cause__


def _taken_apart(exc: BaseException, relative: Relative, is_test_file: Callable[[str], bool]) -> Verdict:
    step = _last_step(exc.__traceback__, relative)
    if step is None or not is_test_file(relative(step.tb_frame.f_code.co_filename) or ""):
        return Verdict()
    origins = Origins(step.tb_frame, relative, is_test_file)
    nodes = _failing(origins, step)
    text = str(exc)[:2000]
    if isinstance(exc, FileNotFoundError):
        return Verdict(absent=_not_written(exc, relative))
    if _validation(exc):
        given = [one for node in nodes if isinstance(node, ast.Call) for one in (*node.args, *_values(node))]
        return Verdict(absent=any(origins.of(one) == CODE for one in given))
    if isinstance(exc, TypeError) and OF_FUNCTIONS.search(text):
        return Verdict()
    if isinstance(exc, TypeError) and (found := KEYWORD.search(text)):
        name = next(filter(None, found.groups()))
        calls = [node for node in nodes if isinstance(node, ast.Call) and origins.of(node.func) == CODE]
        return Verdict(lacks=name if calls or _made_inside(step, relative, is_test_file) else "")
    if isinstance(exc, AttributeError):
        return _no_attribute(exc, text, nodes, origins, relative, is_test_file)
    if isinstance(exc, TypeError) and not OF_NOTHING.search(text):
        return Verdict()
    if isinstance(exc, TypeError) and "callable" in text and "NoneType" not in text:
        return Verdict()
    library = step.tb_next is not None
    if (
        isinstance(exc, ValueError)
        and library
        and not (type(exc).__name__.endswith("DecodeError") or OF_TEXT.search(text))
    ):
        return Verdict()
    if isinstance(exc, TypeError) and library:
        return Verdict()
    if len(nodes) > 1:
        nodes = _likeliest(nodes, exc)
    operands = [operand for node in nodes for operand in _operands(node, exc)]
    if isinstance(exc, (IndexError, KeyError)):
        operands = [operand for operand in operands if not origins.is_display(operand)]
    found_code = any(origins.of(operand) == CODE for operand in operands)
    if found_code and isinstance(exc, KeyError) and _misspelt(exc, operands, step):
        return Verdict()
    return Verdict(absent=found_code)


def _no_attribute(
    exc: AttributeError,
    text: str,
    nodes: list[ast.AST],
    origins: Any,
    relative: Relative,
    is_test: Callable[[str], bool],
) -> Verdict:
    found = ATTRIBUTE.search(text)
    name = found[1] if found is not None else text if BARE.fullmatch(text) else ""
    if not name:
        return Verdict()
    owners = [node.value for node in nodes if isinstance(node, ast.Attribute) and node.attr == name]
    from_code = any(origins.of(owner) == CODE for owner in owners)
    if found is None or OF_DJANGO_SETTINGS.match(text):
        return Verdict(lacks=name if from_code else "")
    if not owners and (patched := PATCHED.match(text)):
        where = _module_file(next(filter(None, patched.groups())))
        ours = relative(where) if where else None
        return Verdict(lacks=name if ours is not None and not is_test(ours) else "")
    if "'NoneType' object" in text:
        return Verdict(absent=from_code)
    owner = getattr(exc, "obj", None)
    if isinstance(owner, (dict, list, str, int, float, bool)) and type(owner).__module__ == "builtins":
        return Verdict(absent=from_code and name in JSON_ATTRIBUTES)  # the body has another shape than the new one
    if from_code and name in OF_RESPONSES and "Response" in text.partition(" object")[0]:
        return Verdict(absent=True)
    file = _file_of(owner)
    ours = relative(file) if file else None
    if ours is not None and not is_test(ours):
        return Verdict(lacks=name)
    return Verdict()


def _file_of(owner: Any) -> str:
    """The source file of a module, a class or an object's class."""
    file = getattr(owner, "__file__", None)
    if not isinstance(file, str):
        kind = owner if isinstance(owner, type) else type(owner)
        file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return file if isinstance(file, str) else ""


def _made_inside(step: TracebackType, relative: Relative, is_test: Callable[[str], bool]) -> bool:
    """Return whether an object of the project's was being made, by a factory of the tests: its class refused the
    keyword."""
    while step.tb_next is not None:
        step = step.tb_next
    file = _file_of(step.tb_frame.f_locals.get("self"))
    ours = relative(file) if file else None
    return ours is not None and not is_test(ours)


def _module_file(name: str) -> str:
    """The file of a module, or of the module that a class lies in."""
    while name:
        file = getattr(sys.modules.get(name), "__file__", None)
        if isinstance(file, str):
            return file
        name = name.rpartition(".")[0]
    return ""


def _validation(exc: BaseException) -> bool:
    kind = type(exc)
    return kind.__name__ == "ValidationError" and kind.__module__.partition(".")[0] in VALIDATION


def _values(call: ast.Call) -> list[ast.AST]:
    return [keyword.value for keyword in call.keywords]


def _not_written(exc: FileNotFoundError, relative: Relative) -> bool:
    """A file in a temporary folder, which the code was to write; one of the repository is the test's own."""
    name = exc.filename if isinstance(exc.filename, str) else ""
    real = os.path.realpath(name)
    return name != "" and real.startswith(os.path.realpath(tempfile.gettempdir()) + os.sep) and relative(real) is None


def _last_step(step: TracebackType | None, relative: Relative) -> TracebackType | None:
    """The innermost one whose source is the project's."""
    found = None
    while step is not None:
        if relative(step.tb_frame.f_code.co_filename) is not None:
            found = step
        step = step.tb_next
    return found


def _failing(origins: Any, step: TracebackType) -> list[ast.AST]:
    """The expression that raised, where the interpreter knows its place; else all of the line's statement."""
    place = _place(step.tb_frame.f_code, step.tb_lasti)
    line = step.tb_lineno
    if place is not None:
        exact: list[ast.AST] = [
            node for node in origins.nodes() if _spot(node) == place and isinstance(node, (ast.expr, ast.stmt))
        ]
        if exact:
            return exact
    near = [
        node
        for node in origins.nodes()
        if isinstance(node, ast.expr) and node.lineno <= line <= (getattr(node, "end_lineno", None) or node.lineno)
    ]
    return list(near)


def _likeliest(nodes: list[ast.AST], exc: BaseException) -> list[ast.AST]:
    """The likeliest of a line's expressions, where the interpreter does not know which one raised: those that look up
    this key."""
    if not isinstance(exc, KeyError) or not exc.args:
        return nodes
    keyed = [node for node in nodes if isinstance(node, ast.Subscript) and _key(node) == repr(exc.args[0])]
    return list(keyed) or nodes


def _key(node: ast.Subscript) -> str:
    at: Any = node.slice
    at = getattr(at, "value", at) if type(at).__name__ == "Index" else at  # before 3.9
    return repr(at.value) if isinstance(at, ast.Constant) else ""


def _spot(node: ast.AST) -> tuple[Any, ...]:
    return tuple(getattr(node, name, None) for name in ("lineno", "end_lineno", "col_offset", "end_col_offset"))


def _place(code: CodeType, at: int) -> tuple[Any, ...] | None:
    positions = getattr(code, "co_positions", None)
    if positions is None:
        return None
    for number, place in enumerate(positions()):
        if number == at // 2:
            return tuple(place) if None not in place else None
    return None


def _operands(node: ast.AST, exc: BaseException) -> list[ast.AST]:
    """The operands of a failing expression."""
    if isinstance(exc, KeyError):
        if isinstance(node, ast.Subscript):
            return [node.value]
        # {}.pop("x"), and what a library looks up in a mapping
        return [node.func] if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else []
    if isinstance(node, ast.Subscript):
        return [node.value]
    if isinstance(node, ast.Call):
        return [node.func, *node.args] if isinstance(node.func, ast.Attribute) else list(node.args)
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, (ast.Assign, ast.Await, ast.Starred)):
        return [node.value]
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return [node.iter]
    if isinstance(node, (ast.Name, ast.Tuple, ast.Attribute)):
        return [node]  # `a, b = found` fails at its left side
    return []


def _misspelt(exc: BaseException, operands: list[ast.AST], step: TracebackType) -> bool:
    """Return whether what was looked into has the key, with its letters in another order or case."""
    key = exc.args[0] if exc.args else None
    for operand in operands:
        held = step.tb_frame.f_locals.get(operand.id) if isinstance(operand, ast.Name) else None
        if isinstance(key, str) and type(held) is dict:
            letters = sorted(key.casefold())
            return any(isinstance(one, str) and sorted(one.casefold()) == letters for one in list(held)[:1000])
    return False
