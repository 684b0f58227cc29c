"""The driver over real HTTP, against the strict double."""

import asyncio
import email.utils
import itertools
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from aurora.drivers.model.anthropic_model import AnthropicModel
from aurora.errors import (
    AuroraError,
    CredentialsRefused,
    EndpointError,
    ModelGone,
    QuotaExhausted,
    Refusal,
    RequestRefused,
)
from aurora.messages_double.scenario import Scenario, parse
from aurora.messages_double.serving import Double, serving
from aurora.ports import Block, Message, ModelRequest
from aurora.settings.worker import Provider

KEY = "sk-test-0123456789"
TOOL: Block = {
    "name": "edit_file",
    "description": "d",
    "strict": True,
    "input_schema": {
        "type": "object",
        "properties": {"path": {"type": "string"}, "text": {"type": "string"}},
        "required": ["path", "text"],
        "additionalProperties": False,
    },
}
SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}


def request(*messages: Message, **more: Any) -> ModelRequest:
    given = {
        "model": "claude-sonnet-5-5",
        "system": ({"type": "text", "text": "Step: write_code"},),
        "messages": messages or (user("Task: t1"),),
        "tools": (TOOL,),
        "max_tokens": 2_000,
    }
    return ModelRequest(**(given | more))


def user(text: str, **more: Any) -> Message:
    return {"role": "user", "content": [{"type": "text", "text": text} | more]}


def scenario(*replies: dict[str, Any], fault: dict[str, Any] | None = None) -> Scenario:
    faulty = {"fault": fault} if fault else {}
    return parse({"replies": [{"reply": reply} | faulty for reply in replies or ({"text": "Hello."},)]})


@asynccontextmanager
async def against(
    double: Double, *, silence: float = 10, key: str = KEY, **provider: Any
) -> AsyncIterator[AnthropicModel]:
    model = AnthropicModel(
        {"default": Provider(base_url=double.url, api_key=SecretStr(key), **provider)}, silence_seconds=silence
    )
    try:
        yield model
    finally:
        await model.aclose()


async def raised(double: Double, wanted: ModelRequest | None = None, **driver: Any) -> AuroraError:
    async with against(double, **driver) as model:
        with pytest.raises(AuroraError) as caught:
            await model.reply(wanted or request(), provider="default")
    return caught.value


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)


# ── replies ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_reply_is_put_together_verbatim_and_goes_back_as_it_came() -> None:
    edit = {"path": "a.py", "text": 'say("ä \\" ✓")\n' * 20}
    first = {
        "thinking": "I should edit. " * 9,
        "text": "Editing.",
        "tool_calls": [{"name": "edit_file", "input": edit}],
    }
    async with serving(scenario(first, {"text": "Done."})) as double, against(double) as model:
        reply = await model.reply(request(), provider="default")
        assert [block["type"] for block in reply.content] == ["thinking", "text", "tool_use"]
        assert reply.content[0]["thinking"] == first["thinking"]
        assert reply.content[2]["input"] == edit
        assert (reply.stop_reason, reply.model, reply.usage.calls) == ("tool_use", "claude-sonnet-5-5", 1)

        kept = json.loads(reply.model_dump_json())["content"]
        answered = {"type": "tool_result", "tool_use_id": kept[2]["id"], "content": "ok"}
        following = request(
            user("Task: t1"), {"role": "assistant", "content": kept}, {"role": "user", "content": [answered]}
        )
        assert (await model.reply(following, provider="default")).content[0]["text"] == "Done."


async def test_a_tool_call_without_arguments_has_an_empty_input() -> None:
    empty = TOOL | {"input_schema": {"type": "object", "properties": {}, "required": [], "additionalProperties": False}}
    async with serving(scenario({"tool_calls": [{"name": "edit_file"}]})) as double, against(double) as model:
        reply = await model.reply(request(tools=(empty,)), provider="default")
    assert reply.content[0]["input"] == {}


