"""Twins of a draft's test modules, made in a process that can be killed."""

import random
from collections.abc import Iterable

from aurora import bounded
from aurora.domain.workspace import Toolchain
from aurora.toolchains import registry
from aurora.toolchains.runs.judging import OF_A_FILE
from aurora.toolchains.runs.mutants import Twin, Way


async def twin_of(
    toolchain: Toolchain, path: str, text: str, names: Iterable[str], way: Way, nth: int = 0
) -> Twin | None:
    """None for a text that this interpreter can't parse. Raises `OutOfBounds`."""
    return await bounded.call(made, toolchain, text, tuple(sorted(names)), way, nth, about=path, bounds=OF_A_FILE)


def made(toolchain: Toolchain, text: str, names: tuple[str, ...], way: Way, nth: int) -> Twin | None:
    try:
        return registry.twin_maker(toolchain)(text, names, way, random.SystemRandom(), nth)
    except (SyntaxError, ValueError):
        return None
