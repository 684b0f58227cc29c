"""Parts of a repository that its commit does not hold, submodules and the files behind Git LFS, and what needs them.

A declaration alone needs nothing: a theme of the documents, or a picture, may stay away. Code, tests or manifests that
name such a part can't work without it.
"""

import json
import posixpath
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from aurora.toolchains.folders import above

CODE = (".py", ".pyi", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte")
MANIFEST = re.compile(
    r"pyproject\.toml|pipfile|setup\.cfg|tox\.ini|pytest\.ini|[^/]*(?:requirements|constraints)[^/]*\.(?:txt|in)"
    r"|package\.json|pnpm-workspace\.yaml|tsconfig[^/]*\.json|deno\.jsonc?",
    re.IGNORECASE,
)
LOCK = re.compile(r"[^/]*\.lock|[^/]*-lock\.(?:json|yaml)", re.IGNORECASE)
ELSEWHERE = {"docs", "doc", "documentation", "website", ".github", ".gitlab", "node_modules"}
"""Folders whose code is no part of a backend."""
OF_LINTERS = re.compile(r"eslint|prettier|stylelint|lint-staged|commitlint|biome")
OF_CHORES = re.compile(r"(?:tasks|fabfile|noxfile|dodo|gulpfile[^/]*|gruntfile[^/]*)\.[^./]+", re.IGNORECASE)
"""At the repository's root: what people call, and neither the code nor its tests."""
SEEN = re.compile(r"png|jpe?g|gif|svg|webp|avif|ico|bmp|tiff?|psd|ai|sketch|mp[34]|wav|mov|webm|woff2?|[ot]tf|eot|pdf")
"""Suffixes of what people look at: code that serves it works with any content."""
OF_TESTS = re.compile(r"(?:^|[/_.-])(?:tests?|specs?|__tests__|fixtures)(?:$|[/_.-])", re.IGNORECASE)
SET_ASIDE = re.compile(
    r"exclud|ignore|omit|norecurse|skip|ruff|black|isort|mypy|coverage|pylint|flake8|bandit|pyright|pycodestyle|lint"
    r"|sdist|urls|repository|homepage|bugs|description|readme|^docs?$|^files$",
    re.IGNORECASE,
)
"""Keys of a manifest that name what a tool passes over, or what is only told."""
QUOTED = re.compile(r"'([^'\\]{1,300})'|\"([^\"\\]{1,300})\"|`([^`\\]{1,300})`")
PATHS = re.compile(r"[Pp]ath|join|open\(|resolve|__file__|__dirname|glob|read|load|/\s*['\"]|require|import|from")
PYTHON_IMPORT = re.compile(r"\s*(?:from\s+(\.*[\w.]*)\s+import\s+(.*)|import\s+(.*))")
LONGEST_LINE = 2_000


@dataclass(frozen=True)
class Need:
    part: str
    by: str
    """A file, and its line where that is known."""


def words(part: str) -> tuple[str, ...]:
    """The words that a file must contain if it needs a submodule or a file."""
    name = posixpath.basename(part)
    suffix = posixpath.splitext(name)[1]
    return tuple(dict.fromkeys(word for word in (name, _module(part), f"*{suffix}" if suffix else "") if word))


def may_need(path: str) -> bool:
    """Return whether a file is code or a manifest that can need a part."""
    *folders, name = path.split("/")
    if ELSEWHERE & {folder.lower() for folder in folders} or OF_LINTERS.search(name.lower()):
        return False
    if not folders and OF_CHORES.fullmatch(name):
        return False
    return name.endswith(CODE) or MANIFEST.fullmatch(name) is not None


def submodules_needed(submodules: Sequence[str], files: Mapping[str, str], paths: Sequence[str]) -> list[Need]:
    """The first need of each. `files` holds the texts that contain its words; `paths` are all of the commit's."""
    modules = {path.removesuffix("/__init__.py").removesuffix(".py") for path in paths if path.endswith(".py")}
    ours = {posixpath.basename(module) for module in modules}
    manifests = {path: text for path, text in files.items() if not path.endswith(CODE)}
    found: list[Need] = []
    for part in submodules:
        module = _module(part)
        declared = module in ours or any(_declares(text, part) for text in manifests.values())
        found += [*_needs(part, module if not declared else "", files)][:1]
    return found


def pointers_needed(pointers: Sequence[str], files: Mapping[str, str]) -> list[Need]:
    """The first need of each, as above."""
    found: list[Need] = []
    for part in pointers:
        if may_need(part) or LOCK.fullmatch(posixpath.basename(part)):
            found.append(Need(part, "what runs it: it is code or a manifest itself"))
            continue
        lines = ((path, _line(text, partial(_names_file, path, part))) for path, text in files.items())
        found += [Need(part, f"{path}:{number}") for path, number in lines if number][:1]
    return found


def _needs(part: str, module: str, files: Mapping[str, str]) -> Iterator[Need]:
    for path, text in files.items():
        if not path.endswith(CODE):
            if any(_same(part, path, said) for said in _said(path, text)):
                yield Need(part, path)
            continue
        number = _line(text, partial(_names_folder, path, part, module))
        if number:
            yield Need(part, f"{path}:{number}")


def _line(text: str, names: Callable[[str], bool]) -> int:
    lines = text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if len(line) <= LONGEST_LINE and names(line)), 0)


