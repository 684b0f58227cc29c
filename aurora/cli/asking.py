"""One question put to whoever sits at the terminal: a number, a text, or an editor for a long one."""

import asyncio
import os
import shlex
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from aurora.cli.ending import out
from aurora.cli.hints import hint_of
from aurora.cli.layout import say
from aurora.cli.question_words import chosen, question_lines, taken
from aurora.cli.typed_lines import TypedLines
from aurora.domain.questions import Question
from aurora.errors import Refusal

EDITOR_WORD = "e"
LOOK_SECONDS = 2.0
SCISSORS = "------ write your answer above this line; nothing below it is sent ------"

Send = Callable[[str], Awaitable[object]]
StillOpen = Callable[[], Awaitable[bool]]


async def put(question: Question, typed: TypedLines, send: Send, still_open: StillOpen, *, may_skip: bool) -> bool:
    """Prompt until `send` took an answer (True), it was settled elsewhere, or it is left open (Enter, end of input;
    only with `may_skip`)."""
    choices = f"1-{len(question.options)}, " if len(question.options) > 1 else "1, " if question.options else ""
    leave = ", Enter to leave it open" if may_skip else ""
    prompt = f"  your answer ({choices}text, {EDITOR_WORD} for the editor{leave}): "
    while True:
        with typed:
            out.print(prompt, markup=False, end="")
            text = await _typed_or_settled(typed, still_open, may_skip=may_skip)
        if text is None:
            out.print("\n  answered elsewhere in the meantime", markup=False)
            return False
        text = text.strip()
        if text == EDITOR_WORD and EDITOR_WORD not in question.options:
            text = await _edited(question)
            if not text:
                continue
        elif not text:
            if may_skip:
                return False
            continue
        try:
            answer = chosen(question, text)
            await send(answer)
        except Refusal as refusal:
            say(out, [refusal.what, *hint_of(refusal).splitlines()], indent=2)
            continue
        say(out, [f"{question.id} {taken(question, answer)}"], indent=2)
        return True


async def _typed_or_settled(typed: TypedLines, still_open: StillOpen, *, may_skip: bool) -> str | None:
    """The next line; None when the question was settled elsewhere. At the end of input only a skip is left."""
    line = asyncio.create_task(typed.next())
    try:
        while True:
            done, _ = await asyncio.wait({line}, timeout=LOOK_SECONDS)
            if done:
                return line.result()
            if may_skip and typed.ended:
                return ""
            if not await still_open():
                return None
    finally:
        line.cancel()


async def _edited(question: Question) -> str:
    """The text that was written in the user's editor above the scissors; empty when there is none or nothing was
    written."""
    argv = _editor()
    if argv is None:
        say(out, ["no editor found: set VISUAL or EDITOR"], indent=2)
        return ""
    with tempfile.TemporaryDirectory(prefix="aurora-") as folder:
        file = Path(folder) / "answer.md"
        file.write_text("\n".join(["", SCISSORS, *question_lines(question), ""]))
        try:
            child = await asyncio.create_subprocess_exec(*argv, str(file))
        except OSError as error:
            say(out, [f"the editor {argv[0]!r} can't be started: {error.strerror}; set VISUAL or EDITOR"], indent=2)
            return ""
        if await child.wait() != 0:
            say(out, ["the editor failed, so nothing was sent"], indent=2)
            return ""
        text = file.read_text(errors="replace").partition(SCISSORS)[0].strip()
    if not text:
        say(out, ["the file is empty, so nothing was sent"], indent=2)
    return text


def _editor() -> list[str] | None:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if named and named.strip():
        return shlex.split(named)
    found = next((name for name in ("editor", "nano", "vi") if shutil.which(name)), None)
    return [found] if found else None
