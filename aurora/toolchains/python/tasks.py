"""Tables in which task runners keep commands: PDM, poe, taskipy, rye, pixi."""

from collections.abc import Iterator, Mapping
from typing import Any

from aurora.toolchains.documents import table

NAMES = ("test", "tests", "unit", "test-unit", "pytest", "unittest", "check", "ci")
TABLES = (
    ("tool", "pdm", "scripts"), ("tool", "poe", "tasks"), ("tool", "taskipy", "tasks"), ("tool", "rye", "scripts"),
    ("tool", "pixi", "tasks"),
)  # fmt: skip


def variables(document: Mapping[str, Any]) -> dict[str, str]:
    """Those that a task runner sets for the task that runs the tests."""
    for keys in TABLES:
        for name, task in named(table(document, *keys)):
            env = {key: str(value) for key, value in table(table(task), "env").items() if isinstance(value, str | int)}
            if env and name in NAMES:
                return env
    return {}


def named(tasks: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Tasks that run tests by their name, the likeliest first."""
    for name in sorted((name for name in tasks if name in NAMES or name.startswith("test")), key=_rank):
        yield name, tasks[name]


def _rank(name: str) -> tuple[int, str]:
    return (NAMES.index(name) if name in NAMES else len(NAMES), name)
