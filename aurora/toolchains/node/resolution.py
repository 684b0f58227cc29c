"""Check whether the relative imports of a module lead to files of the draft, as TypeScript and Node look for them."""

import posixpath
from collections.abc import Collection, Iterator

from aurora.domain.findings import Finding
from aurora.toolchains.node.source import NodeSource
from aurora.toolchains.node.tree import SOURCES

_WRITTEN_AS = {
    ".js": (".ts", ".tsx", ".jsx", ".d.ts"), ".mjs": (".mts", ".d.mts"), ".cjs": (".cts", ".d.cts"), ".jsx": (".tsx",),
}  # fmt: skip
"""TypeScript imports a file by the name it will have once it is compiled."""


def unresolved(path: str, source: NodeSource, there: Collection[str], hint: str) -> Iterator[Finding]:
    for found in source.imports:
        if not found.specifier.startswith("."):
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found.specifier))
        # a bundler reads what follows the question mark: `./page.html?raw`
        names = (name for one in (target, target.partition("?")[0]) for name in candidates(one))
        if not any(name in there for name in names):
            message = f"Cannot find module {found.specifier!r}: there is no file for it."
            yield Finding(check="imports", path=path, line=found.line, message=message, hint=hint)


def targets(finding: Finding) -> tuple[str, ...]:
    """Paths that an import without a file may stand for, in the repository."""
    specifier = finding.message.removeprefix("Cannot find module ").partition(": there is")[0][1:-1].partition("?")[0]
    target = posixpath.normpath(posixpath.join(posixpath.dirname(finding.path), specifier))
    return () if target.startswith(("..", "/")) else (target, *candidates(target))


def candidates(target: str) -> Iterator[str]:
    yield target
    stem, extension = posixpath.splitext(target)
    yield from (stem + other for other in _WRITTEN_AS.get(extension, ()))
    yield from (target + other for other in (*SOURCES, ".d.ts", ".json", ".node"))
    yield from (posixpath.join(target, f"index{other}") for other in (*SOURCES, ".d.ts", ".json", ".node"))
    yield posixpath.join(target, "package.json")  # its `main` says which file
