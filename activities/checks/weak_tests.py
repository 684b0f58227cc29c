"""Weak tests, refused when write_tests finishes: what asserts nothing, or replaces what it is about.

Only tests that the task wrote are judged: what stood in a file at the base commit, weak as it may be, is left alone.
"""

import re
from collections.abc import AsyncIterator

from activities.checks.project_tools import ProjectTools, at_base, changed_paths
from aurora import bounded
from aurora.domain.plan import Plan
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.ports import Box
from aurora.text import fit
from aurora.toolchains.language import Language
from aurora.toolchains.runs.judging import OF_A_FILE
from aurora.toolchains.weak_tests import WeakTest

SHOWN = 12
_NAME = re.compile(r"[^\W\d][\w.]*")


def subjects_of(plan: Plan) -> tuple[str, ...]:
    """Names of the functions and classes that a plan names: `app.prices.total(cart)` is `total`."""
    symbols = (symbol for file in plan.files for symbol in file.symbols)
    found = (match[0].rpartition(".")[2] for symbol in symbols if (match := _NAME.search(symbol)))
    return tuple(dict.fromkeys(name for name in found if len(name) > 1))


def weak_in(language: Language, text: str, before: str, subjects: tuple[str, ...]) -> tuple[WeakTest, ...]:
    """Find weak tests, in a child of `bounded`. `before`: the file's text at the base commit."""
    old = {(one.name, one.why) for one in language.weak_tests(before, subjects)} if before else set()
    return tuple(one for one in language.weak_tests(text, subjects) if (one.name, one.why) not in old)


async def refused(box: Box, tools: ProjectTools, plan: Plan) -> str:
    """The refusal of `finish`; empty where no new test is weak."""
    lines = [line async for line in _lines(box, tools, subjects_of(plan))]
    if not lines:
        return ""
    more = [f"and {len(lines) - SHOWN} more."] if len(lines) > SHOWN else []
    return "\n- ".join(
        [
            "Not finished yet: these tests can't fail for the reason they were written. Assert on what comes back or "
            "is stored, through the real code; then call finish again.",
            *lines[:SHOWN],
            *more,
        ]
    )


async def _lines(box: Box, tools: ProjectTools, subjects: tuple[str, ...]) -> AsyncIterator[str]:
    base = tools.workspace.base
    frozen = tools.frozen.files if tools.frozen else {}
    for path in await changed_paths(box, base):
        if not tools.is_test_module(path) or path in frozen:
            continue
        try:
            text = (await box.read(path)).decode("utf-8", "replace")
            before = await at_base(box, base, path) or ""
            weak = await bounded.call(weak_in, tools.language, text, before, subjects, about=path, bounds=OF_A_FILE)
        except (ToolRefusal, OutOfBounds):
            continue
        for one in weak:
            yield fit(f"{path}:{one.line} {one.name} {one.why}.", 400)
