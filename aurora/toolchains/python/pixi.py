"""Pixi's tables, [tool.pixi] or pixi.toml: packages of conda and of the index, its features as groups."""

from collections.abc import Mapping
from typing import Any

from aurora.toolchains.documents import table
from aurora.toolchains.python import conda
from aurora.toolchains.python.declared import lines, normalised

FILE = "pixi.toml"


def laid_under(document: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A pyproject.toml's document with a pixi.toml's tables as [tool.pixi]."""
    tool = table(document, "tool")
    return {**document, "tool": {**tool, "pixi": {**own, **table(tool, "pixi")}}} if own else dict(document)


def groups(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The groups by the feature's name; what every environment gets is `dev`: pixi installs it unasked."""
    own = table(document, "tool", "pixi")
    found = {normalised(name): _listed(table(feature)) for name, feature in table(own, "feature").items()}
    found["dev"] = tuple(dict.fromkeys(_listed(own) + found.get("dev", ())))
    return {name: listed for name, listed in found.items() if listed}


def is_manifest(document: Mapping[str, Any]) -> bool:
    return bool(groups(document))


def _listed(feature: Mapping[str, Any]) -> tuple[str, ...]:
    of_conda = [
        conda.requirement(name, _version(said))
        for name, said in table(feature, "dependencies").items()
        if conda.is_of_an_index(name)
    ]
    return (*of_conda, *(_of_index(name, said) for name, said in table(feature, "pypi-dependencies").items()))


def _of_index(name: str, said: Any) -> str:
    extras = ",".join(lines(table(said).get("extras")))
    place = table(said).get("path")
    if isinstance(place, str):
        return f"{name}{f'[{extras}]' if extras else ''} @ file:{place}"
    return f"{name}{f'[{extras}]' if extras else ''}{conda.specifier(_version(said))}"


def _version(said: Any) -> str:
    version = said if isinstance(said, str) else str(table(said).get("version") or "*")
    return "" if version == "*" else version