def _names_folder(path: str, part: str, module: str, line: str) -> bool:
    if line.lstrip().startswith(("#", "//", "*")):
        return False
    if path.endswith((".py", ".pyi")) and _imports(path, line, part, module):
        return True
    quoted = _quoted(line)
    if not quoted:
        return False
    if any(said.startswith(".") and _is_below(part, _joined(posixpath.dirname(path), said)) for said in quoted):
        return True
    joined = f"/{'/'.join(said.strip('/') for said in quoted)}/"
    for folder in above(posixpath.dirname(path)):
        if folder and not part.startswith(f"{folder}/"):
            continue
        rest = part.removeprefix(f"{folder}/") if folder else part
        if "/" in rest and f"/{rest}/" in joined:
            return True
        if "/" not in rest and PATHS.search(line) and any(_is_below(rest, said) for said in quoted):
            return True
    return False


def _imports(path: str, line: str, part: str, module: str) -> bool:
    """`import lib`, where nothing else is called so; `from vendor.lib import x`, `from vendor import lib`."""
    found = PYTHON_IMPORT.match(line)
    if found is None:
        return False
    start, taken, plain = found.groups()
    named = [name.split(" as ")[0].strip(" ()\\") for name in (taken or plain or "").split(",")]
    if start is None:
        candidates = named
    else:
        depth = len(start) - len(start.lstrip("."))
        here = posixpath.dirname(path).split("/")
        near = ".".join(here[: len(here) - depth + 1]) if depth else ""
        first = ".".join(piece for piece in (near, start.lstrip(".")) if piece)
        candidates = [first, *(f"{first}.{name}" for name in named)]
    dotted = _dotted(part)
    wanted = {dotted} if "." in dotted else set()
    if module:
        wanted.add(module)
    return any(name == one or name.startswith(f"{one}.") for name in candidates for one in wanted)


def _names_file(path: str, part: str, line: str) -> bool:
    if not path.endswith(CODE):
        return False
    name, suffix = posixpath.basename(part), posixpath.splitext(part)[1]
    tests = OF_TESTS.search(path) is not None
    if SEEN.fullmatch(suffix[1:].lower()) and not (tests or path.endswith(".py")):
        return False
    quoted = _quoted(line)
    if any(posixpath.basename(said) == name for said in quoted):
        return True
    return (
        bool(suffix) and tests and OF_TESTS.search(part) is not None and any(s.endswith(f"*{suffix}") for s in quoted)
    )


def _said(path: str, text: str) -> Iterator[str]:
    """The values of a manifest that may name a folder."""
    name = posixpath.basename(path).lower()
    with suppress(ValueError):
        if name.endswith(".toml") or name == "pipfile":
            yield from _values(tomllib.loads(text))
            return
        if name.endswith(".json"):
            yield from _values(json.loads(text))
            return
    section = key = ""
    for line in text.splitlines():
        plain = line.partition("#")[0]
        if found := re.match(r"\[(.+)\]", plain):
            section, key = found[1], ""
            continue
        if found := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*[=:]", plain):
            key = found[1]
        if not SET_ASIDE.search(section) and not SET_ASIDE.search(key):
            yield from re.split(r"[\s=,;\"'\[\]{}]+", plain)


def _values(node: object, key: str = "") -> Iterator[str]:
    if SET_ASIDE.search(key):
        return
    if isinstance(node, dict):
        for name, value in node.items():
            if key != "scripts" or str(name).startswith("test"):
                yield from _values(value, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from _values(value, key)
    elif isinstance(node, str):
        yield from node.split()


def _same(part: str, path: str, said: str) -> bool:
    plain = re.sub(r"^(?:.*@)?(?:file|link|portal):(?://)?|\$\{?PROJECT_ROOT\}?/", "", said.strip("'\""))
    plain = plain.replace("<rootDir>", ".")
    folders = (posixpath.dirname(path), "")
    return "/" in f"{plain}/" and any(_is_below(part, _joined(folder, plain)) for folder in folders)


def _declares(text: str, part: str) -> bool:
    """A manifest names a package of an index that is called as the submodule is."""
    name = re.escape(posixpath.basename(part)).replace("_", "[-_]")
    return re.search(rf"(?m)^\s*[\"']?{name}[\"']?\s*(?:[\[<>=!~;:,]|$)", text) is not None


def _quoted(line: str) -> list[str]:
    return [one or two or three for one, two, three in QUOTED.findall(line)]


def _joined(folder: str, said: str) -> str:
    return posixpath.normpath(posixpath.join(folder, said))


def _is_below(part: str, path: str) -> bool:
    plain = path.removeprefix("./")
    return plain == part or plain.startswith(f"{part}/")


def _module(part: str) -> str:
    """The name that Python imports a folder by."""
    name = re.sub(r"[-.]", "_", posixpath.basename(part))
    return name if name.isidentifier() else ""


def _dotted(part: str) -> str:
    return re.sub(r"[-.]", "_", part).replace("/", ".")
