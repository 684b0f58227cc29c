"""pyproject.toml: PEP 621 metadata, PEP 735 groups, and what setuptools, hatch, flit and PDM keep in their tables."""

import tomllib
from typing import Any

from aurora.text import clip
from aurora.toolchains.documents import table, texts
from aurora.toolchains.python.declared import Declared, lines, normalised
from aurora.toolchains.python.poetry import poetry


def parse(text: str, where: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """(the document, notes); a broken file is an empty document and a note."""
    try:
        return tomllib.loads(text), ()
    except (ValueError, RecursionError) as error:  # TOML's own error is a ValueError
        return {}, (f"{where} is not TOML ({clip(str(error), 200)}): ignored",)


def is_manifest(document: dict[str, Any]) -> bool:
    """Whether it declares a project; many hold tool configuration only."""
    return bool(table(document, "project") or table(document, "tool", "poetry") or document.get("dependency-groups"))


def declared(document: dict[str, Any]) -> Declared:
    project = table(document, "project")
    dynamic = lines(project.get("dynamic"))
    own = Declared(
        name=str(project.get("name") or ""),
        version=str(project.get("version") or ""),
        version_from=_version_from(document),
        requires_python=str(project["requires-python"]) if project.get("requires-python") else None,
        # absent means none in the letter of PEP 621; beside a requirements.txt people mean that file
        runtime=None if "dependencies" in dynamic or "dependencies" not in project else lines(project["dependencies"]),
        optional=_optional(document, project),
        entry_points=_entry_points(project),
        import_roots=_import_roots(document),
    )
    return own.over(poetry(document))


def dynamic_files(document: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Requirement files that setuptools reads the dependencies from: (runtime, by extra)."""
    dynamic = table(document, "tool", "setuptools", "dynamic")

    def files(entry: Any) -> tuple[str, ...]:
        named = table(entry).get("file")
        return (named,) if isinstance(named, str) else lines(named)

    extras = table(dynamic, "optional-dependencies")
    return files(dynamic.get("dependencies")), {normalised(k): files(v) for k, v in extras.items()}


def _optional(document: dict[str, Any], project: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    groups = table(document, "dependency-groups")
    found = {normalised(k): _group(groups, k, ()) for k in groups}
    for source in (
        table(document, "tool", "pdm", "dev-dependencies"),
        table(document, "tool", "flit", "metadata", "requires-extra"),
    ):
        found |= {normalised(k): lines(v) for k, v in source.items()}
    for name, wanted in table(document, "tool", "hatch", "envs").items():
        asked = lines(table(wanted).get("dependencies")) + lines(table(wanted).get("extra-dependencies"))
        if asked and name in ("default", "test", "tests", "hatch-test", "dev"):
            found.setdefault("dev" if name == "default" else name, asked)
    legacy = lines(table(document, "tool", "uv").get("dev-dependencies"))
    if legacy:
        found["dev"] = found.get("dev", ()) + legacy
    for name, wanted in table(project, "optional-dependencies").items():
        key = normalised(name)
        found[key] = tuple(dict.fromkeys(lines(wanted) + found.get(key, ())))
    return found


def _group(groups: dict[str, Any], name: str, above: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for entry in groups.get(name) or ():
        if isinstance(entry, str):
            found.append(entry)
        elif isinstance(entry, dict) and isinstance(entry.get("include-group"), str):
            wanted = normalised(entry["include-group"])
            inner = next((k for k in groups if normalised(k) == wanted), None)
            if inner is not None and inner not in (*above, name):
                found += _group(groups, inner, (*above, name))
    return tuple(dict.fromkeys(found))


def _entry_points(project: dict[str, Any]) -> dict[str, dict[str, str]]:
    found = {group: texts(table(entries)) for group, entries in table(project, "entry-points").items()}
    for key, group in (("scripts", "console_scripts"), ("gui-scripts", "gui_scripts")):
        if table(project, key):
            found[group] = texts(table(project, key))
    return found


def _version_from(document: dict[str, Any]) -> str:
    version = table(document, "tool", "setuptools", "dynamic", "version")
    if isinstance(version.get("attr"), str):
        return f"attr:{version['attr']}"
    if isinstance(version.get("file"), str):
        return f"file:{version['file']}"
    if lines(version.get("file")):
        return f"file:{lines(version['file'])[0]}"
    for tool in (table(document, "tool", "hatch", "version"), table(document, "tool", "pdm", "version")):
        if isinstance(tool.get("path"), str):
            return f"file:{tool['path']}"
    return ""


def _import_roots(document: dict[str, Any]) -> tuple[str, ...]:
    setuptools = table(document, "tool", "setuptools")
    found = [v for v in texts(table(setuptools, "package-dir")).values() if "/" not in v.strip("/")]
    found += lines(table(setuptools, "packages", "find").get("where"))
    hatch = table(document, "tool", "hatch", "build", "targets", "wheel")
    found += [p.rsplit("/", 1)[0] for p in lines(hatch.get("packages")) if "/" in p]
    found += lines(hatch.get("sources"))
    pdm = table(document, "tool", "pdm", "build").get("package-dir")
    found += [pdm] if isinstance(pdm, str) else []
    return tuple(dict.fromkeys(p.strip("./") for p in found))
