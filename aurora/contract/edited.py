"""The changes that a task makes to the document itself: whether it can still be read, what of it breaks clients, and
what of that the task said.

For children of `bounded`.
"""

import json
import re
from collections.abc import Sequence

from aurora.contract import drafted
from aurora.contract.breaking import Change, Level, breaking
from aurora.contract.graphql_schemas import breaking_schemas
from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.text import clip

_CLAUSE = re.compile(r"(?<=[.!?;])\s+|\n+")
_MEANT = re.compile(
    r"\b(?:remov\w+|delet\w+|drop\w*|renam\w+|replac\w+|requir\w+|mandator\w+|must|no longer|break\w*|incompatib\w+"
    r"|instead|chang\w+|narrow\w*|restrict\w*|only|limit\w*|at most|at least|deprecat\w+|rid of|move[ds]?)\b",
    re.IGNORECASE,
)
_ALL_MEANT = re.compile(
    r"\bbreaking changes? (?:is|are) (?:fine|ok(?:ay)?|intended|wanted|allowed|accepted|expected)\b"
    r"|\b(?:may|can) break (?:existing )?clients\b|\bno (?:existing )?clients\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"`([^`]{2,120})`|\"([^\"]{2,120})\"|'([^']{2,120})'")


class ContractEdit(Value):
    breaking: tuple[Change, ...] = ()
    """Those that nobody said to make."""


def openapi(old: str, new: str, said: Sequence[str]) -> ContractEdit:
    """The breaking changes between two documents as JSON. `said`: what persons said, the task's text first."""
    return ContractEdit(breaking=unsaid(breaking(json.loads(old), json.loads(new)), said))


def graphql(old: str, new: str, said: Sequence[str]) -> ContractEdit:
    """The breaking changes between two schemas as SDL. Raises `Refusal` for one that can't be read."""
    return ContractEdit(breaking=unsaid(breaking_schemas(old, new), said))


def lacking(approved: Sequence[str], text: str, path: str) -> tuple[str, ...]:
    """The operations of approved drafts that a document lacks, a line each."""
    try:
        return tuple(line for draft in approved for line in drafted.lacking(draft, text, path))
    except Refusal as refusal:
        return (clip(refusal.what, 400),)


def unsaid(changes: Sequence[Change], said: Sequence[str]) -> tuple[Change, ...]:
    """Breaking changes of which no sentence names both what changes and that it is to change: a sentence that only
    mentions an operation asks for no break of it."""
    if any(_ALL_MEANT.search(text) for text in said):
        return ()
    sentences = [_folded(one) for text in said for one in _CLAUSE.split(text) if _MEANT.search(one)]
    return tuple(
        change
        for change in changes
        if change.level is Level.BREAKING and not any(_names(change, sentence) for sentence in sentences)
    )


def _names(change: Change, sentence: str) -> bool:
    """Return whether the sentence has the thing that changes: a property, parameter or value that the change quotes,
    or, for a change of a whole operation, its path or coordinate."""
    things = {_folded(found) for match in _NAMES.finditer(change.message) for found in match.groups() if found}
    if not things:
        _, _, path = change.operation.rpartition(" ")
        things = {_folded(path)}
    return any(re.search(rf"(?<![\w]){re.escape(thing)}(?![\w])", sentence) for thing in things)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
