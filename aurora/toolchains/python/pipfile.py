"""Pipenv's Pipfile."""

from collections.abc import Mapping
from typing import Any

from aurora.toolchains.documents import table
from aurora.toolchains.python import indexes
from aurora.toolchains.python.declared import Declared, lines, normalised
from aurora.toolchains.python.pyproject import parse

_NO_PACKAGES = ("packages", "dev-packages", "source", "requires", "scripts", "pipenv")
_MARKERS = (
    "os_name", "sys_platform", "platform_machine", "platform_python_implementation", "platform_release",
    "platform_system", "platform_version", "python_version", "python_full_version", "implementation_name",
    "implementation_version",
)  # fmt: skip
"""Keys of an entry that are markers of PEP 508: `sys_platform = "== 'win32'"`."""


def pipfile(text: str) -> Declared:
    document, notes = parse(text, "Pipfile")

    notes += indexes.said(document)

    def entries(section: str) -> tuple[str, ...]:
        return tuple(_line(name, spec) for name, spec in table(document, section).items())

    # categories by any name: `pipenv install --categories "tests"`
    optional = {normalised(name): entries(name) for name in document if name not in _NO_PACKAGES}
    optional = {name: found for name, found in optional.items() if found}
    if "dev-packages" in document:
        optional["dev"] = entries("dev-packages") + optional.get("dev", ())
    requires = table(document, "requires").get("python_version")
    return Declared(
        runtime=entries("packages") if "packages" in document else None,
        requires_python=f"=={requires}.*" if isinstance(requires, str) and requires.count(".") == 1 else None,
        optional=optional,
        notes=notes,
    )


def _line(name: str, spec: Any) -> str:
    entry = {"version": spec} if isinstance(spec, str) else table(spec)
    extras = f"[{','.join(lines(entry.get('extras')))}]" if entry.get("extras") else ""
    if isinstance(entry.get("path"), str):
        return f"{name}{extras} @ file:{entry['path']}"
    elsewhere = next((str(entry[k]) for k in ("git", "file") if k in entry), "")
    if elsewhere:
        return f"{name} @ {elsewhere}"
    version = str(entry.get("version", "*")).strip()
    version = "" if version == "*" else version
    marker = _marker(entry)
    return f"{name}{extras}{version}{f' ; {marker}' if marker else ''}"


def _marker(entry: Mapping[str, Any]) -> str:
    said = [f"{key} {entry[key]}" for key in _MARKERS if isinstance(entry.get(key), str)]
    if isinstance(entry.get("markers"), str):
        said.append(entry["markers"])
    return " and ".join(f"({one})" if " or " in one else one for one in said)