async def test_structured_output_is_asked_for_by_schema() -> None:
    async with serving(scenario({"json": {"n": 3}})) as double, against(double) as model:
        reply = await model.reply(request(output_schema=SCHEMA, effort="low"), provider="default")
    assert json.loads(reply.content[0]["text"]) == {"n": 3}


@pytest.mark.parametrize("stop", ["max_tokens", "pause_turn", "model_context_window_exceeded", "end_turn"])
async def test_every_stop_reason_reaches_the_caller(stop: str) -> None:
    async with serving(scenario({"text": "x", "stop_reason": stop})) as double, against(double) as model:
        assert (await model.reply(request(), provider="default")).stop_reason == stop


async def test_a_refusal_says_why() -> None:
    said = {"stop_reason": "refusal", "refusal": "not this"}
    async with serving(scenario(said)) as double, against(double) as model:
        reply = await model.reply(request(), provider="default")
    assert (reply.stop_reason, reply.refusal, reply.content) == ("refusal", "not this", ())


async def test_temperature_is_sent_only_where_the_provider_takes_it() -> None:
    async with serving(scenario()) as double:
        async with against(double) as model:
            await model.reply(request(temperature=0.2), provider="default")
        # the double speaks for the service, which refuses what it was sent
        refused = await raised(double, request(temperature=0.2), takes_temperature=True)
    assert isinstance(refused, RequestRefused) and "temperature" in str(refused)


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("model_id", ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"])
@pytest.mark.parametrize("ttl", ["5m", "1h"])
async def test_an_append_only_conversation_reads_its_cache_and_sums_to_the_invoice(model_id: str, ttl: str) -> None:
    mark = {"cache_control": {"type": "ephemeral", "ttl": ttl}}
    talk: list[Message] = [user("Task: t1 " + "word " * 5_000)]
    async with serving(scenario(*[{"text": f"reply {n}"} for n in range(4)])) as double, against(double) as model:
        usages = []
        for n in range(4):
            last = talk[-1]["content"][-1]
            marked = [*talk[:-1], {"role": "user", "content": [last | mark]}]
            wanted = request(*marked, model=model_id)
            counted = await model.count(wanted, provider="default")
            reply = await model.reply(wanted, provider="default")
            usage = reply.usage
            assert usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens == counted
            assert 0 < usage.microdollars <= model.upper_bound(wanted, counted)
            usages.append(usage)
            talk += [{"role": "assistant", "content": list(reply.content)}, user(f"go on {n} " + "word " * 300)]
        assert usages[0].cache_read_tokens == 0 and usages[0].cache_write_tokens > 4_096
        for before, after in itertools.pairwise(usages):
            assert after.cache_read_tokens == before.cache_read_tokens + before.cache_write_tokens
            assert after.microdollars < usages[0].microdollars
        assert sum(usage.microdollars for usage in usages) == double.ledger.microdollars
        assert len(double.ledger.calls) == 4


def test_prices_are_the_published_ones() -> None:
    model = AnthropicModel({})
    million = 1_000_000
    for name, dollars_in, dollars_out in (
        ("claude-opus-5-5", 4, 20),
        ("claude-sonnet-5-5", 2, 10),
        ("claude-haiku-5-5", 0.5, 2.5),
    ):
        # input at the dearest rate is a five-minute cache write: 1.25 times
        assert model.upper_bound(request(model=name, max_tokens=1), million) == pytest.approx(
            dollars_in * 1.25 * million + dollars_out, abs=1
        )
        spoken = model.upper_bound(request(model=name, max_tokens=128_000), 200_000)
        assert spoken == pytest.approx(dollars_in * 1.25 * 200_000 + dollars_out * 128_000)
    assert model.upper_bound(request(model="claude-haiku-5-5", max_tokens=1_000), 100_000) == 12_500 + 500


def test_a_model_without_a_known_price_is_counted_at_the_dearest() -> None:
    model = AnthropicModel({})
    unknown, opus = request(model="somebodys-model"), request(model="claude-opus-5-5")
    assert model.upper_bound(unknown, 50_000) == model.upper_bound(opus, 50_000)


# ── troubles ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "kind", "may_be_billed"),
    [
        pytest.param({"status": 408}, EndpointError, True, id="408"),
        pytest.param({"status": 409}, EndpointError, True, id="409"),
        pytest.param({"status": 429}, EndpointError, False, id="429"),
        pytest.param({"status": 500}, EndpointError, True, id="500"),
        pytest.param({"status": 503}, EndpointError, True, id="503"),
        pytest.param({"status": 529}, EndpointError, False, id="529"),
        pytest.param({"cut_after_events": 0}, EndpointError, True, id="cut before the first event"),
        pytest.param({"cut_after_events": 4}, EndpointError, True, id="cut in mid-stream"),
        pytest.param({"malformed": True}, EndpointError, True, id="malformed"),
        pytest.param({"error_event": "overloaded_error"}, EndpointError, True, id="overloaded in mid-stream"),
        pytest.param({"error_event": "api_error"}, EndpointError, True, id="error in mid-stream"),
        pytest.param({"status": 401}, CredentialsRefused, None, id="401"),
        pytest.param({"status": 403}, CredentialsRefused, None, id="403"),
        pytest.param({"status": 402}, QuotaExhausted, None, id="402"),
        pytest.param(
            {"status": 400, "message": "Your credit balance is too low to access the API."},
            QuotaExhausted,
            None,
            id="400 for lack of credit",
        ),
        pytest.param({"status": 404}, ModelGone, None, id="404"),
        pytest.param({"status": 400}, RequestRefused, None, id="400"),
        pytest.param({"status": 413}, RequestRefused, None, id="413"),
        pytest.param({"status": 422}, RequestRefused, None, id="422"),
        pytest.param({"status": 400, "should_retry": True}, EndpointError, True, id="400 said to be transient"),
        pytest.param({"status": 429, "should_retry": False}, QuotaExhausted, None, id="429 said to be lasting"),
    ],
)
async def test_each_trouble_is_told_apart_and_nothing_is_retried_here(
    fault: dict[str, Any], kind: type[AuroraError], may_be_billed: bool | None
) -> None:
    async with serving(scenario(fault=fault)) as double:
        error = await raised(double)
        assert type(error) is kind, error
        assert "'default'" in str(error) and KEY not in str(error)
        assert len(double.ledger.calls) == 1
        if isinstance(error, EndpointError):
            assert error.may_be_billed is may_be_billed
            # what the double billed, the driver must not have called free
            assert may_be_billed or double.ledger.microdollars == 0


