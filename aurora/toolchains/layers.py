"""Layers of a project by its folders: routes and controllers above services above repositories above models."""

import posixpath
import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple


class Layer(NamedTuple):
    rank: int
    """The higher, the nearer to HTTP."""
    name: str
    """Name as findings call it: `routes`."""


_FOLDERS = {
    **dict.fromkeys(("routes", "routers", "controllers", "endpoints", "resolvers", "views"), Layer(3, "routes")),
    **dict.fromkeys(("services", "service", "use_cases", "usecases", "use-cases"), Layer(2, "services")),
    **dict.fromkeys(("repositories", "repository", "repos", "crud", "dal", "dao"), Layer(1, "repositories")),
    **dict.fromkeys(("models", "entities", "entity"), Layer(0, "models")),
}
_FILES = (
    (re.compile(r"^(routes?|routers?|views|endpoints|controllers?)\.py$|\.(controller|resolver|router|routes?)\.[cm]?[jt]s$"),
     Layer(3, "routes")),
    (re.compile(r"^(services?|use_cases)\.py$|_service\.py$|\.(service|use-?case)\.[cm]?[jt]s$"), Layer(2, "services")),
    (re.compile(r"^(repository|repositories|crud|dao)\.py$|_repository\.py$|\.repository\.[cm]?[jt]s$"),
     Layer(1, "repositories")),
    (re.compile(r"^(models|entities)\.py$|\.(entity|model)\.[cm]?[jt]s$"), Layer(0, "models")),
)  # fmt: skip
_SHARED = re.compile(
    r"^(schemas?|dtos?|types?|constants?|utils?|helpers?|errors?|exceptions?|enums?|interfaces?|common|shared|config|settings|"
    r"pagination|paths|urls|validators?|migrations?|tests?|base|managers?|signals?|admin|apps|fixtures?|templates?|filters?|"
    r"protocols?|params|forms?|serializers?|dependencies|deps|events?|permissions?)(\.|$)|\.(dto|types?|module|spec|test|d|"
    r"interface|enum|constants?|schema|error|exception|config|guard|decorator)\.",
    re.IGNORECASE,
)
"""Names of what all layers may use, and of what belongs to none."""
_ENTRIES = re.compile(r"^(web|server|app|main|http|workers?|websockets?|bootstrap|container|registry|index|__main__)\.")
_API = re.compile(r"^(routes?|routers?|endpoints?|views?|controllers?|deps|dependencies|urls|v\d+)(\.py)?(/|$)")
_TOP_API = Layer(3, "api")


class Placed(NamedTuple):
    layer: Layer
    folder: str
    """The folder that tells it; empty where the file's own name does."""


def layer_of(path: str, files: Collection[str]) -> Placed | None:
    """The layer that a file is in: by its name, else by the innermost folder that names one.

    None for what all layers share (schemas, errors, constants), for what starts a program, for what no folder tells and
    where name and folder tell different ones. A folder `api` is a layer where it holds routes, endpoints or versions,
    and not a client of another program."""
    folder, name = posixpath.split(path)
    if _SHARED.search(name) or _ENTRIES.match(name):
        return None
    by_folder = _by_folder(folder, path, files)
    by_name = next((layer for pattern, layer in _FILES if pattern.search(name)), None)
    if by_name is None:
        return by_folder
    return Placed(by_name, "") if by_folder is None or by_folder.layer.rank == by_name.rank else None


def _by_folder(folder: str, path: str, files: Collection[str]) -> Placed | None:
    parts = folder.split("/")
    for place in range(len(parts) - 1, -1, -1):
        part, whole = parts[place].lower(), "/".join(parts[: place + 1])
        if _SHARED.search(part):
            return None
        if part in _FOLDERS:
            return Placed(_FOLDERS[part], whole)
        if part == "api" and path.endswith(".py") and place > 0 and _holds_routes(whole, tuple(files)):
            return Placed(_TOP_API, whole)
    return None


@lru_cache(maxsize=64)
def _holds_routes(folder: str, files: tuple[str, ...]) -> bool:
    below = f"{folder}/"
    return any(_API.match(one.removeprefix(below)) for one in files if one.startswith(below))


def wrong_way(importer: str, imported: str, files: Collection[str]) -> tuple[Layer, Layer] | None:
    """Both layers where the importer's is the lower one, and both are of one part of the repository."""
    lower, higher = layer_of(importer, files), layer_of(imported, files)
    if lower is None or higher is None or lower.layer.rank >= higher.layer.rank:
        return None
    if importer.split("/")[0] != imported.split("/")[0]:
        return None
    if higher.folder and importer.startswith(f"{higher.folder}/"):
        return None  # `routes/orders/orders.service.ts`: that folder holds features, not a layer
    return lower.layer, higher.layer
