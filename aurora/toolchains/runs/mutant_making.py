"""Test mutants of a draft's test modules, made in a process that can be killed."""

import random
from collections.abc import Iterable

from aurora import bounded
from aurora.toolchains.mutation import Maker, Mutation, TestMutant
from aurora.toolchains.runs.judging import OF_A_FILE


async def mutant_of(
    maker: Maker, path: str, text: str, names: Iterable[str], mutation: Mutation, nth: int = 0
) -> TestMutant | None:
    """None for a text that this interpreter can't parse. Raises `OutOfBounds`."""
    return await bounded.call(made, maker, text, tuple(sorted(names)), mutation, nth, about=path, bounds=OF_A_FILE)


def made(maker: Maker, text: str, names: tuple[str, ...], mutation: Mutation, nth: int) -> TestMutant | None:
    try:
        return maker(text, names, mutation, random.SystemRandom(), nth)
    except (SyntaxError, ValueError):
        return None