async def test_the_services_own_words_are_kept() -> None:
    async with serving(scenario(fault={"status": 400, "message": "messages.3: no such thing"})) as double:
        assert "messages.3: no such thing" in str(await raised(double))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"retry_after": 7}, 7.0, id="seconds"),
        pytest.param({"retry_after_ms": 1_500}, 1.5, id="milliseconds"),
        pytest.param({"retry_after_ms": 250, "retry_after": 9}, 0.25, id="milliseconds win"),
        pytest.param({"retry_after": "soon"}, None, id="neither number nor date"),
        pytest.param({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0, id="date in the past"),
        pytest.param({"retry_after": 86_400}, 3_600.0, id="a day is cut to an hour"),
        pytest.param({}, None, id="none"),
    ],
)
async def test_the_delay_that_the_service_names_is_carried(headers: dict[str, Any], expected: float | None) -> None:
    async with serving(scenario(fault={"status": 429} | headers)) as double:
        error = await raised(double)
    assert isinstance(error, EndpointError)
    assert error.retry_after == expected


async def test_a_delay_named_as_a_date_is_counted_from_now() -> None:
    date = email.utils.formatdate(time.time() + 300, usegmt=True)
    async with serving(scenario(fault={"status": 529, "retry_after": date})) as double:
        error = await raised(double)
    assert isinstance(error, EndpointError)
    assert error.retry_after is not None and 0 < error.retry_after <= 300


