"""The plan of what must exist before an operation can be tried: which operations feed which."""

import re
from dataclasses import dataclass, field
from typing import Any

from . import links
from .links import Link

_ENDS_SESSION = re.compile(r"(?:log|sign)[-_]?(?:out|off)", re.IGNORECASE)
_WORTH = {"POST": 0, "PUT": 1, "GET": 2, "PATCH": 3}


@dataclass
class Feeding:
    """Links by the operation that they lead to, best first."""

    to: dict[str, list[Link]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: dict[str, Any], inferred: list[Link]) -> "Feeding":
        """Collect the document's own links, those inferred from its schemas, and those that paths suggest."""
        known = links.operations(document)
        feeding = cls()
        for rank in (links.declared(document), inferred, links.by_path(known, document)):
            for link in sorted(rank, key=lambda link: _WORTH.get(link.source.partition(" ")[0], 9)):
                if link.source in known and link.target in known and link.source != link.target:
                    feeding.to.setdefault(link.target, []).append(link)
        return feeding

    def sources(self, target: str, place: str) -> list[str]:
        """Operations that give the value at `place` (`path:id`) of `target`, best first."""
        found = [link.source for link in self.to.get(target, []) if any(value.at == place for value in link.values)]
        return list(dict.fromkeys(found))


def makers(known: dict[str, dict[str, Any]], operation: str) -> list[str]:
    """Operations that fill what `operation` lists: a `POST` on the same path."""
    method, _, path = operation.partition(" ")
    if method not in ("GET", "HEAD"):
        return []
    bare = path.rstrip("/")
    return [name for name in (f"POST {bare}", f"POST {bare}/") if name in known]


def ends_session(name: str) -> bool:
    """Return whether an operation is called as one that logs out: the credential may be worth nothing after it."""
    return bool(_ENDS_SESSION.search(name))


def ordered(names: list[str]) -> list[str]:
    """The order of operations: producers first, those that take things away late, a log-out last; else as they come."""
    worth = {"POST": 0, "PUT": 1, "PATCH": 1, "DELETE": 3}

    def rank(name: str) -> tuple[int, int]:
        method, _, path = name.partition(" ")
        if ends_session(name):
            return (4, 0)
        return (worth.get(method, 2), len(links.names_in(path)) if method == "POST" else 0)

    return sorted(names, key=rank)
