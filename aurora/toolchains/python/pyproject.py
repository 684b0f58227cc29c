"""pyproject.toml: PEP 621 metadata, PEP 735 groups, and what setuptools, hatch, flit and PDM keep in their tables."""

import tomllib
from typing import Any

from aurora.text import clip
from aurora.toolchains.documents import table, texts
from aurora.toolchains.python import flit, hatch, indexes, mapped_packages, pixi, scm, tasks
from aurora.toolchains.python.declared import Declared, lines, normalised
from aurora.toolchains.python.poetry import poetry


def parse(text: str, where: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """(the document, notes); a broken file is an empty document and a note."""
    try:
        return tomllib.loads(text), ()
    except (ValueError, RecursionError) as error:  # TOML's own error is a ValueError
        return {}, (f"{where} is not TOML ({clip(str(error), 200)}): ignored",)


def is_manifest(document: dict[str, Any]) -> bool:
    """Return whether it declares a project; many hold tool configuration only."""
    return bool(
        table(document, "project")
        or table(document, "tool", "poetry")
        or document.get("dependency-groups")
        or flit.is_manifest(document)
    )


def declared(document: dict[str, Any]) -> Declared:
    project = table(document, "project")
    dynamic = lines(project.get("dynamic"))
    uv = table(document, "tool", "uv")
    own = Declared(
        name=str(project.get("name") or ""),
        version=str(project.get("version") or scm.fallback(document)),
        version_from=_version_from(document),
        requires_python=str(project["requires-python"]) if project.get("requires-python") else None,
        # absent means none in the letter of PEP 621; beside a requirements.txt people mean that file
        runtime=None if "dependencies" in dynamic or "dependencies" not in project else lines(project["dependencies"]),
        optional=_optional(document, project),
        extras=tuple(normalised(name) for name in table(project, "optional-dependencies")),
        entry_points=_entry_points(project),
        import_roots=_import_roots(document),
        mapped=_mapped(document),
        default_groups=_default_groups(document),
        generated=scm.version_files(document),
        test_env={**tasks.variables(document), **hatch.variables(document)},
        constraints=lines(uv.get("constraint-dependencies")) + lines(uv.get("override-dependencies")),
        notes=indexes.said(document),
    )
    return own.over(poetry(document)).over(flit.flit(document))


def dynamic_files(document: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Requirement files that setuptools reads the dependencies from: (runtime, by extra)."""
    dynamic = table(document, "tool", "setuptools", "dynamic")

    def files(entry: Any) -> tuple[str, ...]:
        named = table(entry).get("file")
        return (named,) if isinstance(named, str) else lines(named)

    extras = table(dynamic, "optional-dependencies")
    # the plugin hatch-requirements-txt
    hook = table(document, "tool", "hatch", "metadata", "hooks", "requirements_txt")
    named = {normalised(k): files(v) for k, v in extras.items()}
    named |= {normalised(k): lines(v) for k, v in table(hook, "optional-dependencies").items()}
    return files(dynamic.get("dependencies")) + lines(hook.get("files")), named


def _optional(document: dict[str, Any], project: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    groups = table(document, "dependency-groups")
    found = {normalised(k): _group(groups, k, ()) for k in groups}
    found |= {normalised(k): lines(v) for k, v in table(document, "tool", "pdm", "dev-dependencies").items()}
    for name, asked in hatch.environments(document, str(project.get("name") or "")).items():
        named = [
            g for line in asked if line.startswith("{") for g in _group(groups, _key(groups, line.strip("{}")), ())
        ]
        listed = tuple(line for line in asked if not line.startswith("{")) + tuple(named)
        if name == "default":  # beside a group `dev`, not instead of it
            found["dev"] = tuple(dict.fromkeys(found.get("dev", ()) + listed))
        else:
            found.setdefault(normalised(name), listed)
    for tool in ("uv", "rye"):
        if legacy := lines(table(document, "tool", tool).get("dev-dependencies")):
            found["dev"] = found.get("dev", ()) + legacy
    for name, listed in pixi.groups(document).items():
        found.setdefault(name, listed)
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
            inner = _key(groups, entry["include-group"])
            if inner and inner not in (*above, name):
                found += _group(groups, inner, (*above, name))
    return tuple(dict.fromkeys(found))


def _key(groups: dict[str, Any], name: str) -> str:
    """The group as the manifest spells it; empty when there is none."""
    return next((k for k in groups if normalised(k) == normalised(name)), "")


def _default_groups(document: dict[str, Any]) -> tuple[str, ...]:
    """Groups that the project's own tool installs unasked: uv's, PDM's."""
    uv = table(document, "tool", "uv")
    named = uv.get("default-groups")
    found = list(table(document, "dependency-groups")) if named == "all" else list(lines(named))
    found += table(document, "tool", "pdm", "dev-dependencies")
    backend = str(table(document, "build-system").get("build-backend") or "")
    if table(document, "tool", "poetry") or backend.startswith(("poetry.", "pdm.")):
        optional = table(document, "tool", "poetry", "group")
        groups = table(document, "dependency-groups")
        found += [name for name in groups if not table(optional.get(name)).get("optional")]
    return tuple(dict.fromkeys(normalised(name) for name in found))


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
    # `"" = "src"` is a root; `shop = "src/shop"` lies in one
    found = list(mapped_packages.split(texts(table(setuptools, "package-dir")))[0])
    found += lines(table(setuptools, "packages", "find").get("where"))
    hatch_build = table(document, "tool", "hatch", "build")
    for target in (hatch_build, table(hatch_build, "targets", "wheel")):
        found += [p.rsplit("/", 1)[0] for p in lines(target.get("packages")) if "/" in p]
        sources = target.get("sources")
        found += lines(sources)
        found += [folder for folder, mapped in texts(table(sources)).items() if not mapped.strip("/")]
        found += texts(table(target, "dev-mode-dirs")).values()
        found += lines(target.get("dev-mode-dirs"))
    for keys, key in (
        (("tool", "pdm", "build"), "package-dir"),
        (("tool", "uv", "build-backend"), "module-root"),
        (("tool", "maturin"), "python-source"),
    ):
        place = table(document, *keys).get(key)
        found += [place] if isinstance(place, str) else []
    packages = lines(table(document, "tool", "scikit-build", "wheel").get("packages"))
    found += [p.rsplit("/", 1)[0] for p in packages if "/" in p]
    return tuple(dict.fromkeys(_plain(p) for p in found))


def _mapped(document: dict[str, Any]) -> dict[str, str]:
    found = mapped_packages.split(texts(table(document, "tool", "setuptools", "package-dir")))[1]
    build = table(document, "tool", "hatch", "build")
    for target in (build, table(build, "targets", "wheel")):
        for key in ("sources", "force-include"):
            found |= mapped_packages.renamed(texts(table(target.get(key))))
    return found


def _plain(folder: str) -> str:
    return folder.strip("/").removeprefix("./").strip("/") if folder.strip("/") != "." else ""
