"""Keys added to `agents.backend.project` of an aurora.yaml, everything that is written there left as it is."""

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from aurora.errors import Refusal
from aurora.settings.yaml_document import Document, Where, parse

PROJECT: Where = ("agents", "backend", "project")
STEP = 2


def merged(text: str, path: str, added: Mapping[str, Any]) -> str:
    """The text with keys that it does not have. Raises `Refusal` for a text that is not YAML or has another shape."""
    wanted = _with(parse(text, path).value, added, path)
    done = _inserted(text, path, added)
    if _value(done, path) != wanted:
        done = _rewritten(text, added)
    if _value(done, path) != wanted:
        raise Refusal(f"{path} can't be added to without changing what it says.", "Add the block by hand.")
    return done


def block(values: Mapping[str, Any], outer: Where = PROJECT, indent: int = 0) -> str:
    """The values as YAML below the keys of `outer`."""
    nested: Any = {key: _plain(value) for key, value in values.items()}
    for key in reversed(outer):
        nested = {str(key): nested}
    stream = io.StringIO()
    _yaml().dump(nested, stream)
    return "".join(f"{' ' * indent}{line}\n" for line in stream.getvalue().splitlines())


def _inserted(text: str, path: str, added: Mapping[str, Any]) -> str:
    """Lines put in below the innermost of the outer keys that is written; all else is untouched."""
    document = parse(text, path)
    depth = next((n for n in (3, 2, 1) if PROJECT[:n] in document.lines), 0)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    if not depth:
        body = block(added)
        head = [*lines, *([""] if lines and lines[-1].strip() else [])]
        return newline.join([*head, *body.splitlines()]) + newline
    at = document.lines[PROJECT[:depth]]
    body = block(added, PROJECT[depth:], _indent_below(document, lines, PROJECT[:depth]))
    return newline.join([*lines[:at], *body.splitlines(), *lines[at:]]) + newline


def _indent_below(document: Document, lines: list[str], where: Where) -> int:
    below = [line for key, line in document.lines.items() if len(key) == len(where) + 1 and key[: len(where)] == where]
    first = lines[min(below) - 1] if below else ""
    own = lines[document.lines[where] - 1]
    return _indent(first) if below else _indent(own) + STEP


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _rewritten(text: str, added: Mapping[str, Any]) -> str:
    """Read and written anew, comments kept: for flow mappings and what else no line can be put into."""
    yaml = _yaml()
    document = yaml.load(text) or CommentedMap()
    at = document
    for key in PROJECT:
        if at.get(key) is None:
            at[key] = CommentedMap()
        at = at[key]
    for key, value in added.items():
        at[key] = _plain(value)
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _with(value: Any, added: Mapping[str, Any], path: str) -> Any:
    """What the document says once the keys are added."""
    whole = at = dict(value) if isinstance(value, dict) else {}
    if value is not None and not isinstance(value, dict):
        raise Refusal(f"{path}: the document is no mapping.", "Write `agents:` with `backend:` below it.")
    for key in map(str, PROJECT):
        inner = at.get(key)
        if inner is not None and not isinstance(inner, dict):
            raise Refusal(f"{path}: {key} is no mapping.", "Correct it first.")
        at[key] = dict(inner or {})
        at = at[key]
    taken = [key for key in added if key in at]
    if taken:
        raise Refusal(f"{path}: {', '.join(taken)} stands there already.", "What is written is never changed.")
    at.update({key: _bare(value) for key, value in added.items()})
    return whole


def _value(text: str, path: str) -> Any:
    try:
        return parse(text, path).value
    except Refusal:
        return None


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4_000
    return yaml


def _plain(value: Any) -> Any:
    """Texts in quotes where YAML or a reader could take them for something else."""
    if isinstance(value, Mapping):
        return {key: DoubleQuotedScalarString(text) for key, text in value.items()}
    if isinstance(value, list | tuple):
        return list(value)
    return DoubleQuotedScalarString(value) if isinstance(value, str) and value[:1].isdigit() else value


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: str(text) for key, text in value.items()}
    return list(value) if isinstance(value, tuple) else value
