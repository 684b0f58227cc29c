"""A YAML text nobody trusts, as plain values with the line of each; bounded before anything is built from it."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from aurora.errors import Refusal

MAX_CHARS = 256 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000
"""Values after aliases are expanded: what a bomb of anchors multiplies."""

Where = tuple[str | int, ...]
"""Keys and indices from the document's root."""

_TAG = "tag:yaml.org,2002:"
_ARTICLE = {"bool": "a boolean", "int": "an integer", "float": "a number"}


@dataclass
class Document:
    """`value` holds dict, list, str, int, float, bool and None only."""

    path: str
    value: Any = None
    lines: dict[Where, int] = field(default_factory=dict)
    """Line (from 1) of a key, or of a list's item."""

    def line(self, where: Iterable[str | int]) -> int:
        """The line of `where`, or of its nearest parent that is written in the file."""
        at = tuple(where)
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at, 1)


def parse(text: str, path: str) -> Document:
    """Raises `Refusal` with file and line: not YAML, too large, too deep, duplicate keys, tags of a language."""
    if len(text) > MAX_CHARS:
        raise Refusal(f"{path}: {len(text)} characters; at most {MAX_CHARS} are read.", "Is this the right file?")
    try:
        _bound(text, path)
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = " ".join(str(part) for part in (error.context, error.problem) if part) or "cannot be parsed"
        raise Refusal(f"{path}:{line}: not valid YAML: {what}.", "Correct the line and try again.") from None
    except (YAMLError, ValueError, RecursionError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Refusal(f"{path}: not valid YAML: {first}.", "Correct the file and try again.") from None
    document = Document(path)
    if root is not None:
        document.value = _Reader(document).value(root, ())
    return document


def _bound(text: str, path: str) -> None:
    """Reads events only: composing recurses, so depth must be known to be small before."""
    depth = 0
    for count, event in enumerate(YAML(typ="safe", pure=True).parse(text)):
        if isinstance(event, CollectionStartEvent):
            depth += 1
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or count > 2 * MAX_NODES:
            line = event.start_mark.line + 1 if event.start_mark else 1
            why = f"nested more than {MAX_DEPTH} deep" if depth > MAX_DEPTH else f"more than {MAX_NODES} values"
            raise Refusal(f"{path}:{line}: {why}.", "An aurora.yaml is small: check what wrote it.")
        if isinstance(event, AliasEvent) and depth == 0:
            raise Refusal(f"{path}:1: the document is an alias of nothing.", "Write a mapping.")


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._nodes = 0
        self._open: list[int] = []

    def value(self, node: Node, at: Where) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._refusal(node, f"more than {MAX_NODES} values once its aliases are expanded")
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if id(node) in self._open:
            raise self._refusal(node, "an anchor that contains itself")
        if str(node.tag) not in (_TAG + "map", _TAG + "seq"):
            raise self._refusal(node, f"the tag {str(node.tag)[:60]!r} is not read here")
        self._open.append(id(node))
        try:
            if isinstance(node, SequenceNode):
                return [self._item(child, (*at, index)) for index, child in enumerate(node.value)]
            if isinstance(node, MappingNode):
                return self._mapping(node, at)
        finally:
            self._open.pop()
        raise self._refusal(node, f"a value of the kind {node.tag!r} that is not understood")

    def _item(self, node: Node, at: Where) -> Any:
        self._document.lines[at] = node.start_mark.line + 1
        return self.value(node, at)

    def _mapping(self, node: MappingNode, at: Where) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, ScalarNode):
                raise self._refusal(key, "a key that is not a plain word")
            name = str(key.value)
            if str(key.tag) == _TAG + "merge":
                for source in self._merge_sources(child):
                    merged = {**self._mapping(source, at), **merged}
                continue
            if name in own:
                first = self._document.lines[(*at, name)]
                raise self._refusal(key, f"the key {name!r} stands twice (first in line {first})")
            self._document.lines[(*at, name)] = key.start_mark.line + 1
            own[name] = self.value(child, (*at, name))
        return {**merged, **own}

    def _merge_sources(self, node: Node) -> Iterator[MappingNode]:
        for source in node.value if isinstance(node, SequenceNode) else [node]:
            if not isinstance(source, MappingNode) or id(source) in self._open:
                raise self._refusal(source, "`<<` merges something that is not another mapping")
            self._nodes += 1
            if self._nodes > MAX_NODES:
                raise self._refusal(source, f"more than {MAX_NODES} values once its aliases are expanded")
            yield source

    def _scalar(self, node: ScalarNode) -> Any:
        kind, text = str(node.tag).removeprefix(_TAG), str(node.value)
        if kind == "null":
            return None
        if kind in ("str", "timestamp"):  # a model or a path may look like a date; nothing here is one
            return text
        if kind in ("bool", "int", "float"):
            try:
                value = YAML(typ="safe", pure=True).constructor.construct_object(node)
            except (ValueError, OverflowError, YAMLError):
                raise self._refusal(node, f"{text[:40]!r} is not {_ARTICLE[kind]}") from None
            if isinstance(value, float) and not math.isfinite(value):
                raise self._refusal(node, f"{text!r} is not a number that bounds anything")
            return value
        raise self._refusal(node, f"the tag {str(node.tag)[:60]!r} is not read here")

    def _refusal(self, node: Node, what: str) -> Refusal:
        line = node.start_mark.line + 1 if node.start_mark else 1
        return Refusal(f"{self._document.path}:{line}: {what}.", "Correct the line and try again.")
