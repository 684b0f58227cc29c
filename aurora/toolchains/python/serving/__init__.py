"""The way a Python project's application is served, read from its files; nothing of the project is run.

What its own people's commands name goes before what is found by syntax, and both before a guess by names.
"""

import posixpath
import re
from collections.abc import Collection, Mapping, Sequence

from aurora.domain.workspace import ServeRecipe
from aurora.ports import ToolchainProbe
from aurora.settings.test_environment import assignments
from aurora.toolchains import call_bounds, example_environment, serve_hints
from aurora.toolchains.python.serving import (
    apps,
    commands,
    django,
    documents,
    environment,
    named,
    own_environment,
    preparing,
    sources,
)
from aurora.toolchains.python.serving.apps import Application
from aurora.toolchains.python.serving.named import Named
from aurora.toolchains.python.serving.sources import Source

_FRAMEWORKS = frozenset(
    {
        "fastapi", "starlette", "litestar", "starlite", "flask", "apiflask", "flask-openapi3", "quart", "connexion",
        "django", "falcon", "ariadne", "strawberry-graphql", "djangorestframework", "django-ninja", "flask-restful",
        "flask-smorest", "flask-restx",
    }
)  # fmt: skip
"""Packages without one of which there is nothing to look for."""
_MANIFESTS = re.compile(r"(^|/)(pyproject\.toml|setup\.(cfg|py)|Pipfile|[^/]*requirements[^/]*\.(txt|in))$")
_BESIDE = ("pyproject.toml", "requirements.txt", "alembic.ini", "Dockerfile", "setup.py", "Pipfile")


def frameworks(manifests: Mapping[str, str]) -> frozenset[str]:
    """Frameworks that a manifest writes down, also as an address, which no requirement line has."""
    texts = [text.lower() for path, text in manifests.items() if _MANIFESTS.search(path)]
    return frozenset(n for n in _FRAMEWORKS if any(re.search(rf"(?m)^\W*{n}\b", text) for text in texts))


class Places:
    """The place where a project stands: what each part of the detection asks for."""

    def __init__(self, paths: Sequence[str], root: str, import_roots: Sequence[str], names: Collection[str]) -> None:
        self.paths = frozenset(paths)
        self.root = root
        self.import_roots = tuple(import_roots)
        self.names = frozenset(names)


async def recipe(
    probe: ToolchainProbe, places: Places, test_env: Mapping[str, str], settings: str = ""
) -> ServeRecipe | None:
    """None for what is no service. `test_env`: variables that the tests are run with; `settings`: Django's settings
    module of the tests."""
    try:
        return await _recipe(probe, places, test_env, settings)
    except RecursionError:  # a text nested so deep that nothing can be told of it
        return None


async def _recipe(
    probe: ToolchainProbe, places: Places, test_env: Mapping[str, str], settings: str
) -> ServeRecipe | None:
    if not places.names & _FRAMEWORKS:
        return None
    read = await sources.read(probe, places.paths, places.root)
    hints = await serve_hints.read(probe, places.paths, places.root)
    found = _application(read, hints, places, await _flask_app(probe, places))
    project = django.find(read, places.root) if "django" in places.names or not found else None
    if project is not None and (found is None or found[0].framework in ("flask", "ariadne", "strawberry")):
        made = _django(project, read, places, settings or test_env.get("DJANGO_SETTINGS_MODULE", ""))
    elif found is not None:
        made = _served(*found, read, places)
    else:
        return None
    return await _with_environment(probe, made, read, places, test_env)


async def _flask_app(probe: ToolchainProbe, places: Places) -> list[Named]:
    found: list[Named] = []
    for name in (".flaskenv", ".env.example", ".env.sample", "example.env", ".env"):
        path = posixpath.join(places.root, name)
        if path in places.paths:
            found += named.of_flask_app(await probe.text(path) or "", path, places.paths, places.root)
    return found


def _application(
    read: Sequence[Source], hints: Sequence[serve_hints.Hint], places: Places, flask: Sequence[Named]
) -> tuple[Application, str, str, str] | None:
    """(the application, the folder its module is named from, the server asked for, from what it was told)."""
    listed = apps.find(read)
    said = [*named.of_hints(hints, places.paths, places.root), *flask]
    said += named.of_code(read, places.paths, places.root)
    for one in said:
        same = [app for app in listed if app.path == one.path and (app.name == one.name or not one.name)]
        inside = any(one.path == source.path and one.name in source.names for source in read)
        if same:
            app = same[0]._replace(factory=one.factory or same[0].factory) if one.name else same[0]
            return app, one.folder, one.server, f"serve: {one.where} names {one.path}"
        if one.name and inside:  # the module gives another's application on
            givers = [app for app in listed if app.name == one.name] or listed
            if givers:
                given = givers[0]._replace(path=one.path, name=one.name, factory=one.factory)
                return given, one.folder, one.server, f"serve: {one.where} names {one.path}"
    if not listed:
        return None
    app = listed[0]
    source = next(one for one in read if one.path == app.path)
    folder = sources.home(source, places.paths, places.root, places.import_roots)
    kind = "factory" if app.factory else "object"
    more = [f"{one.path}:{one.name}" for one in listed[1:] if not one.factory and one.path != app.path][:3]
    beside = f"; also there: {', '.join(more)}" if more else ""
    return app, folder, "", f"serve: the {kind} {app.name} of {app.path}{beside}"


