"""The double refuses everything that the service refuses: one request each, sent over HTTP."""

from typing import Any

import httpx2
import pytest

from aurora.messages_double.serving import serving
from tests.support.message_bodies import HEADERS, assistant, body, result, says, schema, text, tool, use, user

MARK = {"cache_control": {"type": "ephemeral"}}
LONG_MARK = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
OBJECT = {"type": "object", "properties": {}, "required": []}


def many_strings(count: int, **more: Any) -> dict[str, Any]:
    return {f"p{i}": {"type": "string"} | more for i in range(count)}


def formatted(**form: Any) -> dict[str, Any]:
    return body(output_config={"format": {"type": "json_schema", "schema": form}})


def talk(*messages: Any, **more: Any) -> dict[str, Any]:
    return body(messages=[user(text("Task: t1")), *messages], tools=[tool()], **more)


REFUSED = [
    pytest.param(body(temperature=0.2), "temperature", id="temperature"),
    pytest.param(body(top_p=0.9), "top_p", id="top_p"),
    pytest.param(body(top_k=5), "top_k", id="top_k"),
    pytest.param(body(tools=[tool()], tool_choice={"type": "any"}), "tool_choice", id="forced tool_choice any"),
    pytest.param(
        body(tools=[tool()], tool_choice={"type": "tool", "name": "read_file"}), "tool_choice", id="forced tool"
    ),
    pytest.param(body(tool_choice={"type": "auto"}), "tool_choice", id="tool_choice without tools"),
    pytest.param(body(nonsense=1), "nonsense: Extra inputs", id="unknown field"),
    pytest.param(body(messages=[]), "at least one message", id="no messages"),
    pytest.param(body(messages=[user()]), "non-empty content", id="empty content"),
    pytest.param(body(messages=[user(text(""))]), "non-empty", id="empty text"),
    pytest.param(body(messages=[user({"type": "text"})]), "text: Field required", id="text block without text"),
    pytest.param(body(messages=[user(text("a") | {"x": 1})]), "x: Extra inputs", id="unknown field of a block"),
    pytest.param(body(messages=[user({"type": "poem"})]), "Input tag 'poem'", id="unknown block"),
    pytest.param(body(messages=[{"role": "system", "content": "x"}]), "role", id="unknown role"),
    pytest.param(body(messages=[assistant(text("a")), user(text("b"))]), "first message", id="assistant first"),
    pytest.param(talk(assistant(text("The answer is"))), "prefill", id="assistant last"),
    pytest.param(talk(assistant(use()), user(text("go on"))), "without `tool_result`", id="tool_use without result"),
    pytest.param(
        talk(assistant(use(), use("toolu_2")), user(result())), "without `tool_result`", id="one of two without result"
    ),
    pytest.param(talk(user(result())), "unexpected `tool_use_id`", id="tool_result without tool_use"),
    pytest.param(talk(assistant(use()), user(result(), result())), "multiple", id="two results for one call"),
    pytest.param(talk(assistant(use()), user(text("a"), result())), "come first", id="text before the tool_result"),
    pytest.param(
        talk(assistant(use()), user(result()), assistant(use()), user(result())), "unique", id="a tool_use id again"
    ),
    pytest.param(
        talk(assistant({"type": "thinking", "thinking": "hm", "signature": "sig_0"}, text("a")), user(text("b"))),
        "Invalid `signature`",
        id="forged thinking",
    ),
    pytest.param(body(messages=[user(*[text(str(i)) | MARK for i in range(5)])]), "maximum of 4", id="5 breakpoints"),
    pytest.param(
        body(messages=[user(text("a") | MARK, text("b") | LONG_MARK)]), "ttl='1h'", id="1h after a 5m breakpoint"
    ),
    pytest.param(
        body(messages=[user(text("a") | {"cache_control": {"type": "ephemeral", "ttl": "2h"}})]), "ttl", id="odd ttl"
    ),
    pytest.param(body(tools=[tool(f"t{i}") for i in range(21)]), "strict tools: 21", id="21 strict tools"),
    pytest.param(
        body(tools=[tool(input_schema=OBJECT | {"properties": many_strings(25), "additionalProperties": False})]),
        "optional parameters in strict schemas: 25",
        id="25 optional parameters",
    ),
    pytest.param(
        body(tools=[tool(input_schema=schema(**many_strings(17, type=["string", "null"])))]),
        "union type in strict schemas: 17",
        id="17 unions",
    ),
    pytest.param(body(tools=[tool(input_schema=OBJECT)]), "additionalProperties", id="open object in a strict tool"),
    pytest.param(
        body(tools=[tool(input_schema=schema(a={"type": "array", "items": OBJECT}))]),
        "a.items: For 'object' type",
        id="open object deep in a strict tool",
    ),
    pytest.param(
        body(tools=[tool(input_schema=schema(a={"type": "integer", "minimum": 1}))]), "minimum", id="minimum in strict"
    ),
    pytest.param(body(tools=[tool(), tool()]), "unique", id="two tools of one name"),
    pytest.param(body(tools=[tool("read file")]), "pattern", id="tool name with a space"),
    pytest.param(body(tools=[{"name": "a"}]), "input_schema: Field required", id="tool without schema"),
    pytest.param(
        body(tools=[tool(strict=False, input_schema={"type": "object", "properties": 1})]), "invalid", id="no schema"
    ),
    pytest.param(formatted(**OBJECT), "additionalProperties", id="open object as output"),
    pytest.param(formatted(**schema(a={"type": "string", "maxLength": 3})), "maxLength", id="maxLength in the output"),
    pytest.param(body(output_config={"effort": "huge"}), "effort", id="unknown effort"),
    pytest.param(body(output_config={"format": {"type": "yaml"}}), "format", id="unknown output format"),
    pytest.param(
        body(model="claude-opus-5-5", thinking={"type": "enabled", "budget_tokens": 2000}),
        "thinking",
        id="opus thinking enabled",
    ),
    pytest.param(body(model="claude-opus-5-5", thinking={"type": "disabled"}), "thinking", id="opus thinking disabled"),
    pytest.param(body(max_tokens=128_001), "max_tokens: 128001 > 128000", id="max_tokens over the model's"),
    pytest.param(body(max_tokens=0), "max_tokens", id="max_tokens of 0"),
    pytest.param(body(messages=[user(text("x" * 4_000_100))]), "prompt is too long", id="prompt too long"),
]


