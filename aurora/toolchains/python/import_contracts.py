"""Contracts of import-linter about direct imports: `layers`, `forbidden` and `independence`, from pyproject.toml,
setup.cfg or .importlinter, with the contracts' own meaning (https://import-linter.readthedocs.io, "Contract types").

A chain of imports over further modules is import-linter's own to find; here one file is judged."""

import configparser
import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FILES = ("pyproject.toml", "setup.cfg", ".importlinter")


@dataclass(frozen=True)
class Contract:
    name: str
    type: str
    options: Mapping[str, Any]
    ignored: tuple[tuple[str, str], ...] = ()

    def broken_by(self, importer: str, imported: str) -> str:
        """The reason why the import breaks the contract, in a few words; empty where it does not."""
        if any(_matches(one, importer) and _matches(two, imported) for one, two in self.ignored):
            return ""
        if self.type == "layers":
            return self._layers(importer, imported)
        if self.type == "forbidden":
            return self._forbidden(importer, imported)
        return self._independence(importer, imported) if self.type == "independence" else ""

    def _layers(self, importer: str, imported: str) -> str:
        layers = [_siblings(line) for line in _list(self.options.get("layers"))]
        for container in _list(self.options.get("containers")) or [""]:
            places = [_place(layers, container, module) for module in (importer, imported)]
            (low, mine), (high, other) = places
            if low < 0 or high < 0:
                continue
            if low > high:
                return f"{mine} is a layer below {other}"
            if low == high and mine != other and layers[low][0]:
                return f"{mine} and {other} are independent of each other"
        return ""

    def _forbidden(self, importer: str, imported: str) -> str:
        whole = str(self.options.get("as_packages", "true")).lower() != "false"
        inside = _within if whole else _matches
        source = next((one for one in _list(self.options.get("source_modules")) if inside(one, importer)), "")
        target = next((one for one in _list(self.options.get("forbidden_modules")) if inside(one, imported)), "")
        return f"{source} may not import {target}" if source and target else ""

    def _independence(self, importer: str, imported: str) -> str:
        modules = _list(self.options.get("modules"))
        mine = _sibling(modules, importer)
        other = _sibling(modules, imported)
        return f"{mine} and {other} are independent of each other" if mine and other and mine != other else ""


@dataclass(frozen=True)
class Contracts:
    roots: tuple[str, ...] = ()
    contracts: tuple[Contract, ...] = ()
    without_typing: bool = False
    """True if imports under `TYPE_CHECKING` don't count."""

    @property
    def layered(self) -> bool:
        """True if the project says what its layers are."""
        return any(one.type == "layers" for one in self.contracts)


@dataclass
class _Read:
    general: Mapping[str, Any] = field(default_factory=dict)
    contracts: Sequence[Mapping[str, Any]] = ()


def contracts(configuration: Mapping[str, str]) -> Contracts:
    """The contracts of the first file that has some; what can't be read has none."""
    for name in FILES:
        for path, text in configuration.items():
            if posixpath.basename(path) != name or "importlinter" not in text:
                continue
            read = _toml(text) if name == "pyproject.toml" else _ini(text)
            if read.contracts:
                return _contracts(read)
    return Contracts()


def _contracts(read: _Read) -> Contracts:
    roots = _list(read.general.get("root_packages")) or _list(read.general.get("root_package"))
    typing = str(read.general.get("exclude_type_checking_imports", "")).lower() == "true"
    made = [
        Contract(str(one.get("name", "")), str(one.get("type", "")), one, tuple(_ignored(one)))
        for one in read.contracts
    ]
    return Contracts(tuple(roots), tuple(made), typing)


def _ignored(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for line in _list(options.get("ignore_imports")):
        importer, arrow, imported = line.partition("->")
        if arrow:
            yield importer.strip(), imported.strip()


def _toml(text: str) -> _Read:
    try:
        section = tomllib.loads(text).get("tool", {}).get("importlinter", {})
        found = section.get("contracts", [])
    except (tomllib.TOMLDecodeError, AttributeError, RecursionError):
        return _Read()
    return _Read(section, [one for one in found if isinstance(one, dict)] if isinstance(found, list) else ())


def _ini(text: str) -> _Read:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return _Read()
    general = dict(parser["importlinter"]) if parser.has_section("importlinter") else {}
    return _Read(general, [dict(parser[one]) for one in parser.sections() if one.startswith("importlinter:contract:")])


def _list(value: Any) -> list[str]:
    """Strings of a list, or the lines of a text."""
    if isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip() and not line.strip().startswith("#")]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _siblings(line: str) -> tuple[bool, list[str]]:
    """Return whether the layers of one line are independent (`a | b`) or not (`a : b`), and their names."""
    independent = ":" not in line
    return independent, [part.strip().strip("()").strip() for part in re.split(r"[|:]", line) if part.strip()]


def _place(layers: Sequence[tuple[bool, Sequence[str]]], container: str, module: str) -> tuple[int, str]:
    for place, (_, names) in enumerate(layers):
        for name in names:
            whole = f"{container}.{name}" if container else name
            if _within(whole, module):
                return place, name if "*" not in container else whole
    return -1, ""


def _sibling(modules: Sequence[str], module: str) -> str:
    """The module of the list that holds this one; of a wildcard what it stands for."""
    for one in modules:
        if _within(one, module):
            return ".".join(module.split(".")[: one.count(".") + 1]) if "*" in one else one
    return ""


def _within(name: str, module: str) -> bool:
    """Return whether a module is that one, or below it."""
    return re.match(_pattern(name) + r"(\.|$)", module) is not None


def _matches(name: str, module: str) -> bool:
    return re.fullmatch(_pattern(name), module) is not None


def _pattern(name: str) -> str:
    return re.escape(name).replace(r"\*\*", r"[\w.]+").replace(r"\*", r"[^.]+")
