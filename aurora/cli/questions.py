"""aurora questions, answer, clarify: the Architect's side."""

import sys
from typing import Annotated

import typer

from aurora.bootstrap.opening import Surroundings
from aurora.cli.ending import OK, out, perform, print_json
from aurora.cli.lines import question_lines
from aurora.cli.options import AsJson, By, TaskId
from aurora.cli.watching import user


def register(app: typer.Typer) -> None:
    for command in (questions, answer, clarify):
        app.command()(command)


def questions(as_json: AsJson = False) -> None:
    """Every open question of every task, the oldest first."""

    async def work() -> int:
        waiting = await (await Surroundings.found().desk()).questions()
        if as_json:
            print_json([{"task_id": v.task_id, **q.model_dump(mode="json")} for v, q in waiting])
            return OK
        for view, question in waiting:
            out.print(f"{view.task_id}  {view.repository}  {view.title}", markup=False)
            for line in question_lines(question):
                out.print(f"   {line}", markup=False)
            out.print(f"   answer with: aurora answer {view.task_id} --question {question.id} TEXT", markup=False)
        if not waiting:
            out.print("nothing waits for an answer", markup=False)
        return OK

    perform(work, as_json=as_json)


def answer(
    task_id: TaskId,
    text: Annotated[str, typer.Argument(help="The answer; `-` reads stdin.")],
    question: Annotated[str | None, typer.Option("--question", help="The question's id, if several are open.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question. The same answer again changes nothing and gives the same receipt."""

    async def work() -> int:
        desk = await Surroundings.found().desk()
        said = sys.stdin.read().strip() if text == "-" else text
        receipt = await desk.answer(task_id, question, said, by=by or user())
        if as_json:
            print_json(receipt.model_dump(mode="json"))
        else:
            out.print(f"{receipt.question_id} answered", markup=False)
        return OK

    perform(work, as_json=as_json)


def clarify(
    task_id: TaskId,
    text: Annotated[str, typer.Argument(help="What the agent should know; `-` reads stdin.")],
    by: By = None,
) -> None:
    """Say something unasked; the next turn hears it."""

    async def work() -> int:
        desk = await Surroundings.found().desk()
        await desk.clarify(task_id, sys.stdin.read().strip() if text == "-" else text, by=by or user())
        out.print("said; the next turn hears it", markup=False)
        return OK

    perform(work)
