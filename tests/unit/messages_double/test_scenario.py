from pathlib import Path
from typing import Any

import httpx2
import pytest

from aurora.messages_double.scenario import BadScenario, load, parse
from aurora.messages_double.serving import serving
from tests.support.message_bodies import HEADERS, assistant, body, result, says, schema, text, tool, use, user


async def ask(url: str, request: dict[str, Any]) -> httpx2.Response:
    async with httpx2.AsyncClient(base_url=url, headers=HEADERS) as client:
        return await client.post("/v1/messages", json=request)


def said(answer: httpx2.Response) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["content"][-1]["text"])


def refusal(answer: httpx2.Response) -> str:
    assert answer.status_code == 400, answer.text
    return str(answer.json()["error"]["message"])


def for_task(task: str, step: str, more: str = "") -> dict[str, Any]:
    return body(system=f"Step: {step}", messages=[user(text(f"Task: {task}\n{more}"))])


async def test_the_same_request_gets_the_same_reply_and_is_billed_again() -> None:
    async with serving(says("first", "second")) as double:
        answers = [await ask(double.url, body()) for _ in range(3)]
        assert {said(answer) for answer in answers} == {"first"}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert said(await ask(double.url, body(max_tokens=999))) == "second"
        assert [entry["outcome"] for entry in double.ledger.calls] == ["replied"] * 4
        assert len({entry["digest"] for entry in double.ledger.calls}) == 2
        assert double.ledger.microdollars == sum(entry["microdollars"] for entry in double.ledger.calls) > 0


async def test_an_exhausted_scenario_says_so_with_the_end_of_the_request() -> None:
    async with serving(says("only")) as double:
        await ask(double.url, body())
        why = refusal(await ask(double.url, body(messages=[user(text("one more please"))])))
    assert "exhausted" in why and "one more please" in why


async def test_a_reply_is_refused_when_its_request_lacks_what_it_needs() -> None:
    needs = ["the plan", {"tool_result": "1 failed"}, {"last": "Blue"}, {"absent": "secret"}]
    scenario = parse({"replies": [{"name": "fix 1", "requires": needs, "reply": {"text": "done"}}]})
    asked = body(
        tools=[tool()],
        messages=[user(text("the plan")), assistant(use()), user(result(content="1 failed"), text("Blue"))],
    )
    async with serving(scenario) as double:
        why = refusal(await ask(double.url, body()))
        assert "'fix 1'" in why and "'the plan' is missing" in why and "'1 failed'" in why and "'Blue'" in why
        leaking = body(**{**asked, "system": "a secret"})
        assert "must not contain 'secret'" in refusal(await ask(double.url, leaking))
        assert said(await ask(double.url, asked)) == "done"


async def test_by_step_each_task_plays_each_step_from_its_start() -> None:
    replies = [{"when": {"step": step}, "reply": {"text": f"{step} {n}"}} for step in ("plan", "code") for n in (1, 2)]
    async with serving(parse({"by_step": True, "replies": replies})) as double:
        for task in ("a", "b"):
            assert said(await ask(double.url, for_task(task, "code"))) == "code 1"
            assert said(await ask(double.url, for_task(task, "plan"))) == "plan 1"
            assert said(await ask(double.url, for_task(task, "code", "more"))) == "code 2"
        assert "step 'code' of task 'a'" in refusal(await ask(double.url, for_task("a", "code", "even more")))
        assert {entry["task"] for entry in double.ledger.calls} == {"a", "b"}


async def test_a_matcher_picks_the_reply() -> None:
    scenario = parse(
        {
            "replies": [
                {"when": {"step": "plan"}, "reply": {"text": "for plan"}},
                {"when": {"system_contains": "exact"}, "reply": {"text": "for exact"}},
            ]
        }
    )
    async with serving(scenario) as double:
        assert said(await ask(double.url, body())) == "for exact"
        assert said(await ask(double.url, for_task("t", "plan"))) == "for plan"


