"""Import specifiers that name no package: aliases of the project's own files, and modules that its runtime brings.

Read from tsconfig files (what they extend, too), jest's, vite's and babel's configuration and package.json, never by
running anything: of a configuration that is a program only literals count.
"""

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tree_sitter import Node

from aurora.ports import ToolchainProbe
from aurora.toolchains.folders import above
from aurora.toolchains.node import root as node_root
from aurora.toolchains.node.source import parser
from aurora.toolchains.node.tree import SOURCES, NodeTree

MAX_FILES = 60
MAX_NAMES = 300
MAX_CHARS = 200_000
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.S)
_TSCONFIG = re.compile(r"(^|/)(ts|js)config(\.[\w-]+)*\.json$")
_CONFIGURATION = re.compile(
    r"(^|/)((jest|vite|vitest|webpack|babel)(\.[\w-]+)*\.(config|workspace|projects)(\.[\w-]+)*\.[cm]?[jt]s"
    r"|jest(\.[\w-]+)*\.json|jest-[\w-]+\.json|\.babelrc(\.json|\.[cm]?js)?|babel\.config\.json)$"
)
_MAPPERS = ("moduleNameMapper",)
"""Keys of objects whose own keys are regular expressions of specifiers."""
_ALIASES = ("alias", "_moduleAliases")
"""Keys of objects whose own keys are specifiers."""
_FOLDERS = ("modulePaths", "moduleDirectories")
"""Keys of lists of folders that modules are looked for in."""
_RUNTIMES: tuple[tuple[tuple[str, ...], re.Pattern[str], tuple[str, ...]], ...] = (
    (("bun:*", "bun"), re.compile(r"(^|/)(bun\.lockb?|bunfig\.toml)$"), ("@types/bun", "bun-types")),
    (
        ("cloudflare:*",),
        re.compile(r"(^|/)wrangler\.(toml|jsonc?)$"),
        ("wrangler", "@cloudflare/workers-types", "@cloudflare/vitest-pool-workers", "miniflare"),
    ),
    (("virtual:*",), re.compile(r"(^|/)vite\.config\.[cm]?[jt]s$"), ("vite",)),
    (
        ("$app/*", "$env/*", "$lib", "$service-worker"),
        re.compile(r"(^|/)svelte\.config\.[cm]?[jt]s$"),
        ("@sveltejs/kit",),
    ),
    (("astro:*",), re.compile(r"(^|/)astro\.config\.[cm]?[jt]s$"), ("astro",)),
    (
        ("@docusaurus/*", "@theme/*", "@theme-original/*", "@site/*", "@generated/*"),
        re.compile(r"(^|/)docusaurus\.config\.[cm]?[jt]s$"),
        ("@docusaurus/core",),
    ),
    (("k6",), re.compile(r"(^|/)k6/|\.k6\.[cm]?[jt]s$"), ("@types/k6",)),
    (("vscode",), re.compile(r"$^"), ("@types/vscode",)),
)
"""Modules of a runtime, the files that show it is used, and the packages that do."""


async def read(probe: ToolchainProbe, tree: NodeTree) -> tuple[str, ...]:
    """Specifiers; one that ends in `*` stands for all that begin so."""
    found: set[str] = set()
    folders: set[str] = set()
    own = [path for path in tree.paths if "node_modules" not in path.split("/")]
    members = await _members(probe, own)
    for modules, file, packages in _RUNTIMES:
        if tree.declared & set(packages) or any(file.search(path) for path in tree.paths):
            found |= set(modules)
    for path in [path for path in own if _TSCONFIG.search(path)][:MAX_FILES]:
        names, base = await _of_tsconfig(probe, tree.paths, path, members, ())
        found |= names
        folders |= {base} if base is not None else set()
    for path in [path for path in own if _CONFIGURATION.search(path)][:MAX_FILES]:
        text = (await probe.text(path) or "")[:MAX_CHARS]
        _take(_of_text(path, text), posixpath.dirname(path), found, folders)
    manifests = [path for path in own if posixpath.basename(path) == node_root.MANIFEST]
    for path in manifests[:MAX_FILES]:
        manifest = _json(await probe.text(path) or "")
        _take(_keys_and_texts(manifest), posixpath.dirname(path), found, folders)
        scripts = manifest.get("scripts") if isinstance(manifest, dict) else None
        for script in scripts.values() if isinstance(scripts, dict) else ():
            for said in re.findall(r"\bNODE_PATH=([\w./:-]+)", str(script)):
                folders |= {_placed(posixpath.dirname(path), one) for one in said.split(":")}

    def distance(folder: str) -> tuple[bool, int, str]:
        return folder not in above(tree.root) and not _under(folder, tree.root), folder.count("/"), folder

    # the nearest to the project first: of a large repository not every folder's modules find room
    near = sorted(folders, key=distance)
    ordered = dict.fromkeys((*sorted(found), *(name for folder in near for name in sorted(set(_entries(own, folder))))))
    return tuple(sorted([*ordered][:MAX_NAMES]))


