"""An answer held against the types it was asked by: what has the wrong shape, and which of its leaves may be used."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLEnumType, is_composite_type, is_enum_type, is_list_type, is_non_null_type

from .graphql_operations import Operation, Selected

MOST_WRONG = 20
MOST_ITEMS = 50
SAID = 60


def wrong(operation: Operation, data: Any) -> list[tuple[str, str]]:
    """(coordinate, why) of each place of `data`, an answer without errors, that its type rules out."""
    if not isinstance(data, dict):
        return [(operation.name, f"`data` is {_shown(data)}, not an object")]
    found: dict[str, str] = {}
    for place, why in _field(operation.root, data):
        found.setdefault(place, why)
        if len(found) >= MOST_WRONG:
            break
    return list(found.items())


def leaves(operation: Operation, data: Any) -> Iterator[tuple[str, str, Any, str]]:
    """(type, field, value, JSON pointer in `data`) of the text and numbers of an answer."""
    if isinstance(data, dict):
        yield from _leaves(operation.root, data.get(operation.root.key), f"/{operation.root.key}")


def at(operation: Operation, path: Any) -> str:
    """The coordinate that the path of an error leads to; the root field's where it leads nowhere."""
    here = operation.root
    for key in path[1:] if isinstance(path, list) else ():
        if isinstance(key, int):
            continue
        inner = next((one for of in here.by_type.values() for one in of if one.key == key), None)
        if inner is None:
            break
        here = inner
    return here.coordinate


def items(selected: Selected, value: Any) -> int:
    """The items of the first list of objects: of the field itself, or of what its object holds (`edges`, `items`)."""
    if isinstance(value, list):
        return len(value)
    if isinstance(value, dict):
        for inner in (one for of in selected.by_type.values() for one in of):
            if isinstance(value.get(inner.key), list) and inner.by_type:
                return len(value[inner.key])
    return 0


def _field(selected: Selected, parent: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if selected.key not in parent:
        yield selected.coordinate, "was asked for, and the answer does not have it"
        return
    yield from _value(selected, selected.kind, parent[selected.key])


def _value(selected: Selected, kind: Any, value: Any) -> Iterator[tuple[str, str]]:
    if is_non_null_type(kind):
        if value is None:
            yield selected.coordinate, f"is null, and its type is {selected.kind}"
            return
        kind = kind.of_type
    if value is None:
        return
    if is_list_type(kind):
        if not isinstance(value, list):
            yield selected.coordinate, f"is {_shown(value)}, and its type is {selected.kind}"
            return
        for one in value[:MOST_ITEMS]:
            yield from _value(selected, kind.of_type, one)
    elif is_composite_type(kind):
        yield from _object(selected, value)
    elif not _fits(kind, value):
        yield selected.coordinate, f"is {_shown(value)}, and its type is {selected.kind}"


def _object(selected: Selected, value: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield selected.coordinate, f"is {_shown(value)}, and its type is {selected.kind}"
        return
    if not selected.abstract:
        for one in next(iter(selected.by_type.values()), []):
            yield from _field(one, value)
        return
    name = value.get("__typename")
    for one in selected.by_type.get(str(name), []):
        yield from _field(one, value)


def _fits(kind: Any, value: Any) -> bool:
    if is_enum_type(kind):
        assert isinstance(kind, GraphQLEnumType)
        return value in kind.values
    if kind.name == "Int":
        return isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31
    if kind.name == "Float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind.name in ("String", "ID"):
        return isinstance(value, str)
    return isinstance(value, bool) if kind.name == "Boolean" else True


def _leaves(selected: Selected, value: Any, pointer: str) -> Iterator[tuple[str, str, Any, str]]:
    if isinstance(value, list):
        for index, one in enumerate(value[:MOST_ITEMS]):
            yield from _leaves(selected, one, f"{pointer}/{index}")
    elif isinstance(value, dict) and selected.by_type:
        name = str(value.get("__typename")) if selected.abstract else next(iter(selected.by_type))
        for one in selected.by_type.get(name, []):
            yield from _leaves(one, value.get(one.key), f"{pointer}/{one.key}")
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield selected.owner, selected.name, value, pointer


def _shown(value: Any) -> str:
    said = repr(value)
    return f"{type(value).__name__} {said if len(said) <= SAID else said[:SAID] + '...'}"
