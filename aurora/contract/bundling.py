"""A document of many files as one: what other files hold stands among its components, or where it was referred to.

No library does this without opening files by itself (prance, jsonref) or copying every target to every reference, which
loses names and ends at circles. Here nothing is opened: the texts were read before.

What leads out of the repository is not followed: in the bundle stands something that allows anything, with the
reference under `NOT_FOLLOWED`, so that whoever resolves the bundle finds every reference inside.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aurora.contract.locations import Files, Place, is_reference, only_reference, read
from aurora.contract.positions import OLD_SECTIONS, SECTIONS, WORDS, Kind, Shape, below
from aurora.contract.references import pointer, target
from aurora.contract.yaml_text import Where
from aurora.errors import Refusal

NOT_FOLLOWED = "x-not-followed"
DROPPED = "x-parameters-not-followed"
"""Beside `parameters`: those that are missing there, as nothing can stand for a parameter without its name."""
MOST_VALUES = 1_500_000
"""The most values of a bundle: a file that many places draw in counts each time."""
MOST_DEPTH = 400
_PLACEHOLDERS: dict[Kind, dict[str, Any]] = {
    "response": {"description": "not followed"},
    "request body": {"content": {}},
    "link": {"operationId": "not followed"},
}
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_INDEX = ("index", "_index", "schema", "model", "response", "parameter")
"""Names of files that say nothing: their folder does."""


class Bundle(NamedTuple):
    document: dict[str, Any]
    origins: dict[Where, Place]
    """The file and line of each part of the bundle: of a place in it the longest beginning that is here counts."""
    outside: tuple[str, ...]
    """References that were not followed, sorted."""
    faults: tuple[tuple[Place, str], ...]


def bundled(files: Files) -> Bundle:
    """Raises `Refusal` for what would be too large."""
    made = _Bundler(files)
    document = made.whole()
    return Bundle(document, made.origins, tuple(sorted(made.outside)), tuple(dict.fromkeys(made.faults)))


def origin(origins: Mapping[Where, Place], where: Where) -> Place:
    """The file and line in which a place of the bundle was written."""
    for length in range(len(where), -1, -1):
        found = origins.get(where[:length])
        if found is not None:
            return Place(found.file, (*found.where, *where[length:]))
    raise KeyError("the root has an origin")


class _Bundler:
    def __init__(self, files: Files) -> None:
        self.files, self.root = files, files.root
        document = files.values[self.root]
        self.old = "swagger" in document
        self.sections = OLD_SECTIONS if self.old else SECTIONS
        self.origins: dict[Where, Place] = {(): Place(self.root, ())}
        self.placed: dict[tuple[Place, Kind | None], Where] = {(Place(self.root, ()), None): ()}
        """The place in the bundle for a place of a file; of no kind where it serves any."""
        self.added: dict[tuple[str, str], Any] = {}
        """By section and name."""
        self.waiting: list[tuple[Where, Place, Kind]] = []
        self.names: dict[str, set[str]] = {}
        self.within: list[Place] = []
        """The places being drawn in, outermost first."""
        self.outside: set[str] = set()
        self.dropped: dict[Where, list[str]] = {}
        """Parameters that were not followed, by the place of what has them."""
        self.faults: list[tuple[Place, str]] = []
        self.left = MOST_VALUES

    def whole(self) -> dict[str, Any]:
        document = self.files.values[self.root]
        self._register()
        # components before what refers to them: whatever is kept among them has its name already
        first = ("components", *OLD_SECTIONS.values()) if self.old else ("components",)
        copied = {
            key: self._copy(document[key], Place(self.root, (key,)), (key,), below(("one", "document"), key))
            for key in sorted(document, key=lambda key: key not in first)
        }
        while self.waiting:
            at, place, kind = self.waiting.pop()
            self.origins[at] = place
            self.added[at[-2], at[-1]] = self._copy(self.files.at(place), place, at, ("one", kind))  # type: ignore[index]
        made = {key: copied[key] for key in document}
        for (section, name), value in self.added.items():
            holder = made if self.old else _mapping(made, "components")
            _mapping(holder, section)[name] = value
        return made

    # ── names ──

    def _register(self) -> None:
        """Every component that the document names itself is known by that name, wherever it is written."""
        entries = [*self._entries()]
        for at, place, kind in entries:
            self.names.setdefault(str(at[-2]), set()).add(str(at[-1]))
            if only_reference(self.files.at(place)) is None:
                self.placed.setdefault((place, kind), at)
        for at, place, kind in entries:
            end = self.files.followed(place) if only_reference(self.files.at(place)) is not None else None
            if end is not None and self._known(end, kind) is None:
                self.placed[end, kind] = at

    def _entries(self) -> Iterator[tuple[Where, Place, Kind]]:
        holder: Place | None = Place(self.root, () if self.old else ("components",))
        if not self.old:
            holder = self._drawn(holder) if "components" in self.files.values[self.root] else None
        if holder is None:
            return
        for kind, section in self.sections.items():
            there = self.files.at(holder)
            if not isinstance(there, dict) or section not in there:
                continue
            place = self._drawn(Place(holder.file, (*holder.where, section)))
            entries = self.files.at(place) if place is not None else None
            if place is None or not isinstance(entries, dict):
                continue
            at: Where = (section,) if self.old else ("components", section)
            for name in entries:
                if name != "$ref":
                    yield (*at, name), Place(place.file, (*place.where, name)), kind

    def _drawn(self, place: Place | None) -> Place | None:
        """The place of a mapping that may be kept in a file of its own."""
        return self.files.followed(place) if place is not None else None

    def _known(self, place: Place, kind: Kind) -> Where | None:
        for length in range(len(place.where), -1, -1):
            one = Place(place.file, place.where[:length])
            at = self.placed.get((one, None))
            if at is None and length == len(place.where):
                at = self.placed.get((one, kind))
            if at is None and length < len(place.where):
                at = next((self.placed[one, other] for other in self.sections if (one, other) in self.placed), None)
            if at is not None:
                return (*at, *place.where[length:])
        return None

    def _component(self, place: Place, kind: Kind) -> Where:
        """The place in the bundle for a place of another file, added to it if it is not there."""
        known = self._known(place, kind)
        if known is not None:
            return known
        section = self.sections[kind]
        taken = self.names.setdefault(section, set())
        name = next(one for one in _names(place) if one not in taken)
        taken.add(name)
        at: Where = (section, name) if self.old else ("components", section, name)
        self.placed[place, kind] = at
        self.waiting.append((at, place, kind))
        return at

    # ── copying ──

    def _copy(self, value: Any, place: Place, at: Where, shape: Shape) -> Any:
        self.left -= 1
        if self.left < 0:
            raise Refusal(f"{self.root}: more than {MOST_VALUES:,} values with its other files.", "Split it.")
        if len(at) > MOST_DEPTH:
            raise Refusal(f"{self.root}: nested too deep with its other files.", "Fix the references.")
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str) and shape != ("map", "schema"):
                return self._referred(value, place, at, shape)
            if isinstance(value.get("$ref"), str) and self._leads_away(value["$ref"], place):
                return self._referred(value, place, at, shape)
            copied = {
                key: self._copy(child, self._below(place, key), (*at, key), below(shape, key))
                for key, child in value.items()
            }
            if at in self.dropped:
                copied[DROPPED] = self.dropped[at]
            if isinstance(value.get("discriminator"), dict) and "discriminator" in copied:
                self._map(copied["discriminator"], place)
            for key in ("$dynamicRef", "$recursiveRef"):
                ref = value.get(key)
                if isinstance(ref, str) and shape[1] == "schema" and not ref.startswith("#"):
                    del copied[key]
                    copied |= self._followed(ref, self._below(place, key), "schema")
            return copied
        return self._items(value, place, at, shape) if isinstance(value, list) else value

    def _items(self, value: list[Any], place: Place, at: Where, shape: Shape) -> list[Any]:
        copied: list[Any] = []
        for index, child in enumerate(value):
            here = (*at, len(copied))
            if len(copied) != index:
                self.origins[here] = self._below(place, index)
            one = self._copy(child, self._below(place, index), here, below(shape, index))
            # a parameter without a name is none: nothing can stand for one that was not followed
            if shape == ("list", "parameter") and isinstance(one, dict) and NOT_FOLLOWED in one:
                self.dropped.setdefault(at[:-1], []).append(one[NOT_FOLLOWED])
            else:
                copied.append(one)
        return copied

    @staticmethod
    def _below(place: Place, key: str | int) -> Place:
        return Place(place.file, (*place.where, key))

    def _leads_away(self, ref: str, place: Place) -> bool:
        found = read(ref, place.file)
        return found is not None and found.file != place.file

    def _referred(self, value: dict[str, Any], place: Place, at: Where, shape: Shape) -> Any:
        many, kind = shape
        ref = value["$ref"]
        beside = {key: child for key, child in value.items() if key != "$ref"}
        if kind == "data":
            return self._of_data(value, place, at)
        if many != "one" or kind not in self.sections:
            return self._drawn_in(ref, beside, place, at, shape)
        copied = {
            key: self._copy(child, self._below(place, key), (*at, key), below(shape, key))
            for key, child in beside.items()
        }
        held = self.files.followed(place) if not beside else None
        if held is not None and self._known(held, kind) == at and held != place:
            # the component that is known by this name: its own text, not a reference to itself
            self.origins[at] = held
            return self._copy(self.files.at(held), held, at, shape)
        return {**self._followed(ref, self._below(place, "$ref"), kind), **copied}

    def _followed(self, ref: str, place: Place, kind: Kind) -> dict[str, Any]:
        """The value that stands in the bundle for a reference to something that is kept among the components."""
        if place.file == self.root and ref.startswith("#"):
            inside = self.files.meant(ref, place.file)
            lost = kind == "parameter" and inside is not None and self.files.followed(inside) is None
            return {NOT_FOLLOWED: ref} if lost else {"$ref": ref}
        found = self._target(ref, place, required=True)
        if found is None:
            return {**_PLACEHOLDERS.get(kind, {}), NOT_FOLLOWED: ref}
        end = self.files.followed(found)
        if end is None:
            self.faults.append((place, f"leads to itself, or to nothing: {ref}"))
            return {**_PLACEHOLDERS.get(kind, {}), NOT_FOLLOWED: ref}
        return {"$ref": "#" + pointer(self._component(end, kind))}

    def _target(self, ref: str, place: Place, *, required: bool) -> Place | None:
        """The target of a reference. None for nothing and for what is outside, with a fault or said; not where it is
        not `required`."""
        found = read(ref, place.file)
        if found is None:
            if required:
                self.outside.add(ref)
            return None
        meant = self.files.meant(ref, place.file)
        if meant is not None:
            return meant
        if ref.startswith("#/") and target(self.files.values[self.root], ref) is not None:
            if required:
                self.faults.append((place, f"refers to nothing in its own file: {ref}; that of {self.root} is taken"))
            return self.files.meant(ref, self.root)
        if required:
            why = self.files.broken.get(found.file, "there is no such file")
            what = why if found.file not in self.files.values else "nothing stands there"
            self.faults.append((place, f"refers to nothing: {ref} ({what})"))
        return None

    def _drawn_in(self, ref: str, beside: dict[str, Any], place: Place, at: Where, shape: Shape) -> Any:
        """The value that a reference names, in the place of the reference; what stands beside it goes first."""
        inside = place.file == self.root and ref.startswith("#")
        if inside and shape[1] == "path item" and shape[0] == "one":
            return {"$ref": ref, **self._beside(beside, place, at, shape)}
        required = shape[1] != "other" and not str(at[0]).startswith("x-")
        found = (
            None if inside and shape[1] == "other" else self._target(ref, self._below(place, "$ref"), required=required)
        )
        if inside and found is None:
            return {"$ref": ref, **self._beside(beside, place, at, shape)}
        if found is None:
            return {NOT_FOLLOWED: ref, **self._beside(beside, place, at, shape)} if shape != WORDS else f"({ref})"
        if found in self.within:
            self.faults.append((self._below(place, "$ref"), f"draws in itself without end: {ref}"))
            return self._beside(beside, place, at, shape)
        value = self.files.at(found)
        self.origins[at] = found
        self.placed.setdefault((found, None), at)
        self.within.append(found)
        copied = self._copy(value, found, at, shape)
        self.within.pop()
        return {**copied, **self._beside(beside, place, at, shape)} if isinstance(copied, dict) else copied

    def _beside(self, beside: dict[str, Any], place: Place, at: Where, shape: Shape) -> dict[str, Any]:
        for key in beside:
            self.origins[*at, key] = self._below(place, key)
        return {
            key: self._copy(child, self._below(place, key), (*at, key), below(shape, key))
            for key, child in beside.items()
        }

    def _of_data(self, value: dict[str, Any], place: Place, at: Where) -> Any:
        """An example is drawn in from a file that there is; any other `$ref` in it is what somebody sends."""
        ref = only_reference(value)
        found = self.files.meant(ref, place.file) if ref is not None and not ref.startswith("#") else None
        if found is None or found in self.within:
            return value
        self.origins[at] = found
        self.within.append(found)
        copied = self._copy(self.files.at(found), found, at, ("one", "data"))
        self.within.pop()
        return copied

    def _map(self, discriminator: Any, place: Place) -> None:
        """References of a discriminator's mapping, which stand as plain texts."""
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        if not isinstance(mapping, dict):
            return
        for name, said in mapping.items():
            if isinstance(said, str) and is_reference(said) and not (place.file == self.root and said.startswith("#")):
                found = self._target(said, place, required=False)
                end = self.files.followed(found) if found is not None else None
                if end is not None:
                    mapping[name] = "#" + pointer(self._component(end, "schema"))


def _mapping(holder: dict[str, Any], key: str) -> dict[str, Any]:
    """The mapping under a key, created where there is none."""
    if not isinstance(holder.get(key), dict):
        holder[key] = {}
    found: dict[str, Any] = holder[key]
    return found


def _names(place: Place) -> Iterator[str]:
    """Names for a component that is kept in a file, best first; without end."""
    folder, file = posixpath.split(place.file)
    stem = posixpath.splitext(file)[0]
    parts = [str(part) for part in place.where]
    base = _UNFIT.sub("_", parts[-1] if parts else stem).strip("_") or "component"
    above = _UNFIT.sub("_", stem if parts else posixpath.basename(folder)).strip("_")
    if not parts and base.lower() in _INDEX and above:
        yield above
    if len(parts) > 1 and parts[-1].isdigit():
        base = _UNFIT.sub("_", f"{parts[-2]}_{parts[-1]}")
    yield base
    if above:
        yield f"{above}_{base}"
    number = 2
    while True:
        yield f"{base}_{number}"
        number += 1