def _served(app: Application, folder: str, asked: str, why: str, read: Sequence[Source], places: Places) -> ServeRecipe:
    module = sources.module(app.path, folder)
    cwd = places.root if folder in places.import_roots and not _of_its_own(folder, places.paths) else folder
    said, env, server = [why], dict[str, str](), "flask"
    wsgi = app.framework in apps.WSGI
    if wsgi:
        argv = commands.flask()
        name = app.name + (".app" if app.framework == "connexion" and "connexion" in places.names else "")
        env["FLASK_APP"] = f"{module}:{name}"
        said.append("serve: by Flask's own server, without its debugger")
    else:
        argv, server = commands.asgi(f"{module}:{app.name}", app.factory, places.names, asked)
        if server:
            said.append(f"serve: by {server}" + (f", which is not {asked}" if asked and asked != server else ""))
        else:
            said.append("serve: no ASGI server is declared: uvicorn, hypercorn, granian or daphne would do")
    prepared = preparing.migrations(places.paths, read, cwd, places.names, flask=wsgi)
    return ServeRecipe(
        framework=app.framework.removesuffix("-async"),
        argv=argv,
        cwd=cwd,
        server=server or "uvicorn",
        prepare=prepared.commands,
        env=env,
        documents=documents.of_application(app, read),
        graphql_path=documents.graphql(read, app),
        why=(*said, *prepared.why),
    )


def _of_its_own(folder: str, paths: Collection[str]) -> bool:
    """Return whether an application's folder holds what its own people start it beside: they stand there."""
    return any(posixpath.join(folder, name) in paths for name in _BESIDE)


def _django(project: django.Project, read: Sequence[Source], places: Places, tests: str) -> ServeRecipe:
    folder = project.folder
    env: dict[str, str] = {}
    said = [f"serve: Django's own server, by {posixpath.join(folder, django.MANAGE)}"]
    held = project.settings and django.module_path(folder, project.settings, places.paths)
    if project.settings and not held and tests and django.module_path(folder, tests, places.paths):
        env["DJANGO_SETTINGS_MODULE"] = tests
        said.append(f"serve: with {tests}, as the tests: {project.settings}, which manage.py takes, is not committed")
    elif project.settings:
        said.append(f"serve: with {project.settings}, as manage.py takes it")
    manage = ("python", django.MANAGE)
    urls = django.urls(read)
    return ServeRecipe(
        framework="django",
        argv=(*manage, "runserver", "127.0.0.1:{port}", "--noreload"),
        cwd=folder,
        prepare=((*manage, "migrate", "--noinput", "--run-syncdb"),),
        env=env,
        documents=urls.documents or tuple(documents.literal_paths(read))[: documents.MOST],
        graphql_path=urls.graphql or documents.graphql(read),
        why=(*said, "prepare: Django's migrations"),
    )


async def _with_environment(
    probe: ToolchainProbe, made: ServeRecipe, read: Sequence[Source], places: Places, test_env: Mapping[str, str]
) -> ServeRecipe:
    """The recipe with the values of the project's example files, and made-up values for variables that must have one. A
    variable of a committed file that the application reads has that file's value: one of the environment would go
    before it."""
    example = await example_environment.read(places.paths, probe.text, places.root)
    texts = [await probe.text(path) or "" for path in own_environment.files(read, made.cwd, places.paths)]
    own = {name for text in texts for name, value in assignments(text.splitlines()) if value}
    held = own | set(test_env)
    given = {name: value for name, value in example.variables.items() if name not in held}
    env = {**given, **made.env}
    why = [f"env: {', '.join(sorted(given))}, from {', '.join(example.files)}"] if given else []
    lifted = call_bounds.lifted(env)
    why += [f"env: {', '.join(lifted)}, so that no request is refused for coming too soon"] if lifted else []
    env = {**env, **lifted}
    open_ = [one for one in environment.wanted(read) if one.name not in env and one.name not in held]
    made_up = {one.name: one.made_up for one in open_ if one.made_up}
    if made_up:
        why.append(f"env: {', '.join(made_up)} must have a value and none is committed: made up")
    if without := [f"{one.name} ({one.path})" for one in open_ if not one.made_up]:
        why.append(f"env: asked for at the start, and no value is committed: {', '.join(without[:8])}")
    return made.model_copy(update={"env": {**made_up, **env}, "why": (*made.why, *why)})