async def test_structured_output_must_satisfy_the_schema_of_the_request() -> None:
    wanted = {"format": {"type": "json_schema", "schema": schema(n={"type": "integer"})}}
    scenario = parse({"replies": [{"reply": {"json": {"n": 1}}}, {"reply": {"json": {"n": "one"}}}]})
    async with serving(scenario) as double:
        assert said(await ask(double.url, body(output_config=wanted))) == '{"n": 1}'
        assert "does not satisfy" in refusal(await ask(double.url, body(output_config=wanted, max_tokens=9)))


async def test_a_reply_can_call_only_what_the_request_offers_and_only_rightly() -> None:
    calls = (
        [{"name": "rm"}],
        [{"name": "read_file", "input": {"path": 1}}],
        [{"name": "read_file", "input": {"path": "a"}}],
    )
    scenario = parse({"replies": [{"reply": {"tool_calls": call}} for call in calls]})
    async with serving(scenario) as double:
        asked = [body(tools=[tool()], max_tokens=n) for n in (1001, 1002, 1003)]
        assert "does not offer" in refusal(await ask(double.url, asked[0]))
        assert "its schema forbids" in refusal(await ask(double.url, asked[1]))
        answer = (await ask(double.url, asked[2])).json()
        assert answer["stop_reason"] == "tool_use"
        again = (await ask(double.url, asked[2])).json()
        assert again["content"][0]["id"] == answer["content"][0]["id"]


async def test_a_reply_longer_than_max_tokens_is_cut_by_the_service() -> None:
    async with serving(says("word " * 100)) as double:
        answer = (await ask(double.url, body(max_tokens=10))).json()
    assert (answer["stop_reason"], answer["usage"]["output_tokens"]) == ("max_tokens", 10)


async def test_thinking_must_come_back_verbatim_on_the_very_same_prefix() -> None:
    scenario = parse({"replies": [{"reply": {"thinking": "hm", "text": "a"}}, {"reply": {"text": "b"}}]})
    async with serving(scenario) as double:
        first = (await ask(double.url, body())).json()["content"]
        whole = body(messages=[*body()["messages"], assistant(*first), user(text("next"))])
        altered = body(
            messages=[*body()["messages"], assistant(first[0] | {"thinking": "HM"}, first[1]), user(text("n"))]
        )
        moved = body(messages=[user(text("another start")), assistant(*first), user(text("next"))])
        for broken in (altered, moved):
            assert "Invalid `signature`" in refusal(await ask(double.url, broken))
        assert said(await ask(double.url, whole)) == "b"


async def test_models_are_listed_and_described() -> None:
    async with serving(says("x")) as double, httpx2.AsyncClient(base_url=double.url, headers=HEADERS) as http:
        listed = [model["id"] for model in (await http.get("/v1/models")).json()["data"]]
        assert "claude-sonnet-5-5" in listed and "claude-3-sonnet-20240229" not in listed
        assert (await http.get("/v1/models/claude-3-sonnet-20240229")).json()["lifecycle"] == "retired"
        assert (await http.get("/v1/models/claude-9")).status_code == 404


@pytest.mark.parametrize(
    ("written", "says_where"),
    [
        pytest.param("replies: [{reply: {txt: hi}}]", "replies.0.reply.txt", id="unknown key"),
        pytest.param("replies: [{reply: {}}]", "replies.0.reply", id="empty reply"),
        pytest.param("replies: [{requires: [{tool: x}], reply: {text: a}}]", "replies.0.requires.0", id="unknown need"),
        pytest.param("replies: [{fault: {times: 2}, reply: {text: a}}]", "replies.0.fault", id="fault of no kind"),
        pytest.param("by_step: true\nreplies: [{reply: {text: a}}]", "missing in replies [0]", id="by_step, no step"),
        pytest.param("replies: [", "line 1", id="no YAML"),
    ],
)
def test_a_bad_scenario_says_where(tmp_path: Path, written: str, says_where: str) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(written)
    with pytest.raises(BadScenario) as caught:
        load(file)
    assert says_where in str(caught.value) and "scenario.yaml" in str(caught.value)
