"""Keys added to a block of an aurora.yaml, as `agents.backend.project`; everything that is written there is left."""

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from aurora.errors import Refusal
from aurora.settings.yaml_document import Document, Where, parse

PROJECT: Where = ("agents", "backend", "project")
CONTRACT: Where = ("agents", "backend", "contract")
STEP = 2


def merged(text: str, path: str, added: Mapping[str, Any], outer: Where = PROJECT) -> str:
    """The text with keys below `outer` that it does not have. Raises `Refusal` for a text that is not YAML or has
    another shape."""
    wanted = _with(parse(text, path).value, added, path, outer)
    done = _inserted(text, path, added, outer)
    if _value(done, path) != wanted:
        done = _rewritten(text, added, outer)
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


def _inserted(text: str, path: str, added: Mapping[str, Any], outer: Where) -> str:
    """Lines put in below the innermost of the outer keys that is written; all else is untouched."""
    document = parse(text, path)
    depth = next((n for n in (3, 2, 1) if outer[:n] in document.lines), 0)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    if not depth:
        body = block(added, outer)
        head = [*lines, *([""] if lines and lines[-1].strip() else [])]
        return newline.join([*head, *body.splitlines()]) + newline
    at = document.lines[outer[:depth]]
    body = block(added, outer[depth:], _indent_below(document, lines, outer[:depth]))
    return newline.join([*lines[:at], *body.splitlines(), *lines[at:]]) + newline


def _indent_below(document: Document, lines: list[str], where: Where) -> int:
    below = [line for key, line in document.lines.items() if len(key) == len(where) + 1 and key[: len(where)] == where]
    first = lines[min(below) - 1] if below else ""
    own = lines[document.lines[where] - 1]
    return _indent(first) if below else _indent(own) + STEP


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _rewritten(text: str, added: Mapping[str, Any], outer: Where) -> str:
    """Read and written anew, comments kept: for flow mappings and what else no line can be put into."""
    yaml = _yaml()
    document = yaml.load(text) or CommentedMap()
    at = document
    for key in outer:
        if at.get(key) is None:
            at[key] = CommentedMap()
        at = at[key]
    for key, value in added.items():
        at[key] = _plain(value)
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _with(value: Any, added: Mapping[str, Any], path: str, outer: Where) -> Any:
    """The document once the keys are added."""
    whole = at = dict(value) if isinstance(value, dict) else {}
    if value is not None and not isinstance(value, dict):
        raise Refusal(f"{path}: the document is no mapping.", "Write `agents:` with `backend:` below it.")
    for key in map(str, outer):
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
        flat = all(isinstance(one, str) for one in value.values())
        return {key: DoubleQuotedScalarString(one) if flat else _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) if isinstance(one, Mapping) else one for one in value]
    if isinstance(value, str) and "\n" in value:
        return LiteralScalarString(value)
    return DoubleQuotedScalarString(value) if isinstance(value, str) and value[:1].isdigit() else value


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _bare(one) for key, one in value.items()}
    return [_bare(one) for one in value] if isinstance(value, list | tuple) else value
