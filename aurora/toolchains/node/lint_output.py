"""The output of a Node project's linters, as findings: eslint, biome, prettier, tsc.

Paths are relative to the folder the tool ran in. Output is untrusted: a configuration that is a program wrote it.
"""

import json
import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Any

from aurora.domain.findings import Finding
from aurora.ports import Execution
from aurora.text import clip
from aurora.toolchains.runs.lint_report import UNFORMATTED, read

_TSC = re.compile(
    r"^(?P<path>[^\s(][^(\n]*)\((?P<line>\d+),\d+\): (?P<level>error|warning) (?P<code>TS\d+): (?P<text>.+)$"
)
_LINE = re.compile(r"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+):(?:\d+:?)? (?P<text>.+)$")
_STANDARD = re.compile(r"^\s*(?P<path>[^\s:][^:\n]*):(?P<line>\d+):\d+: (?P<text>.+?)(?: \((?P<rule>[^()\s]+)\))?$")
_OXLINT = re.compile(
    r"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+):\d+: (?P<text>.+) \[(?P<level>\w+)(?:/(?P<rule>[^\]]+))?\]$"
)
_OXFMT = re.compile(r"[,╭][-─]\[(?P<path>[^\]\n]+):(?P<line>\d+):\d+\]")
_STANDARDS = ("standard", "semistandard", "ts-standard", "standardx")
_TOOLS = ("eslint", "biome", "prettier", "tsc", "oxlint", "oxfmt", "xo", *_STANDARDS)
BY_ITSELF = "The tool can fix this."


def tool_of(argv: Sequence[str]) -> str:
    """`eslint`, `biome`, `oxlint` ..., or the first word of what starts something else."""
    names = [posixpath.basename(word).removesuffix(".js") for word in argv]
    return next((name for name in names if name in _TOOLS), names[0] if names else "lint")


def parse(argv: Sequence[str], execution: Execution, folder: str) -> tuple[Finding, ...]:
    """`folder`: absolute, where the tool ran: eslint names files absolutely. A tool that broke is one finding."""
    tool = tool_of(argv)
    warnings = "--deny-warnings" in argv
    return read(tool, execution, lambda: _found(tool, execution, folder, warnings=warnings))


def _found(tool: str, execution: Execution, folder: str, *, warnings: bool) -> Iterator[Finding]:
    match tool:
        case "eslint":
            return _eslint(execution.stdout, folder)
        case "xo":
            return _eslint(execution.stdout, folder, "xo")
        case "oxlint":
            return _oxlint(execution.stdout, folder, warnings=warnings)
        case "oxfmt":
            return _oxfmt(f"{execution.stdout}\n{execution.stderr}", folder)
        case _ if tool in _STANDARDS:
            return _standard(tool, f"{execution.stdout}\n{execution.stderr}", folder)
        case "biome":
            return _biome(execution.stdout)
        case "prettier":
            return _prettier(f"{execution.stdout}\n{execution.stderr}")
        case "tsc":
            return _tsc(execution.stdout)
        case _:
            return _lines(tool, f"{execution.stdout}\n{execution.stderr}", folder)


def eslint_outputs(text: str, folder: str) -> dict[str, str]:
    """Path -> what `--fix-dry-run` would write."""
    return {
        _relative(str(one.get("filePath", "")), folder): str(one["output"]) for one in _entries(text) if "output" in one
    }


def reported_outputs(text: str) -> dict[str, str]:
    """Path -> the formatted text, as `aurora_prettier.mjs` and `aurora_biome.mjs` tell it in their last line."""
    try:
        outputs = json.loads(text.strip().rpartition("\n")[2] or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(k): v for k, v in outputs.items() if isinstance(v, str)} if isinstance(outputs, dict) else {}


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text[text.find("[") :] or "[]")
    except (ValueError, RecursionError):
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _relative(path: str, folder: str) -> str:
    return posixpath.relpath(path, folder) if path.startswith("/") else posixpath.normpath(path)


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _eslint(text: str, folder: str, tool: str = "eslint") -> Iterator[Finding]:
    """Errors only, as eslint's own exit code counts: a warning is the project's to tolerate."""
    for file in _entries(text):
        messages = file.get("messages")
        for one in messages if isinstance(messages, list) else ():
            if not isinstance(one, dict) or one.get("severity") != 2:
                continue
            fixable = bool(one.get("fix"))
            yield Finding(
                check=clip(f"{tool}:{one.get('ruleId') or 'syntax'}", 100),
                path=_relative(str(file.get("filePath", "")), folder),
                line=_number(one.get("line")),
                message=clip(str(one.get("message", "")), 1000),
                hint=BY_ITSELF if fixable else "",
                fixable=fixable,
            )