async def test_a_silent_stream_is_cut() -> None:
    async with serving(scenario(fault={"hang": True})) as double:
        error = await raised(double, silence=0.3)
        assert isinstance(error, EndpointError) and error.may_be_billed
        assert "stopped answering" in str(error)
        await until(lambda: double.ledger.entries[-1]["outcome"] == "disconnected")


async def test_cancellation_closes_the_connection() -> None:
    async with serving(scenario(fault={"hang": True})) as double, against(double, silence=60) as model:
        asking = asyncio.create_task(model.reply(request(), provider="default"))
        await until(lambda: len(double.ledger.calls) == 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await until(lambda: double.ledger.entries[-1]["outcome"] == "disconnected")


async def test_pings_are_signs_of_life(tmp_path: Path) -> None:
    async with serving(by_hand=tmp_path, ping_seconds=0.05) as double, against(double, silence=1.0) as model:
        asking = asyncio.create_task(model.reply(request(), provider="default"))
        await asyncio.sleep(1.5)
        (tmp_path / "001.reply.yaml").write_text("text: late")
        assert (await asking).content[0]["text"] == "late"


async def test_after_a_fault_the_same_request_is_answered() -> None:
    async with serving(scenario(fault={"status": 529, "times": 2})) as double, against(double) as model:
        for _ in range(2):
            with pytest.raises(EndpointError):
                await model.reply(request(), provider="default")
        assert (await model.reply(request(), provider="default")).content[0]["text"] == "Hello."
        assert [entry["outcome"] for entry in double.ledger.calls] == ["fault", "fault", "replied"]


async def test_an_endpoint_that_is_not_there_is_trouble_that_cost_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    model = AnthropicModel({"default": Provider(base_url=f"http://127.0.0.1:{port}", api_key=SecretStr(KEY))})
    with pytest.raises(EndpointError) as caught:
        await model.reply(request(), provider="default")
    assert not caught.value.may_be_billed
    await model.aclose()


@pytest.mark.filterwarnings("ignore:The model 'claude-3:DeprecationWarning")  # the SDK's own word for a retired one
@pytest.mark.parametrize("model_id", ["claude-9", "claude-3-sonnet-20240229"], ids=["unknown", "retired"])
async def test_a_model_that_cannot_be_called_is_gone(model_id: str) -> None:
    async with serving(scenario()) as double:
        assert isinstance(await raised(double, request(model=model_id)), ModelGone)


async def test_a_wrong_key_is_refused_and_never_shown() -> None:
    async with serving(scenario(), key="another") as double:
        error = await raised(double)
    assert isinstance(error, CredentialsRefused) and KEY not in str(error)


async def test_a_provider_without_a_key_asks_for_one_and_calls_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-somebody-else")
    async with serving(scenario()) as double:
        model = AnthropicModel({"default": Provider(base_url=double.url, api_key_env="NO_SUCH_KEY")})
        with pytest.raises(CredentialsRefused, match="NO_SUCH_KEY"):
            await model.reply(request(), provider="default")
        assert double.ledger.entries == []


async def test_an_unknown_provider_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match="'mars'"):
        await AnthropicModel({}).reply(request(), provider="mars")


async def test_a_model_describes_itself() -> None:
    async with serving(scenario()) as double, against(double) as model:
        card = await model.describe("claude-sonnet-5-5", provider="default")
        assert (card.context_tokens, card.max_output_tokens, card.retired) == (1_000_000, 128_000, False)
        old = await model.describe("claude-3-sonnet-20240229", provider="default")
        assert (old.retired, old.successor) == (True, "claude-sonnet-5-5")
        with pytest.raises(ModelGone):
            await model.describe("claude-9", provider="default")
