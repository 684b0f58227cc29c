"""The position of the flow. A run that continues another begins the flow anew and finds its place here: what was
finished gives its result at once, what was under way goes on from the state of its loop.

Entries lie under paths (`clean/round/reflect/@`). A scope that ends, or a loop that goes a step further, forgets what
lay below it; so the journal's size follows the depth of the flow, never its length.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from pydantic import TypeAdapter

from aurora.domain.value import Value

V = TypeVar("V")

AT = "@"


def _adapter(kind: Any) -> TypeAdapter[Any]:
    return _cached(kind)


@cache
def _cached(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@runtime_checkable
class NeedsAnswers(Protocol):
    """A value that names questions: their answers must be there when a later run takes the value up."""

    @property
    def question_ids(self) -> tuple[str, ...]: ...


class Entry(Value):
    value: Any
    """Value as JSON."""
    question_ids: tuple[str, ...] = ()
    """Questions whose answers the value needs."""

    @classmethod
    def of(cls, kind: Any, value: Any) -> "Entry":
        needed = value.question_ids if isinstance(value, NeedsAnswers) else ()
        return cls(value=_adapter(kind).dump_python(value, mode="json"), question_ids=needed)


class Journal:
    def __init__(self, entries: dict[str, Entry]) -> None:
        """`entries` is the state's own dict, changed in place."""
        self.entries = entries
        self._path: tuple[str, ...] = ()
        self._given: set[str] = set()

    async def once(self, name: str, kind: type[V], work: Callable[[], Awaitable[V]]) -> V:
        """`work`'s result; in a continued run the one that was kept, without doing the work again."""
        key = self._key(name)
        if key not in self.entries:
            outer, self._path = self._path, (*self._path, name)
            try:
                value = await work()
            finally:
                self._path = outer
            self._forget_below(key)
            self.entries[key] = Entry.of(kind, value)
        return self._give(key, kind)

    def note(self, name: str, kind: type[V], work: Callable[[], V]) -> V:
        """The same as `once`, for work that takes no time."""
        key = self._key(name)
        if key not in self.entries:
            self.entries[key] = Entry.of(kind, work())
        return self._give(key, kind)

    def has(self, name: str) -> bool:
        """Return whether `name` was finished in this pass."""
        return self._key(name) in self.entries

    def forget(self, name: str) -> None:
        """The note under `name` has had its effect and must not have it again."""
        key = self._key(name)
        self.entries.pop(key, None)
        self._given.discard(key)

    @property
    def question_ids(self) -> frozenset[str]:
        """Questions whose answers some entry needs."""
        return frozenset(i for entry in self.entries.values() for i in entry.question_ids)

    def loop(self, kind: type[V]) -> "Loop[V]":
        """The state of the loop that this scope is; one a scope."""
        return Loop(self, self._key(AT), kind)

    def _key(self, name: str) -> str:
        return "/".join((*self._path, name))

    def _give(self, key: str, kind: type[V]) -> V:
        # a second use of one name in one pass would silently be given the first one's result
        assert key not in self._given, f"the name {key!r} is used twice in one pass of the flow"
        self._given.add(key)
        value: V = _adapter(kind).validate_python(self.entries[key].value)
        return value

    def _forget_below(self, key: str) -> None:
        below = key + "/"
        for kept in [k for k in self.entries if k.startswith(below)]:
            del self.entries[kept]
        self._given = {k for k in self._given if not k.startswith(below)}


class Loop(Generic[V]):
    def __init__(self, journal: Journal, key: str, kind: type[V]) -> None:
        self._journal, self._key, self._kind = journal, key, kind

    @property
    def at(self) -> V | None:
        """The state of the loop; none before its first `go`."""
        kept = self._journal.entries.get(self._key)
        return None if kept is None else _adapter(self._kind).validate_python(kept.value)

    def go(self, state: V) -> V:
        """One step further: what the step before did is in `state` and forgotten otherwise."""
        scope = self._key.removesuffix(AT).removesuffix("/")
        if scope:
            self._journal._forget_below(scope)
        else:
            self._journal.entries.clear()
            self._journal._given.clear()
        self._journal.entries[self._key] = Entry.of(self._kind, state)
        return state
