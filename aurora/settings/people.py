"""The people who are asked and who may answer, and the time that they have: aurora.yaml proposes, nobody is shut out by
it.

Whoever can push can write the file, and a task's owner may be somebody else: it can neither keep the owner from
answering, nor pass questions to whom the worker does not know, nor let silence decide before anybody looked.
"""

import math

from aurora.settings.repository import ArchitectSettings, seconds
from aurora.text import fit

MOST_NAMES = 50
"""The most names as `ArchitectSettings.answered_by` takes."""
NAME_BYTES = 60
_SHOWN = 5

Names = tuple[str, ...]
Said = list[str]
"""A warning for each change."""


def may_answer(
    asked: tuple[str, ...], permitted: tuple[str, ...], submitter: str | None
) -> tuple[tuple[str, ...], Said]:
    """`asked` by aurora.yaml, `permitted` by the worker, which has the last word where it lists somebody."""
    if permitted:
        said = []
        if dropped := [name for name in asked if name not in permitted]:
            said.append(f"architect.answered_by: {_some(dropped)} may not answer on this worker.")
        if asked and (kept := [name for name in permitted if name not in asked]):
            said.append(f"architect.answered_by: {_some(kept)} may answer as well, as this worker's policy says.")
        return permitted, said
    who = fit(submitter or "", NAME_BYTES)
    if not asked or submitter is None or who in asked:
        return asked, []
    if not who:
        why = "the task was handed in without a name, and its submitter must be able to answer"
        return (), [f"architect.answered_by is not kept to: {why}."]
    return (*asked[: MOST_NAMES - 1], who), [f"architect.answered_by: {who!r} handed the task in, so may answer, too."]


def may_be_asked(asked: Names, permitted: Names) -> tuple[Names, Said]:
    """Questions are passed on with their text: only to whom the worker lists, where it lists somebody."""
    dropped = [name for name in asked if permitted and name not in permitted]
    if not dropped:
        return asked, []
    said = f"architect.escalation: {_some(dropped)} is not asked: this worker's policy lists who may answer."
    return tuple(name for name in asked if name in permitted), [said]


def patient(architect: ArchitectSettings, remind: str, silence: str) -> tuple[ArchitectSettings, Said]:
    """The settings with rungs of at least `remind`, and `silence` in all before a default is taken."""
    rungs = 2 + len(architect.escalation)
    least, why = seconds(remind), "min_remind"
    defaults = architect.on_silence == "default"
    if defaults and math.ceil(seconds(silence) / rungs) > least:
        least, why = math.ceil(seconds(silence) / rungs), "min_silence"
    said = []
    if seconds(architect.remind) < least:
        said.append(f"architect.remind: {architect.remind} raised to {spoken(least)} on this worker ({why}).")
        architect = architect.model_copy(update={"remind": spoken(least)})
    if defaults:
        after = spoken(seconds(architect.remind) * rungs)
        said.append(
            f"architect.on_silence: default: without an answer for {after}, what a question of kind missing_spec or "
            "decision says it assumes is taken."
        )
    return architect, said


def spoken(count: int) -> str:
    """Seconds as a `Duration`, in the largest unit that says them exactly, or rounded up to minutes."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if count % size == 0:
            return f"{count // size}{unit}"
    return f"{count}s" if count < 1_000_000 else f"{math.ceil(count / 60)}m"


def _some(names: list[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(repr(fit(name, NAME_BYTES)) for name in names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
