"""aurora questions, answer, approve, clarify: the Architect's side."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from aurora.bootstrap.named_repository import name_of
from aurora.cli import documents
from aurora.cli.asking import put
from aurora.cli.ending import OK, QUESTION_WAITS, err, out, perform, print_json
from aurora.cli.layout import ago, say
from aurora.cli.opened import opened
from aurora.cli.options import HERE_OR_NAMED, AsJson, By, TaskId
from aurora.cli.question_words import PREVIEW_LINES, chosen, how_to_answer, question_lines, taken
from aurora.cli.typed_lines import TypedLines
from aurora.cli.watching import user
from aurora.client.desk import Desk, task_of
from aurora.client.open_questions import OpenQuestions, QuestionFilter
from aurora.domain.questions import Question, QuestionKind
from aurora.domain.view import Control, TaskView
from aurora.errors import Refusal, RefusalCode


def register(app: typer.Typer) -> None:
    for command in (questions, answer, approve, clarify):
        app.command()(command)


def questions(
    repo: Annotated[str | None, typer.Option("--repo", help=HERE_OR_NAMED)] = None,
    kind: Annotated[QuestionKind | None, typer.Option("--kind", help="Only of this kind.")] = None,
    person: Annotated[str | None, typer.Option("--person", help="Only those that wait for this person now.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many waiting tasks to look at.", min=1, max=10_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Open questions of all tasks, the oldest first: who was asked, since when, and what comes next."""

    async def work() -> int:
        wanted = QuestionFilter(await name_of(repo) if repo else "", kind, person or "")
        desk = await opened()
        waiting = await desk.waiting(wanted, limit=limit)
        if as_json:
            print_json(documents.waiting(waiting))
        else:
            _print(waiting)
            _print_rest(waiting)
        return OK

    perform(work, as_json=as_json)


def _print(waiting: OpenQuestions) -> None:
    shown = ""
    for view, question in waiting.questions:
        if view.task_id != shown:
            say(out, [f"{view.task_id}  {view.repository}  {view.title}"], hang=2)
            shown = view.task_id
        say(out, question_lines(question, at_most=PREVIEW_LINES), indent=2, hang=2)
        say(out, how_to_answer(view.task_id, question), indent=4, hang=4)
        out.print()
    if waiting.questions and out.is_terminal:
        out.print("`aurora answer ID` without TEXT shows the question and prompts for the answer", markup=False)
    if not waiting.questions and not waiting.silent:
        out.print("no open questions", markup=False)


def _print_rest(waiting: OpenQuestions) -> None:
    """Print to stderr what the list leaves out."""
    if waiting.silent:
        ids = ", ".join(task_of(id) for id in waiting.silent[:5]) + (", …" if len(waiting.silent) > 5 else "")
        say(err, [f"{_tasks(len(waiting.silent))}, but no worker is running to show the questions: {ids}"], hang=2)
    if waiting.more:
        say(
            err,
            [f"{_tasks(waiting.more)}; --limit shows more, --person, --kind and --repo narrow it down"],
            hang=2,
        )


def _tasks(count: int) -> str:
    return f"{count} more tasks wait" if count != 1 else "1 more task waits"


def answer(
    task_id: TaskId,
    text: Annotated[
        str | None,
        typer.Argument(help="The answer, or the number of an option; `-` reads stdin. Without it you are prompted."),
    ] = None,
    question: Annotated[str | None, typer.Option("--question", help="The question's id, if several are open.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question. Without TEXT, at a terminal, each open question is shown and you are prompted for the answer.

    Sending the same answer again changes nothing.
    """

    async def work() -> int:
        desk = await opened()
        if text is None:
            if as_json or not (sys.stdin.isatty() and out.is_terminal):
                raise Refusal(
                    "the answer is missing, and there is no terminal to prompt for it",
                    f'give it: aurora answer {task_id} "TEXT", or `-` and the text on stdin',
                )
            return await _asked_for(desk, task_id, question, by or user())
        said = sys.stdin.read().strip() if text == "-" else text
        found = await desk.question(task_id, question)
        said = said if text == "-" or found is None else chosen(found, said)
        receipt = await desk.answer(task_id, question, said, by=by or user())
        if as_json:
            print_json(documents.answered(task_id, said, receipt))
        else:
            say(out, [f"{receipt.question_id} {taken(found, said)}"])
        return OK

    perform(work, as_json=as_json, on_interrupt=lambda: "stopped; unanswered questions stay open")


async def _asked_for(desk: Desk, task_id: str, question_id: str | None, by: str) -> int:
    view = await desk.view(task_id)
    meant = [q for q in view.questions if question_id in (None, q.id)]
    if not meant:
        known = ", ".join(q.id for q in view.questions)
        raise Refusal(
            f"task {task_id!r} has no open question{f' {question_id!r}' if question_id else ''}",
            f"open questions: {known}" if known else f"it is {view.phase}; `aurora questions` lists open questions",
            code=RefusalCode.CONFLICT,
            task_id=task_id,
        )
    _print_context(view, meant)
    typed = TypedLines(sys.stdin)
    for asked in meant:
        out.print()
        say(out, question_lines(asked), hang=2)

        async def send(text: str, asked: Question = asked) -> object:
            return await desk.answer(task_id, asked.id, text, by=by)

        async def still_open(asked: Question = asked) -> bool:
            return asked.id in {q.id for q in (await desk.view(task_id)).questions}

        await put(asked, typed, send, still_open, may_skip=True)
    left = [q for q in (await desk.view(task_id)).questions if q.id in {asked.id for asked in meant}]
    if left:
        say(out, [f"still open: {', '.join(q.id for q in left)}"])
    return QUESTION_WAITS if left else OK


def _print_context(view: TaskView, questions: Sequence[Question]) -> None:
    where = f"in {view.step}" + (f", turn {view.turn}" if view.turn else "")
    since = min(q.asked_at for q in questions)
    many = f"; {len(questions)} questions" if len(questions) > 1 else ""
    say(out, [f"{view.task_id}  {view.repository}  {view.title}"], hang=2)
    say(out, [f"{view.phase} {where}, asked {ago(since)}{many}"], indent=2)


def approve(task_id: TaskId, by: By = None, as_json: AsJson = False) -> None:
    """Approve the plan. To send it back with comments: aurora answer ID "what to change"."""

    async def work() -> int:
        desk = await opened()
        phase = await desk.control(task_id, Control(verb="approve", by=by or user()))
        if as_json:
            print_json(documents.Steered(task_id=task_id, verb="approve", by=by or user(), state=phase))
        else:
            say(out, [f"{task_id}: plan approved; the task is now {phase}"])
        return OK

    perform(work, as_json=as_json)


def clarify(
    task_id: TaskId,
    text: Annotated[str, typer.Argument(help="What the agent should know; `-` reads stdin.")],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Tell a running task something without being asked; its next turn takes it into account."""

    async def work() -> int:
        desk = await opened()
        said = sys.stdin.read().strip() if text == "-" else text
        await desk.clarify(task_id, said, by=by or user())
        if as_json:
            print_json(documents.Steered(task_id=task_id, verb="clarify", by=by or user(), text=said))
        else:
            out.print("sent; the next turn takes it into account", markup=False)
        return OK

    perform(work, as_json=as_json)
