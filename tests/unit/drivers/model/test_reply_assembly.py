"""A reply is put together from its stream as it came, and can be stored whatever its JSON escapes spell."""

import json
from typing import Any

import pytest

from aurora.drivers.model.reply_assembly import MalformedStream, ReplyAssembly
from aurora.ports import Block


def assembled(block: dict[str, Any], *deltas: dict[str, Any]) -> Block:
    assembly = ReplyAssembly()
    assembly.feed({"type": "message_start", "message": {"id": "m", "usage": {}}})
    assembly.feed({"type": "content_block_start", "index": 0, "content_block": block})
    for delta in deltas:
        assembly.feed({"type": "content_block_delta", "index": 0, "delta": delta})
    assembly.feed({"type": "content_block_stop", "index": 0})
    assembly.feed({"type": "message_delta", "delta": {"stop_reason": "tool_use"}})
    assembly.feed({"type": "message_stop"})
    _, (made,) = assembly.finish()
    return made


def piece(text: str) -> dict[str, Any]:
    return {"type": "input_json_delta", "partial_json": text}


def test_a_pair_whose_halves_came_apart_is_one_character() -> None:
    made = assembled({"type": "tool_use", "id": "t", "name": "write_file"}, piece('{"a":"\\ud83d'), piece('\\ude00"}'))
    assert made["input"] == {"a": "\U0001f600"}


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "\\ude00\\ud83d"])
def test_half_a_pair_which_no_file_and_no_store_can_hold_becomes_the_replacement_character(half: str) -> None:
    written = '{"path":"a.py","lines":[{"x' + half + '":"y' + half + '"}]}'
    made = assembled({"type": "tool_use", "id": "t", "name": "write_file"}, piece(written))
    assert "?" in made["input"]["lines"][0].popitem()[1]
    json.dumps(made, ensure_ascii=False).encode()


def test_text_and_thinking_are_made_storable_too() -> None:
    text = assembled({"type": "text", "text": ""}, {"type": "text_delta", "text": "a\ud800b"})
    assert text["text"] == "a?b"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param('{"a":' + "[" * 200 + "]" * 200 + "}", id="deeper than JSON's writers go"),
        pytest.param('{"a":' + "[" * 5_000 + "]" * 5_000 + "}", id="deeper than its reader goes"),
        pytest.param('{"a":' + "9" * 6_000 + "}", id="a number of 6,000 digits"),
    ],
)
def test_an_input_that_could_not_be_stored_is_no_reply(given: str) -> None:
    with pytest.raises(MalformedStream):
        assembled({"type": "tool_use", "id": "t", "name": "write_file"}, piece(given))


def test_an_input_of_an_ordinary_depth_is_kept() -> None:
    made = assembled({"type": "tool_use", "id": "t", "name": "a"}, piece('{"a":' + "[" * 50 + "]" * 50 + "}"))
    json.dumps(made)
