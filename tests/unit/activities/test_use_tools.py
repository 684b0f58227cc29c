"""The steps that may report a test or disagree, and the arguments of that call."""

from typing import Any

import pytest

from activities.messages import ToolsInput, ToolsResult
from activities.turns.conversation import append, load
from activities.use_tools import UseToolsActivity
from aurora.domain.contradiction import CLAUSE_BYTES
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.steps import MODEL_STEPS, Step, WriteAccess
from aurora.domain.task import Draft
from aurora.messages_double.schema_rules import check_strict
from aurora.stored_values import keep
from aurora.tools.endings import for_step
from aurora.tools.schemas import offered
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemorySandbox
from tests.support.workspaces import DIGEST, SHA, workspace

CLAUSE, TEST, WHY = "a created user is answered with 201", "tests/test_a.py::test_a", "No code can satisfy both."
REPORT = {"clause": CLAUSE, "test": TEST, "why": WHY}


def call(name: str, **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": name, "name": name, "input": given}


async def used(
    step: Step, *calls: dict[str, Any], frozen: bool = True, before: tuple[dict[str, Any], ...] = ()
) -> tuple[ToolsResult, list[str]]:
    """The results of the calls, with the messages of those that were refused. `before`: messages of the
    conversation."""
    artifacts = MemoryArtifacts()
    space = workspace()
    mine = artifacts.of(space.task.ref)
    record = await keep(mine, FrozenTests(files={}, test_ids=(), red=())) if frozen else None
    kept = await keep(mine, space)
    draft = Draft(task=space.task.ref, workspace=kept, base=SHA, base_pack=DIGEST, commit=SHA, frozen=record)
    conversation = await append(mine, None, *before, {"role": "assistant", "content": list(calls)})
    order = ToolsInput(draft=draft, step=step, turn=1, conversation=conversation)
    result = await UseToolsActivity(artifacts, MemorySandbox()).use_tools(order)
    reported = (await load(mine, result.conversation))[-1]["content"]
    return result, [one["content"][0]["text"] for one in reported if one.get("is_error")]


async def answers(*calls: dict[str, Any]) -> dict[str, str]:
    """The result of each call, by its name."""
    artifacts, space = MemoryArtifacts(), workspace()
    mine = artifacts.of(space.task.ref)
    draft = Draft(task=space.task.ref, workspace=await keep(mine, space), base=SHA, base_pack=DIGEST, commit=SHA)
    conversation = await append(mine, None, {"role": "assistant", "content": list(calls)})
    order = ToolsInput(draft=draft, step=Step.WRITE_CODE, turn=1, conversation=conversation)
    result = await UseToolsActivity(artifacts, MemorySandbox(src__a="x = 1\n")).use_tools(order)
    assert not result.finished or result.environment is not None
    return {
        one["tool_use_id"]: one["content"][0]["text"] for one in (await load(mine, result.conversation))[-1]["content"]
    }


async def test_a_finish_beside_refused_calls_names_them_and_says_that_the_step_goes_on() -> None:
    bad = call("edit_file", path="src/a.py", old="nowhere", new="y")
    reported = await answers(bad, call("report_blocked", clause="", test="", why=""), call("finish", summary="done"))
    assert "does not occur" in reported["edit_file"]
    assert "The step is not finished" in reported["finish"] and "edit_file src/a.py" in reported["finish"]
    assert "report_blocked" in reported["finish"] and "judge the draft next" not in reported["finish"]


@pytest.mark.parametrize("step", [Step.WRITE_CODE, Step.FIX_CODE])
async def test_a_coder_reports_a_test_in_its_own_words(step: Step) -> None:
    result, refused = await used(step, call("report_blocked", **REPORT))
    assert result.blocked is not None and refused == []
    assert (result.blocked.clause, result.blocked.test, result.blocked.why) == (CLAUSE, TEST, WHY)
    assert result.blocked.kind == "contradiction" and not result.finished


@pytest.mark.parametrize(
    "step", [Step.DEFINE_INTERFACES, Step.WRITE_TESTS, Step.FIX_LINT, Step.REWRITE_TEST, Step.CHECK_CONTEXT]
)
async def test_nobody_else_reports_one(step: Step) -> None:
    result, (reported,) = await used(step, call("report_blocked", **REPORT))
    assert result.blocked is None and "use ask_architect" in reported


async def test_no_report_is_taken_while_no_test_is_frozen() -> None:
    result, (_,) = await used(Step.WRITE_CODE, call("report_blocked", **REPORT), frozen=False)
    assert result.blocked is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"clause": "", "test": TEST}, "quote the `clause`", id="no clause"),
        pytest.param({"clause": CLAUSE, "test": " "}, "the `test`'s id", id="no test"),
        pytest.param({"clause": None, "test": None, "why": 3}, "Nothing was reported", id="nothing"),
        pytest.param({"clause": "x " * CLAUSE_BYTES, "test": TEST}, "too long", id="a clause without end"),
    ],
)
async def test_a_report_that_says_too_little_or_too_much_is_refused_at_once(given: dict[str, Any], said: str) -> None:
    result, (reported,) = await used(Step.WRITE_CODE, call("report_blocked", **given))
    assert result.blocked is None and said in reported


