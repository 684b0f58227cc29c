"""Frozen tests, and what they use, that are not byte for byte what was seen red."""

from collections.abc import Sequence

from aurora.gates.context import DraftContext
from aurora.gates.gate import DraftGate, Problem, When


async def check(context: DraftContext) -> Sequence[Problem]:
    frozen = context.facts.frozen
    if frozen is None:
        return []
    there = await context.box.digests(sorted(frozen.protected))
    found = [
        Problem(
            "This frozen test file was changed or removed."
            if path in frozen.files
            else "This file of the tests was changed or removed after they were frozen.",
            "Restore it; report_blocked is the way to say that a test is wrong.",
            path=path,
        )
        for path, digest in sorted(frozen.protected.items())
        if there.get(path) != digest
    ]
    if frozen.thawed is not None:
        message = "A frozen test is being rewritten: nothing is judged before it is frozen again."
        found.append(Problem(message, "Report this: it is an internal error."))
    return found


GATE = DraftGate(
    name="frozen_tests",
    why="Tests that were seen red prove the code only while they, and what they use, stay exactly as they were.",
    when=(When.ROUND, When.COMMIT),
    check=check,
    mandatory=True,
)