def is_own(specifier: str, own: Iterable[str]) -> bool:
    return any(
        specifier.startswith(name[:-1]) if name.endswith("*") else specifier == name or specifier.startswith(f"{name}/")
        for name in own
    )


def _under(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _placed(folder: str, name: str) -> str:
    name = name.replace("<rootDir>/", "./").replace("<rootDir>", ".")
    placed = posixpath.normpath(posixpath.join(folder, name))
    return "" if placed == "." else placed


def _entries(paths: Sequence[str], folder: str) -> Iterator[str]:
    """Modules in a folder that modules are looked for in."""
    prefix = f"{folder}/" if folder else ""
    for path in paths:
        if not path.startswith(prefix):
            continue
        name, slash, _ = path.removeprefix(prefix).partition("/")
        if name.startswith("."):
            continue
        if slash:
            yield name
        elif name.endswith((*SOURCES, ".json")):
            yield name
            yield posixpath.splitext(name.removesuffix(".d.ts"))[0]


async def _members(probe: ToolchainProbe, own: Sequence[str]) -> dict[str, str]:
    """Name of a package of this repository -> its folder."""
    found: dict[str, str] = {}
    for path in [path for path in own if posixpath.basename(path) == node_root.MANIFEST][:MAX_FILES]:
        manifest = _json(await probe.text(path) or "")
        if isinstance(manifest, dict) and isinstance(manifest.get("name"), str):
            found.setdefault(manifest["name"], posixpath.dirname(path))
    return found


# ── tsconfig ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def _of_tsconfig(
    probe: ToolchainProbe, paths: Sequence[str], path: str, members: Mapping[str, str], seen: tuple[str, ...]
) -> tuple[set[str], str | None]:
    """(keys of `paths`, folder of `baseUrl`), those of a configuration it extends where it says none itself."""
    document = _json(await probe.text(path) or "")
    if not isinstance(document, dict):
        return set(), None
    options = document.get("compilerOptions")
    options = options if isinstance(options, dict) else {}
    said = options.get("paths")
    names = {name for one in said if (name := _of_pattern(str(one)))} if isinstance(said, dict) else set()
    base = options.get("baseUrl")
    folder = _placed(posixpath.dirname(path), base) if isinstance(base, str) else None
    extended = document.get("extends")
    for other in reversed(extended if isinstance(extended, list) else [extended]):
        target = _extended(paths, path, other, members) if isinstance(other, str) else ""
        if not target or target in seen or len(seen) > 8:
            continue
        more, above = await _of_tsconfig(probe, paths, target, members, (*seen, path))
        names = names or more
        folder = above if folder is None else folder
    return names, folder


def _extended(paths: Sequence[str], path: str, name: str, members: Mapping[str, str]) -> str:
    if name.startswith((".", "/")):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    else:  # a package's: of the repository where a member has that name
        parts = name.split("/")
        package = "/".join(parts[: 2 if name.startswith("@") else 1])
        if package not in members:
            return ""
        target = posixpath.normpath(posixpath.join(members[package], name.removeprefix(package).lstrip("/")))
    return next((one for one in (target, f"{target}.json", f"{target}/tsconfig.json") if one in paths), "")


def _of_pattern(name: str) -> str:
    """A key of `paths`; nothing for one that stands for every package."""
    head, star, _ = name.partition("*")
    return f"{head}*" if star and head else name if not star else ""


# ── jest, vite, babel ────────────────────────────────────────────────────────────────────────────────────────────


