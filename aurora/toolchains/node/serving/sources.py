"""The files of a Node project that may say how it is served, the likeliest first, and what stands in them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from aurora.ports import ToolchainProbe
from aurora.toolchains.node import syntax
from aurora.toolchains.node.tree import SOURCES

MOST_FILES = 500
MOST_BYTES = 300_000
_ASIDE = re.compile(
    r"(^|/)(\.[^/]*|tests?|__tests__|__mocks__|spec|e2e|docs?|examples?|samples?|migrations|seeds?|seeders?|node_modules|dist"
    r"|build|out|coverage|public|static|assets|vendor|fixtures|frontend|client|web|www|scripts|bench\w*|templates?)(/|$)"
    r"|[._-](test|spec|stories|e2e-spec)\.[cm]?[jt]sx?$|\.d\.[cm]?ts$|\.min\.js$"
    r"|(^|/)(jest|vitest|webpack|rollup|babel|eslint|prettier|gulpfile|gruntfile|commitlint|tailwind|vite)[\w.-]*\.[cm]?[jt]s$"
)
_LIKELY = (
    re.compile(r"(^|/)(main|server|index|app|www|start|bootstrap|serve)\.[cm]?[jt]s$|(^|/)bin/www$"),
    re.compile(
        r"(^|/)(config\w*|env\w*|settings|swagger\w*|openapi\w*|docs?|setup|[^/]*(app|server)[^/]*)(\.\w+)?\.[cm]?[jt]s$"
    ),
    re.compile(
        r"(^|/)([^/]*\.(module|config|constants?|loader)s?|constants?|express|fastify|loaders?|plugins?|index)\.[cm]?[jt]s$"
    ),
)


@dataclass(frozen=True)
class Source:
    path: str
    text: str

    @cached_property
    def root(self) -> Node | None:
        """None for what can't be parsed."""
        return syntax.tree(self.path, self.text)

    def calls(self) -> Iterator[Node]:
        """Calls and constructions."""
        if self.root is not None:
            for node in syntax.walk(self.root):
                if node.type in ("call_expression", "new_expression"):
                    yield node


async def read(probe: ToolchainProbe, paths: Iterable[str], root: str) -> tuple[Source, ...]:
    prefix = f"{root}/" if root else ""
    known = [p for p in paths if p.startswith(prefix) and (p.endswith(SOURCES) or p.endswith("bin/www"))]
    own = [p for p in known if not _ASIDE.search(p.removeprefix(prefix))]
    found = []
    for path in sorted(own, key=lambda p: (_rank(p), p.count("/"), p))[:MOST_FILES]:
        text = await probe.text(path)
        if text is not None and len(text) <= MOST_BYTES:
            found.append(Source(path, text))
    return tuple(found)


def _rank(path: str) -> int:
    return next((n for n, kind in enumerate(_LIKELY) if kind.search(path)), len(_LIKELY))
