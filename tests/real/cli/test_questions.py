"""The Architect's side of the command line: what waits, for whom, since when; answering and approving."""

import asyncio
import json
import os
import pty
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from temporalio.client import Client

from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.sealing import keys_of
from aurora.cli.question_words import chosen, heading, question_lines
from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.client.open_questions import QuestionFilter
from aurora.domain.questions import Question, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Task, Uploaded
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.errors import Refusal
from tests.support.command_line import AURORA, Shell

server = pytest.mark.server


@pytest.fixture
async def desk(daemon: Daemon) -> Desk:
    client = await Client.connect(
        (await daemon.ensure()).address, data_converter=data_converter(keys_of(daemon.folder))
    )
    return Desk(client, ObjectArtifacts(daemon.folder.home / "artifacts"))


async def asking(desk: Desk, name: str, text: str, repository: str = "shop") -> str:
    source = Uploaded(base="b" * 40, pack="sha256:" + "c" * 64, label=repository)
    await desk.start(Task(id=name, text=text, source=source, submitted_at=int(time.time())))
    while not (await desk.view(name)).questions:
        await asyncio.sleep(0.05)
    return name


async def listed(aurora: Shell, count: int, *words: str) -> list[tuple[str, str]]:
    """Task and question ids, once visibility has caught up to `count` of them."""
    for _ in range(30):
        ran = await aurora("questions", "--json", *words)
        found = [(q["task_id"], q["question_id"]) for q in json.loads(ran.stdout)["questions"]]
        if len(found) == count:
            return found
        await asyncio.sleep(0.2)
    raise AssertionError(f"{len(found)} questions: {found}")


def at_a_terminal(aurora: Shell, words: Sequence[str], typed: Sequence[str], **env: str) -> tuple[int, str]:
    """Run a command at a terminal and type a line at each prompt. Its exit code and all it showed."""
    outside, inside = pty.openpty()
    child = subprocess.Popen(
        [*AURORA, *words], stdin=inside, stdout=inside, stderr=inside, env=aurora.env | {"TERM": "dumb"} | env
    )
    os.close(inside)
    shown: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(outside, 4096):
                shown.append(piece)
        except OSError:  # the terminal's other side closed
            return

    reader = threading.Thread(target=read)
    reader.start()
    for number, line in enumerate(typed, 1):
        until = time.monotonic() + 30
        while b"".join(shown).count(b"your answer") < number and time.monotonic() < until and child.poll() is None:
            time.sleep(0.05)
        os.write(outside, line.encode() + b"\n")
    code = child.wait(60)
    reader.join()
    os.close(outside)
    return code, b"".join(shown).decode()


@server
async def test_what_waits_is_filtered_by_repository_kind_and_person(desk: Desk, aurora: Shell) -> None:
    await asking(desk, "filter-1", "ask two for:zoe", "filtered")
    await asking(desk, "filter-2", "ask plan for:zoe passed", "filtered")
    await asking(desk, "filter-3", "ask for:yan", "o'brien's \\ shop")
    both = ["--repo", "filtered"]
    assert set(await listed(aurora, 3, *both)) == {("filter-1", "q1"), ("filter-1", "q2"), ("filter-2", "q1")}
    assert await listed(aurora, 1, *both, "--kind", "missing_spec") == [("filter-1", "q2")]
    assert await listed(aurora, 2, "--person", "zoe") == [("filter-1", "q1"), ("filter-1", "q2")]
    assert await listed(aurora, 1, "--repo", "o'brien's \\ shop") == [("filter-3", "q1")]
    assert await listed(aurora, 0, "--person", "o'x") == []
    refused = await aurora("questions", "--kind", "plam")
    assert refused.returncode == 2
    assert "'missing_spec', 'decision', 'plan'" in refused.stderr
    shown = (await aurora("questions", *both)).stdout
    assert "asked zoe" in shown
    assert "now with bob · next step in 3 h" in shown
    assert "aurora approve filter-2" in shown
    for task_id in ("filter-1", "filter-2", "filter-3"):
        await aurora("cancel", task_id)


@server
async def test_a_paused_task_with_a_question_is_listed(desk: Desk, aurora: Shell) -> None:
    await asking(desk, "resting", "ask paused", "rest")
    assert await listed(aurora, 1, "--repo", "rest") == [("resting", "q1")]
    await aurora("cancel", "resting")


