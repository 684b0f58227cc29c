"""The files that a Node project's runner collects and loads by its configuration: globs of test files, set-up files,
preloads.

Read from package.json, the runner's configuration and its command, never by running anything: of a configuration that
is a program only literals count.
"""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tree_sitter import Node

from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.settings import yaml_document
from aurora.toolchains.node.source import parser
from aurora.toolchains.node.tree import NodeTree
from aurora.toolchains.project_tests import spread

COLLECTED = {"jest": ("testMatch",), "vitest": ("include",), "mocha": ("spec",), "node:test": ()}
LOADED = {
    "jest": (
        "setupFiles", "setupFilesAfterEnv", "globalSetup", "globalTeardown", "testEnvironment", "runner", "resolver",
        "transform", "snapshotSerializers", "testRunner", "preset", "testSequencer", "snapshotResolver",
    ),
    "vitest": ("setupFiles", "globalSetup", "snapshotSerializers", "runner", "environment", "snapshotEnvironment"),
    "mocha": ("require", "file", "import", "loader", "ui"),
    "node:test": (),
}  # fmt: skip
"""Keys whose values are files that run beside the tests, or say how they run."""
_OF_COMMAND = (
    "-r", "--require", "--import", "--loader", "--experimental-loader", "--file", "--env-file", "-c", "--config",
    "--setupFilesAfterEnv", "--setupFiles", "--globalSetup", "--test-global-setup", "--test-isolation", "-u",
)  # fmt: skip
_FILES = {
    "jest": r"jest(\.[\w.-]+)?\.(config\.[cm]?[jt]s|config\.json|json)|jest-[\w.-]+\.json",
    "vitest": r"(vitest|vite)(\.[\w.-]+)?\.(config|workspace|projects)\.[cm]?[jt]s",
    "mocha": r"\.mocharc\.(json|jsonc|ya?ml|[cm]?js)",
    "node:test": r"(?!)",
}
_OF_OTHERS = frozenset({
    "coverage", "optimizeDeps", "deps", "plugins", "build", "esbuild", "oxc", "resolve", "server", "ssr", "css",
    "worker", "rollupOptions", "rolldownOptions",
})  # fmt: skip
"""Keys whose tables have an `include` that names no tests."""
MAX_CHARS = 200_000
MAX_ALTERNATIVES = 60


