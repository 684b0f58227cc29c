"""The parts of a bundle that an operation needs: what it refers to, what that refers to, and so on; and the other
way."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from aurora.contract.locations import is_reference
from aurora.contract.positions import METHODS, Shape, below
from aurora.contract.references import REFERRING
from aurora.contract.yaml_text import Where

Part = Where
"""The unit that is shown or left out as a whole: ("paths", path, method), a path's own keys as ("paths", path), a
component as ("components", "schemas", name), of Swagger 2 ("definitions", name), else a key of the document and one
below it."""


def part_of(where: Where) -> Part:
    """The part in which a place of the bundle lies."""
    if where[:1] == ("paths",):
        return where[:3] if len(where) > 2 and where[2] in METHODS else where[:2]
    return where[:3] if where[:1] == ("components",) else where[:2]


class Parts:
    """The parts of one bundle. What a hostile document says where a mapping belongs is taken for an empty one."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    @cached_property
    def operations(self) -> dict[str, Part]:
        """`METHOD /path` -> its part, in the document's order."""
        found: dict[str, Part] = {}
        for path, item in mapping(self.document.get("paths")).items():
            if path.startswith("/"):
                keys = [*mapping(item), *mapping(self.value(self._shared(("paths", path))))]
                found |= {f"{key.upper()} {path}": ("paths", path, key) for key in keys if key in METHODS}
        return found

    def _shared(self, path: Part) -> Where:
        """The place where the rest of a path's item stands, when it refers to it; the path itself when it does not."""
        ref = mapping(self.value(path)).get("$ref")
        return pointed(ref) if isinstance(ref, str) and ref.startswith("#/") else path

    def value(self, where: Where) -> Any:
        """None for nothing."""
        value: Any = self.document
        for part in where:
            if isinstance(value, dict) and part in value:
                value = value[part]
            elif isinstance(value, list) and str(part).isdigit() and int(part) < len(value):
                value = value[int(part)]
            else:
                return None
        return value

    def end(self, where: Where) -> Where:
        """The place where what stands at a place is written, through references that lead inside."""
        for _ in range(20):
            ref = mapping(self.value(where)).get("$ref")
            if not isinstance(ref, str) or not ref.startswith("#/"):
                break
            where = pointed(ref)
        return where

    def operation(self, part: Part) -> dict[str, Any]:
        """The statements about an operation, also where its path refers to it."""
        own = self.value(part)
        if own is None:
            own = self.value((*self._shared(part[:2]), part[2]))
        return mapping(own)

    def beside(self, path: Part) -> dict[str, Any]:
        """The statements of a path about all its operations."""
        item = {**mapping(self.value(self._shared(path))), **mapping(self.value(path))}
        return {key: value for key, value in item.items() if key not in METHODS and key != "$ref"}

    def needs(self, part: Part) -> list[Part]:
        """Parts that a part refers to itself, each once, in the order of the first mention."""
        if part not in self._needs:
            if part[:1] == ("paths",) and len(part) == 3:
                said = self.operation(part)
                beside = self._referred(self.beside(part[:2]), ("one", "path item"))
                found = [*self._referred(said, ("one", "operation")), *beside, *self._guards(said)]
            else:
                found = [*self._referred(self.value(part), shape_of(part))]
            self._needs[part] = [one for one in dict.fromkeys(found) if one != part and self.value(one) is not None]
        return self._needs[part]

    @cached_property
    def _needs(self) -> dict[Part, list[Part]]:
        return {}

    def _referred(self, value: Any, shape: Shape) -> Iterator[Part]:
        for ref in mentioned(value, shape):
            if ref.startswith("#/"):
                yield part_of(pointed(ref))
            elif not is_reference(ref):  # of a discriminator: the name of a schema
                yield from (one for one in (("components", "schemas", ref), ("definitions", ref)) if self.value(one))

    def _guards(self, operation: Mapping[str, Any]) -> Iterator[Part]:
        """The security schemes that an operation asks for."""
        asked = operation.get("security", self.document.get("security"))
        for one in asked if isinstance(asked, list) else ():
            for name in mapping(one):
                yield "components", "securitySchemes", name
                yield "securityDefinitions", name

    def closure(self, parts: Iterable[Part]) -> list[Part]:
        """The parts and all that they need, the nearest first."""
        found = dict.fromkeys(parts)
        waiting = [*found]
        while waiting:
            nearer: dict[Part, None] = dict.fromkeys(one for part in waiting for one in self.needs(part))
            waiting = [one for one in nearer if one not in found]
            found |= dict.fromkeys(waiting)
        return [*found]

    @cached_property
    def _needed_by(self) -> dict[Part, list[Part]]:
        found: dict[Part, list[Part]] = {}
        for part in self.closure(self.operations.values()):
            for one in self.needs(part):
                found.setdefault(one, []).append(part)
        return found

    def reaching(self, where: Where) -> tuple[str, ...]:
        """The operations that reach a place, sorted."""
        start = part_of(where)
        by_part = {part: name for name, part in self.operations.items()}
        if start[:1] == ("paths",) and len(start) == 2:
            return tuple(sorted(name for name, part in self.operations.items() if part[:2] == start))
        found, waiting = {start}, [start]
        while waiting:
            for one in self._needed_by.get(waiting.pop(), ()):
                if one not in found:
                    found.add(one)
                    waiting.append(one)
        return tuple(sorted(by_part[part] for part in found if part in by_part))


def shape_of(where: Where) -> Shape:
    """The kind of thing at a place of a document."""
    shape: Shape = ("one", "document")
    for key in where:
        shape = below(shape, key)
    return shape


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def pointed(ref: str) -> Where:
    """Keys of `#/a/b`."""
    parts = unquote(ref).removeprefix("#/").split("/")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def mentioned(value: Any, shape: Shape) -> Iterator[str]:
    """The targets of a value's references, in its order; not what is somebody's data. Values of a discriminator's
    mapping as they stand."""
    if shape[1] == "data":
        return
    if isinstance(value, dict):
        for key, child in value.items():
            if key in REFERRING and isinstance(child, str):
                yield child
            elif key == "discriminator" and shape == ("one", "schema"):
                yield from (one for one in mapping(mapping(child).get("mapping")).values() if isinstance(one, str))
            else:
                yield from mentioned(child, below(shape, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from mentioned(child, below(shape, index))
