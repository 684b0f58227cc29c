"""The part of a large document that a task needs: some operations with all that they refer to, and one line for each
other.

    part = sliced(bundle, likely(bundle, task_text), most=40_000)
    index(bundle, most=12_000)

The text is YAML with the document's own words in its own order, and valid by itself where nothing was left out. Pure;
for a child of `bounded`, as the document comes from a repository nobody trusts.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import yaml

from aurora.contract.reach import Part, Parts, mapping
from aurora.contract.references import pointer
from aurora.domain.value import Value
from aurora.text import clip, counted

_HEAD = frozenset({
    "openapi", "swagger", "jsonSchemaDialect", "servers", "host", "basePath", "schemes", "consumes", "produces",
    "security",
})  # fmt: skip
"""Keys that a slice has as the document has them."""
FEWEST = 3
"""Operations that are shown although not all that they refer to fits."""
SAMPLES = "x-codeSamples"
_EXAMPLES = "/components/examples/"
_SAMPLES = frozenset({"x-codesamples", "x-code-samples", "x-readme"})
ABOUT = 1_500
"""Characters of a document's own description, which often is a whole guide."""


class Slice(Value):
    text: str = ""
    """YAML; empty where no operation was found or fits."""
    operations: tuple[str, ...] = ()
    """Those in it, `METHOD /path`, in the document's order."""
    parts: tuple[str, ...] = ()
    """JSON pointers of all that is in it, `/components/schemas/User`."""
    left_out: tuple[str, ...] = ()
    """Parts left out for lack of room: operations that were asked for, and pointers of what they refer to."""


def sliced(document: Mapping[str, Any], operations: Sequence[str], most: int, without: Collection[str] = ()) -> Slice:
    """The same as `Slicer.slice`, for one slice of a document."""
    return Slicer(document).slice(operations, most, without)


class Slicer:
    """Slices of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.parts = Parts(document)

    @cached_property
    def _bare(self) -> Parts:
        return Parts(_without_samples(self.document))

    def slice(self, operations: Sequence[str], most: int, without: Collection[str] = ()) -> Slice:
        """The operations, in at most `most` characters: theirs first, the more important the earlier, then what they
        refer to, the nearest first. Where not all fits, examples go first, and those of calls in other languages.

        `without`: pointers of parts that the reader has already."""
        found = _fitted(self.parts, operations, most, without)
        if not found.left_out:
            return found
        bare = _fitted(self._bare, operations, most, without)
        dropped = bare.text and len(bare.left_out) < len(found.left_out)
        return bare.model_copy(update={"left_out": (*bare.left_out, SAMPLES)}) if dropped else found

    def complete(self, operations: Sequence[str], most: int) -> Slice:
        """As many of the operations, best first, as fit with all that they refer to but examples; the first `FEWEST` in
        any case."""
        for count in range(len(operations), 0, -1):
            found = self.slice(operations[:count], most)
            if not any(one != SAMPLES and not one.startswith(_EXAMPLES) for one in found.left_out):
                return found
        return self.slice(operations[:FEWEST], most)


def _fitted(parts: Parts, operations: Sequence[str], most: int, without: Collection[str]) -> Slice:
    wanted = {parts.operations[name]: name for name in dict.fromkeys(operations) if name in parts.operations}
    shown: list[Part] = []
    left_out: list[Part] = []
    paths: set[Part] = set()
    room = most - len(_written(_assembled(parts, [])))
    needed = parts.closure(wanted) if wanted else []
    for part in sorted(needed, key=lambda part: part[:2] == ("components", "examples")):
        if pointer(part) in without:
            continue
        size = _size(parts, part, paths)
        if size <= room:
            shown.append(part)
            room -= size
            paths.add(part[:2])
        else:
            left_out.append(part)
    text = _written(_assembled(parts, shown))
    while len(text) > most and shown:  # tags came along
        left_out.insert(0, shown.pop())
        text = _written(_assembled(parts, shown))
    named = {part: name for name, part in parts.operations.items()}
    chosen = set(shown)
    return Slice(
        text=text if shown else "",
        operations=tuple(name for part, name in named.items() if part in chosen),
        parts=tuple(map(pointer, shown)),
        left_out=tuple(named.get(part, pointer(part)) for part in left_out),
    )


def _size(parts: Parts, part: Part, paths: Collection[Part]) -> int:
    """Characters that a part adds to a slice that has something of these paths."""
    if part[:1] != ("paths",) or len(part) < 3:
        return len(_written(_placed(part, parts.value(part))))
    beside = {} if part[:2] in paths else parts.beside(part[:2])
    return len(_written(_placed(part[:2], {**beside, part[2]: parts.operation(part)})))


def _without_samples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_samples(child) for key, child in value.items() if key.lower() not in _SAMPLES}
    return [_without_samples(child) for child in value] if isinstance(value, list) else value


def whole(document: Mapping[str, Any]) -> str:
    """All of a document as the text that slices are parts of: every line of a slice is one of it."""
    return _written(document)


def _assembled(parts: Parts, shown: Sequence[Part]) -> dict[str, Any]:
    """A document of the parts alone, everything in its own order."""
    document, chosen = parts.document, set(shown)
    made: dict[str, Any] = {}
    # a list: what a hostile document calls a tag may be anything
    tags = [tag for part in shown if part[:1] == ("paths",) for tag in _listed(parts.operation(part).get("tags"))]
    for key, value in document.items():
        if key == "info":
            made[key] = _about(value)
        elif key == "tags":
            made[key] = [tag for tag in _listed(value) if mapping(tag).get("name") in tags]
        elif key == "paths":
            made[key] = _paths(parts, chosen)
        elif key == "components":
            below = {
                section: {name: one for name, one in mapping(there).items() if (key, section, name) in chosen}
                for section, there in mapping(value).items()
            }
            made[key] = {section: there for section, there in below.items() if there}
        elif (key in _HEAD and not isinstance(value, dict)) or key == "externalDocs":
            made[key] = value
        else:
            made[key] = {name: one for name, one in mapping(value).items() if (key, name) in chosen}
    return {key: value for key, value in made.items() if value not in ({}, []) or key == "paths"}


def _paths(parts: Parts, chosen: Collection[Part]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for path in mapping(parts.document.get("paths")):
        if ("paths", path) in chosen:  # something refers to a place in it that is no operation's
            paths[path] = parts.value(("paths", path))
            continue
        own = {
            part[2]: parts.operation(part) for part in parts.operations.values() if part[1] == path and part in chosen
        }
        if own:
            paths[path] = {**parts.beside(("paths", path)), **own}
    return paths


def _about(info: Any) -> Any:
    said = mapping(info).get("description")
    if not isinstance(said, str) or len(said) <= ABOUT:
        return info
    return {**info, "description": said[: said.rfind("\n", 0, ABOUT) + 1 or ABOUT] + "[…]"}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _placed(part: Part, value: Any) -> Any:
    for key in reversed(part):
        value = {key: value}
    return value


class _Dumper(yaml.CSafeDumper):  # type: ignore[misc]  # no types are published
    """Words of several lines stand as they were written, and nothing is shared by anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  the library's own
        return True


