"""Following a task on a terminal or in a pipe; at a terminal a question is put where the user is."""

import asyncio
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

from aurora.cli.ending import NOT_COMMITTED, OK, QUESTION_WAITS
from aurora.cli.lines import line_of, outcome_lines, question_lines, style_of
from aurora.cli.saying import err, out, say
from aurora.cli.typed_lines import TypedLines
from aurora.desk import Desk
from aurora.domain import OutcomeKind, Question, QuestionKind
from aurora.errors import Refusal
from aurora.following import Event
from aurora.view import TaskView

LOOK_SECONDS = 0.3


class Watch:
    """`ask`: put questions to the terminal. `stay`: without a terminal, go on although a question waits."""

    def __init__(self, desk: Desk, task_id: str, *, ask: bool, as_json: bool = False, stay: bool = False) -> None:
        self.desk, self.task_id = desk, task_id
        self.ask, self.as_json, self.stay = ask and not as_json, as_json, stay
        self._changed = asyncio.Event()
        self._shown: set[str] = set()
        # a terminal shows what is being done; a pipe only what was
        self._status = out.status("starts") if out.is_terminal and not as_json else None

    async def run(self) -> int:
        """Until the task ends, or until a question waits that nobody here can answer. The exit code."""
        view = await self.desk.view(self.task_id)
        if view.phase == "ended":
            return self._end(view)
        following = asyncio.create_task(self._follow())
        questions = asyncio.create_task(self._questions())
        try:
            done, _ = await asyncio.wait({following, questions}, return_when=asyncio.FIRST_COMPLETED)
            if questions in done and following not in done:
                return questions.result()
            following.result()
        finally:
            for task in (following, questions):
                task.cancel()
                with suppress(asyncio.CancelledError, Refusal):
                    await task
        return self._end(await self.desk.view(self.task_id))

    async def _follow(self) -> None:
        with self._status or nullcontext():
            async for event in self.desk.follow(self.task_id):
                if event.kind in ("changed", "submitted", "told"):
                    self._changed.set()
                if self.as_json:
                    self._print_json(event)
                elif line := line_of(event):
                    say(line, style=style_of(event))
                if self._status and event.kind == "began":
                    self._status.update(event.what)

    async def _questions(self) -> int:
        """Returns only when a question waits and nobody is there to answer."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(LOOK_SECONDS)  # a history read from its start holds many changes: look once
            self._changed.clear()
            view = await self.desk.view(self.task_id)
            fresh = [q for q in view.questions if q.id not in self._shown]
            for question in fresh:
                self._shown.add(question.id)
                if not self.as_json:
                    first, *rest = question_lines(question)
                    say(first, style="bold yellow")
                    for line in rest:
                        say(line)
                if self.ask:
                    await self._take(question)
                else:
                    say(f"   answer with: aurora answer {self.task_id} --question {question.id} TEXT", console=err)
            # an outage mends itself, so it ends no watching
            if not self.ask and not self.stay and any(q.kind is not QuestionKind.OUTAGE for q in fresh):
                return QUESTION_WAITS

    async def _take(self, question: Question) -> None:
        """An answer typed here, or the news that somebody answered elsewhere."""
        with self._prompting(), TypedLines(sys.stdin) as typed:
            prompt = "   your answer (a number, or text): " if question.options else "   your answer: "
            while True:
                out.print(prompt, markup=False, end="")
                text = await self._typed_or_settled(typed, question)
                if text is None:
                    say("   (no longer open)")
                    return
                if not text.strip():
                    continue
                if slipped(question, text):
                    say(f"   there is no option {text.strip()}: give 1 to {len(question.options)}, or words")
                    continue
                try:
                    await self.desk.answer(self.task_id, question.id, chosen(question, text), by=user())
                except Refusal as refusal:
                    say(f"   {refusal.what}")
                    continue
                return

    @contextmanager
    def _prompting(self) -> Iterator[None]:
        """The spinner would write over what is typed."""
        if self._status:
            self._status.stop()
        try:
            yield
        finally:
            if self._status:
                self._status.start()

    async def _typed_or_settled(self, typed: TypedLines, question: Question) -> str | None:
        line = asyncio.create_task(typed.next())
        try:
            while True:
                done, _ = await asyncio.wait({line}, timeout=2)
                if done:
                    return line.result()
                if question.id not in {q.id for q in (await self.desk.view(self.task_id)).questions}:
                    return None
        finally:
            line.cancel()

    def _print_json(self, event: Event) -> None:
        sys.stdout.write(event.model_dump_json() + "\n")
        sys.stdout.flush()

    def _end(self, view: TaskView) -> int:
        if self.as_json:
            sys.stdout.write(view.model_dump_json() + "\n")
        elif view.outcome:
            for line in outcome_lines(view.outcome):
                say(line)
        return exit_code(view)


def exit_code(view: TaskView) -> int:
    """What a script is told of a task: `QUESTION_WAITS` while it waits, `NOT_COMMITTED` for any end but a commit."""
    if view.outcome is None:
        waits = any(q.kind is not QuestionKind.OUTAGE for q in view.questions)
        return QUESTION_WAITS if waits else OK
    return OK if view.outcome.kind is OutcomeKind.COMMITTED else NOT_COMMITTED


def chosen(question: Question, text: str) -> str:
    """The option a number names, else the text itself."""
    text = text.strip()
    if text.isdecimal() and 1 <= int(text) <= len(question.options):
        return question.options[int(text) - 1]
    return text


def slipped(question: Question, text: str) -> bool:
    """A number that looks like an option's and is none; 409 is an answer."""
    text = text.strip()
    return bool(question.options) and text.isdecimal() and len(text) <= 2 and chosen(question, text) == text


def user() -> str:
    """Who sits here: claimed, not proved."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
