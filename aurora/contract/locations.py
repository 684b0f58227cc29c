"""The target of a reference in a file: to which file of the repository, and to what place in it. Nothing is opened."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from aurora.contract.references import REFERRING
from aurora.contract.yaml_text import Where

DOCUMENTS = (".yaml", ".yml", ".json")
TEXTS = (".md", ".markdown", ".txt")
"""Drawn in where words stand: many a document keeps its descriptions so."""
MOST_HOPS = 50
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/|\\")


class Place(NamedTuple):
    """A place in a file of the document, from its root."""

    file: str
    where: Where


class Reference(NamedTuple):
    file: str
    """File of the repository; the file that holds the reference for `#/...`."""
    fragment: str
    """Without `#`; empty for the whole file."""


def read(ref: str, holder: str) -> Reference | None:
    """The target of a reference in the file `holder`; None for one that leads out of the repository, or to an address,
    or to a file that no document is made of."""
    base, _, fragment = ref.partition("#")
    if not base:
        return Reference(holder, unquote(fragment))
    if _ADDRESS.match(base) or "?" in base or "\0" in base:
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(holder), unquote(base)))
    if path.startswith("../") or path == ".." or "\0" in path or not path.lower().endswith((*DOCUMENTS, *TEXTS)):
        return None
    return Reference(path, unquote(fragment))


def named_files(value: Any, holder: str) -> Iterator[str]:
    """Other files that a value's references name, those in somebody's data included; each as often as it is named."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            for key, child in one.items():
                if isinstance(child, str):
                    if key in REFERRING and (found := read(child, holder)) is not None and found.file != holder:
                        yield found.file
                elif key == "mapping" and isinstance(child, dict):
                    yield from _mapped(child, holder)
                    waiting.append(child)
                else:
                    waiting.append(child)
        elif isinstance(one, list):
            waiting += one


def _mapped(mapping: Mapping[str, Any], holder: str) -> Iterator[str]:
    """Files that a discriminator's mapping names; a plain name means a component."""
    for said in mapping.values():
        if isinstance(said, str) and is_reference(said):
            found = read(said, holder)
            if found is not None and found.file != holder:
                yield found.file


def is_reference(said: str) -> bool:
    """Return whether a value of a discriminator's mapping is more than the name of a component."""
    return "#" in said or said.lower().endswith(DOCUMENTS)


class Files:
    """The texts of a document's files as values, by path, and what a reference in one of them means."""

    def __init__(self, root: str, values: Mapping[str, Any], broken: Mapping[str, str] | None = None) -> None:
        """`broken`: why a file can't be read, by its path."""
        self.root, self.values, self.broken = root, values, broken or {}
        self.used: dict[str, None] = {root: None}
        """Files that a reference led into, in the order of their first use."""

    def at(self, place: Place) -> Any:
        value = self.values[place.file]
        for part in place.where:
            value = value[part]
        return value

    def meant(self, ref: str, holder: str, hops: int = MOST_HOPS) -> Place | None:
        """The place that a reference leads to, through references on the way; None for nothing."""
        found = read(ref, holder)
        if found is None or found.file not in self.values:
            return None
        self.used.setdefault(found.file)
        if found.fragment and not found.fragment.startswith("/"):
            return self._anchored(found)
        value: Any = self.values[found.file]
        where: Where = ()
        parts = found.fragment.split("/")[1:]
        for index, part in enumerate(parts):
            part = part.replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict) and part in value:
                value, where = value[part], (*where, part)
            elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value, where = value[int(part)], (*where, int(part))
            elif isinstance(value, dict) and isinstance(value.get("$ref"), str) and hops > 0:
                through = self.meant(value["$ref"], found.file, hops - 1)
                if through is None:
                    return None
                rest = "".join(f"/{one}" for one in (*_pointed(through.where), *parts[index:]))
                return self._within(through.file, rest, hops - 1)
            else:
                return None
        return Place(found.file, where)

    def _within(self, file: str, fragment: str, hops: int) -> Place | None:
        """The same as `meant`, for a fragment that is not quoted."""
        quoted = fragment.replace("%", "%25").replace("#", "%23")
        return self.meant(f"#{quoted}", file, hops)

    def _anchored(self, reference: Reference) -> Place | None:
        """The place where `$anchor` gives the name; of the whole file, as a schema may be kept anywhere in it."""
        waiting: list[tuple[Where, Any]] = [((), self.values[reference.file])]
        while waiting:
            where, value = waiting.pop()
            if isinstance(value, dict):
                if reference.fragment in (value.get("$anchor"), value.get("$dynamicAnchor")):
                    return Place(reference.file, where)
                waiting += [((*where, key), child) for key, child in value.items()]
            elif isinstance(value, list):
                waiting += [((*where, index), child) for index, child in enumerate(value)]
        return None

    def followed(self, place: Place) -> Place | None:
        """Follow values that are nothing but a reference to the one that says something; None for a circle and for what
        leads to nothing."""
        for _ in range(MOST_HOPS):
            ref = only_reference(self.at(place))
            if ref is None:
                return place
            found = self.meant(ref, place.file)
            if found is None:
                return None
            place = found
        return None


def only_reference(value: Any) -> str | None:
    """The reference that a value consists of."""
    ref = value.get("$ref") if isinstance(value, dict) and len(value) == 1 else None
    return ref if isinstance(ref, str) else None


def _pointed(where: Where) -> list[str]:
    return [str(part).replace("~", "~0").replace("/", "~1") for part in where]
