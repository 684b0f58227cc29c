"""The environments that tox and nox give a project's tests: groups `tox` and `nox`, and the variables they set."""

import posixpath
import re
from collections.abc import Collection, Mapping
from typing import Any

from aurora.ports import ToolchainProbe
from aurora.toolchains.documents import table
from aurora.toolchains.python import requirements
from aurora.toolchains.python.declared import Declared, attempted
from aurora.toolchains.python.nox import FILE as NOXFILE
from aurora.toolchains.python.nox import nox
from aurora.toolchains.python.pyproject import parse
from aurora.toolchains.python.tox import tox_ini, tox_toml

_OURS = re.compile(
    r"(PYTEST|COV|COVERAGE|TOX|NOX|PIP|UV|LD|DYLD|VIRTUAL_ENV|AURORA|XDG|GIT|LC)(_\w*)?|PYTHON\w*|PY_COLORS|FORCE_COLOR"
    r"|NO_COLOR|TERM|CI|PATH|HOME|TMP|TEMP|TMPDIR|USER|SHELL|LANG|HTTPS?_PROXY|NO_PROXY",
    re.IGNORECASE,
)
"""Variables that the sandbox sets itself."""
_SERVICES = re.compile(r"(DATABASE|REDIS|POSTGRES|PG|MYSQL|MONGO|RABBITMQ|AMQP|BROKER|CELERY)\w*", re.IGNORECASE)
"""Variables that tell where a service is: the sandbox's own, or one that it does not have."""


async def read(probe: ToolchainProbe, folder: str, paths: Collection[str], document: Mapping[str, Any]) -> Declared:
    """Read the declarations of the files in a folder; nothing of them is run."""

    async def text(name: str) -> str:
        path = posixpath.join(folder, name)
        return (await probe.text(path) or "") if path in paths else ""

    ini, toml, cfg, noxfile = (
        await text("tox.ini"),
        await text("tox.toml"),
        await text("setup.cfg"),
        await text(NOXFILE),
    )
    tables = parse(toml, "tox.toml")[0] if toml else table(document, "tool", "tox")
    said = attempted(lambda: tox_ini(ini), "tox.ini")
    said = said.over(attempted(lambda: tox_ini(cfg, "tox:"), "setup.cfg")).over(
        attempted(lambda: tox_toml(tables), "tox")
    )
    said = said.over(attempted(lambda: nox(noxfile), NOXFILE))
    return await _with_files(probe, folder, said)


def usable(variables: Mapping[str, str]) -> dict[str, str]:
    """Those that say something plain: no substitution, and nothing that the sandbox decides."""
    return {
        key: value
        for key, value in variables.items()
        if re.fullmatch(r"[A-Za-z_]\w*", key)
        and "{" not in value
        and "\n" not in value
        and "\0" not in value
        and not _OURS.fullmatch(key)
        and (not _SERVICES.fullmatch(key) or value.startswith("sqlite"))
    }


def pythonpath(variables: Mapping[str, str], folder: str) -> tuple[str, ...]:
    """Folders of PYTHONPATH inside the repository, from its root."""
    found = []
    for part in re.split(r"[:;]", variables.get("PYTHONPATH", "")):
        plain = re.sub(r"^\{(toxinidir|tox_root|root)\}/?|^\$\{?PWD\}?/?", "", part.strip())
        place = posixpath.normpath(posixpath.join(folder, plain)) if plain and "{" not in plain else ""
        if place and not place.startswith(("..", "/")):
            found.append("" if place == "." else place)
    return tuple(dict.fromkeys(found))


async def _with_files(probe: ToolchainProbe, folder: str, said: Declared) -> Declared:
    """The groups with the requirements files they name read in."""
    optional: dict[str, tuple[str, ...]] = {}
    constraints: list[str] = []
    notes = list(said.notes)
    for group, lines in said.optional.items():
        found = await requirements.expanded(probe, folder, lines)
        notes += found.notes
        constraints += found.constraints
        optional[group] = found.requirements
    update = {"optional": optional, "constraints": tuple(constraints), "notes": tuple(dict.fromkeys(notes))}
    return said.model_copy(update=update)