@server
async def test_a_limit_says_how_many_more_wait(desk: Desk, aurora: Shell) -> None:
    for number in range(5):
        await asking(desk, f"many-{number}", "ask", "many")
    await listed(aurora, 5, "--repo", "many")
    shown = await aurora("questions", "--repo", "many", "--limit", "2", "--json")
    found = json.loads(shown.stdout)
    assert [q["task_id"] for q in found["questions"]] == ["many-0", "many-1"]
    assert (found["more"], shown.stderr) == (3, "")
    assert "3 more tasks wait" in (await aurora("questions", "--repo", "many", "--limit", "2")).stderr
    for number in range(5):
        await aurora("cancel", f"many-{number}")


@server
async def test_an_answered_question_is_not_listed_though_visibility_lags(desk: Desk) -> None:
    await asking(desk, "lagging", "ask two", "lag")
    await desk.answer("lagging", "q1", "201")
    for _ in range(20):
        waiting = await desk.waiting(QuestionFilter(repository="lag"))
        assert "q1" not in {q.id for _, q in waiting.questions}
        await asyncio.sleep(0.1)
    await desk.answer("lagging", "q2", "yes")


@server
async def test_several_questions_are_asked_for_one_by_one_and_a_number_is_an_option(desk: Desk, aurora: Shell) -> None:
    await asking(desk, "asked-for", "ask two for:ada work")
    code, shown = await asyncio.to_thread(at_a_terminal, aurora, ["answer", "asked-for"], ["7", "2", ""])
    assert code == 4, shown
    for piece in ("asked ada", "Which status?", "there are 2", "q1 answered: 200", "e-mail", "still open: q2"):
        assert piece in shown
    assert [q.id for q in (await desk.view("asked-for")).questions] == ["q2"]
    await desk.answer("asked-for", None, "no")


@server
async def test_a_long_answer_is_written_in_the_editor(desk: Desk, aurora: Shell, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        '#!/bin/sh\ngrep -q "Which status" "$1" && printf "# 201\\nand a body\\n" | cat - "$1" > "$1.new"\n'
    )
    with editor.open("a") as file:
        file.write('mv "$1.new" "$1"\n')
    editor.chmod(0o700)
    await asking(desk, "edited", "ask work")
    code, shown = await asyncio.to_thread(
        at_a_terminal, aurora, ["answer", "edited"], ["e"], VISUAL=str(editor), EDITOR="false"
    )
    assert code == 0, shown
    while (await desk.view("edited")).outcome is None:
        await asyncio.sleep(0.05)
    exchange = await desk.records.exchange(await desk.view("edited"), "q1")
    assert exchange is not None
    assert exchange.text == "# 201\nand a body"


@server
async def test_an_editor_that_fails_sends_nothing_and_asks_again(desk: Desk, aurora: Shell) -> None:
    await asking(desk, "unedited", "ask")
    code, shown = await asyncio.to_thread(at_a_terminal, aurora, ["answer", "unedited"], ["e", ""], VISUAL="false")
    assert code == 4, shown
    assert "nothing was sent" in shown
    await aurora("cancel", "unedited")


@server
async def test_without_terminal_and_text_an_answer_is_refused_with_what_to_do(desk: Desk, aurora: Shell) -> None:
    await asking(desk, "piped-answer", "ask work")
    refused = await aurora("answer", "piped-answer")
    assert refused.returncode == 2
    assert 'aurora answer piped-answer "TEXT"' in refused.stderr
    answered = await aurora("answer", "piped-answer", "-", stdin="2\n")
    assert answered.returncode == 0, answered.stderr
    while (await desk.view("piped-answer")).outcome is None:
        await asyncio.sleep(0.05)
    exchange = await desk.records.exchange(await desk.view("piped-answer"), "q1")
    assert exchange is not None
    assert exchange.text == "2", "what comes from stdin is taken as it is"


@server
async def test_an_option_by_its_number_sent_again_gives_the_same_receipt(desk: Desk, aurora: Shell) -> None:
    await asking(desk, "again", "ask work")
    words = ("answer", "again", "2", "--question", "q1", "--json")
    first = await aurora(*words)
    assert first.returncode == 0, first.stderr
    while (await desk.view("again")).outcome is None:
        await asyncio.sleep(0.05)
    assert (await aurora(*words)).stdout == first.stdout


