"""Packages that the extras of declared ones bring: `uvicorn[standard]` brings websockets, as the lock says, or as is
well known where there is no lock."""

import contextlib
import json
from collections.abc import Iterable, Mapping

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from aurora.toolchains.python.dependency_kinds import UNREADABLE, toml

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock")
_KNOWN = {
    "django-allauth[socialaccount]": ("requests", "requests-oauthlib", "pyjwt", "oauthlib"),
    "celery[redis]": ("redis",),
    "fastapi[all]": ("httpx", "jinja2", "python-multipart", "orjson", "ujson", "email-validator", "uvicorn",
                     "pydantic-settings", "pyyaml", "itsdangerous"),
    "fastapi[standard]": ("httpx", "jinja2", "python-multipart", "email-validator", "uvicorn"),
    "flask[async]": ("asgiref",),
    "httpx[http2]": ("h2",),
    "passlib[argon2]": ("argon2-cffi",),
    "passlib[bcrypt]": ("bcrypt",),
    "psycopg[binary]": ("psycopg-binary",),
    "psycopg[pool]": ("psycopg-pool",),
    "pwdlib[argon2]": ("argon2-cffi",),
    "pwdlib[bcrypt]": ("bcrypt",),
    "pydantic[email]": ("email-validator",),
    "pyjwt[crypto]": ("cryptography",),
    "python-jose[cryptography]": ("cryptography",),
    "redis[hiredis]": ("hiredis",),
    "sqlalchemy[asyncio]": ("greenlet",),
    "sqlalchemy[postgresql-asyncpg]": ("asyncpg", "greenlet"),
    "uvicorn[standard]": ("httptools", "python-dotenv", "pyyaml", "uvloop", "watchfiles", "websockets"),
}  # fmt: skip


def brought(requirements: Iterable[str], files: Mapping[str, str]) -> frozenset[str]:
    """Normalised names; `files`: manifests and locks."""
    wanted: set[tuple[str, str]] = set()
    for line in requirements:
        with contextlib.suppress(InvalidRequirement, RecursionError):
            read = Requirement(line.split(" #")[0].strip())
            wanted |= {(canonicalize_name(read.name), canonicalize_name(extra)) for extra in read.extras}
    found = {name for package, extra in wanted for name in _KNOWN.get(f"{package}[{extra}]", ())}
    if wanted:
        for path, text in files.items():
            if path.rsplit("/", 1)[-1] in LOCKS[:3]:
                with contextlib.suppress(*UNREADABLE):
                    found |= _of_lock(text, wanted)
    return frozenset(found)


def _of_lock(text: str, wanted: set[tuple[str, str]]) -> set[str]:
    found: set[str] = set()
    for package in toml(text).get("package", []):
        name = canonicalize_name(package.get("name", ""))
        extras = {**package.get("optional-dependencies", {}), **_texts(package.get("extras"))}
        for extra, lines in extras.items():
            if (name, canonicalize_name(extra)) in wanted:
                found |= {_name(line.get("name", "") if isinstance(line, dict) else str(line)) for line in lines}
        if isinstance(package.get("extras"), list) and any((name, one) in wanted for one in package["extras"]):  # PDM's
            found |= {_name(str(line)) for line in package.get("dependencies", [])}
    return found - {""}


def _texts(said: object) -> dict[str, list[object]]:
    return said if isinstance(said, dict) else {}


def _name(line: str) -> str:
    """The name of a PEP 508 line or Poetry's `httptools (>=0.5.0)`."""
    head = line.split("(")[0].split(";")[0].strip()
    with contextlib.suppress(InvalidRequirement, RecursionError):
        return canonicalize_name(Requirement(head).name)
    return ""


def locked(files: Mapping[str, str]) -> tuple[str, frozenset[str]]:
    """(name of the lock, packages in it); an empty name where there is no lock that can be read."""
    for path, text in files.items():
        name = path.rsplit("/", 1)[-1]
        if name not in LOCKS:
            continue
        with contextlib.suppress(*UNREADABLE):
            if name == "Pipfile.lock":
                document = json.loads(text)
                names = [one for key in ("default", "develop") for one in document.get(key, {})]
            else:
                names = [package.get("name", "") for package in toml(text).get("package", [])]
            if names:
                return name, frozenset(map(canonicalize_name, names))
    return "", frozenset()