def _text(dumper: yaml.CSafeDumper, data: str) -> yaml.ScalarNode:
    plain = data if "\n" not in data else "\n".join(line.rstrip() for line in data.split("\n"))
    return dumper.represent_scalar("tag:yaml.org,2002:str", plain, style="|" if "\n" in plain else None)


_Dumper.add_representer(str, _text)


def _written(value: Any) -> str:
    # not folded: a line is the same however deep it stands
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**30)
    return text


# ── an index ──


def index(document: Mapping[str, Any], most: int, near: Collection[str] = ()) -> str:
    """A line for each operation, with its summary; where that is too long a line for each path, then for each beginning
    of paths; at most `most` characters. `near`: operations that have a line of their own in any case."""
    parts = Parts(document)
    first = [_line(name, part, parts) for name, part in parts.operations.items() if name in near]
    lines = _by_operation(parts)
    shorter: list[Callable[[Parts, Collection[str]], list[str]]] = [_by_path]
    shorter += [partial(_by_beginning, segments=count) for count in (4, 3, 2, 1)]
    for more in shorter:
        if sum(map(len, lines)) + len(lines) <= most:
            break
        lines = [*first, *more(parts, near)]
    return _cut(lines, most)


def lines_of(document: Mapping[str, Any], operations: Sequence[str], most: int) -> str:
    """A line for each of these operations, in at most `most` characters."""
    parts = Parts(document)
    return _cut([_line(name, parts.operations[name], parts) for name in operations if name in parts.operations], most)


def _cut(lines: Sequence[str], most: int) -> str:
    text = "\n".join(lines)
    if len(text) <= most:
        return text
    kept = text[:most].rpartition("\n")[0]
    return f"{kept}\n- and {counted(len(lines) - kept.count(chr(10)) - 1, 'more line')}"


def _by_operation(parts: Parts) -> list[str]:
    return [_line(name, part, parts) for name, part in parts.operations.items()]


def _line(name: str, part: Part, parts: Parts) -> str:
    said = parts.operation(part)
    summary = said.get("summary") or str(said.get("description") or "").partition("\n")[0]
    named = f" ({said['operationId']})" if isinstance(said.get("operationId"), str) else ""
    return clip(f"- {name}{': ' if summary else ''}{summary}{named}", 200)


def _by_path(parts: Parts, near: Collection[str]) -> list[str]:
    methods: dict[str, list[str]] = {}
    for name in parts.operations:
        if name not in near:
            method, _, path = name.partition(" ")
            methods.setdefault(path, []).append(method)
    return [clip(f"- {path}: {', '.join(found)}", 200) for path, found in methods.items()]


def _by_beginning(parts: Parts, near: Collection[str], segments: int) -> list[str]:
    names = [name.partition(" ")[2].split("/")[1:] for name in parts.operations if name not in near]
    counts = Counter("/" + "/".join(path[:segments]) + ("…" if len(path) > segments else "") for path in names)
    return [clip(f"- {beginning}: {counted(count, 'operation')}", 200) for beginning, count in counts.items()]


def neighbours(document: Mapping[str, Any], operations: Sequence[str]) -> tuple[str, ...]:
    """The other operations of the same paths, then those with a tag in common, each in the document's order."""
    parts = Parts(document)
    known = [parts.operations[name] for name in operations if name in parts.operations]
    paths = {part[1] for part in known} | {name.partition(" ")[2] for name in operations}
    tags = {tag for part in known for tag in _listed(parts.operation(part).get("tags")) if isinstance(tag, str)}
    same = [name for name, part in parts.operations.items() if part[1] in paths]
    tagged = [
        name
        for name, part in parts.operations.items()
        if any(tag in tags for tag in _listed(parts.operation(part).get("tags")) if isinstance(tag, str))
    ]
    return tuple(name for name in dict.fromkeys((*same, *tagged)) if name not in operations)