async def read(
    probe: ToolchainProbe, tree: NodeTree, runner: str, argv: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(globs of what is collected, paths of what is loaded), from the repository's root."""
    collected, loaded = list(_positional(argv)), list(_of_command(argv))
    base = tree.root
    for said, folder in await _configured(probe, tree, runner):
        for key in COLLECTED[runner]:
            collected += [_placed(folder, base, one) for one in said.get(key, ())]
        for one in said.get("testRegex", ()) if runner == "jest" else ():
            collected += [f"**/{glob}" for glob in of_regex(one)]
        for key in LOADED[runner]:
            loaded += [_placed(folder, base, one) for one in said.get(key, ())]
    globs = [tree.at(glob) for one in collected for glob in spread(one.removeprefix("./"))]
    files = [path for one in loaded for path in _files(tree, one)]
    return tuple(dict.fromkeys(globs)), tuple(dict.fromkeys(f"/{path}" for path in files))


def _positional(argv: Sequence[str]) -> Iterator[str]:
    """Files and globs of tests in the command; words that only filter by a part of a name are none."""
    begun = False
    for at, word in enumerate(argv):
        if posixpath.basename(word) in ("mocha", "ts-mocha") or word == "--test":
            begun = True
        elif begun and not word.startswith("-") and (at == 0 or argv[at - 1] not in _OF_COMMAND):
            if "*" in word or re.search(r"\.[cm]?[jt]sx?$", word):
                yield word
            elif "/" in word or word in ("test", "tests", "spec"):
                yield f"{word.rstrip('/')}/**"
        elif word.startswith("--spec="):
            yield word.partition("=")[2]


def _of_command(argv: Sequence[str]) -> Iterator[str]:
    words = [inner for word in argv for inner in (word.split() if word.startswith("NODE_OPTIONS=") else [word])]
    words = [word.removeprefix("NODE_OPTIONS=") for word in words]
    for at, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option in _OF_COMMAND:
            yield from [value] if equals else words[at + 1 : at + 2]


async def _configured(probe: ToolchainProbe, tree: NodeTree, runner: str) -> list[tuple[dict[str, list[str]], str]]:
    """(key -> texts, folder of the file) of each configuration in the project's folder or below."""
    found = []
    own = tree.manifest.get("jest" if runner == "jest" else runner)
    if isinstance(own, Mapping):
        found.append((_of_value(own), tree.root))
    prefix = f"{tree.root}/" if tree.root else ""
    for path in tree.paths:
        name = posixpath.basename(path)
        if not path.startswith(prefix) or "node_modules" in path or not re.fullmatch(_FILES[runner], name):
            continue
        text = (await probe.text(path) or "")[:MAX_CHARS]
        found.append((_of_text(name, text), posixpath.dirname(path)))
        if len(found) > 20:
            break
    return found


def _of_text(name: str, text: str) -> dict[str, list[str]]:
    try:
        if name.endswith((".yml", ".yaml")):
            return _of_value(yaml_document.parse(text, name).value)
        if name.endswith(".json"):
            return _of_value(json.loads(text))
    except (ValueError, RecursionError, Refusal):
        return {}
    return _of_program(text)


def _of_value(value: Any) -> dict[str, list[str]]:
    """Every key at any depth, with the texts it holds."""
    found: dict[str, list[str]] = {}
    waiting = [value]
    while waiting and len(found) < 500:
        one = waiting.pop()
        if isinstance(one, Mapping):
            for key, inner in one.items():
                if key in _OF_OTHERS:
                    continue
                found.setdefault(str(key), []).extend(_texts(inner))
                waiting.append(inner)
        elif isinstance(one, list):
            waiting += one
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _of_program(text: str) -> dict[str, list[str]]:
    """Keys of object literals whose values are texts, or lists and objects of texts."""
    found: dict[str, list[str]] = {}
    waiting = [parser(False).parse(text.encode("utf-8", "replace")).root_node]
    while waiting:
        node = waiting.pop()
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if node.type == "pair" and key is not None and value is not None:
            name = _text(key).strip("\"'`")
            if name in _OF_OTHERS:
                continue
            found.setdefault(name, []).extend(_strings(value))
        bound = node.child_by_field_name("name") if node.type == "variable_declarator" else None
        if bound is not None and "coverage" in _text(bound).lower():
            continue
        waiting += node.named_children
    return found


def _strings(value: Node) -> list[str]:
    if value.type in ("string", "template_string"):
        return ["".join(_text(child) for child in value.named_children if child.type == "string_fragment")]
    if value.type in ("array", "object"):
        inner = [child.child_by_field_name("value") or child for child in value.named_children]
        return [text for child in inner for text in _strings(child)]
    return []


def _text(node: Node) -> str:
    return node.text.decode("utf-8", "replace") if node.text is not None else ""


def of_regex(pattern: str) -> tuple[str, ...]:
    """Globs of what a `testRegex` matches, where it is as simple as most; nothing is matched with it here."""
    try:
        found, rest = _alternatives(pattern, 0)
    except _NotSimple:
        return ()
    if rest != len(pattern):
        return ()
    # it may begin in the middle of a name
    return tuple(one.lstrip("/") if one.startswith(("/", "*")) else f"*{one}" for one in found if one.strip("/*"))


class _NotSimple(Exception):
    pass


def _alternatives(pattern: str, at: int) -> tuple[list[str], int]:
    """Globs of a regular expression up to its end or the end of a group, and where that is."""
    done: list[str] = []
    made = [""]
    while at < len(pattern) and pattern[at] != ")":
        char, following = pattern[at], pattern[at + 1 : at + 2]
        step = 1
        if char == "|":
            done += made
            made, at = [""], at + 1
            continue
        if char in "^$":
            at += 1
            continue
        if char == "\\" and following and not following.isalnum():
            parts, step = [following], 2
        elif char == "\\" and following in ("w", "d"):
            parts, step = ["?"], 2
        elif char == "(":
            parts, end = _alternatives(pattern, at + (3 if pattern.startswith("(?:", at) else 1))
            if pattern[end : end + 1] != ")":
                raise _NotSimple
            step = end + 1 - at
        elif char == "[" and "]" in pattern[at:]:
            inside = pattern[at : pattern.index("]", at) + 1]
            parts, step = [inside.replace("[^", "[!")], len(inside)
        elif char == ".":
            parts = ["?"]
        elif char.isalnum() or char in "/_-@":
            parts = [char]
        else:
            raise _NotSimple
        at += step
        match pattern[at : at + 1]:
            case "*" | "+":
                anywhere = any(one.endswith("/") for one in made) or made == [""]
                parts, at = ["**/*" if anywhere else "*"], at + 1
            case "?":
                parts, at = [*parts, ""], at + 1
            case "{":
                raise _NotSimple
        made = [one + part for one in made for part in parts]
        if len(made) + len(done) > MAX_ALTERNATIVES:
            raise _NotSimple
    return done + made, at


def _placed(folder: str, base: str, name: str) -> str:
    """A name in a configuration, from the project's folder."""
    name = name.replace("<rootDir>/", "./").replace("<rootDir>", ".")
    if not name.startswith(".") and not ("/" in name and not name.startswith(("@", "**"))):
        return name  # a package, or a pattern that counts at every depth
    placed = posixpath.normpath(posixpath.join(folder, name))
    return posixpath.relpath(placed, base or ".")


def _files(tree: NodeTree, name: str) -> Iterator[str]:
    """Files a name may mean; none for a package's."""
    if not name.startswith(".") and "/" not in name and not re.search(r"\.[cm]?[jt]sx?$", name):
        return
    path = tree.at(name)
    if path.startswith(".."):
        return
    yield path
    if not re.search(r"\.\w+$", path):
        for end in (".js", ".cjs", ".mjs", ".ts", ".mts", "/index.js", "/index.ts"):
            yield path + end
