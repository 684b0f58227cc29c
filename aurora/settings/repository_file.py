"""`aurora.yaml`: the block `agents.backend` of an untrusted text becomes `BackendSettings`, or a Refusal with lines."""

import copy
import difflib
import json
import re
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from aurora.errors import Refusal
from aurora.globs import BadPattern, Globs
from aurora.settings.repository import BackendSettings
from aurora.settings.services import SERVICES
from aurora.settings.yaml_document import Document, Where, parse
from aurora.text import clip

FILE_NAME = "aurora.yaml"
BLOCK: Where = ("agents", "backend")
IGNORED = ("version", "$schema")
"""Keys at the top that say nothing to this program, and that editors and people write."""
FREE = "x-"
"""The beginning of a key that is nobody's setting: a repository's own, for an anchor or another program."""
MAX_SHOWN = 8

M = TypeVar("M", bound=BaseModel)

_PLAINER = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "a text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "model_type": "a mapping",
    "dict_type": "a mapping",
    "too_short": "at least one item",
}
"""pydantic's kind of error, in words of a YAML file."""


@dataclass(frozen=True)
class Loaded:
    settings: BackendSettings
    warnings: tuple[str, ...] = ()
    project_lines: dict[str, int] = field(default_factory=dict)
    """Line of each value that `project` has."""


def defaults() -> Loaded:
    """The settings of a repository without the file."""
    return Loaded(BackendSettings())


def unreadable() -> Refusal:
    return Refusal(
        f"{FILE_NAME} at the base commit can't be read: it is a link, larger than 2 MB, or not UTF-8.",
        "Commit it as a plain text file.",
    )


def load(text: str, path: str = FILE_NAME, gates: Mapping[str, type[BaseModel] | None] | None = None) -> Loaded:
    """`gates`: those that may be named, each with the model of what may be tuned of it; without them none may.

    Raises `Refusal` naming file, line, what was expected and what was found. Other agents' blocks are not looked at
    beyond being YAML, keys that begin with `x-` are left alone; types are strict: the text `"5"` is not the number 5.
    """
    document = parse(text, path)
    _check_names(document)
    block, missing = _block(document)
    if block is None:
        return Loaded(BackendSettings(), (f"{path}: {missing}; defaults are used.",))
    settings = _validated(document, BLOCK, BackendSettings, block)
    settings = _one_contract(document, settings)
    _check_values(document, settings)
    _check_gates(document, settings, gates or {})
    place = (*BLOCK, "project")
    lines = {name: document.line((*place, name)) for name in settings.project.named()}
    if settings.project.contract is None and settings.contract.path is not None:
        lines["contract"] = document.line((*BLOCK, "contract"))
    return Loaded(settings, project_lines=lines)


def _check_names(document: Document) -> None:
    """Raise `Refusal` for a key that nobody reads, at the top or in place of `backend`: it would set nothing."""
    outer, inner = BLOCK
    top = document.value if isinstance(document.value, dict) else {}
    for key in top:
        if key in (outer, *IGNORED) or key.startswith(FREE):
            continue
        close = difflib.get_close_matches(key.lower(), [outer, *IGNORED], n=1, cutoff=0.6)
        meant = close[0] if close else outer if key in (inner, *BackendSettings.model_fields) else ""
        did = f"; did you mean {meant!r}?" if meant else "."
        raise Refusal(
            f"{document.path}:{document.line((key,))}: unknown key {key!r}{did}",
            f"Settings stand below `{outer}:` and `{inner}:`; a key of your own begins with `{FREE}`.",
        )
    agents = top.get(outer)
    if not isinstance(agents, dict) or inner in agents:
        return
    for key in agents:
        where = f"{document.path}:{document.line((outer, key))}"
        if difflib.get_close_matches(key.lower(), [inner], n=1, cutoff=0.7):
            raise Refusal(
                f"{where}: unknown agent {key!r}; did you mean {inner!r}?",
                f"An agent of your own with such a name begins with `{FREE}`.",
            )
        if key in BackendSettings.model_fields:
            raise Refusal(
                f"{where}: {key!r} is no agent but a setting of one; did you mean `{outer}.{inner}.{key}`?",
                f"Write `{inner}:` above it, and indent it below.",
            )


def _validated(document: Document, base: Where, model: type[M], value: Any) -> M:
    """`value` as `model`, without the keys that begin with `x-` where the model knows none. Raises `Refusal`."""
    try:
        # JSON mode: strict about types, yet a list may become a tuple
        return model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    free = [e["loc"] for e in errors if e["type"] == "extra_forbidden" and str(e["loc"][-1]).startswith(FREE)]
    if not free:
        raise _refusal(document, base, model, errors)
    return _validated(document, base, model, _without(value, free))


def _without(value: Any, places: Iterable[tuple[int | str, ...]]) -> Any:
    left = copy.deepcopy(value)
    for place in places:
        at: Any = left
        for parent in place[:-1]:
            # a place may name, beside keys, which of several shapes was tried
            at = at[parent] if not isinstance(at, dict) or parent in at else at
        at.pop(place[-1], None)
    return left


def _block(document: Document) -> tuple[Any, str]:
    value = document.value
    for depth, key in enumerate(BLOCK):
        if value is None:
            return None, "the file is empty" if depth == 0 else f"`{'.'.join(map(str, BLOCK[:depth]))}` is empty"
        if not isinstance(value, dict):
            where = ".".join(map(str, BLOCK[:depth])) or "the document"
            raise Refusal(
                f"{document.path}:{document.line(BLOCK[:depth])}: {where} must be a mapping, found {_found(value)}.",
                "Write `agents:` with `backend:` below it.",
            )
        if key not in value:
            return None, f"there is no block `{'.'.join(map(str, BLOCK[: depth + 1]))}`"
        value = value[key]
    if value is None:
        return None, "`agents.backend` is empty"
    return value, ""