def _oxlint(text: str, folder: str, *, warnings: bool) -> Iterator[Finding]:
    """Errors, as its own exit code counts; warnings where the project denies them."""
    for line in text.splitlines():
        said = _OXLINT.match(line)
        if said and (said["level"] == "Error" or warnings):
            rule = re.sub(r"^eslint\((.+)\)$", r"\1", said["rule"] or "syntax")
            yield Finding(
                check=clip(f"oxlint:{rule}", 100),
                path=_relative(said["path"], folder),
                line=int(said["line"]),
                message=clip(said["text"], 1000),
            )


def _oxfmt(text: str, folder: str) -> Iterator[Finding]:
    for said in _OXFMT.finditer(text):
        path = _relative(said["path"], folder)
        yield Finding(check="oxfmt:syntax", path=path, line=int(said["line"]), message="It can't be parsed.")
    for line in text.splitlines():
        if re.fullmatch(r"[^\s|:].*\.\w+", line):
            yield Finding(check="oxfmt", path=_relative(line.strip(), folder), message=UNFORMATTED)


def _standard(tool: str, text: str, folder: str) -> Iterator[Finding]:
    for line in text.splitlines():
        if said := _STANDARD.match(line):
            yield Finding(
                check=clip(f"{tool}:{(said['rule'] or '').replace('null', '') or 'syntax'}", 100),
                path=_relative(said["path"], folder),
                line=int(said["line"]),
                message=clip(said["text"], 1000),
            )


def _biome(text: str) -> Iterator[Finding]:
    try:
        document = json.loads(text[text.find("{") :] or "{}")
    except (ValueError, RecursionError):
        return
    diagnostics = document.get("diagnostics") if isinstance(document, dict) else None
    for one in diagnostics if isinstance(diagnostics, list) else ():
        if not isinstance(one, dict) or one.get("severity") not in ("error", "fatal"):
            continue
        place = _table(one, "location")
        category = str(one.get("category", "check"))
        layout = category in ("format", "assist/source/organizeImports")
        yield Finding(
            check=clip(f"biome:{category.removeprefix('lint/')}", 100),
            path=posixpath.normpath(str(place.get("path", ""))) if place.get("path") else "",
            line=_number(_table(place, "start").get("line")),
            message=UNFORMATTED if category == "format" else clip(str(one.get("message", "")), 1000),
            hint=BY_ITSELF if layout else "",
            fixable=layout,
        )


def _table(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _prettier(text: str) -> Iterator[Finding]:
    for name in re.findall(r"(?m)^\[warn\] (\S.*\.\w+)$", text):
        yield Finding(
            check="prettier",
            path=posixpath.normpath(name),
            message=UNFORMATTED,
            hint=BY_ITSELF,
            fixable=True,
        )
    for name, why in re.findall(r"(?m)^\[error\] (\S[^:\n]*\.\w+): (\w*Error: .+)$", text):
        yield Finding(check="prettier", path=posixpath.normpath(name), message=clip(f"Can't be parsed: {why}", 1000))


def _tsc(text: str) -> Iterator[Finding]:
    found: list[tuple[re.Match[str], list[str]]] = []
    for line in text.splitlines():
        if said := _TSC.match(line):
            found.append((said, []))
        elif found and line.startswith("  "):
            found[-1][1].append(line)
        elif whole := re.match(r"^error (TS\d+): (.+)$", line):
            yield Finding(check=f"tsc:{whole[1]}", message=clip(whole[2], 1000))
    for said, more in found:
        yield Finding(
            check=f"tsc:{said['code']}",
            path=posixpath.normpath(said["path"]),
            line=int(said["line"]),
            message=clip("\n".join((said["text"], *more)), 1500),
        )


def _lines(tool: str, text: str, folder: str) -> Iterator[Finding]:
    for line in text.splitlines():
        if said := _LINE.match(line):
            message = clip(said["text"], 1000)
            yield Finding(check=tool, path=_relative(said["path"], folder), line=int(said["line"]), message=message)
