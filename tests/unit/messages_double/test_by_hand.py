import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import anthropic
import pytest

from aurora.messages_double.manual_player import to_scenario
from aurora.messages_double.scenario import parse
from aurora.messages_double.serving import serving
from tests.support.message_bodies import assistant, body, result, tool, use, user


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.02)


def client(url: str, silence: float = 60) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(api_key="k", base_url=url, max_retries=0, timeout=silence)


async def asking(url: str, request: dict, silence: float = 60) -> anthropic.types.Message:
    async with client(url, silence) as sdk, sdk.messages.stream(**request) as stream:
        return await stream.get_final_message()


async def test_a_request_is_written_to_be_read_and_its_reply_read_from_beside_it(tmp_path: Path) -> None:
    first = body(tools=[tool()])
    second = body(tools=[tool()], messages=[*first["messages"], assistant(use()), user(result(content="x = 1"))])
    async with serving(by_hand=tmp_path, ping_seconds=0.05) as double:
        waiting = asyncio.create_task(asking(double.url, first))
        await until((tmp_path / "001.request.json").exists)
        shown = (tmp_path / "001.request.md").read_text()
        assert "Be exact." in shown and "read_file" in shown and "Do it." in shown
        (tmp_path / "001.reply.yaml").write_text("tool_calls: [{name: read_file, input: {path: a.py}}]")
        assert (await waiting).stop_reason == "tool_use"

        waiting = asyncio.create_task(asking(double.url, second))
        await until((tmp_path / "002.request.json").exists)
        new = (tmp_path / "002.new.md").read_text()
        assert "x = 1" in new and "Do it." not in new
        (tmp_path / "002.reply.yaml").write_text("text: done")
        assert (await waiting).content[0].text == "done"
        assert [entry["outcome"] for entry in double.ledger.calls] == ["replied"] * 2


async def test_pings_keep_a_client_waiting_longer_than_its_silence_bound(tmp_path: Path) -> None:
    async with serving(by_hand=tmp_path, ping_seconds=0.05) as double:
        waiting = asyncio.create_task(asking(double.url, body(), silence=1.0))
        await asyncio.sleep(1.5)
        assert not waiting.done()
        (tmp_path / "001.reply.yaml").write_text("text: at last")
        assert (await waiting).content[0].text == "at last"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        pytest.param("txt: hi", "txt", id="unknown key"),
        pytest.param("text: [", "reply", id="no YAML"),
        pytest.param("tool_calls: [{name: rm}]", "does not offer", id="a tool that is not offered"),
    ],
)
async def test_a_wrong_reply_is_explained_and_can_be_corrected(tmp_path: Path, wrong: str, why: str) -> None:
    async with serving(by_hand=tmp_path, ping_seconds=0.05) as double:
        waiting = asyncio.create_task(asking(double.url, body()))
        await until((tmp_path / "001.request.json").exists)
        (tmp_path / "001.reply.yaml").write_text(wrong)
        await until(
            lambda: why in ((tmp_path / "001.error.txt").read_text() if (tmp_path / "001.error.txt").exists() else "")
        )
        (tmp_path / "001.reply.yaml").write_text("text: right")
        assert (await waiting).content[0].text == "right"
        assert not (tmp_path / "001.error.txt").exists()


async def test_a_folder_that_was_begun_goes_on_and_becomes_a_scenario(tmp_path: Path) -> None:
    (tmp_path / "001.request.json").write_text(json.dumps(body()))
    (tmp_path / "001.reply.yaml").write_text("text: from before")
    async with serving(by_hand=tmp_path) as double:
        assert (await asking(double.url, body())).content[0].text == "from before"
    scenario = parse(to_scenario(tmp_path))
    assert scenario.by_step and scenario.replies[0].when.step == "write_code"
    async with serving(scenario) as double:
        assert (await asking(double.url, body())).content[0].text == "from before"