def _refusal(document: Document, base: Where, model: type[BaseModel], errors: list[ErrorDetails]) -> Refusal:
    for error in errors:  # a value that one key of a mapping is refused for
        error["loc"] = (*error["loc"], *filter(None, [error.get("ctx", {}).get("at")]))
    lines = sorted((document.line((*base, *e["loc"])), _say(base, model, e)) for e in errors)
    shown = [f"{document.path}:{line}: {what}" for line, what in lines[:MAX_SHOWN]]
    if len(lines) > MAX_SHOWN:
        shown.append(f"… and {len(lines) - MAX_SHOWN} more")
    return Refusal("\n".join(shown), "Correct these lines.")


def _say(base: Where, model: type[BaseModel], error: ErrorDetails) -> str:
    loc = error["loc"]
    name = ".".join(str(part) for part in (*base, *loc))
    if error["type"] == "extra_forbidden":
        parent = ".".join(str(part) for part in (*base, *loc[:-1]))
        return f"unknown key {loc[-1]!r} in {parent}{_nearest(model, loc)}"
    if error["type"] == "refused":
        return f"{name} {error['msg']}."
    expected = _PLAINER.get(error["type"], error["msg"].removeprefix("Input should be "))
    found = _found(error["input"])
    return f"{name}: expected {expected}, found {found}.{_nearest_choice(expected, error['input'])}"


def _nearest(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    known, key = _keys(model, loc[:-1]), str(loc[-1])
    for section, about in model.model_fields.items():
        inner = _model_of(about.annotation)
        if inner and key in inner.model_fields:
            return f"; {key!r} belongs under {section!r}."
    if close := difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.5):
        return f"; did you mean {close[0]!r}?"
    return f"; known keys: {', '.join(known)}." if known else "."


def _keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    at: type[BaseModel] | None = model
    for part in loc:
        if at is None or part not in at.model_fields:
            return []
        at = _model_of(at.model_fields[str(part)].annotation)
    return sorted(at.model_fields) if at else []


def _model_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next((m for m in map(_model_of, typing.get_args(annotation)) if m), None)
    return None


def _nearest_choice(expected: str, found: Any) -> str:
    choices = re.findall(r"'([^']+)'", expected)
    close = difflib.get_close_matches(found, choices, n=1, cutoff=0.5) if isinstance(found, str) else []
    return f" Did you mean {close[0]!r}?" if close else ""


def _found(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {clip(value, 60)!r}"
        case _:
            return f"{clip(str(value), 60)}"


def _one_contract(document: Document, settings: BackendSettings) -> BackendSettings:
    """`contract` and `project.contract` are one setting."""
    here, there = settings.contract.path, settings.project.contract
    if here is not None and there is not None and here != there:
        where: Where = (*BLOCK, "project", "contract")
        line = document.line((*BLOCK, "contract"))
        raise _at(document, where, f"project.contract: {there!r} here and `contract: {here}` in line {line}")
    return settings.with_project(settings.project)


def _check_values(document: Document, settings: BackendSettings) -> None:
    """The checks that the shape alone can't express: patterns that compile, paths that stay inside."""
    window = settings.context_window
    for key, patterns in (("include", window.include), ("exclude", window.exclude)):
        try:
            Globs(patterns)
        except BadPattern as bad:
            where: Where = (*BLOCK, "context_window", key, bad.index)
            raise _at(document, where, f"context_window.{key}: {bad}") from None
    if not window.include:
        raise _at(
            document, (*BLOCK, "context_window", "include"), "context_window.include is empty: nothing is readable"
        )
    disk = settings.sandbox.disk_mb
    for name in settings.sandbox.services:
        if disk < SERVICES[name].disk_mb:
            needs = f"{name} needs a sandbox.disk_mb of at least {SERVICES[name].disk_mb}, found {disk}"
            raise _at(document, (*BLOCK, "sandbox", "services"), f"sandbox.services: {needs}")
    contract: Where = ("contract",) if settings.project.contract is None else ("project", "contract")
    named = [(contract, settings.contract.path)] if settings.contract.path is not None else []
    paths: list[tuple[Where, str]] = [*named, *((("tests", i), p) for i, p in enumerate(settings.tests))]
    for where, path in paths:
        parts = path.split("/")
        if not path.strip() or path.startswith("/") or ".." in parts or "\\" in path or not path.isprintable():
            key = ".".join(str(part) for part in where if isinstance(part, str))
            raise _at(document, (*BLOCK, *where), f"{key}: {path!r} is not a path inside the repository")


def _check_gates(document: Document, settings: BackendSettings, known: Mapping[str, type[BaseModel] | None]) -> None:
    for name, said in settings.gates.items():
        where: Where = (*BLOCK, "gates", name)
        if name not in known:
            close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
            nearest = f"; did you mean {close[0]!r}?" if close else f"; known gates: {', '.join(known)}."
            raise _at(document, where, f"gates: unknown gate {name!r}{nearest}")
        if not isinstance(said, dict):
            continue
        model = known[name]
        if model is None:
            raise _at(document, where, f"gates.{name}: nothing of this gate can be tuned; write `on` or `off`")
        _validated(document, where, model, said)


def _at(document: Document, where: Where, what: str) -> Refusal:
    end = "" if what.endswith((".", "?")) else "."
    return Refusal(
        f"{document.path}:{document.line(where)}: agents.backend.{what}{end}", "Correct the line and try again."
    )
