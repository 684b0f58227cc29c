"""The text of a contract document, YAML or JSON, as plain values; bounded before anything is built from it.

Aliases share values, so their expanded number is what counts: a bomb of nine anchors stands for millions of values.
"""

import json
from typing import Any

from ruamel.yaml.resolver import implicit_resolvers
from yaml import MappingNode, MarkedYAMLError, Node, ScalarNode, SequenceNode, YAMLError
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.cyaml import CParser
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.resolver import BaseResolver

from aurora.errors import Refusal
from aurora.text import clip

MAX_CHARS = 4_000_000
MAX_VALUES = 400_000
MAX_DEPTH = 300
LINES_CHARS = 2_000_000

Where = tuple[str | int, ...]
"""Keys and indices from the document's root."""


_MERGE = "tag:yaml.org,2002:merge"


class Loader(CParser, SafeConstructor, BaseResolver):  # type: ignore[misc]  # no types are published
    """libyaml, ten times as fast as a parser in Python, with plain scalars read as YAML 1.2 reads them: `no` and `017`
    are what they look like. A date stays the text it was written as: JSON has none."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        SafeConstructor.__init__(self)
        BaseResolver.__init__(self)

    def construct_int(self, node: Node) -> int:
        text = str(self.construct_scalar(node)).replace("_", "").lower()
        base = next((base for mark, base in (("0b", 2), ("0o", 8), ("0x", 16)) if mark in text), 10)
        return int(text, base)


for _versions, _tag, _pattern, _first in implicit_resolvers:
    if (1, 2) in _versions:
        Loader.add_implicit_resolver(_tag, _pattern, _first)
Loader.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)
Loader.add_constructor("tag:yaml.org,2002:int", Loader.construct_int)


def parse(text: str, path: str) -> tuple[Any, Node | None]:
    """(value, YAML node for line numbers; None for JSON). Raises `Refusal` with the line."""
    if len(text) > MAX_CHARS:
        raise Refusal(f"{path}: {len(text):,} characters; at most {MAX_CHARS:,} are read.", "Is this the right file?")
    try:
        if text.lstrip("\ufeff \t\r\n").startswith("{") and not path.lower().endswith((".yaml", ".yml")):
            return json.loads(text.lstrip("\ufeff")), None
        loader = Loader(text)
        node = composed(loader, text)
        if node is None:
            return None, None
        if expanded(node, {}) > MAX_VALUES:
            raise Refusal(f"{path}: more than {MAX_VALUES:,} values once aliases are expanded.", "Write them out.")
        return named_by_text(loader.construct_document(node)), node
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}:{error.colno}"
        raise Refusal(f"{where}: not valid JSON: {error.msg}.", "Fix the line and try again.") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        said = " ".join(" ".join(str(part) for part in (error.context, error.problem) if part).split())
        if error.context_mark and mark and error.context_mark.line != mark.line:
            said += f" (begun in line {error.context_mark.line + 1})"
        raise Refusal(f"{where}: not valid YAML: {clip(said, 200)}.", "Fix the line and try again.") from None
    except (YAMLError, ValueError, RecursionError) as error:
        said = "nested too deep" if isinstance(error, RecursionError) else clip(str(error).partition("\n")[0], 200)
        raise Refusal(f"{path}: can't be read: {said}.", "Fix the file and try again.") from None


def lines_of(text: str) -> Node | None:
    """The node of a JSON text, for line numbers; none where it is large, as it would take long."""
    if len(text) > LINES_CHARS:
        return None
    try:
        plain = text.lstrip("\ufeff")
        node = composed(Loader(plain), plain)
    except (YAMLError, ValueError, RecursionError):
        return None  # tabs, for one
    return node


def composed(loader: Loader, text: str) -> Node | None:
    """Raises RecursionError for what nests too deep: libyaml would go on until the stack ends."""
    events, depth = CParser(text), 0
    while (event := events.get_event()) is not None:
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise RecursionError
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
    node: Node | None = loader.get_single_node()
    return node


def expanded(node: Node, known: dict[int, int]) -> int:
    """The number of values that a node stands for; each shared node is walked once. ValueError when one contains
    itself."""
    if not isinstance(node, MappingNode | SequenceNode):
        return 1
    if id(node) not in known:
        known[id(node)] = -1
        if isinstance(node, MappingNode):
            _no_duplicates(node)
        below = [part for pair in node.value for part in pair] if isinstance(node, MappingNode) else node.value
        known[id(node)] = 1 + sum(expanded(child, known) for child in below)
    if known[id(node)] < 0:
        raise ValueError(f"line {node.start_mark.line + 1}: an anchor contains itself")
    return known[id(node)]


def _no_duplicates(node: MappingNode) -> None:
    seen: dict[tuple[str, str], Node] = {}
    for key, _ in node.value:
        if not isinstance(key, ScalarNode) or key.tag == _MERGE:
            continue
        first = seen.setdefault((key.tag, key.value), key)
        if first is not key:
            raise ConstructorError(
                "while constructing a mapping", first.start_mark, f'found duplicate key "{key.value}"', key.start_mark
            )


def named_by_text(value: Any) -> Any:
    """Keys as JSON has them: a response's `200:` is "200"."""
    if isinstance(value, dict):
        return {str(key): named_by_text(child) for key, child in value.items()}
    return [named_by_text(child) for child in value] if isinstance(value, list) else value


def line_of(node: Node | None, where: Where) -> int | None:
    """The line of a key or item, or of its nearest parent that is written there."""
    line = None
    for part in where:
        if isinstance(node, MappingNode):
            pairs = (
                (key, child) for key, child in node.value if isinstance(key, ScalarNode) and key.value == str(part)
            )
            key, node = next(pairs, (None, None))
            line = key.start_mark.line + 1 if key is not None else line
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
