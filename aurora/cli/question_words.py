"""A question as a person reads it: who was asked, since when, what comes next, and how to answer."""

import re
import time

from aurora.cli.layout import ago, span
from aurora.domain.questions import Question, QuestionKind
from aurora.errors import Refusal

PREVIEW_LINES = 12
_NUMBER = re.compile(r"(?:option\s+|#)?([+-]?\d{1,2})[.)]?", re.IGNORECASE)
KINDS = {
    QuestionKind.MISSING_SPEC: "missing specification",
    QuestionKind.DECISION: "decision",
    QuestionKind.PLAN: "plan to approve",
    QuestionKind.DEPENDENCY: "dependency or environment",
    QuestionKind.BUDGET: "limit reached",
    QuestionKind.STUCK: "stuck",
    QuestionKind.OUTAGE: "outage",
}


def question_lines(question: Question, *, at_most: int = 0) -> list[str]:
    """Header, text, numbered options, default; `at_most` lines of the text when it is not 0."""
    lines = question.text.strip().splitlines()
    if at_most and len(lines) > at_most:
        lines = [*lines[:at_most], f"… {len(lines) - at_most} more lines; `aurora status` shows all of them"]
    options = [f"  {number}. {option}" for number, option in enumerate(question.options, 1)]
    return [f"? {question.id}  {heading(question)}", *(f"  {line}" for line in [*lines, *options, *default(question)])]


def default(question: Question) -> list[str]:
    """Return what its asker would do without an answer, and whether that will ever be done."""
    if not question.assumed:
        return []
    if question.silence_decides:
        return [f"default if nobody answers: {question.assumed}"]
    if question.kind in (QuestionKind.MISSING_SPEC, QuestionKind.DECISION):
        return [f"suggested: {question.assumed} (the task waits for your answer)"]
    return [f"until then: {question.assumed}"]


def heading(question: Question, now: float | None = None) -> str:
    """`decision, in write_code · asked ada 2 h ago, reminded · goes to bob in 3 h`."""
    parts = [f"{KINDS[question.kind]}, in {question.step.value}", standing(question, now)]
    if question.deadline:
        parts.append(coming(question, now))
    return " · ".join(parts)


def standing(question: Question, now: float | None = None) -> str:
    """The person who was asked and when, and who was asked after them."""
    first = f" {question.asked[0]}" if question.asked and question.asked[0] else ""
    said = f"asked{first} {ago(question.asked_at, now)}"
    if question.rung == 1:
        return f"{said}, reminded"
    if question.rung > 1:
        return f"{said}, now with {question.asked[-1] if question.asked else 'the next person'}"
    return said


def coming(question: Question, now: float | None = None) -> str:
    """The event at the deadline."""
    left = question.deadline - (time.time() if now is None else now)
    match question.next_step:
        case "remind":
            what = "reminder"
        case "pass_on":
            what = f"goes to {question.next_person or 'the next person'}"
        case "assume":
            what = "default taken"
        case _:
            what = "next step"  # of a task that an older worker runs
    return f"{what} in {span(left)}" if left >= 0 else f"{what} overdue by {span(-left)}"


def how_to_answer(task_id: str, question: Question) -> list[str]:
    """The commands that settle it; they name the question, so that they stay right when another one is asked."""
    answer = f"aurora answer {task_id} --question {question.id}"
    if question.kind is QuestionKind.PLAN:
        return [f"approve:    aurora approve {task_id}", f"send back:  {answer} TEXT"]
    return [f"answer:  {answer} TEXT"]


def taken(question: Question | None, text: str) -> str:
    """The meaning of an accepted answer."""
    if question is None:
        return "answered"
    if text in question.options:
        return f"answered: {text}"
    if question.kind is QuestionKind.PLAN:
        return "answered: the plan is drafted again with your comments, and shown for approval again"
    return "answered"


def chosen(question: Question, text: str) -> str:
    """The option a number names (`2`, `#2`, `2.`), else the text itself; an option spelt out is never taken for a
    number. Raises `Refusal` for the number of an option that there is not; a longer number (409) is an answer."""
    text = text.strip()
    number = _NUMBER.fullmatch(text)
    if number is None or not question.options or text in question.options or _is_sum(question, text):
        return text
    if 1 <= int(number[1]) <= len(question.options):
        return question.options[int(number[1]) - 1]
    raise Refusal(
        f"question {question.id!r} has no option {text}: there are {len(question.options)}",
        f"give a number from 1 to {len(question.options)}, or say in words what you mean",
    )


def _is_sum(question: Question, text: str) -> bool:
    """Return whether a sum in dollars answers the question about a reached bound, beyond the numbers of the options."""
    return question.kind is QuestionKind.BUDGET and text.isdecimal() and int(text) > len(question.options)
