"""Files that a Python handler opens by a path which the request says: `../` leads out of the folder.

A parameter that is one segment of a URL holds no slash: what is made of those alone is advice. A handler that checks
the path in any way, or takes a part of a name that holds no slash, is left alone."""

import ast
import re
from collections.abc import Iterable, Iterator
from enum import IntEnum

from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.handler import Kind
from aurora.toolchains.python.handlers import PythonHandler
from aurora.toolchains.python.names import dotted, keyword, last

_OPENS = frozenset(
    {"open", "send_file", "FileResponse", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "remove",
     "rmtree", "copyfile", "save"}
)  # fmt: skip
_OF_A_PATH = ("read_", "write_", "unlink")
_OTHERS = frozenset({"os.open", "webbrowser.open", "urllib.request.urlopen"})
_CHECKS = re.compile(
    r"secure_filename|safe_join|basename|is_relative_to|relative_to|commonpath|realpath|get_valid_filename|resolve|"
    r"normpath|startswith|abspath|match|valid|sanitize|get_available_name|^clean|isalnum|isidentifier|slugify"
)
_KEEPING = frozenset({"join", "Path", "PurePath", "joinpath", "str", "format", "strip", "fspath", "unquote"})
"""Calls that give a path made of what they are given."""
_PARTS = frozenset({"suffix", "suffixes", "name", "stem"})
"""Parts of a path, without a slash."""
_INPUTS = frozenset({"args", "GET", "query_params", "form", "json", "POST", "values", "data"})
_QUERY = frozenset({"Query", "Form", "Header", "Body"})
_ELSEWHERE = frozenset({"django", "drf"})
"""Frameworks whose URLs are written in another file."""
HINT = "Resolve the path and check `is_relative_to(folder)`, or look the file up by an id of your own."


class From(IntEnum):
    """The origins of a part of a path."""

    CODE = 0
    SEGMENT = 1
    """One segment of a URL."""
    REQUEST = 2
    """A text that may hold a slash."""


def opened(handler: PythonHandler, requests: frozenset[str]) -> Iterator[Flaw]:
    """At most one of a handler, the worst."""
    body = list(ast.walk(handler.node))
    calls = sorted((one for one in body if isinstance(one, ast.Call)), key=lambda one: one.lineno)
    if any(_CHECKS.search(last(dotted(one.func))) for one in calls) or any(map(_compares_parts, body)):
        return
    paths = _Paths(handler, requests, body)
    found = [(paths.of(place), call) for call in calls if (place := _place(call)) is not None]
    worst, call = max(found, key=lambda one: one[0], default=(From.CODE, None))
    if call is not None and worst is not From.CODE:
        message = f"{handler.name} opens a path built from the request: `../` leads out of the folder."
        yield Flaw(message, HINT, call.lineno, f"{handler.name} path", advice=worst is From.SEGMENT)


def _place(call: ast.Call) -> ast.expr | None:
    """The path that a call opens."""
    name = last(dotted(call.func))
    if name not in _OPENS or dotted(call.func) in _OTHERS:
        return None
    if isinstance(call.func, ast.Attribute) and (name.startswith(_OF_A_PATH) or (name == "open" and not call.args)):
        return None if dotted(call.func).startswith("os.") and not call.args else _first(call) or call.func.value
    return next(iter(call.args), None) or keyword(call, "path", "filename", "path_or_file")


def _first(call: ast.Call) -> ast.expr | None:
    """The first argument of `os.unlink(path)`; a method of a path is given no path."""
    return call.args[0] if dotted(call.func).startswith(("os.", "shutil.")) and call.args else None


def _compares_parts(node: ast.AST) -> bool:
    """`if "/" in name`, `if ".." in path.parts`, `if name not in ALLOWED`."""
    return isinstance(node, ast.Compare) and any(isinstance(one, ast.In | ast.NotIn) for one in node.ops)


