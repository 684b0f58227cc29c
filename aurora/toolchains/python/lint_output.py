"""The output of linters, as findings: ruff, black, flake8 and its kin, mypy, pyright."""

import json
import posixpath
import re
from collections.abc import Callable, Sequence

from aurora.domain.findings import Finding
from aurora.ports import Execution
from aurora.text import clip
from aurora.toolchains.runs.lint_report import UNFORMATTED

_LINE = re.compile(r"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+):(?:(?P<column>\d+):(?:\d+:\d+:)?)? (?P<rest>.+)$")
_RUFF = re.compile(r"^(?P<code>[A-Z]+\d+|[A-Za-z-]+:)(?P<fix> \[\*\])? (?P<text>.+)$")
_CODED = re.compile(r"^(?P<code>[A-Z]+\d+):? (?P<text>.+)$")
_TYPED = re.compile(r"^(?P<level>error|warning): (?P<text>.+?)(?:  \[(?P<code>[\w-]+)\])?$")
Read = tuple[str, str, bool]
"""(check, message, whether the tool can fix it)"""
_LAUNCHERS = ("python", "python3", "-m", "uv", "run", "poetry", "pipenv", "hatch", "pdm", "aurora_pyright.py")
CHECKERS = ("mypy", "pyright", "basedpyright")


def tool_of(argv: Sequence[str]) -> str:
    """`ruff check`, `ruff format`, `black`, `flake8`, `mypy` ..., whatever starts it."""
    words = [posixpath.basename(word) for word in argv]
    while words and words[0] in _LAUNCHERS:
        words.pop(0)
    if not words:
        return "lint"
    if words[0] == "ruff":
        return f"ruff {next((w for w in words[1:] if w in ('check', 'format')), 'check')}"
    return words[0]


def findings_of(tool: str, argv: Sequence[str], execution: Execution) -> tuple[Finding, ...]:
    """Empty when nothing in the output is a finding."""
    clean = tool.startswith(("ruff", "flake8", *CHECKERS))
    text = execution.stdout if clean else f"{execution.stdout}\n{execution.stderr}"
    match tool:
        case "ruff check":
            return _ruff_json(text, argv) if text.lstrip().startswith("[") else _lines(text, _ruff)
        case "ruff format" | "black":
            return _reformatted(tool, f"{text}\n{execution.stderr}")
        case "mypy" | "pyright" | "basedpyright":
            return _lines(text, lambda rest: _typed(tool, rest))
        case _:
            return _lines(f"{text}\n{execution.stderr}", lambda rest: _coded(tool, rest))


def _lines(text: str, reader: Callable[[str], Read | None]) -> tuple[Finding, ...]:
    found = []
    for line in text.splitlines():
        place = _LINE.match(line)
        read = reader(place.group("rest")) if place else None
        if place and read:
            check, message, fixable = read
            found.append(
                Finding(
                    check=check,
                    path=posixpath.normpath(place.group("path")),
                    line=int(place.group("line")),
                    message=clip(message, 1000),
                    hint=f"`{check.partition(':')[0]}` can fix this." if fixable else "",
                    fixable=fixable,
                )
            )
    return tuple(found)


def _ruff(rest: str) -> Read | None:
    said = _RUFF.match(rest)
    if not said:
        return None
    return f"ruff:{said.group('code').rstrip(':')}", said.group("text"), bool(said.group("fix"))


def _coded(tool: str, rest: str) -> Read | None:
    said = _CODED.match(rest)
    return (f"{tool}:{said.group('code')}", said.group("text"), False) if said else None


def _typed(tool: str, rest: str) -> Read | None:
    said = _TYPED.match(rest)
    return (f"{tool}:{said.group('code') or said.group('level')}", said.group("text"), False) if said else None


def _ruff_json(text: str, argv: Sequence[str]) -> tuple[Finding, ...]:
    """The JSON output of a project's own command that asks for it: names are absolute, the argv's paths make them
    relative."""
    try:
        entries = json.loads(text)
    except ValueError:
        return ()
    found = []
    for entry in entries:
        name = str(entry.get("filename", ""))
        path = next((arg for arg in argv if arg.endswith(".py") and name.endswith("/" + arg)), name)
        safe = (entry.get("fix") or {}).get("applicability") == "safe"
        found.append(
            Finding(
                check=f"ruff:{entry.get('code') or 'invalid-syntax'}",
                path=path,
                line=int((entry.get("location") or {}).get("row", 0)),
                message=clip(str(entry.get("message", "")), 1000),
                hint=clip(str((entry.get("fix") or {}).get("message") or ""), 300),
                fixable=safe,
            )
        )
    return tuple(found)


def _reformatted(tool: str, text: str) -> tuple[Finding, ...]:
    """`--check` of ruff format (which says it in three ways by version) and black: one finding a file."""
    names = re.findall(r"(?mi)^would reformat:? (.+)$", text)
    names += re.findall(r"(?m)^unformatted: .*\n\s*--> (.+?):\d+:\d+$", text)
    names += re.findall(r"(?m)^(.+?):\d+:\d+: unformatted:", text)
    broken = re.findall(r"(?mi)^error: (?:cannot format|cannot parse:?|failed to parse) ([^:\n]+):? ?(.*)$", text)
    broken += [(path, why) for why, path in re.findall(r"(?m)^invalid-syntax: (.*)\n\s*--> (.+?):\d+:\d+$", text)]
    broken += re.findall(r"(?m)^(.+?):\d+:\d+: invalid-syntax: (.*)$", text)
    unformatted = tuple(
        Finding(
            check=tool,
            path=posixpath.normpath(name.strip()),
            message=UNFORMATTED,
            hint="The formatter can fix this.",
            fixable=True,
        )
        for name in dict.fromkeys(names)
    )
    unread = {posixpath.normpath(path.strip()): why for path, why in reversed(broken)}
    return unformatted + tuple(
        Finding(check=tool, path=path, message=clip(f"Can't be parsed: {why}", 1000)) for path, why in unread.items()
    )
