"""Application objects and factories of Python's web frameworks, found by syntax."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from aurora.toolchains.python.serving.sources import Source, dotted

CONSTRUCTORS = {
    "fastapi.FastAPI": "fastapi", "fastapi.applications.FastAPI": "fastapi",
    "starlette.applications.Starlette": "starlette",
    "litestar.Litestar": "litestar", "litestar.app.Litestar": "litestar", "starlite.Starlite": "litestar",
    "flask.Flask": "flask", "flask.app.Flask": "flask", "apiflask.APIFlask": "flask", "flask_openapi3.OpenAPI": "flask",
    "flask_api.FlaskAPI": "flask", "flask_lambda.FlaskLambda": "flask",
    "quart.Quart": "quart", "connexion.FlaskApp": "connexion", "connexion.App": "connexion",
    "connexion.AsyncApp": "connexion-async", "falcon.asgi.App": "falcon-async",
    "ariadne.asgi.GraphQL": "ariadne", "strawberry.asgi.GraphQL": "strawberry",
}  # fmt: skip
"""Dotted name of a class -> framework."""
ASGI = frozenset(
    {"fastapi", "starlette", "litestar", "quart", "connexion-async", "falcon-async", "ariadne", "strawberry"}
)
WSGI = frozenset({"flask", "connexion"})
_BARE = ("ariadne", "strawberry")
"""Applications that are usually a part of another one."""
_NAMES = ("app", "application", "api", "asgi_app", "asgi", "server", "main_app", "web_app", "flask_app")
_FACTORY_NAMES = re.compile(
    r"(create|make|build|get|init|setup|new)?_?(fastapi_|flask_|web_|asgi_)?(app|application|server|api)\w*"
)


class Application(NamedTuple):
    framework: str
    path: str
    name: str
    factory: bool = False
    """A function without arguments that must be given, which returns the application."""
    call: ast.Call | None = None
    """The call that makes it, where that stands in a text that was read."""
    source: Source | None = None
    """The text that the call stands in."""


class _Made(NamedTuple):
    framework: str
    call: ast.Call
    source: Source


def find(sources: Sequence[Source]) -> list[Application]:
    """The likeliest first: objects of a module before factories, usual names before others."""
    classes = {**CONSTRUCTORS, **_subclasses(sources)}
    factories = dict(_factories(sources, classes))
    found = list(_objects(sources, classes, factories))
    found += [
        Application(made.framework, path, name, factory=True, call=made.call, source=made.source)
        for (path, name), (made, free) in factories.items()
        if free and _FACTORY_NAMES.fullmatch(name.lower())
    ]
    order = {source.path: place for place, source in enumerate(sources)}
    return sorted(found, key=lambda one: _rank(one, order))


def _rank(one: Application, order: Mapping[str, int]) -> tuple[int, bool, int, int, int]:
    name = one.name.lower()
    named = _NAMES.index(name) if name in _NAMES else len(_NAMES)
    # an application inside a package that only others mount is rarely called `app`
    return one.framework in _BARE, one.factory, 0 if named < len(_NAMES) else 1, order[one.path], named


def _subclasses(sources: Iterable[Source]) -> dict[str, str]:
    """Classes of the project that extend one of the frameworks', by their bare name."""
    found: dict[str, str] = {}
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                for base in node.bases:
                    if framework := CONSTRUCTORS.get(dotted(base, source.names)):
                        found[node.name] = framework
    return found


def _factories(
    sources: Iterable[Source], classes: Mapping[str, str]
) -> Iterator[tuple[tuple[str, str], tuple[_Made, bool]]]:
    """((path, function), (what it makes, whether it can be called without arguments)) of those that return one."""
    known: dict[str, _Made] = {}
    rounds = list(sources)
    for _ in range(2):  # one factory may call another
        for source in rounds:
            for node in source.tree.body:
                if isinstance(node, ast.FunctionDef) and node.name not in known:
                    made = _returned(node, source, classes, known)
                    if made is not None:
                        known[node.name] = made
                        yield (source.path, node.name), (made, not _needed(node))


def _needed(node: ast.FunctionDef) -> bool:
    given = node.args
    return len(given.posonlyargs + given.args) > len(given.defaults) or any(d is None for d in given.kw_defaults)


def _returned(
    function: ast.FunctionDef, source: Source, classes: Mapping[str, str], known: Mapping[str, _Made]
) -> _Made | None:
    local: dict[str, _Made] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            made = made_by(node.value, source, classes, known)
            if made is not None:
                local |= dict.fromkeys(_targets(node), made)
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
    for value in returned:
        names = [one.id for one in ast.walk(value) if isinstance(one, ast.Name) and one.id in local]
        if names:
            return local[names[0]]
        made = made_by(value, source, classes, known)
        if made is not None:
            return made
    return None


def made_by(
    value: ast.AST, source: Source, classes: Mapping[str, str], known: Mapping[str, _Made] | None = None
) -> _Made | None:
    """The application that an expression makes: a constructor's call, or one inside of other calls, as a middleware
    around it."""
    for node in ast.walk(value):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func, source.names)
        framework = classes.get(name) or classes.get(name.rpartition(".")[2] if "." not in name or _own(name) else "")
        if framework:
            return _Made(framework, node, source)
        last = name.rpartition(".")[2]
        if known and last in known and (name == last or _own(name)):
            return known[last]
    return None


def _own(name: str) -> bool:
    """Return whether a dotted name may be of the project: the frameworks' are known in full."""
    return not name.startswith(("fastapi.", "flask.", "starlette.", "litestar.", "django."))


def _objects(
    sources: Iterable[Source], classes: Mapping[str, str], factories: Mapping[tuple[str, str], tuple[_Made, bool]]
) -> Iterator[Application]:
    known = {name: made for (_, name), (made, _) in factories.items()}
    for source in sources:
        given: dict[str, _Made] = {}
        for node in _module_level(source.tree.body):
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            made = made_by(node.value, source, classes, known)
            if made is None:  # `app = socketio.ASGIApp(sio, other_asgi_app=app)`, `application = app`
                inner = [one.id for one in ast.walk(node.value) if isinstance(one, ast.Name) and one.id in given]
                around = isinstance(node.value, ast.Name) or (
                    isinstance(node.value, ast.Call) and re.search(r"App$|Middleware$", _last(node.value.func))
                )
                made = given[inner[0]] if inner and around else None
            if made is None:
                continue
            for name in _targets(node):
                given[name] = made
                yield Application(made.framework, source.path, name, call=made.call, source=made.source)


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _module_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run at the import, those under conditions too, but not under `if __name__ == "__main__"`."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "__name__" not in ast.unparse(node.test):
            yield from _module_level([*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            yield from _module_level([*node.body, *node.orelse, *node.finalbody])
        elif isinstance(node, ast.With):
            yield from _module_level(node.body)


def _targets(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]