class _Paths:
    def __init__(self, handler: PythonHandler, requests: frozenset[str], body: Iterable[ast.AST]) -> None:
        self.requests = requests
        self.names = dict(_parameters(handler))
        self.uploads = {one.name for one in handler.parameters if re.search(r"UploadFile|FileStorage", one.annotation)}
        for node in sorted((one for one in body if isinstance(one, ast.Assign | ast.For)), key=lambda one: one.lineno):
            value, targets = (node.iter, [node.target]) if isinstance(node, ast.For) else (node.value, node.targets)
            names = [one.id for one in targets if isinstance(one, ast.Name)]
            if self._is_upload(value):
                self.uploads.update(names)
            self.names |= dict.fromkeys(names, self.of(value))

    def _is_upload(self, node: ast.expr) -> bool:
        whole = dotted(node)
        return whole in self.uploads or any(whole.startswith(f"{one}.files") for one in self.requests)

    def of(self, node: ast.expr | None) -> From:
        match node:
            case ast.Name():
                return self.names.get(node.id, From.CODE)
            case ast.Attribute():
                if node.attr == "filename":
                    return From.REQUEST if self._is_upload(node.value) else From.CODE
                if self._is_input(node):
                    return From.REQUEST
                return From.CODE if node.attr in _PARTS else self.of(node.value)
            case ast.Subscript():
                return From.REQUEST if self._is_input(node.value) else From.CODE
            case ast.BinOp():
                return max(self.of(node.left), self.of(node.right))
            case ast.JoinedStr():
                return max(
                    (self.of(one.value) for one in node.values if isinstance(one, ast.FormattedValue)),
                    default=From.CODE,
                )
            case ast.BoolOp():
                return max(map(self.of, node.values))
            case ast.IfExp():
                return max(self.of(node.body), self.of(node.orelse))
            case ast.Await() | ast.Starred():
                return self.of(node.value)
            case ast.Tuple():
                return max(map(self.of, node.elts), default=From.CODE)
            case ast.Call():
                return self._call(node)
        return From.CODE

    def _call(self, node: ast.Call) -> From:
        name = last(dotted(node.func))
        if isinstance(node.func, ast.Attribute) and name in ("get", "getlist") and self._is_input(node.func.value):
            return From.REQUEST if not node.keywords else From.CODE
        if name not in _KEEPING:
            return From.CODE
        held = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return max(map(self.of, (*held, *node.args, *(one.value for one in node.keywords))), default=From.CODE)

    def _is_input(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in _INPUTS and dotted(node.value) in self.requests


def _parameters(handler: PythonHandler) -> Iterator[tuple[str, From]]:
    whole = {name for pair in re.findall(r"\{(\w+):path\}|<path:(\w+)>", handler.path) for name in pair}
    function = handler.node
    given = function.args if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) else None
    defaulted: set[str] = set()
    if given is not None:
        positional = [*given.posonlyargs, *given.args]
        defaulted |= {one.arg for one in positional[len(positional) - len(given.defaults) :]}
        defaulted |= {one.arg for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value}
    decorators = getattr(function, "decorator_list", [])
    at_root = any(dotted(one).partition(".")[0] in ("app", "application", "api") for one in decorators)
    for one in handler.parameters:
        if one.kind is not Kind.VALUE or one.name in ("self", "args", "kwargs"):
            continue
        query = any(word in one.annotation for word in _QUERY)
        if one.annotation not in ("", "str") and not (query and "str" in one.annotation):
            continue
        if one.name in whole or handler.framework == "graphql":
            yield one.name, From.REQUEST
        elif re.search(rf"[{{<:]{one.name}[}}>]", handler.path) or handler.framework in _ELSEWHERE:
            yield one.name, From.SEGMENT
        else:  # of the query, or of a prefix that the router has in another file
            yield one.name, From.REQUEST if one.name in defaulted or query or at_root else From.SEGMENT
