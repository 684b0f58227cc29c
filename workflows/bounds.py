"""Bounds of money, tokens, turns and time: where one is reached, nothing is called until somebody gives more."""

import re

from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.text import clip
from workflows.ending import Ended
from workflows.task_context import ABANDON, TaskContext


async def within_bounds(context: TaskContext) -> None:
    """Returns when another call is allowed; until then nothing is called."""
    while why := context.ledger.reached(context.state.worked):
        await raise_bounds(context, why)


async def raise_bounds(context: TaskContext, why: str) -> None:
    """Ask for more; nothing is called until somebody has given it."""
    ledger = context.ledger
    used = "\n".join(f"- {b}" for b in ledger.bounds(context.state.worked))
    most = f" The worker allows at most ${ledger.most / 1e6:.2f} per task." if ledger.most is not None else ""
    draft = QuestionDraft(
        kind=QuestionKind.BUDGET,
        text=clip(
            f"{why[:1].upper()}{why[1:]}. Used so far:\n{used}\n\n"
            "Answer `raise` to raise the budget, and every other limit that is nearly reached, by half; an amount such "
            f"as `$5` to raise the budget by that much; or `abandon`. The work is kept either way.{most}",
            4_000,
        ),
        options=("raise", ABANDON),
    )
    (exchange,) = await context.ask(draft, name="bounds")
    if exchange.word == ABANDON:
        raise Ended(OutcomeKind.OUT_OF_BUDGET, why)
    amount = dollars(exchange.word)
    if exchange.word == "raise" or amount:
        ledger.raise_by(round(amount * 1_000_000) if amount else None, seconds=context.state.worked)
    context.journal.forget("bounds")
    context.show()


def dollars(word: str) -> float:
    """The sum that `5`, `$5` or `2.50` names; 0 for any other word, which raises nothing: the task asks again."""
    plain = word.removeprefix("$").strip()
    return float(plain) if re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,2})?", plain) else 0.0
