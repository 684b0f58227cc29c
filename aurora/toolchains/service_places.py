"""Places of services: which files are a service layer by folder and name, and where a project keeps its own."""

import posixpath
import re
from collections.abc import Collection, Sequence

_FOLDERS = {
    "services",
    "service",
    "domain",
    "use_cases",
    "usecases",
    "use-cases",
    "use_case",
    "business",
    "interactors",
}
_FILES = re.compile(
    r"^(services?|use_?cases?|\w+_services?|\w+_use_?case|[\w.-]+\.service|[\w-]+[-.]use-?case|\w+Service|\w+UseCase)\.\w+$"
)
_OTHER_FOLDERS = {
    "routes", "routers", "router", "api", "controllers", "views", "handlers", "endpoints", "web", "http", "middleware",
    "middlewares", "tests", "test", "migrations", "templates", "resolvers", "graphql", "rest", "presentation",
    "infrastructure", "clients", "adapters", "cmd", "scripts", "guards", "interceptors", "filters", "decorators",
}  # fmt: skip
_OTHER_FILES = re.compile(
    r"^(main|app|asgi|wsgi|views?|urls|routes?|router|routers|deps|dependencies|middlewares?|exceptions?|errors?|"
    r"handlers?|conftest|settings|config|index\.(?:test|spec)|server|[\w.-]+\.(controller|guard|filter|interceptor|"
    r"middleware|module|decorator|exception|resolver|spec|test|dto|strategy|pipe)|\w+_(views?|routes?|handlers?|"
    r"middleware|errors?|exceptions?))\.\w+$"
)
_PROBES = re.compile(
    r"(^|[_/.\s-])(health\w*|healthz|ping|ready|readiness|readyz|live|liveness|livez)($|[_/.\s-])", re.I
)
_MANIFESTS = {"pyproject.toml", "package.json", "Dockerfile", "setup.py", "requirements.txt", "manage.py", "main.py"}


def is_service(path: str, files: Collection[str] = ()) -> bool:
    """Return whether a file is a service by its place. A folder `services/orders` that is a program of its own is
    none."""
    folder, name = posixpath.split(path)
    parts = folder.lower().split("/")
    if _OTHER_FILES.match(name):
        return False
    if _FILES.match(name):
        return not set(parts) & (_OTHER_FOLDERS - {"api", "infrastructure", "web", "graphql", "rest"})
    place = next((place for place in range(len(parts) - 1, -1, -1) if parts[place] in _FOLDERS), -1)
    if place < 0 or set(parts[place + 1 :]) & _OTHER_FOLDERS or len(parts) - place > 2:
        return False
    below = "/".join(folder.split("/")[: place + 2])
    return place == len(parts) - 1 or not any(f"{below}/{one}" in files for one in _MANIFESTS)


def is_probe(name: str, path: str) -> bool:
    """Return whether a handler only tells whether the program and its database live."""
    return bool(_PROBES.search(name) or _PROBES.search(path))


def nearest(path: str, files: Sequence[str], fallback: str) -> str:
    """The place where business logic of this file belongs: an existing service beside it, the project's folder of
    services, or the name that the file's own place suggests."""
    suffix = posixpath.splitext(path)[1]
    known = frozenset(files)
    services = [one for one in files if one.endswith(suffix) and one != path and is_service(one, known)]
    if services:
        own = _words(path)

        def nearness(one: str) -> tuple[int, int, bool, str]:
            called_service = bool({"service", "services"} & set(re.findall(r"[a-z]+", one.lower())))
            return -len(posixpath.commonpath([path, one])), -len(_words(one) & own), not called_service, one

        return f"`{min(services, key=nearness)}`, or a new module beside it"
    return f"`{posixpath.join(posixpath.dirname(path), fallback)}`"


def _words(path: str) -> set[str]:
    """Words of a path, plurals as their singular: `routers/orders.py` and `order_service.py` speak of one thing."""
    return {word.removesuffix("s") for word in re.findall(r"[a-z]+", path.lower())} - {"service"}
