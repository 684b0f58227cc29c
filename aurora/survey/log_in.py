"""The way a service may be logged in to, read of a repository at its base: the document, its tests, what makes
tokens."""

import re
from collections.abc import Awaitable, Callable, Collection

from aurora import bounded
from aurora.contract import log_in
from aurora.contract.log_in import LogIn
from aurora.domain.workspace import Toolchain
from aurora.survey.reading import CONTRACT

MOST_FILES = 80
MOST_BYTES = 200_000
_TELLING = re.compile(
    r"(^|/)(conftest|[^/]*(auth|secur|token|jwt|login|session|user|account|permission|helper|fixture|setup)[^/]*)\.(py|[cm]?[jt]s)$"
    r"|(^|/)settings(/[^/]+)?\.py$|(^|/)base\.py$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"(^|/)(node_modules|migrations|docs?|examples?|frontend|client|dist|build|\.[^/]*)/")


async def read(
    paths: Collection[str], text: Callable[[str], Awaitable[str | None]], toolchain: Toolchain, document: str, path: str
) -> LogIn:
    """`document`: the text of the contract at `path`. Raises `Refusal`; what takes too much is `OutOfBounds`."""
    prefix = f"{toolchain.root}/" if toolchain.root else ""
    near = [p for p in paths if p.startswith(prefix) and _TELLING.search(p) and not _ASIDE.search(p)]
    files: list[tuple[str, str]] = []
    for one in sorted(near, key=lambda p: ("conftest" not in p, p.count("/"), p))[:MOST_FILES]:
        said = await text(one)
        if said is not None and len(said) <= MOST_BYTES:
            files.append((one, said))
    recipe = toolchain.serve
    roots = toolchain.project.import_roots if toolchain.project is not None else (toolchain.root,)
    folders = tuple(dict.fromkeys((*roots, *((recipe.cwd,) if recipe is not None else ()))))
    framework = recipe.framework if recipe is not None else ""
    return await bounded.call(
        log_in.of_text, document, path, framework, tuple(files), folders, about=path, bounds=CONTRACT
    )