@pytest.mark.parametrize(("request_body", "said"), REFUSED)
async def test_what_the_service_refuses_is_refused(
    http: httpx2.AsyncClient, request_body: dict[str, Any], said: str
) -> None:
    answer = await http.post("/v1/messages", json=request_body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"] == "error"
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert said in answer.json()["error"]["message"]


@pytest.mark.parametrize("model", ["claude-9", "claude-3-sonnet-20240229"], ids=["unknown", "retired"])
async def test_a_model_that_cannot_be_called_is_not_found(http: httpx2.AsyncClient, model: str) -> None:
    answer = await http.post("/v1/messages", json=body(model=model))
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "not_found_error")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"anthropic-version": "2026-10-21"}, 401, id="no key"),
        pytest.param(HEADERS | {"x-api-key": "another"}, 401, id="wrong key"),
        pytest.param({"x-api-key": "test-key"}, 400, id="no version"),
    ],
)
async def test_a_request_without_its_headers_is_refused(double: Any, headers: dict[str, str], status: int) -> None:
    async with httpx2.AsyncClient(base_url=double.url, headers=headers) as client:
        answer = await client.post("/v1/messages", json=body())
    assert answer.status_code == status


@pytest.mark.parametrize(
    "request_body",
    [
        pytest.param(body(), id="plain"),
        pytest.param(body(system="Step: write_code", messages=[{"role": "user", "content": "hi"}]), id="strings"),
        pytest.param(talk(assistant(use()), user(result()), user(text("and go on"))), id="two user messages in a row"),
        pytest.param(talk(assistant(use()), user(result(content=""), text("so?"))), id="empty tool result"),
        pytest.param(body(tools=[tool(f"t{i}") for i in range(20)]), id="20 strict tools"),
        pytest.param(body(tools=[tool(f"t{i}", strict=False) for i in range(40)]), id="40 tools that are not strict"),
        pytest.param(
            body(tools=[tool(input_schema=schema(minimum={"type": "string"}))]), id="a property called minimum"
        ),
        pytest.param(body(model="claude-sonnet-5-5", thinking={"type": "between_tools"}), id="sonnet between_tools"),
        pytest.param(body(messages=[user(*[text(str(i)) | MARK for i in range(4)])]), id="4 breakpoints"),
    ],
)
async def test_what_the_service_takes_is_taken(http: httpx2.AsyncClient, request_body: dict[str, Any]) -> None:
    answer = await http.post("/v1/messages", json=request_body)
    assert answer.status_code == 200, answer.text


async def test_a_refused_request_is_neither_billed_nor_played() -> None:
    async with serving(says("Hello.")) as double, httpx2.AsyncClient(base_url=double.url, headers=HEADERS) as http:
        await http.post("/v1/messages", json=body(temperature=1))
        assert [entry["outcome"] for entry in double.ledger.entries] == ["refused"]
        assert double.ledger.microdollars == 0
        assert (await http.post("/v1/messages", json=body())).json()["content"][0]["text"] == "Hello."
