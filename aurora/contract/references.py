"""The `$ref`s of a contract document: where they stand, which lead to nothing. Nothing is ever fetched or opened."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from aurora.contract.yaml_text import Where

REFERRING = ("$ref", "$dynamicRef", "$recursiveRef")
LITERAL = ("example", "examples", "enum", "const")
"""Below these keys a `$ref` is somebody's data."""


def references(value: Any, at: Where = ()) -> Iterator[tuple[Where, str]]:
    """The place where each reference stands, and what it says."""
    if isinstance(value, dict):
        for key, child in value.items():
            if key in REFERRING and isinstance(child, str):
                yield (*at, key), child
            else:
                yield from references(child, (*at, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from references(child, (*at, index))


def dangling(document: Any) -> Iterator[tuple[Where, str]]:
    """References into the document itself that meet nothing."""
    for where, ref in references(document):
        if ref.startswith("#/") and not any(part in LITERAL for part in where) and target(document, ref) is None:
            yield where, ref


def target(document: Any, ref: str) -> Any:
    """The target of `#/a/b`; None when it leads to nothing or outside."""
    value = document
    for part in unquote(ref).removeprefix("#/").split("/"):
        part = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def pointer(where: Where) -> str:
    """A JSON pointer, as a reader can follow it: `/paths/~1users/post`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in where) or "/"
