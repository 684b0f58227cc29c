"""A text that hangs, swallows memory or breaks its reader costs its own child, and nothing else."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aurora import bounded
from aurora.bounded import Bounds, calling
from aurora.bounded.fork_server_owner import FORK_SERVER
from aurora.errors import OutOfBounds, Reason, Refusal, RefusalCode, ToolRefusal
from tests.support import readers

SHORT = Bounds(seconds=0.15)
SMALL = Bounds(megabytes=200)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def gone(*pids: int) -> bool:
    for _ in range(2_000):
        if not any(map(alive, pids)):
            return True
        await asyncio.sleep(0.01)
    return False


async def written(path: Path) -> int:
    while not path.exists() or not path.read_text():
        await asyncio.sleep(0.01)
    return int(path.read_text())


async def hang(marker: Path) -> bool:
    return await bounded.call(readers.catastrophic, str(marker), about="a", bounds=Bounds(seconds=600))


async def test_an_honest_text_is_read() -> None:
    assert await bounded.call(readers.honest, "a text", about="a.txt") == 6


@pytest.mark.parametrize(
    ("reader", "args", "bounds", "why"),
    [
        pytest.param(readers.catastrophic, (), SHORT, "more than 0.15 s", id="a catastrophic pattern"),
        pytest.param(readers.swallowing, (), SMALL, "more than 200 MB", id="memory without end"),
        pytest.param(readers.segfaulting, (), SMALL, "broke the process", id="a segmentation fault"),
        pytest.param(readers.ending, (0,), SMALL, "broke the process", id="an exit"),
        pytest.param(readers.endless, (), SMALL, "nested too deep", id="recursion without end"),
        pytest.param(readers.long_number, (6_000,), SMALL, "ValueError", id="a number of 6,000 digits"),
        pytest.param(readers.wrong_type, ("x",), SMALL, "TypeError", id="a value of another type"),
        pytest.param(readers.flooding, (2_000,), Bounds(result_bytes=1_000), "1,000", id="a result without measure"),
        pytest.param(readers.lying, (), SMALL, "gave no sensible answer", id="a result of another kind"),
    ],
)
async def test_what_breaks_a_reader_is_told_with_its_place(
    reader: Callable[..., Any], args: tuple[Any, ...], bounds: Bounds, why: str
) -> None:
    with pytest.raises(OutOfBounds, match=why) as error:
        await bounded.call(reader, *args, about="docs/openapi.yaml", bounds=bounds)
    assert error.value.what.startswith("docs/openapi.yaml can't be read: ")
    assert error.value.hint


async def test_refusals_come_as_they_were_raised() -> None:
    with pytest.raises(Refusal, match="it is wrong") as refused:
        await bounded.call(readers.refusing, about="a")
    given = refused.value
    assert (given.hint, given.code, given.reason) == ("fix it", RefusalCode.FORBIDDEN, Reason.BASE)
    assert not isinstance(refused.value, OutOfBounds)
    with pytest.raises(ToolRefusal, match="use another"):
        await bounded.call(readers.tool_refusing, about="a")


async def test_half_a_surrogate_pair_goes_through() -> None:
    assert await bounded.call(readers.surrogates, "a\ud800b", about="a") == "a\ud800b"


async def test_another_text_is_read_while_one_hangs_and_a_cancel_is_heard_then(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    hanging = asyncio.create_task(hang(marker))
    pid = await written(marker)

    assert await bounded.call(readers.honest, "of another task", about="b") == 15
    assert not hanging.done()

    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert await gone(pid)


async def test_contracts_that_hang_leave_room_for_an_edit(tmp_path: Path) -> None:
    """As many as there are places: only half of them may be taken by what may take long."""
    markers = [tmp_path / str(n) for n in range(calling.AT_ONCE + 1)]
    hanging = [asyncio.create_task(hang(marker)) for marker in markers]
    assert await bounded.call(readers.honest, "an edit", about="a.py") == 7
    for task in hanging:
        task.cancel()
    ended = await asyncio.gather(*hanging, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ended)
    assert await gone(*(int(marker.read_text()) for marker in markers if marker.exists() and marker.read_text()))


async def test_many_hang_and_one_after_another_is_read_in_the_end() -> None:
    hang = [bounded.call(readers.catastrophic, about=str(n), bounds=SHORT) for n in range(6)]
    read = [bounded.call(readers.honest, "x" * n, about=str(n)) for n in range(6)]
    ended = await asyncio.gather(*hang, *read, return_exceptions=True)
    assert all(isinstance(end, OutOfBounds) for end in ended[:6])
    assert ended[6:] == list(range(6))


async def test_a_child_knows_nothing_of_the_worker_s_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    bounded.close()
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-the-worker-000000")
    seen = await bounded.call(readers.environment, about="a")
    assert "sk-of-the-worker" not in str(seen)
    assert "ANTHROPIC" not in str(seen)
    bounded.close()


async def test_a_child_holds_no_file_of_the_worker(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("k")
    with secret.open() as file:
        os.set_inheritable(file.fileno(), True)
        bounded.close()
        seen = await bounded.call(readers.open_files, about="a")
    assert str(secret) not in seen
    # its stream, and what asyncio or Python itself opens
    assert sum(name.startswith("socket:") for name in seen) == 1


async def test_a_child_asks_its_caller_and_waiting_for_the_answer_is_not_its_time() -> None:
    async def text(name: str) -> str:
        await asyncio.sleep(0.2)
        return name.upper()

    bounds = Bounds(seconds=0.1, patience=2)
    said = await bounded.call(readers.asking, ["a", "b"], about="a", bounds=bounds, answers={"text": text})
    assert said == ["A", "B"]


async def test_a_child_that_hangs_after_it_asked_ends_like_any_other() -> None:
    async def text(name: str) -> str:
        return name

    with pytest.raises(OutOfBounds, match="more than"):
        await bounded.call(readers.asking_then_hanging, about="a", bounds=SHORT, answers={"text": text})


async def test_what_the_caller_can_not_answer_reaches_the_caller_and_ends_the_child() -> None:
    pids: list[int] = []

    async def text(name: str) -> str:
        raise ConnectionError("the box is gone")

    with pytest.raises(ConnectionError):
        await bounded.call(readers.asking, ["a"], about="a", answers={"text": text})
    pids += await bounded.call(readers.pids, about="b")
    assert pids


async def test_a_nursery_that_was_killed_is_replaced() -> None:
    _, server = await bounded.call(readers.pids, about="a")
    os.kill(server, signal.SIGKILL)
    _, other = await bounded.call(readers.pids, about="b")
    assert other != server


async def test_the_children_of_a_killed_nursery_end_and_their_text_is_read_once_more(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    hanging = asyncio.create_task(hang(marker))
    for _ in range(2):
        pid = await written(marker)
        marker.unlink()
        os.kill(FORK_SERVER.current().pid, signal.SIGKILL)
        assert await gone(pid)
    with pytest.raises(OutOfBounds, match="broke the process"):
        await hanging


async def test_closing_ends_the_nursery_and_what_it_reads(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    hanging = asyncio.create_task(hang(marker))
    pid = await written(marker)
    server = FORK_SERVER.current().pid
    bounded.close()
    with pytest.raises(OutOfBounds):
        await hanging
    assert await gone(pid, server)


OWNER = """
import asyncio, sys
from aurora import bounded
from tests.support import readers
asyncio.run(bounded.call(readers.catastrophic, sys.argv[1], about="a", bounds=bounded.Bounds(seconds=600)))
"""


async def test_nothing_is_left_of_a_worker_that_was_killed(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(marker)], cwd=Path(__file__).parents[3])
    pid = await written(marker)
    server = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert await gone(pid, server)


def test_each_event_loop_of_a_process_may_read() -> None:
    for _ in range(2):
        assert asyncio.run(bounded.call(readers.honest, "x", about="a")) == 1


async def test_the_loop_goes_on_while_a_text_is_read() -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.01)

    beating = asyncio.create_task(beat())
    with pytest.raises(OutOfBounds):
        await bounded.call(readers.catastrophic, about="a", bounds=SHORT)
    beating.cancel()
    assert beats > 5


async def test_a_child_that_asks_for_what_nobody_has_breaks_only_its_reading() -> None:
    with pytest.raises(OutOfBounds, match="something unknown"):
        await bounded.call(readers.asking_for, "secrets", about="a text", answers={})


@pytest.mark.skipif(sys.platform != "linux", reason="a file of /proc")
async def test_where_memory_ends_the_kernel_takes_a_reader_and_not_the_worker() -> None:
    assert await bounded.call(readers.expendable, about="a text") == 1000
