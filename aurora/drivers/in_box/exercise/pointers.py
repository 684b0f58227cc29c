"""JSON pointers (RFC 6901), read and written in parsed JSON; `*` stands for the first element of an array."""

from typing import Any


class Missing(LookupError):
    """The pointer leads nowhere in this value."""


def steps(pointer: str) -> list[str]:
    """Unescaped steps of `pointer`; none for the whole value."""
    bare = pointer.removeprefix("#").removeprefix("/")
    return [step.replace("~1", "/").replace("~0", "~") for step in bare.split("/")] if bare else []


def joined(path: list[str | int] | tuple[str | int, ...]) -> str:
    """The pointer of `path`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def general(path: list[str | int] | tuple[str | int, ...]) -> str:
    """The pointer of `path` with `*` for every index: the same place in all elements of an array."""
    return joined(tuple("*" if isinstance(step, int) else step for step in path))


def get(value: Any, pointer: str) -> Any:
    """The value at `pointer`; raises `Missing`."""
    for step in steps(pointer):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, dict) and step == "*" and value:
            value = next(iter(value.values()))
        elif isinstance(value, list) and value and (step == "*" or step.isdigit()):
            index = 0 if step == "*" else int(step)
            if index >= len(value):
                raise Missing(pointer)
            value = value[index]
        else:
            raise Missing(pointer)
    return value


def put(value: Any, pointer: str, new: Any) -> Any:
    """A copy of `value` with `new` at `pointer`; a step that leads nowhere is made, if an object can hold it."""
    return _put(value, steps(pointer), new)


def _put(value: Any, path: list[str], new: Any) -> Any:
    if not path:
        return new
    first, rest = path[0], path[1:]
    if isinstance(value, list):
        index = int(first) if first.isdigit() else 0
        if index < len(value):
            return [*value[:index], _put(value[index], rest, new), *value[index + 1 :]]
        return [*value, _put({} if rest else None, rest, new)]
    held = value if isinstance(value, dict) else {}
    return {**held, first: _put(held.get(first), rest, new)}


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """Every scalar of `value` with where it stands."""
    if isinstance(value, dict):
        return [leaf for key, held in value.items() for leaf in leaves(held, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, held in enumerate(value) for leaf in leaves(held, (*path, index))]
    return [(path, value)]
