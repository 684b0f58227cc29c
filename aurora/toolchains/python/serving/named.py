"""Applications that a command names: `uvicorn app.main:app`, `flask --app shop run`, `gunicorn "shop:create_app()"`."""

import itertools
import posixpath
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aurora.toolchains.folders import above
from aurora.toolchains.python.serving.sources import Source
from aurora.toolchains.serve_hints import Hint

SERVERS = frozenset(
    {"uvicorn", "gunicorn", "hypercorn", "daphne", "granian", "waitress-serve", "uwsgi", "fastapi", "litestar"}
)
_TARGET = re.compile(r"([A-Za-z_][\w.]*):([A-Za-z_][\w.]*)(\(.*\))?")
_IN_CODE = re.compile(r"uvicorn\.run\(\s*(?:app\s*=\s*)?f?['\"]([A-Za-z_][\w.]*:[A-Za-z_]\w*)['\"]")
_FLASK_APP = re.compile(r"(?m)^\s*(?:export\s+)?FLASK_APP\s*=\s*['\"]?([\w./:()-]+)")


class Named(NamedTuple):
    path: str
    """The module's file."""
    folder: str
    """Folder from which the module is named."""
    name: str
    """Empty where the command names a module only."""
    factory: bool
    server: str
    where: str


def of_hints(hints: Iterable[Hint], paths: Iterable[str], root: str) -> list[Named]:
    known = set(paths)
    found = []
    for hint in hints:
        for server, target, factory in _targets(hint.words):
            one = _placed(target, server, factory, hint.where, known, root)
            if one is not None and one not in found:
                found.append(one)
    return found


def of_code(sources: Sequence[Source], paths: Iterable[str], root: str) -> list[Named]:
    """`uvicorn.run("app.main:app")` of the project's own scripts."""
    known = set(paths)
    found = []
    for source in sources:
        for said in _IN_CODE.finditer(source.text):
            factory = re.search(r"factory\s*=\s*True", source.text[said.end() : said.end() + 400]) is not None
            one = _placed(said[1], "uvicorn", factory, source.path, known, root)
            found += [one] if one is not None else []
    return found


def of_flask_app(text: str, where: str, paths: Iterable[str], root: str) -> list[Named]:
    """The application in a file of variables, as `.flaskenv`."""
    known = set(paths)
    placed = [_placed(_module(said), "flask", False, where, known, root) for said in _FLASK_APP.findall(text)]
    return [one for one in placed if one is not None]


def _module(said: str) -> str:
    """`app/main.py:create_app()` as Python names it."""
    path, _, name = said.partition(":")
    path = path.removesuffix(".py").removesuffix("/__init__").lstrip("./").replace("/", ".")
    return f"{path}:{name}" if name else path


def _targets(words: Sequence[str]) -> Iterable[tuple[str, str, bool]]:
    """(server, `module:name` or `module`, whether that is a factory)."""
    server = next((posixpath.basename(word) for word in words if posixpath.basename(word) in SERVERS | {"flask"}), "")
    for word in words:
        name, sign, value = word.partition("=")
        if sign and name in ("FLASK_APP", "APP_MODULE"):
            yield "flask" if name == "FLASK_APP" else "gunicorn", _module(value), False
    if not server:
        return
    if server == "flask":
        for before, word in itertools.pairwise(words):
            if before in ("--app", "-A"):
                yield server, _module(word), False
        return
    if server in ("fastapi", "litestar"):
        for word in words:
            if server == "fastapi" and word.endswith(".py"):
                yield server, _module(word), False
        return
    for word in words:
        target = _TARGET.fullmatch(word.strip("'\""))
        if target:
            yield server, f"{target[1]}:{target[2]}", bool(target[3]) or "--factory" in words
            return
    if server == "gunicorn":  # a module alone has an `application`
        for word in words[1:]:
            if re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", word) and not word.startswith("uvicorn."):
                yield server, f"{word}:application", False


def _placed(target: str, server: str, factory: bool, where: str, known: set[str], root: str) -> Named | None:
    module, _, name = target.partition(":")
    if name.endswith(")"):
        name, factory = name.partition("(")[0], True
    inside = module.replace(".", "/")
    ends = (f"{inside}.py", f"{inside}/__init__.py") if inside else ()
    found = [p for p in known for end in ends if p == end or p.endswith(f"/{end}")]
    near = posixpath.dirname(where)
    places = [root, near, *above(root), *above(near)]

    def rank(path: str) -> tuple[bool, int, int, str]:
        folder = _folder(path, inside)
        in_root = not root or path.startswith(f"{root}/")
        return not in_root, places.index(folder) if folder in places else len(places), path.count("/"), path

    if not found:
        return None
    path = min(found, key=rank)
    return Named(path, _folder(path, inside), name, factory, server, where)


def _folder(path: str, inside: str) -> str:
    stem = path.removesuffix(".py").removesuffix("/__init__")
    return stem[: -len(inside)].rstrip("/")
