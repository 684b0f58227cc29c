"""Changed models without the migration that changes the database."""

from collections.abc import Iterable

from aurora.gates.context import NOTHING, DraftContext
from aurora.gates.gate import DraftGate, Problem, When
from aurora.toolchains.edit import Edit


async def check(context: DraftContext) -> Iterable[Problem]:
    """The findings of the project's own migration tool in the sandbox; what it said at the base as well is left out."""
    facts = context.facts
    of_language = facts.language.draft_checks.get("migrations")
    if of_language is None:
        return ()
    edits = [
        Edit(file.path, file.before, "" if file.mode == NOTHING else file.text or "", facts.files)
        for file in context.files
        if file.text is not None or file.before is not None
    ]
    flaws = await of_language(facts.workspace, context.box, edits)
    return [Problem(one.message, one.hint, one.line, one.path, one.advice, one.identity) for one in flaws]


GATE = DraftGate(
    name="migrations",
    why="A model that no migration brings into the database fails at its first query, however green its tests are: "
    "they often make their tables without migrations.",
    # a test that is red for a missing table says nothing of the code that is missing
    when=(When.INTERFACES, When.ROUND),
    check=check,
)