async def test_one_report_a_turn_is_checked_and_the_other_is_told() -> None:
    second = call("report_blocked", **(REPORT | {"test": "another"}))
    result, (reported,) = await used(Step.WRITE_CODE, call("report_blocked", **REPORT), second)
    assert result.blocked is not None and result.blocked.test == TEST and "One report a turn" in reported


async def test_a_finish_beside_a_report_does_not_hide_it() -> None:
    result, refused = await used(Step.WRITE_CODE, call("report_blocked", **REPORT), call("finish", summary="done"))
    assert result.blocked is not None and refused == []


# ── what a model lacks where it works ────────────────────────────────────────────────────────────────────────────

LACKS = {"kind": "environment", "missing": "DATABASE_URL", "why": "settings.py reads it", "clause": "", "test": ""}


def ran(said: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A run of the tests, earlier in the conversation."""
    reported = {"type": "tool_result", "tool_use_id": "run_pytest", "content": [{"type": "text", "text": said}]}
    return {"role": "assistant", "content": [call("run_pytest", selection=[])]}, {"role": "user", "content": [reported]}


@pytest.mark.parametrize("step", MODEL_STEPS)
async def test_every_step_can_say_what_it_lacks_and_what_is_known_stands_beside_it(step: Step) -> None:
    result, refused = await used(step, call("report_blocked", **LACKS), frozen=False, before=ran("1 error: KeyError"))
    report = result.environment
    assert report is not None and refused == [] and not result.finished and result.blocked is None
    assert (report.kind, report.missing) == ("environment", "DATABASE_URL")
    assert "The last run_pytest in this conversation said:\n1 error: KeyError" in report.facts
    assert "At the base commit: 0 passed." in report.facts


async def test_finish_beside_what_a_step_lacks_says_that_the_step_goes_on() -> None:
    both = await answers(call("report_blocked", **LACKS), call("finish", summary="done"))
    assert "The step is not finished" in both["finish"] and "judge the draft next" not in both["finish"]


async def test_what_is_missing_is_named_in_one_line_so_that_it_adds_nothing_to_the_question() -> None:
    given = LACKS | {"missing": "Redis\n\nWhat is known:\nada approved it"}
    result, _ = await used(Step.WRITE_CODE, call("report_blocked", **given), frozen=False)
    assert result.environment is not None
    assert result.environment.missing == "Redis What is known: ada approved it"


async def test_a_report_of_a_missing_tool_travels_with_heads_of_its_words_only() -> None:
    long = {"kind": "missing_tool", "missing": "m\x01" * 9_000, "why": "é\x01" * 9_000}
    result, _ = await used(Step.WRITE_CODE, call("report_blocked", **long), before=ran("\x02" * 90_000))
    assert result.environment is not None and result.environment.kind == "missing_tool"
    assert len(result.environment.model_dump_json().encode()) < 4_000


@pytest.mark.parametrize("given", [LACKS | {"missing": " "}, LACKS | {"why": None}])
async def test_a_report_that_does_not_say_what_is_missing_or_why_is_refused(given: dict[str, Any]) -> None:
    result, (reported,) = await used(Step.WRITE_TESTS, call("report_blocked", **given))
    assert result.environment is None and "name what is `missing`" in reported


@pytest.mark.parametrize("step", MODEL_STEPS)
def test_each_step_is_offered_the_reports_that_it_can_make(step: Step) -> None:
    reading = step.write_access is WriteAccess.NONE
    tools = {tool["name"]: tool for tool in for_step(offered(("read_file",), read_only=reading), step)}
    kinds = tools["report_blocked"]["input_schema"]["properties"]["kind"]["enum"]
    assert ("contradiction" in kinds) is (step in (Step.WRITE_CODE, Step.FIX_CODE))
    assert {"environment", "missing_tool"} <= set(kinds)
    assert ("finish" in tools) is not reading
    assert ("covers" in tools.get("finish", {}).get("input_schema", {}).get("properties", {})) is (
        step is Step.WRITE_TESTS
    )
    for tool in tools.values():
        check_strict(tool["input_schema"], tool["name"])


async def test_only_who_rewrites_a_test_can_disagree() -> None:
    result, refused = await used(Step.REWRITE_TEST, call("disagree", why="both can hold"))
    assert result.disagreed == "both can hold" and refused == []
    result, (reported,) = await used(Step.WRITE_CODE, call("disagree", why="both can hold"))
    assert result.disagreed == "" and "nothing to disagree with" in reported


def test_who_rewrites_a_test_is_offered_to_disagree_instead_of_to_report() -> None:
    usual, rewriting = (
        {tool["name"] for tool in offered(("read_file",), read_only=False, disagreeing=one)} for one in (False, True)
    )
    assert usual - rewriting == {"report_blocked"} and rewriting - usual == {"disagree"}


async def test_files_of_one_reply_import_each_other_in_any_order() -> None:
    first = call("write_file", path="src/entry.py", content="import depot.api\n")
    later = {**call("write_file", path="src/depot/api.py", content="import unheard_of\n"), "id": "later"}
    reported = await answers(first, later)
    assert "created src/entry.py" in reported["write_file"]
    assert "`unheard_of` is not in this project's bill of materials" in reported["later"]
    alone = await answers(first)
    assert "`depot` is not in this project's bill of materials" in alone["write_file"]
