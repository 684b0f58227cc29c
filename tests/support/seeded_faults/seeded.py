"""Faults seeded by people who had not written the gates, and near misses: read from `LANGUAGE/GATE/FRAMEWORK.cases`.

A text of cases is a list of these, `#!` or `//!` at the end of a line being where the fault is (the gate does not see
it):

    uses: NAME NAME                        what the manifest declares beside the framework's own
    === fault NAME: why it is one          or: === clean NAME: why it is none
    +++ path                               a file that is there at the base
    --- path                               a file that the draft adds
    <<< path                               what a file of the draft was at the base
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
MARKS = ("#!", "//!")
_HEADS = {"=== ": "case", "+++ ": "there", "--- ": "draft", "<<< ": "before"}


@dataclass(frozen=True)
class Seeded:
    """One fault, or one near miss."""

    id: str
    gate: str
    framework: str
    fault: bool
    why: str
    draft: dict[str, str] = field(default_factory=dict)
    """Texts by path, of what the draft adds or changes."""
    there: dict[str, str] = field(default_factory=dict)
    """Texts by path, of the base; the manifest of the framework where the case has none."""
    lines: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Coverage by path: the lines that are marked, from 1."""

    @property
    def files(self) -> dict[str, str]:
        """Everything of the draft, by path."""
        return self.there | self.draft


def seeded(language: str, gate: str = "*") -> list[Seeded]:
    return [case for path in sorted((HERE / language).glob(f"{gate}/*.cases")) for case in read(path)]


def read(path: Path) -> list[Seeded]:
    gate, framework = path.parent.name, path.stem
    head, *cases = re.split(r"^(?==== )", path.read_text("utf-8"), flags=re.MULTILINE)
    uses = tuple(head.removeprefix("uses:").split())
    language = path.parent.parent.name
    return [_case(language, gate, framework, uses, case.splitlines()) for case in cases]


def _case(language: str, gate: str, framework: str, uses: tuple[str, ...], lines: list[str]) -> Seeded:
    kind, _, rest = lines[0].removeprefix("=== ").partition(" ")
    name, _, why = rest.partition(": ")
    texts: dict[str, dict[str, list[str]]] = {"there": {}, "draft": {}, "before": {}}
    into: list[str] = []
    for line in lines[1:]:
        if line[:4] in _HEADS:
            into = texts[_HEADS[line[:4]]].setdefault(line[4:].strip(), [])
        else:
            into.append(line)
    marked = {
        path: tuple(number for number, line in enumerate(text, 1) if line.endswith(MARKS))
        for path, text in texts["draft"].items()
    }
    there = _joined(texts["there"]) | _joined(texts["before"])
    if not any(Path(path).name in MANIFESTS for path in there):
        there |= manifest(language, framework, uses)
    return Seeded(
        id=f"{gate}/{framework}/{name}",
        gate=gate,
        framework=framework,
        fault={"fault": True, "clean": False}[kind],
        why=why,
        draft=_joined(texts["draft"]),
        there=there,
        lines={path: numbers for path, numbers in marked.items() if numbers},
    )


def _joined(texts: dict[str, list[str]]) -> dict[str, str]:
    return {path: "".join(f"{unmarked(line)}\n" for line in text) for path, text in texts.items()}


def unmarked(line: str) -> str:
    for mark in MARKS:
        if line.endswith(mark):
            return line.removesuffix(mark).rstrip()
    return line


MANIFESTS = ("pyproject.toml", "requirements.txt", "package.json")
_NEEDS = {
    "fastapi": ("fastapi", "fastapi-utils", "sqlalchemy", "httpx", "aiosmtplib", "asyncpg", "databases", "pydantic"),
    "starlette": ("starlette", "pydantic", "sqlalchemy", "databases", "aiohttp", "httpx", "anyio"),
    "flask": ("flask", "flask-login", "flask-mail", "flask-sqlalchemy", "marshmallow", "webargs", "psycopg", "httpx"),
    "django": ("django", "channels", "pydantic", "requests", "asgiref"),
    "drf": ("django", "djangorestframework", "django-filter", "requests"),
    "ninja": ("django", "django-ninja", "django-ninja-extra", "requests"),
    "graphql": ("strawberry-graphql", "ariadne", "sqlalchemy", "httpx", "asyncpg", "aiomysql", "pydantic"),
}


def manifest(language: str, framework: str, uses: tuple[str, ...] = ()) -> dict[str, str]:
    """Of a project of this framework, by path."""
    needs = (*_NEEDS.get(framework, ()), *uses)
    if language == "node":
        return {"package.json": json.dumps({"name": "app", "dependencies": dict.fromkeys(needs, "*")})}
    return {"pyproject.toml": f'[project]\nname = "app"\nversion = "1.0"\ndependencies = {json.dumps(needs)}\n'}
