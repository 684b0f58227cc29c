"""The text of a contract document, YAML or JSON, as plain values; bounded before anything is built from it.

Aliases share values, so their expanded number is what counts: a bomb of nine anchors stands for millions of values.
"""

import json
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from aurora.errors import Refusal
from aurora.text import clip

MAX_CHARS = 4_000_000
MAX_VALUES = 400_000
LINES_CHARS = 300_000

Where = tuple[str | int, ...]
"""Keys and indices from the document's root."""


class PlainConstructor(SafeConstructor):
    """A date stays the text it was written as: JSON has none."""


PlainConstructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def parse(text: str, path: str) -> tuple[Any, Node | None]:
    """(value, YAML node for line numbers; None for JSON). Raises `Refusal` with the line."""
    if len(text) > MAX_CHARS:
        raise Refusal(f"{path}: {len(text):,} characters; at most {MAX_CHARS:,} are read.", "Is this the right file?")
    try:
        if text.lstrip("\ufeff \t\r\n").startswith("{") and not path.lower().endswith((".yaml", ".yml")):
            return json.loads(text.lstrip("\ufeff")), None
        yaml = YAML(typ="safe", pure=True)
        yaml.Constructor = PlainConstructor
        node = yaml.compose(text)
        if node is None:
            return None, None
        if expanded(node, {}) > MAX_VALUES:
            raise Refusal(f"{path}: more than {MAX_VALUES:,} values once aliases are expanded.", "Write them out.")
        return named_by_text(yaml.constructor.construct_document(node)), node
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}:{error.colno}"
        raise Refusal(f"{where}: not valid JSON: {error.msg}.", "Mend the line and try again.") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        said = " ".join(" ".join(str(part) for part in (error.context, error.problem) if part).split())
        if error.context_mark and mark and error.context_mark.line != mark.line:
            said += f" (begun in line {error.context_mark.line + 1})"
        raise Refusal(f"{where}: not valid YAML: {clip(said, 200)}.", "Mend the line and try again.") from None
    except (YAMLError, ValueError, RecursionError) as error:
        said = "nested too deep" if isinstance(error, RecursionError) else clip(str(error).partition("\n")[0], 200)
        raise Refusal(f"{path}: can't be read: {said}.", "Mend the file and try again.") from None


def lines_of(text: str) -> Node | None:
    """The node of a JSON text, for line numbers; none where it is large, as it would take long."""
    if len(text) > LINES_CHARS:
        return None
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text.lstrip("\ufeff"))
    except (YAMLError, ValueError, RecursionError):
        return None  # tabs, for one
    return node


def expanded(node: Node, known: dict[int, int]) -> int:
    """How many values a node stands for; each shared node is walked once. ValueError when one contains itself."""
    if not isinstance(node, MappingNode | SequenceNode):
        return 1
    if id(node) not in known:
        known[id(node)] = -1
        below = [part for pair in node.value for part in pair] if isinstance(node, MappingNode) else node.value
        known[id(node)] = 1 + sum(expanded(child, known) for child in below)
    if known[id(node)] < 0:
        raise ValueError(f"line {node.start_mark.line + 1}: an anchor contains itself")
    return known[id(node)]


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