@server
async def test_a_plan_is_approved_or_sent_back_with_words(desk: Desk, aurora: Shell) -> None:
    await asking(desk, "plan-1", "ask plan")
    assert "plan approved" in (await aurora("approve", "plan-1", "--by", "ada")).stdout
    await asking(desk, "plan-2", "ask plan")
    assert "drafted again with your comments" in (await aurora("answer", "plan-2", "smaller, please")).stdout
    await asking(desk, "no-plan", "ask")
    refused = await aurora("approve", "no-plan")
    assert refused.returncode == 2
    assert "no plan waits" in refused.stderr
    await aurora("cancel", "no-plan")


@server
async def test_a_watch_tells_when_somebody_is_reminded(desk: Desk, aurora: Shell) -> None:
    await asking(desk, "climbing", "ask climbing for:ada")
    child = await asyncio.create_subprocess_exec(
        *AURORA, "watch", "climbing", "--stay", env=aurora.env, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    watched = [await asyncio.wait_for(child.stdout.readline(), 60)]
    while b"reminded" not in watched[-1]:
        watched.append(await asyncio.wait_for(child.stdout.readline(), 60))
        assert watched[-1], watched
    await desk.answer("climbing", "q1", "201")
    rest, _ = await child.communicate()
    assert b"committed" in rest, rest
    assert b"".join((*watched, rest)).count(b"Which status?") == 1


def question(**more: object) -> Question:
    fields = {"kind": QuestionKind.DECISION, "text": "?", "id": "q1", "step": Step.WRITE_CODE, "asked_at": 1_000}
    return Question.model_validate(fields | more)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param({}, "asked 2 h ago", id="nobody in particular"),
        pytest.param(
            {"asked": ("ada",), "deadline": 19_000, "next_step": "remind"},
            "asked ada 2 h ago · reminder in 3 h",
            id="asked",
        ),
        pytest.param(
            {"asked": ("ada",), "rung": 1, "deadline": 8_260, "next_step": "pass_on", "next_person": "bob"},
            "asked ada 2 h ago, reminded · goes to bob in 60 s",
            id="reminded",
        ),
        pytest.param(
            {"asked": ("ada",), "rung": 1, "deadline": 8_260, "assumed": "201", "next_step": "assume"},
            "asked ada 2 h ago, reminded · default taken in 60 s",
            id="silence decides",
        ),
        pytest.param(
            {"asked": ("ada", "bob"), "rung": 2}, "asked ada 2 h ago, now with bob", id="passed on, nobody is left"
        ),
        pytest.param(
            {"deadline": 7_600}, "asked 2 h ago · next step overdue by 10 min", id="the worker was away meanwhile"
        ),
    ],
)
def test_a_rung_is_told_in_words(asked: dict[str, object], said: str) -> None:
    assert heading(question(**asked), now=8_200) == f"decision, in write_code · {said}"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param({"assumed": "201"}, "suggested: 201 (the task waits for your answer)", id="it only waits"),
        pytest.param({"assumed": "201", "silence_decides": True}, "default if nobody answers: 201", id="it decides"),
        pytest.param({"assumed": "it waits", "kind": "outage"}, "until then: it waits", id="what happens meanwhile"),
    ],
)
def test_a_default_is_told_for_what_it_is(asked: dict[str, object], said: str) -> None:
    assert question_lines(question(**asked))[-1] == f"  {said}"


def test_an_option_spelt_out_is_not_taken_for_a_number() -> None:
    numbers = question(options=("2", "3"))
    assert chosen(numbers, "2") == "2"
    assert chosen(numbers, "1") == "2"
    assert chosen(numbers, "in words") == "in words"


@pytest.mark.parametrize("text", ["2", "#2", "2.", "2)", "option 2", " 2 "])
def test_a_number_is_an_option_however_it_is_written(text: str) -> None:
    assert chosen(question(options=("201", "200")), text) == "200"


@pytest.mark.parametrize("text", ["3", "0", "99", "-1", "+3", "#3", "3.", "option 9", "\u0663"])
def test_the_number_of_an_option_that_there_is_not_is_refused_and_never_the_answer(text: str) -> None:
    with pytest.raises(Refusal, match=r"has no option .*there are 2"):
        chosen(question(options=("201", "200")), text)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        pytest.param({}, "3", id="no options"),
        pytest.param({"options": ("201", "200")}, "409", id="a status"),
        pytest.param({"options": ("raise", "abandon"), "kind": QuestionKind.BUDGET}, "20", id="a sum"),
        pytest.param({"options": ("201", "200")}, "3 of them", id="words"),
    ],
)
def test_a_number_that_can_be_no_option_is_an_answer(asked: dict[str, object], text: str) -> None:
    assert chosen(question(**asked), text) == text
