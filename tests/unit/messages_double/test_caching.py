from typing import Any

import pytest

from aurora.messages_double.caching import Billed, PromptCache
from aurora.messages_double.sections import counted
from tests.support.message_bodies import assistant, body, text, tool, user

MARK = {"cache_control": {"type": "ephemeral"}}
HOUR = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
LONG = "word " * 2_000
"""Over every model's minimum but haiku's: about 2,500 tokens."""


def asked(*messages: Any, **more: Any) -> dict[str, Any]:
    return body(messages=list(messages), **more)


def whole(billed: Billed) -> int:
    return billed.input + billed.read + billed.write_5m + billed.write_1h


def test_an_append_only_conversation_reads_what_it_wrote() -> None:
    cache = PromptCache()
    opening = user(text(LONG) | MARK)
    first = cache.bill(asked(opening))
    assert first.read == 0 and first.write_5m > 2_000
    longer = asked(user(text(LONG)), assistant(text("ok")), user(text(LONG) | MARK))
    second = cache.bill(longer)
    assert second.read == first.write_5m
    assert second.write_5m > 0 and second.input == 0
    assert whole(second) == counted(longer)


def test_without_a_breakpoint_nothing_is_cached() -> None:
    cache = PromptCache()
    for _ in range(2):
        billed = cache.bill(asked(user(text(LONG))))
        assert (billed.read, billed.write_5m) == (0, 0)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"system": "another"}, id="system"),
        pytest.param({"tools": [tool("other")]}, id="tools"),
        pytest.param({"model": "claude-opus-5-5"}, id="model"),
    ],
)
def test_a_prefix_that_differs_anywhere_is_not_read(changed: dict[str, Any]) -> None:
    cache = PromptCache()
    cache.bill(asked(user(text(LONG) | MARK)))
    assert cache.bill(asked(user(text(LONG) | MARK), **changed)).read == 0


SCHEMA = {"type": "object", "properties": {}, "additionalProperties": False}


def test_another_output_format_has_all_read_anew_and_another_effort_the_messages() -> None:
    def billed(config: dict[str, Any]) -> Billed:
        return cache.bill(asked(user(text(LONG) | MARK), system=[text(LONG) | MARK], output_config=config))

    cache = PromptCache()
    form = {"format": {"type": "json_schema", "schema": SCHEMA}}
    first = billed({"effort": "low"})
    assert billed({"effort": "low"}).read == first.write_5m
    assert billed({"effort": "low"} | form).read == 0
    assert 0 < billed({"effort": "high"}).read < first.write_5m


@pytest.mark.parametrize(
    ("model", "cached"), [("claude-opus-5-5", True), ("claude-sonnet-5-5", False), ("claude-haiku-5-5", False)]
)
def test_under_the_models_minimum_the_miss_is_silent(model: str, cached: bool) -> None:
    cache = PromptCache()
    request = asked(user(text("word " * 600) | MARK), model=model)
    cache.bill(request)
    assert (cache.bill(request).read > 0) is cached


@pytest.mark.parametrize(("blocks", "found"), [(19, True), (20, False)], ids=["20 blocks back", "21 blocks back"])
def test_a_write_is_looked_for_twenty_blocks_back(blocks: int, found: bool) -> None:
    cache = PromptCache()
    cache.bill(asked(user(text(LONG) | MARK)))
    later = [text(str(i)) for i in range(blocks)]
    later[-1] = later[-1] | MARK
    assert (cache.bill(asked(user(text(LONG), *later))).read > 0) is found


def test_an_older_breakpoint_finds_what_the_newest_is_too_far_from() -> None:
    cache = PromptCache()
    cache.bill(asked(user(text(LONG) | MARK)))
    later = [text(str(i)) for i in range(40)]
    later[-1] = later[-1] | MARK
    assert cache.bill(asked(user(text(LONG) | MARK, *later))).read > 0


def test_an_hours_write_is_told_apart_and_outlives_five_minutes() -> None:
    now = [0.0]
    cache = PromptCache(clock=lambda: now[0])
    request = asked(user(text(LONG) | HOUR, text(LONG + LONG) | MARK))
    first = cache.bill(request)
    assert 0 < first.write_1h < first.write_5m
    now[0] = 301.0
    second = cache.bill(request)
    assert (second.read, second.write_5m) == (first.write_1h, first.write_5m)
    now[0] = 301.0 + 3_601
    assert cache.bill(request).read == 0
