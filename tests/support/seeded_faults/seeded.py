"""Faults seeded by people who had not written the gates, and near misses: read from `LANGUAGE/GATE/FRAMEWORK.cases`.

A text of cases is a list of these, `#!` at the end of a line being where the fault is (the gate does not see it):

    === fault NAME: why it is one          or: === clean NAME: why it is none
    +++ path                               a file that is there at the base
    --- path                               a file that the draft adds
    <<< path                               what a file of the draft was at the base
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
MARK = "#!"
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
    lines: dict[str, int] = field(default_factory=dict)
    """By path: the first line that is marked, from 1."""

    @property
    def files(self) -> dict[str, str]:
        """Everything of the draft, by path."""
        return self.there | self.draft


def seeded(language: str, gate: str = "*") -> list[Seeded]:
    return [case for path in sorted((HERE / language).glob(f"{gate}/*.cases")) for case in read(path)]


def read(path: Path) -> list[Seeded]:
    gate, framework = path.parent.name, path.stem
    return [_case(f"{gate}/{framework}", gate, framework, lines) for lines in _cases(path.read_text("utf-8"))]


def _cases(text: str) -> Iterable[list[str]]:
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("=== ") and lines:
            yield lines
            lines = []
        lines.append(line)
    if lines:
        yield lines


def _case(prefix: str, gate: str, framework: str, lines: list[str]) -> Seeded:
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
        path: number
        for path, of_file in texts["draft"].items()
        for number, line in reversed(list(enumerate(of_file, 1)))
        if line.endswith(MARK)
    }
    there = _joined(texts["there"]) | _joined(texts["before"])
    if not any(Path(path).name in MANIFESTS for path in there):
        there |= manifest(framework)
    return Seeded(
        id=f"{prefix}/{name}",
        gate=gate,
        framework=framework,
        fault={"fault": True, "clean": False}[kind],
        why=why,
        draft=_joined(texts["draft"]),
        there=there,
        lines=marked,
    )


def _joined(texts: dict[str, list[str]]) -> dict[str, str]:
    return {path: "".join(f"{line.removesuffix(MARK).rstrip()}\n" for line in text) for path, text in texts.items()}


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


def manifest(framework: str) -> dict[str, str]:
    """Of a project of this framework, by path."""
    needs = ", ".join(f'"{name}"' for name in _NEEDS.get(framework, ()))
    return {"pyproject.toml": f'[project]\nname = "app"\nversion = "1.0"\ndependencies = [{needs}]\n'}
