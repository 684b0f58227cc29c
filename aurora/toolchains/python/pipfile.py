"""Pipenv's Pipfile."""

from aurora.toolchains.documents import table
from aurora.toolchains.python.declared import Declared, lines
from aurora.toolchains.python.pyproject import parse


def pipfile(text: str) -> Declared:
    document, notes = parse(text, "Pipfile")

    def entries(section: str) -> tuple[str, ...]:
        found = []
        for name, spec in table(document, section).items():
            entry = {"version": spec} if isinstance(spec, str) else table(spec)
            elsewhere = next((str(entry[k]) for k in ("git", "path", "file") if k in entry), "")
            version = str(entry.get("version", "*")).removesuffix("*")
            extras = f"[{','.join(lines(entry.get('extras')))}]" if entry.get("extras") else ""
            found.append(f"{name} @ {elsewhere}" if elsewhere else f"{name}{extras}{version}")
        return tuple(found)

    return Declared(
        runtime=entries("packages") if "packages" in document else None,
        optional={"dev": entries("dev-packages")} if "dev-packages" in document else {},
        notes=notes,
    )
