"""Poetry's tables, its caret and tilde constraints turned into PEP 440."""

import re
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from aurora.toolchains.documents import table, texts
from aurora.toolchains.python.declared import Declared, lines, normalised


def poetry(document: dict[str, Any]) -> Declared:
    """Declares nothing when there is no [tool.poetry]."""
    own = table(document, "tool", "poetry")
    if not own:
        return Declared()
    notes: list[str] = []
    dependencies = table(own, "dependencies")
    python = dependencies.pop("python", None)
    runtime = tuple(line for name, spec in dependencies.items() for line in _lines(name, spec, notes, optional=False))
    optional: dict[str, tuple[str, ...]] = {}
    for extra, names in table(own, "extras").items():
        wanted = {normalised(n) for n in lines(names)}
        optional[normalised(extra)] = tuple(
            line
            for name, spec in dependencies.items()
            if normalised(name) in wanted
            for line in _lines(name, spec, notes, optional=True)
        )
    said = table(own, "group")
    groups = {name: table(group, "dependencies") for name, group in said.items()}
    for name, group in said.items():
        for other in lines(table(group).get("include-groups")):
            groups[name] = {**table(said.get(other), "dependencies"), **groups[name]}
    if table(own, "dev-dependencies"):
        groups["dev"] = {**groups.get("dev", {}), **table(own, "dev-dependencies")}
    for group, entries in groups.items():
        optional[normalised(group)] = tuple(
            line for name, spec in entries.items() for line in _lines(name, spec, notes, optional=True)
        )
    entry_points = {group: texts(table(entries)) for group, entries in table(own, "plugins").items()}
    if texts(table(own, "scripts")):
        entry_points["console_scripts"] = texts(table(own, "scripts"))
    packages = own.get("packages")
    return Declared(
        name=str(own.get("name") or ""),
        version=str(own.get("version") or ""),
        requires_python=specifier(python) if isinstance(python, str) else None,
        runtime=runtime if "dependencies" in own else None,
        optional=optional,
        extras=tuple(normalised(k) for k in table(own, "extras")),
        entry_points=entry_points,
        import_roots=tuple(
            str(p["from"]) for p in packages or () if isinstance(p, dict) and isinstance(p.get("from"), str)
        ),
        # `poetry install` installs each group that is not optional
        default_groups=tuple(normalised(g) for g in groups if not table(said.get(g)).get("optional")),
        notes=tuple(dict.fromkeys(notes)),
    )


def specifier(constraint: str) -> str | None:
    """PEP 440 of a Poetry constraint, empty for any version; none when it can't be said (`||`)."""
    parts = [p for p in re.split(r"\s*,\s*|\s+(?=[<>=!~^])", constraint.strip()) if p]
    if "||" in constraint or "|" in constraint:
        return None
    said = [_one(re.sub(r"\s+", "", part)) for part in parts]
    text = ",".join(p for p in said if p)
    try:
        return str(SpecifierSet(text))
    except InvalidSpecifier:
        return None


def _one(part: str) -> str:
    if part == "*":
        return ""
    if part[0] in "^~" and not part.startswith("~="):
        version = part[1:]
        numbers = [int(n) for n in re.findall(r"\d+", re.split(r"[a-z+-]", version, maxsplit=1)[0])]
        if part[0] == "^":
            keep = next((i for i, n in enumerate(numbers) if n), len(numbers) - 1) + 1
        else:
            keep = min(2, len(numbers))
        upper = [*numbers[: keep - 1], numbers[keep - 1] + 1] if numbers else [1]
        return f">={version},<{'.'.join(map(str, upper))}"
    return f"=={part}" if part[0].isdigit() else part


def _lines(name: str, spec: Any, notes: list[str], *, optional: bool) -> tuple[str, ...]:
    """PEP 508 lines of one entry; an optional one only where an extra asks for it."""
    if isinstance(spec, list):
        return tuple(line for one in spec for line in _lines(name, one, notes, optional=optional))
    entry = {"version": spec} if isinstance(spec, str) else table(spec)
    if entry.get("optional") and not optional:
        return ()
    extras = f"[{','.join(lines(entry.get('extras')))}]" if lines(entry.get("extras")) else ""
    if isinstance(entry.get("path"), str):
        return (f"{name}{extras} @ file:{entry['path']}",)
    for kind in ("git", "url", "file"):
        if kind in entry:
            notes.append(f"pyproject.toml: {name} comes from {kind} {entry[kind]!r}, not the package index: left out")
            return ()
    version = specifier(str(entry.get("version", "*")))
    if version is None:
        notes.append(f"pyproject.toml: {name} {entry.get('version')!r} has no PEP 440 form: any version is taken")
    markers = [str(entry["markers"])] if entry.get("markers") else []
    if isinstance(entry.get("python"), str):
        markers += [
            f'python_version {s.operator} "{s.version}"' for s in SpecifierSet(specifier(entry["python"]) or "")
        ]
    marker = f"; {' and '.join(f'({m})' if ' or ' in m else m for m in markers)}" if markers else ""
    return (f"{name}{extras}{version or ''}{marker}",)
