"""The questions of check_context: quotes that stand where they are said to, drafts of operations that can be
accepted."""

from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.check_context import CheckContextActivity
from activities.messages import TurnReply
from activities.turns.brief import writing_rule
from activities.turns.conversation import load
from aurora.domain.questions import QuestionKind
from aurora.domain.steps import Step
from aurora.settings.contract import ContractSettings
from aurora.settings.repository import BackendSettings
from aurora.stored_values import keep, workspace_of
from tests.support.desk_of_one import Table, table
from tests.support.workspaces import workspace

DRAFT = "/users:\n  post:\n    responses:\n      '201': {description: created}\n"
WRITES = BackendSettings(contract=ContractSettings(write=True))
TASK = "A user without an email gets 422."


def asking(**piece: Any) -> dict[str, Any]:
    missing = [{"question": "Which of the two?", **piece}]
    return {"tool_calls": [{"name": "submit_context", "input": {"summary": "One is open.", "missing": missing}}]}


async def asked(at: Table, settings: BackendSettings | None = None) -> TurnReply:
    draft = await at.draft(settings)
    space = await workspace_of(at.kept(), draft)
    space = space.model_copy(update={"task": space.task.model_copy(update={"text": TASK})})
    draft = draft.model_copy(update={"workspace": await keep(at.kept(), space)})
    order = await at.order(Step.CHECK_CONTEXT, draft=draft)
    reply: TurnReply = await ActivityEnvironment().run(
        CheckContextActivity(at.turns, at.artifacts).check_context, order
    )
    return reply


async def test_a_contradiction_quotes_both_places() -> None:
    quotes = [{"source": "the task", "words": TASK}, {"source": "src/users.py", "words": "return 409"}]
    async with table(asking(quotes=quotes)) as at:
        (question,) = (await asked(at)).questions
    assert question.kind is QuestionKind.MISSING_SPEC
    assert f'- the task: "{TASK}"' in question.text and '- src/users.py: "return 409"' in question.text


@pytest.mark.parametrize(
    ("piece", "why"),
    [
        ({"quotes": [{"source": "the task", "words": TASK}]}, "a contradiction has two places"),
        (
            {"quotes": [{"source": "the task", "words": "words that nobody said"}, {"source": "b.py", "words": "b"}]},
            "does not stand in the task, word for word",
        ),
        ({"operation": "/users: {}"}, "names no method below `/users`"),
        ({"operation": DRAFT + "#" * 3_000}, "`operation` has more than"),
    ],
)
async def test_what_can_not_be_shown_is_sent_back(piece: dict[str, Any], why: str) -> None:
    async with table(asking(**piece)) as at:
        reply = await asked(at)
        reported = (await load(at.kept(), reply.conversation))[-1]["content"][0]
    assert reply.stop == "nudge" and reply.questions == ()
    assert reported["is_error"] and why in str(reported["content"])


async def test_a_draft_of_the_operation_is_the_first_option() -> None:
    async with table(asking(operation=DRAFT, options=["another code"])) as at:
        (question,) = (await asked(at)).questions
    assert question.options == ("accept the draft", "another code") and DRAFT.strip() in question.text
    assert question.allows == () and question.drafted is None


async def test_where_the_document_may_be_written_an_approval_opens_it_for_the_draft() -> None:
    async with table(asking(operation=DRAFT)) as at:
        (question,) = (await asked(at, WRITES)).questions
        assert question.drafted is not None
        assert await at.kept().get(question.drafted) == DRAFT.strip().encode()
    assert question.options[0] == "approve" and question.allows == ("openapi.yaml",)
    assert "writes this draft into openapi.yaml first" in question.text


def test_the_steps_are_told_to_write_the_document_first_only_where_the_settings_say_it() -> None:
    assert writing_rule(workspace()) == ""
    assert "drafted first" in writing_rule(workspace(settings=WRITES))
