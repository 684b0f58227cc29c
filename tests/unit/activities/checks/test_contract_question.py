"""When a task asks of its contract before any model is called, and what the question says."""

from typing import Any

import pytest

from activities.checks.contract_question import ContractIssue, ContractQuestions, in_a_line
from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.domain.task import Draft, SettingsOverride, TaskRef
from aurora.domain.workspace import Contract, ServeRecipe
from aurora.settings import override, override_text
from aurora.settings.repository import BackendSettings
from aurora.settings.repository_file import load
from tests.support.contract_services import DOCUMENT, LOG_IN, OPERATIONS
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.served_sandbox import Application, ServedSandbox, answered, silent
from tests.support.workspaces import DIGEST, SHA, uploaded, workspace

RECIPE = ServeRecipe(framework="fastapi", argv=("python", "-m", "shop", "{port}"))
NEEDS_KEY = "Traceback\n  File app.py\nKeyError: 'SHOP_KEY'\n"


class Opening:
    def __init__(self, at_base: Application | None = None, **contract: Any) -> None:
        self.artifacts = MemoryArtifacts()
        self.sandbox = ServedSandbox(answered(), at_base or answered())
        self.sandbox.base = {"openapi.yaml": DOCUMENT.encode(), "shop/app.py": b"app = 1\n"}
        self.contract = contract
        self.recipe: ServeRecipe | None = RECIPE
        self.overrides: tuple[SettingsOverride, ...] = ()
        self.seconds = 0.0

    async def about(self) -> ContractIssue:
        settings = BackendSettings.model_validate({"contract": self.contract})
        task = uploaded(base=SHA).model_copy(update={"overrides": self.overrides})
        contract = Contract(path="openapi.yaml", digest=DIGEST, operations=OPERATIONS)
        made = workspace(task, settings=settings, serve=self.recipe).model_copy(update={"contract": contract})
        draft = Draft(task=TaskRef(id="t1"), workspace=DIGEST, base=SHA, base_pack=DIGEST, commit=SHA)
        mine, shared = self.artifacts.of(draft.task), self.artifacts.shared("default")
        return await ContractQuestions(mine, shared, self.sandbox, self.seconds).about(made, draft)

    async def question(self) -> QuestionDraft:
        about = await self.about()
        assert about.question is not None, about
        return about.question


async def test_operations_behind_a_log_in_are_asked_about_with_the_scheme_and_recipes_that_can_be_chosen() -> None:
    question = await Opening().question()
    assert question.kind is QuestionKind.DECISION
    assert "3 of 5 operations of openapi.yaml need a log-in (DELETE /items/{id}, GET /items/{id}, POST /items)" in (
        question.text
    )
    said = '/components/securitySchemes/bearer: {"type": "http", "scheme": "bearer"}'
    assert f"openapi.yaml:47 at {said}" in question.text, question.text
    first, *others = question.options
    assert others[-2:] == ["go on without", "abandon"] and question.assumed.startswith("go on without: ")
    block = override.read(override_text.said(first))
    auth = override.applied(load("{}", "aurora.yaml"), [block]).settings.contract.auth
    assert auth is not None and auth.login is not None and auth.login.operation == "POST /login"
    assert not override_text.is_quoted(first, question.text)


async def test_a_project_that_says_how_is_not_asked() -> None:
    opening = Opening(auth=LOG_IN)
    assert await opening.about() == ContractIssue()
    ((_, order),) = opening.sandbox.runs
    assert order.touched == ("GET /health",) and order.examples == 1 and order.login is not None


async def test_a_recipe_of_an_answer_that_does_not_work_is_asked_about_again_and_one_of_the_file_is_not() -> None:
    failing = answered(trouble="the log-in failed: POST /login answered 401")
    opening = Opening(failing, auth=LOG_IN)
    assert (await opening.about()).question is None
    opening.overrides = (SettingsOverride(block=DIGEST, shown="contract: ..."),)
    question = await opening.question()
    assert "does not work at the base commit: the log-in failed: POST /login answered 401" in question.text


@pytest.mark.parametrize("contract", [{"exercise": {"enabled": False}}, {"serve": None}])
async def test_nothing_is_asked_where_nothing_is_exercised(contract: dict[str, Any]) -> None:
    opening = Opening(**contract)
    opening.recipe = RECIPE if "exercise" in contract else None
    assert await opening.about() == ContractIssue() and opening.sandbox.runs == []


async def test_an_open_document_asks_nothing() -> None:
    opening = Opening()
    opening.sandbox.base["openapi.yaml"] = DOCUMENT.replace("security: [{bearer: []}]\n", "").encode()
    assert await opening.about() == ContractIssue()


async def test_an_application_that_asks_for_a_variable_is_a_question_that_offers_it() -> None:
    opening = Opening(silent("it ended with code 1", NEEDS_KEY))
    opening.sandbox.base[".env.example"] = b"SHOP_KEY=for-tests\n"
    question = await opening.question()
    assert question.options == (
        'set contract: {env: {SHOP_KEY: "for-tests"}}', "try again", "go on without", "abandon",
    )  # fmt: skip
    assert (
        "It printed:\nTraceback" in question.text
        and "the application is not checked against its contract" in question.text
    )


async def test_one_that_does_not_start_for_unknown_reasons_is_a_warning_unless_somebody_said_how() -> None:
    dead = silent("it ended with code 1", "Segmentation fault")
    about = await Opening(dead).about()
    assert about.question is None and "can't be started at the base commit: it ended with code 1" in about.warning
    question = await Opening(dead, serve=("python", "-m", "other")).question()
    assert question.options == ("try again", "go on without", "abandon")


async def test_what_it_printed_stands_in_the_question_once() -> None:
    dead = silent(f"it ended with code 1; its output ends:\n{NEEDS_KEY}", NEEDS_KEY)
    question = await Opening(dead).question()
    assert "at the base commit: it ended with code 1\n" in question.text and question.text.count("Traceback") == 1


@pytest.mark.parametrize(
    "beside",
    [{}, {"setup.py": b"setup()\n", "noxfile.py": b"import nox\n", "tests/test_shop.py": b"def test_it(): ...\n"}],
)
async def test_a_service_that_is_not_written_yet_is_not_served_and_only_its_log_in_is_asked_about(
    beside: dict[str, bytes],
) -> None:
    opening = Opening(silent("it ended with code 1", "No module named shop"), serve=("python", "-m", "shop"))
    opening.sandbox.base = {"openapi.yaml": DOCUMENT.encode(), **beside}
    question = await opening.question()
    assert "3 of 5 operations of openapi.yaml need a log-in" in question.text and "can't be exercised" not in (
        question.text
    )
    opening.contract["auth"] = LOG_IN
    assert await opening.about() == ContractIssue() and opening.sandbox.runs == []


async def test_a_later_task_on_the_same_commit_serves_it_no_more() -> None:
    opening = Opening()
    opening.seconds = 1_000
    await opening.question()
    assert len(opening.sandbox.runs) == 1
    await opening.artifacts.delete(TaskRef(id="t1"))
    await opening.question()
    assert len(opening.sandbox.runs) == 1


def test_settings_in_a_line_are_read_as_what_they_were() -> None:
    body = {"a": "yes", "b": "x: y", "n": 1, "e": "é#"}
    value = {"auth": {"login": {"operation": "POST /users/{id}", "body": body}}}
    block = override.read(f"contract: {in_a_line(value)}")
    auth = override.applied(load("{}", "aurora.yaml"), [block]).settings.contract.auth
    assert auth is not None and auth.login is not None
    assert auth.login.operation == "POST /users/{id}"
    assert auth.login.body == body
