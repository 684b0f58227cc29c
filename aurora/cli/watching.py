"""Following a task on a terminal or in a pipe; at a terminal a question is put where the user is."""

import asyncio
import getpass
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

from aurora.cli import line_documents
from aurora.cli.asking import put
from aurora.cli.ending import NOT_COMMITTED, OK, QUESTION_WAITS, err, out, print_line
from aurora.cli.layout import clock, say
from aurora.cli.lines import Lines, Pace, bounds_lines, header_lines, money_line, style_of
from aurora.cli.question_words import how_to_answer, question_lines, standing
from aurora.cli.result import print_result
from aurora.cli.stages import Stages
from aurora.cli.typed_lines import TypedLines
from aurora.client.desk import Desk
from aurora.client.events import Event
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import Question
from aurora.domain.view import TaskView
from aurora.errors import Refusal
from aurora.text import clip

LOOK_SECONDS = 0.3


class Watch:
    """`ask`: put questions to the terminal. `stay`: without a terminal, go on although a question waits. `whole`: at
    the end also what each step cost, and what may be done next."""

    def __init__(
        self, desk: Desk, task_id: str, *, ask: bool, as_json: bool = False, stay: bool = False, whole: bool = True
    ) -> None:
        self.desk, self.task_id = desk, task_id
        self.ask, self.as_json, self.stay = ask and not as_json, as_json, stay
        self.whole = whole
        self._changed = asyncio.Event()
        self._shown: dict[str, int] = {}
        """Questions that were shown, with the rung they had."""
        self._typed = TypedLines(sys.stdin) if self.ask else None
        self._doing, self._money = "starting", ""
        self._lines, self._pace, self._stages = Lines(), Pace(), Stages()
        self._reported = ""
        """The progress that was told last."""
        # a terminal shows what is being done; a pipe only what was
        self._status = out.status("starting") if out.is_terminal and not as_json else None

    async def run(self) -> int:
        """Until the task ends, or until a question waits that nobody here can answer. The exit code."""
        view = await self.desk.view(self.task_id)
        if not self.as_json:
            say(out, header_lines(view), hang=2)
        if view.phase == "ended":
            return await self._end(view)
        if view.questions:
            self._changed.set()  # its history may be cut off before they were asked
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
        return await self._end(await self.desk.view(self.task_id))

    async def _follow(self) -> None:
        with self._status or nullcontext():
            async for event in self.desk.follow(self.task_id):
                if event.kind in ("changed", "submitted", "told") or event.microdollars is not None:
                    self._changed.set()
                if self.as_json:
                    print_line(line_documents.event_line(self.task_id, event))
                else:
                    self._print(event)
                if event.kind in ("began", "progress"):
                    self._doing = event.what if event.kind == "began" else f"{event.what}  {event.text}"
                    self._show_status()

    def _print(self, event: Event) -> None:
        if heading := self._stages.line_of(event):
            say(out, [heading], hang=10, style="bold")
        if line := self._line(event):
            say(out, [line], hang=10, style=style_of(event))

    def _tell_progress(self, view: TaskView) -> None:
        """A line where a part begins or an operation is done."""
        progress = str(view.progress)
        if progress and progress != self._reported:
            self._reported = progress
            if not self.as_json:
                say(out, [f"{clock(time.time())}  {progress}"], hang=10, style="bold")

    def _line(self, event: Event) -> str | None:
        """A terminal's spinner shows how far a long step is; a pipe is told now and then."""
        if event.kind == "progress":
            return None if self._status else self._pace.line_of(event)
        return self._lines.line_of(event)

    async def _questions(self) -> int:
        """Returns only when a question waits and nobody is there to answer."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(LOOK_SECONDS)  # a history read from its start holds many changes: look once
            self._changed.clear()
            view = await self.desk.view(self.task_id)
            self._money = money_line(view)
            self._show_status()
            self._tell_progress(view)
            fresh = [q for q in view.questions if q.id not in self._shown]
            for question in view.questions:
                if not self.as_json and question.rung > self._shown.get(question.id, question.rung):
                    say(out, [f"? {question.id}  {standing(question)}"], hang=2)
                self._shown[question.id] = question.rung
            for question in fresh:
                if self.as_json:
                    print_line(line_documents.question_line(self.task_id, question))
                else:
                    say(out, question_lines(question), indent=1, hang=2)
                if self._typed:
                    await self._take(question, self._typed)
                elif not self.as_json:
                    say(err, how_to_answer(self.task_id, question), indent=3, hang=2)
            if fresh and not self.ask and not self.stay:
                if not self.as_json:
                    say(out, bounds_lines(view), indent=1, hang=9)
                else:
                    print_line(line_documents.task_line(view))
                return QUESTION_WAITS

    async def _take(self, question: Question, typed: TypedLines) -> None:
        """An answer typed here, or the news that somebody answered elsewhere."""

        async def send(text: str) -> object:
            return await self.desk.answer(self.task_id, question.id, text, by=user())

        async def still_open() -> bool:
            return question.id in {q.id for q in (await self.desk.view(self.task_id)).questions}

        with self._prompting():
            await put(question, typed, send, still_open, may_skip=False)

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

    def _show_status(self) -> None:
        if self._status:
            progress = f"{self._stages}  {self._doing}   {self._money}".strip()
            self._status.update(clip(progress, max(20, out.width - 4)))

    async def _end(self, view: TaskView) -> int:
        if self.as_json:
            print_line(line_documents.task_line(view))
        elif view.outcome:
            out.print()
            await print_result(self.desk, view, whole=self.whole)
        return exit_code(view)


def exit_code(view: TaskView) -> int:
    """The exit code for a task: `QUESTION_WAITS` while it waits, `NOT_COMMITTED` for any end but a commit."""
    if view.outcome is None:
        return QUESTION_WAITS if view.questions else OK
    return OK if view.outcome.kind is OutcomeKind.COMMITTED else NOT_COMMITTED


def user() -> str:
    """The user of this terminal: claimed, not proved."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
