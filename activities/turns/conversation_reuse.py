"""A visit that goes on with the conversation before it: whether it does, and what it is told."""

from dataclasses import dataclass

from activities.messages import TurnInput
from activities.turns.brief import PLANNED_CONTRACT, Brief
from activities.turns.conversation import canonical
from activities.turns.rendering import render_exchange, render_reflection, render_report, section
from aurora.domain.questions import AnswerBook
from aurora.domain.steps import Step
from aurora.labelled import labelled
from aurora.ports import Message
from aurora.tools.schemas import READ_ONLY

CACHE_WRITE = 1.25
"""Price of a token that the service reads for the first time and keeps for five minutes; 1 is the plain price."""
CACHE_READ = 0.1
TURNS_TO_COME = 4
"""Of a repeated visit: look, edit, run, finish. Each sends the whole conversation once more."""

PLANNING = (Step.CHECK_CONTEXT, Step.DRAFT_PLAN)
CHANGED = "Others have changed the draft since you finished (a linter's fix): read a file again before you edit it."
REWRITTEN = "A frozen test was rewritten since: read the frozen tests again before you rely on them."


@dataclass(frozen=True)
class Sizes:
    """Sizes in bytes: only their ratio matters."""

    conversation: int
    brief: int
    reread: int
    """Tokens that the conversation has read from the repository, which a new one would have to read again."""


def going_on_is_cheaper(sizes: Sizes, *, warm: bool) -> bool:
    """Return whether the old conversation costs less to go on with than a new brief and what is read again after it.

    Both are sent once in full and then once a turn from the cache. The old one is in the cache already where it is
    `warm` (a tenth of the price), else it is written anew like the brief (one and a quarter). What either reads and
    writes from here on is the same and left out, and so is the head of tools and system prompt. With four turns to
    come a warm conversation may be 3.3 times as long as brief and files together; a cold one is rarely shorter
    than its own brief and reading, so that it mostly gives way. A visit that went astray is long, and a new one is
    then not only cheaper but sees the draft without its errors. How long a conversation may be at all is the flow's
    to say (`workflows.visits`).
    """
    later = TURNS_TO_COME * CACHE_READ
    going_on = sizes.conversation * ((CACHE_READ if warm else CACHE_WRITE) + later)
    anew = (sizes.brief + sizes.reread) * (CACHE_WRITE + later)
    return going_on <= anew


def sizes_of(messages: list[Message], opening: str) -> Sizes:
    return Sizes(
        conversation=len(canonical(messages)), brief=len(opening.encode("utf-8", "replace")), reread=_read(messages)
    )


def _read(messages: list[Message]) -> int:
    """Bytes of the results of reading calls, each call once."""
    calls: dict[str, bytes] = {}
    seen: dict[bytes, int] = {}
    for block in (block for message in messages for block in message["content"]):
        if block.get("type") == "tool_use" and block["name"] in READ_ONLY:
            calls[block["id"]] = canonical([block["name"], block.get("input")])
        elif block.get("type") == "tool_result" and block["tool_use_id"] in calls:
            seen[calls[block["tool_use_id"]]] = len(canonical(block["content"]))
    return sum(seen.values())


def next_message(brief: Brief, answered: AnswerBook, order: TurnInput, words: str) -> str:
    """The next message of a conversation that goes on: the step that begins, what was found, what it has not heard yet.

    `heard`: what the Architect had said when it ended. `words`: the step's own, said where another step came before."""
    before = order.before
    assert before is not None
    again = before.step is order.step
    said = brief.answers.exchanges[len(answered.exchanges) :]
    parts = [
        f"Step: {order.step} (again)\n\n{_why_again(brief)}\n" if again else f"{words.strip()}\n",
        # whoever planned has not seen what the plan needs of a long document
        section(PLANNED_CONTRACT, brief.contract.planned) if before.step in PLANNING and not again else "",
        *(section(f"Report of {report.checker}", render_report(report)) for report in brief.reports),
        *(section("Reflection", render_reflection(reflection)) for reflection in brief.reflections),
        section("What the Architect said since", "\n".join(render_exchange(exchange) for exchange in said)),
        section("The Architect's advice", labelled(brief.advice, "the Architect")),
        CHANGED if before.commit != order.draft.commit else "",
        REWRITTEN if before.frozen is not None and before.frozen != order.draft.frozen else "",
        "Fix what was found and keep the rest as it is, then call finish." if again and brief.reports else "",
    ]
    return "\n".join(part for part in parts if part)


def _why_again(brief: Brief) -> str:
    if not brief.reports:
        return "Do this step once more, with what is said here."
    return f"The checkers judged what you finished, and it does not pass. {attempt_words(brief)}".strip()


def attempt_words(brief: Brief) -> str:
    return "" if brief.attempt is None else f"This is attempt {brief.attempt.number} of {brief.attempt.most}."
