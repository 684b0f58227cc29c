"""The command that serves a Python application on loopback, by a server that is installed with it."""

import re
from collections.abc import Collection, Iterable

from aurora.toolchains.python.declared import name_of, normalised

_BRINGS = {
    ("fastapi", "standard"): "uvicorn", ("fastapi", "all"): "uvicorn", ("litestar", "standard"): "uvicorn",
    ("litestar", "full"): "uvicorn", ("connexion", "uvicorn"): "uvicorn",
    ("strawberry-graphql", "debug-server"): "uvicorn",
    ("strawberry-graphql", "asgi"): "starlette", ("quart", ""): "hypercorn",
}  # fmt: skip
"""(package, extra) -> the server that comes with it."""
ASGI_SERVERS = ("uvicorn", "hypercorn", "granian", "daphne")


def installed(requirements: Iterable[str], constraints: Iterable[str]) -> frozenset[str]:
    """Normalised names of what is asked for, of what a lock pins, and of the servers that extras bring."""
    found: set[str] = set()
    for line in (*requirements, *constraints):
        name = normalised(name_of(line))
        found.add(name)
        extras = re.search(r"\[([^\]]*)\]", line)
        for extra in ("", *(one.strip() for one in (extras[1].split(",") if extras else ()))):
            if brought := _BRINGS.get((name, extra)):
                found.add(brought)
    return frozenset(found)


def asgi(target: str, factory: bool, names: Collection[str], asked: str = "") -> tuple[tuple[str, ...], str]:
    """(argv, the server); the server is empty where none is installed: the argv is then that of uvicorn all the same.

    `asked`: the server that the project names."""
    there = [one for one in (asked, *ASGI_SERVERS) if one in ASGI_SERVERS and one in names]
    server = there[0] if there else ""
    argv: tuple[str, ...]
    match server or "uvicorn":
        case "hypercorn":
            argv = ("python", "-m", "hypercorn", f"{target}()" if factory else target, "--bind", "127.0.0.1:{port}")
        case "granian":
            argv = ("granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", "{port}", target)
            argv += ("--factory",) if factory else ()
        case "daphne" if not factory:
            argv = ("python", "-m", "daphne", "-b", "127.0.0.1", "-p", "{port}", target)
        case _:
            argv = ("python", "-m", "uvicorn", target, "--host", "127.0.0.1", "--port", "{port}")
            argv += ("--factory",) if factory else ()
    return argv, server


def flask() -> tuple[str, ...]:
    """FLASK_APP says which: `--app` is not there before Flask 2.2."""
    return "python", "-m", "flask", "run", "--host", "127.0.0.1", "--port", "{port}", "--no-debugger", "--no-reload"
