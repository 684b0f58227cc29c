"""Commands that fill the empty data store of a Python application before it is served: migrations, by what the project
has."""

import posixpath
import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from aurora.toolchains.python.serving.sources import Source

_ALEMBIC_INI = re.compile(r"(^|/)alembic\.ini$")
_ASIDE = re.compile(r"(^|/)(tests?|docs?|examples?|\.[^/]*)/")
_INIT_COMMAND = re.compile(
    r"(?:click|cli)\.command\(\s*(?:name\s*=\s*)?['\"](init[-_]?db|create[-_]?(?:db|all|tables)|db[-_]init)['\"]"
)
_SCRIPTS = re.compile(r"(^|/)(init|create|setup|seed|populate|bootstrap|reset|prestart|initial)[\w-]*\.py$")


class Prepared(NamedTuple):
    commands: tuple[tuple[str, ...], ...]
    why: tuple[str, ...]


def migrations(
    paths: Collection[str], sources: Sequence[Source], folder: str, names: Collection[str], *, flask: bool
) -> Prepared:
    """`folder`: that the application is started in; `names`: of the packages that are installed."""
    if flask and "flask-migrate" in names:
        holds = [p for p in paths if p.endswith("migrations/env.py") and _within(p, folder)]
        if holds:
            return Prepared(
                (("python", "-m", "flask", "db", "upgrade", "heads"),), (f"prepare: Flask-Migrate, by {holds[0]}",)
            )
    if flask and (made := _own_command(sources)):
        return made
    if flask and "flask-migrate" in names:
        return Prepared((), ("prepare: Flask-Migrate is installed, but no migration is committed",))
    listed = sorted(
        (p for p in paths if _ALEMBIC_INI.search(p) and not _ASIDE.search(p)), key=lambda p: _rank(p, folder)
    )
    if listed and "migrations/" not in listed[0] and ("alembic" in names or not names):
        return _alembic(listed[0], folder)
    held = any("/models/" in p and p.startswith(posixpath.join(folder, "migrations")) for p in paths)
    if held and "aerich" in names and posixpath.join(folder, "pyproject.toml") in paths:
        return Prepared((("aerich", "upgrade"),), ("prepare: aerich, by its migrations",))
    return Prepared((), tuple(_hints(sources)))


def _own_command(sources: Iterable[Source]) -> Prepared | None:
    """`@click.command("init-db")` of an application of Flask."""
    for source in sources:
        if found := _INIT_COMMAND.search(source.text):
            command = ("python", "-m", "flask", found[1])
            return Prepared((command,), (f"prepare: the command {found[1]} of {source.path}",))
    return None


def _within(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _rank(path: str, folder: str) -> tuple[bool, int, str]:
    return posixpath.dirname(path) != folder, path.count("/"), path


def _alembic(ini: str, folder: str) -> Prepared:
    """Its `script_location` is mostly relative to the folder of the ini file, so it runs there where it can."""
    at = posixpath.relpath(posixpath.dirname(ini) or ".", folder or ".")
    if at == ".":
        argv: tuple[str, ...] = ("python", "-m", "alembic", "upgrade", "heads")
    else:
        argv = ("sh", "-c", f"cd '{at}' && exec python -m alembic upgrade heads")
    return Prepared((argv,), (f"prepare: Alembic, by {ini}",))


def _hints(sources: Iterable[Source]) -> Iterable[str]:
    """Notes where tables are made by the application's own code: whether it runs at the start nobody can tell."""
    making = [one for one in sources if "create_all(" in one.text or "generate_schemas" in one.text]
    for source in making[:1]:
        said = f"prepare: nothing; {source.path} makes the tables"
        if _SCRIPTS.search(source.path):
            said += ", which may be a script to be run first: then name it as contract.prepare in aurora.yaml"
        yield said
