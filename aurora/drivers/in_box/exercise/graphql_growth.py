"""N+1: whether the SQL statements of one list query grow with the number of its items.

The same query is sent while its list grows, by what creates an item; each item gets a parent of its own, because what
one session has read already is not read again. Where nothing creates one, an argument like `first` bounds the list.
"""

import re
from dataclasses import dataclass

from graphql import GraphQLField, get_named_type, is_composite_type

from . import graphql_answers as answers
from .graphql_operations import is_list, item_type
from .graphql_session import Exchange, Session
from .graphql_values import FEW, IDENTITY, STEM

MANY = 8
"""Items that are added after the second measure."""
CREATES = re.compile(r"^(create|add|new|insert|register|make|save|post|sign_?up|upsert)|_?(create|add)$", re.I)
ERASES = re.compile(r"delete|remove|destroy|clear|reset|purge|logout", re.I)
_HOLDERS = frozenset({"edges", "nodes", "node", "items", "results", "data"})
"""Fields that only hold the list."""


@dataclass(frozen=True)
class Measure:
    items: int
    statements: int
    exchange: Exchange


class Growth:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.creators = self._creators()

    def check(self, names: list[str] | None = None) -> list[str]:
        """Look at each list query, or those of `names`, and report; the names of those whose list did not grow."""
        still = []
        for name, of in self.session.maker.roots("query").items():
            coordinate = f"{getattr(self.session.maker.owner('query'), 'name', '')}.{name}"
            if self.session.left <= 2 or (names is not None and coordinate not in names) or not _lists(of):
                continue
            if not self._query(name, of):
                still.append(coordinate)
        return still

    def _query(self, name: str, of: GraphQLField) -> bool:
        measures = self._measures(name, of)
        if len(measures) < 3:
            return False
        first, second, last = measures[0], measures[1], measures[-1]
        if last.statements - second.statements < _grown(last.items - second.items):
            return True
        where = self._field(name, last)
        lines = last.exchange.answer.observed.lines[:1]
        message = (
            f"its SQL statements grow with its list: {_said(first)}, {_said(second)}, {_said(last)}; "
            f"`{where}` asks the data store for each item" + (f" ({lines[0]})" if lines else "")
        )
        self.session.see("n_plus_one", last.exchange, where, message)
        return True

    def _measures(self, name: str, of: GraphQLField) -> list[Measure]:
        found: list[Measure] = []
        start = self._measure(name)
        if start is None:
            return []
        creator = next(iter(self.creators.get(item_type(of.type).name, [])), "")
        if creator:
            for more in (1, 1, MANY) if start.items == 0 else (0, 1, MANY):
                for _ in range(more):
                    self._create(creator)
                measured = self._measure(name)
                if measured is not None and (not found or measured.items > found[-1].items):
                    found.append(measured)
        return found if len(found) >= 3 else self._bounded(name, of)

    def _bounded(self, name: str, of: GraphQLField) -> list[Measure]:
        """Return whether an argument bounds the list below the number of items there."""
        argument = next((one for one in of.args if FEW.search(one)), "")
        found: list[Measure] = []
        for most in (1, 2, 2 * MANY) if argument else ():
            measured = self._measure(name, {argument: most})
            if measured is not None and (not found or measured.items > found[-1].items):
                found.append(measured)
        return found

    def _measure(
        self, name: str, given: dict[str, int] | None = None, only: frozenset[str] | None = None
    ) -> Measure | None:
        exchange = self.session.run("query", name, 0, newest=True, plain=True, only=only, quiet=True, given=given or {})
        if exchange is None or exchange.answer.errors or exchange.answer.data is None:
            return None
        root = exchange.operation.root
        data = exchange.answer.data
        return Measure(answers.items(root, data.get(root.key)), exchange.statements, exchange)

    def _field(self, name: str, last: Measure) -> str:
        """The field below the list whose own statements grow; the root field where it can't be determined."""
        root = last.exchange.operation.root
        bare = self._measure(name, only=frozenset(_wrappers(root)))
        worst, most = root.coordinate, 0
        for inner in _inner(root):
            alone = self._measure(name, only=frozenset({*_wrappers(root), inner}))
            if alone is None or bare is None:
                continue
            more = alone.statements - bare.statements
            if more > most and more >= _grown(alone.items):
                worst, most = inner, more
        return worst

    # ── what makes a list grow ──

    def _creators(self) -> dict[str, list[str]]:
        """Mutations that create an object, by its type."""
        found: dict[str, list[str]] = {}
        for name, of in self.session.maker.roots("mutation").items():
            subject = item_type(of.type)
            if is_composite_type(subject) and not is_list(of.type) and not ERASES.search(name) and CREATES.search(name):
                found.setdefault(subject.name, []).append(name)
        return found

    def _create(self, creator: str, depth: int = 0) -> None:
        """Create an item with parents of its own, as far as something creates them."""
        if depth < 2:
            for parent in self._parents(creator):
                if parent != creator:
                    self._create(parent, depth + 1)
        self.session.run("mutation", creator, 0, newest=True, quiet=True)

    def _parents(self, creator: str) -> list[str]:
        found = []
        for stem in _references(self.session.maker.roots("mutation")[creator]):
            for subject, names in self.creators.items():
                if subject.lower() == stem or subject.lower() == f"{stem}type":
                    found.append(names[0])
        return found


def _grown(items: int) -> float:
    """Statements from which a number of items is asked for one by one: some share what a session keeps."""
    return max(2, items / 2)


def _references(of: GraphQLField) -> set[str]:
    """`author` of an argument, or a field of its input, that is called `authorId`."""
    names = set(of.args)
    for one in of.args.values():
        names |= set(getattr(get_named_type(one.type), "fields", {}))
    return {STEM.sub("", name).replace("_", "").lower() for name in names if IDENTITY.search(name)} - {""}


def _lists(of: GraphQLField) -> bool:
    named = get_named_type(of.type)
    if not is_composite_type(named):
        return False
    wrapped = [
        one
        for name, one in getattr(named, "fields", {}).items()
        if name in ("edges", "nodes", "items", "results", "data")
    ]
    return is_list(of.type) or any(is_list(one.type) for one in wrapped)


def _wrappers(root: object) -> list[str]:
    """Coordinates of what only holds the list: `edges`, `node`."""
    found: list[str] = []
    waiting = [root]
    while waiting:
        one = waiting.pop()
        for inner in (inner for of in one.by_type.values() for inner in of):  # type: ignore[attr-defined]
            if inner.name in _HOLDERS and inner.by_type:
                found.append(inner.coordinate)
                waiting.append(inner)
    return found


def _inner(root: object) -> list[str]:
    """Coordinates of the fields with fields of their own, of the items themselves."""
    wrappers = set(_wrappers(root))
    found: list[str] = []
    waiting = [root]
    while waiting:
        one = waiting.pop()
        for inner in (inner for of in one.by_type.values() for inner in of):  # type: ignore[attr-defined]
            if inner.coordinate in wrappers:
                waiting.append(inner)
            elif inner.by_type:
                found.append(inner.coordinate)
    return found


def _said(one: Measure) -> str:
    return f"{one.items} {'item' if one.items == 1 else 'items'} {one.statements} statements"
