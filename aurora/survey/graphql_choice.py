"""The choice of the service's schema files: those that aurora.yaml names, or those that were found and hold one."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from aurora import bounded
from aurora.contract import graphql_guess as guess
from aurora.domain.value import Value
from aurora.errors import OutOfBounds, Refusal
from aurora.text import clip

READING = bounded.Bounds(seconds=60, megabytes=1_500)
MOST_CHARS = 6_000_000


class GraphQLChoice(Value):
    path: str = ""
    """Empty where no schema binds."""
    files: tuple[str, ...] = ()
    text: str = ""
    fields: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    source: bool = False
    """True if the service is built from it."""
    warnings: tuple[str, ...] = ()


async def choose(
    paths: Sequence[str],
    text: Callable[[str], Awaitable[str | None]],
    named: str | None,
    packages: Iterable[str],
    root: str = "",
) -> GraphQLChoice:
    """`named`: by aurora.yaml, a file or a folder. `packages`: that the project declares. Raises `Refusal` for a named
    one that is not there or can't be read."""
    declared = [*packages]
    if named:
        below = [path for path in paths if path.startswith(f"{named.rstrip('/')}/") and path.endswith(guess.SUFFIXES)]
        texts = await _texts(below or [named], text)
        if not texts:
            raise Refusal(
                f"The GraphQL schema {named!r} is not in the base commit.",
                "Commit it, or name another path under `contract.graphql` in aurora.yaml.",
            )
        return _chosen(await bounded.call(read, texts, about=named, bounds=READING), guess.is_source(declared))
    if not guess.serves(declared):
        return GraphQLChoice()
    texts = await _texts(guess.find(paths, root), text)
    if not texts:
        return GraphQLChoice()
    try:
        found = await bounded.call(read_if_any, texts, about="the GraphQL schema", bounds=READING)
    except (Refusal, OutOfBounds) as error:
        said = clip(str(error).partition("\n")[0], 260)
        return GraphQLChoice(warnings=(f"{said} It was found by its name and binds nothing: see `contract.graphql`.",))
    return GraphQLChoice() if found is None else _chosen(found, guess.is_source(declared))


async def _texts(paths: Sequence[str], text: Callable[[str], Awaitable[str | None]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in paths:
        content = await text(path)
        if content is not None and sum(map(len, found.values())) + len(content) <= MOST_CHARS:
            found[path] = content
    return found


async def part(sdl: str, text: str, most: int) -> str:
    """The part of a schema that a task's text speaks of, at most about `most` characters."""
    try:
        return await bounded.call(sliced, sdl, text, most, about="the GraphQL schema", bounds=READING)
    except OutOfBounds:
        return sdl[:most]


def sliced(sdl: str, text: str, most: int) -> str:
    """The settings, read in the child."""
    from aurora.contract import graphql_slices

    return graphql_slices.sliced(sdl, text, most)


class Read(Value):
    path: str
    files: tuple[str, ...]
    text: str
    fields: tuple[str, ...]
    faults: tuple[str, ...]


def read(texts: dict[str, str]) -> Read:
    """The settings, read in the child."""
    from aurora.contract import graphql_sdl  # slow to load: the caller need not

    return Read(**graphql_sdl.facts(texts).model_dump())


def read_if_any(texts: dict[str, str]) -> Read | None:
    """The settings, read in the child."""
    from aurora.contract import graphql_sdl

    found = graphql_sdl.choose(texts)
    return None if found is None else Read(**found.model_dump())


def _chosen(found: Read, source: bool) -> GraphQLChoice:
    return GraphQLChoice(**found.model_dump(), source=source, warnings=found.faults)