def _take(said: Mapping[str, tuple[list[str], list[str]]], folder: str, found: set[str], folders: set[str]) -> None:
    """`said`: key -> (keys of its object, texts in it)."""
    for key in _MAPPERS:
        for pattern in said.get(key, ([], []))[0]:
            found.update(of_regex(pattern))
    for key in _ALIASES:
        keys, texts = said.get(key, ([], []))
        for name in (*keys, *texts):
            found.update(of_regex(name) if name.startswith("^") else [_of_pattern(name)] if _is_name(name) else [])
    for key in _FOLDERS:
        for name in said.get(key, ([], []))[1]:
            if "node_modules" not in name.split("/"):
                folders.add(_placed(folder, name))


def _is_name(name: str) -> bool:
    return bool(name) and not name.startswith((".", "/")) and name not in ("find", "replacement")


def of_regex(pattern: str) -> list[str]:
    """Specifiers that a simple regular expression matches from their beginning."""
    found = []
    for one in _spread(pattern.removeprefix("^"))[:20]:
        literal, rest = _literal(one)
        if not literal or literal.startswith((".", "/")):
            continue
        found.append(literal if rest in ("$", "/$") else f"{literal}*")
    return found


def _spread(pattern: str) -> list[str]:
    """The pattern without groups of words: `(src|test)/(.*)`."""
    group = re.search(r"\((?:\?:)?([\w@~-]+(?:\|[\w@~-]+)*)\)", pattern)
    if group is None or len(pattern) > 400:
        return [pattern]
    return [
        one for word in group[1].split("|") for one in _spread(pattern[: group.start()] + word + pattern[group.end() :])
    ]


def _literal(pattern: str) -> tuple[str, str]:
    """(what it begins with, the rest)"""
    literal = re.match(r"(?:\\[^\w]|[\w@~/:#$-](?![*?+{]))*", pattern)
    text = literal[0] if literal else ""
    if text.endswith("$"):
        text = text[:-1]
    return re.sub(r"\\(.)", r"\1", text), pattern[len(text) :]


def _json(text: str) -> Any:
    try:
        return json.loads(_COMMENT.sub(lambda found: found[1] or "", text.removeprefix("\ufeff")))
    except (ValueError, RecursionError):
        return None


def _of_text(path: str, text: str) -> dict[str, tuple[list[str], list[str]]]:
    if path.endswith((".json", ".babelrc")):
        return _keys_and_texts(_json(text))
    return _of_program(text)


def _keys_and_texts(document: Any) -> dict[str, tuple[list[str], list[str]]]:
    found: dict[str, tuple[list[str], list[str]]] = {}
    waiting = [document]
    seen = 0
    while waiting and seen < 5_000:
        one = waiting.pop()
        seen += 1
        if isinstance(one, dict):
            for key, inner in one.items():
                keys, texts = found.setdefault(str(key), ([], []))
                keys += list(map(str, inner)) if isinstance(inner, dict) else []
                texts += [text for text in inner if isinstance(text, str)] if isinstance(inner, list) else []
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found


def _of_program(text: str) -> dict[str, tuple[list[str], list[str]]]:
    """The names in object literals: the keys of an inner object, the texts of a list, and what `find` of its objects
    says."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    waiting = [parser(False).parse(text.encode("utf-8", "replace")).root_node]
    while waiting:
        node = waiting.pop()
        waiting += node.named_children
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if node.type != "pair" or key is None or value is None:
            continue
        keys, texts = found.setdefault(_text(key), ([], []))
        if value.type == "object":
            keys += [_text(one) for pair in value.named_children if (one := pair.child_by_field_name("key"))]
        elif value.type == "array":
            texts += [_text(one) for one in value.named_children if one.type == "string"]
            for inner in (one for one in value.named_children if one.type == "object"):
                texts += [text for pair in inner.named_children if (text := _found_by(pair))]
    return found


def _found_by(pair: Node) -> str:
    """The specifier of vite's `{find: "@", replacement: ...}`; a regular expression as its text."""
    key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
    if key is None or value is None or _text(key) != "find":
        return ""
    if value.type == "regex":
        pattern = value.child_by_field_name("pattern")
        return _text(pattern) if pattern is not None else ""
    return _text(value) if value.type == "string" else ""


def _text(node: Node) -> str:
    text = node.text.decode("utf-8", "replace") if node.text is not None else ""
    return text[1:-1].replace("\\\\", "\\") if node.type in ("string", "template_string") else text
