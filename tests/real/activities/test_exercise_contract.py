"""exercise_contract on small services in a real sandbox: what breaks their document is found, and nothing else is."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.exercise_contract import ExerciseContractActivity
from activities.messages import CheckInput
from aurora.domain.exercise_evidence import ContractExercises
from aurora.domain.findings import Report, Weight
from aurora.domain.plan import Plan
from aurora.domain.task import TaskRef
from aurora.domain.workspace import Contract
from aurora.settings.policy import Policy
from aurora.settings.repository import BackendSettings, SandboxSettings
from aurora.stored_values import fetch, keep
from tests.support.boxes import new_draft, workspace_of
from tests.support.contract_services import DOCUMENT, LOG_IN, OPERATIONS, express_shop, fastapi_shop
from tests.support.projects import detected
from tests.support.served import slow

pytestmark = [pytest.mark.docker, pytest.mark.timeout(900)]
LIMITS = SandboxSettings(memory_mb=512, disk_mb=128, pids=128, cpus=2)
SHOPS = {"fastapi": (fastapi_shop, "shop/app.py"), "express": (express_shop, "app.js")}


class Service:
    """A service at its base commit; each check is of a draft with other changes."""

    def __init__(self, artifacts, sandbox, draft, workspace, source):
        self.artifacts, self.sandbox, self.draft, self.workspace = artifacts, sandbox, draft, workspace
        self.source = source

    async def checked(self, *changes, planned=(), **contract):
        mine = self.artifacts.of(self.draft.task)
        given = {"path": "openapi.yaml", "auth": LOG_IN, **contract}
        settings = BackendSettings.model_validate({"contract": given, "sandbox": LIMITS})
        workspace = self.workspace.model_copy(update={"settings": settings})
        plan = Plan(summary="Change it", files=(), tests=(), operations=planned)
        base = self.draft.model_copy(update={"workspace": await keep(mine, workspace), "plan": await keep(mine, plan)})
        async with self.sandbox.open(base, workspace) as box:
            text = (await box.read(self.source)).decode()
            for before, after in changes:
                assert text.count(before) == 1, before
                text = text.replace(before, after)
            await box.write(self.source, text.encode() + b"\n")
            draft = await box.seal("change")
        exerciser = ExerciseContractActivity(self.artifacts, self.sandbox, Policy())
        seen = await ActivityEnvironment().run(exerciser.exercise_contract, CheckInput(draft=draft))
        report = await fetch(mine, seen.report.whole, Report)
        return report, await fetch(mine, report.exercise, ContractExercises)


@pytest.fixture
async def service(artifacts, sandbox, tmp_path):
    made = []

    async def of(kind, *broken):
        shop, source = SHOPS[kind]
        text = shop.FILES[source]
        for before, after in broken:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        files = {**shop.FILES, source: text, "openapi.yaml": DOCUMENT}
        chain = await detected(files)
        assert chain.serve is not None, chain.why
        image = await sandbox.build(TaskRef(id="images"), chain.dependencies, chain.project)
        draft = await new_draft(artifacts, tmp_path / f"draft{len(made)}", files)
        contract = Contract(path="openapi.yaml", digest="sha256:" + "0" * 64, operations=OPERATIONS)
        workspace = workspace_of(draft, image, LIMITS).model_copy(update={"toolchain": chain, "contract": contract})
        made.append(draft)
        return Service(artifacts, sandbox, draft, workspace, source)

    yield of
    for draft in made:
        await sandbox.release(draft.task)


def broken(report):
    """(operation, what) of each finding."""
    heads = [finding.message.splitlines()[0] for finding in report.findings if finding.check == "contract"]
    return {
        (head.partition(" answered")[0], head.rpartition("(")[2].partition(")")[0].partition(",")[0]) for head in heads
    }


async def both(shop, *changes, **given):
    report, kept = await shop.checked(*changes, **given)
    return report, kept.exercises


@pytest.mark.parametrize("kind", SHOPS)
@pytest.mark.parametrize("seed", [1, pytest.param(20_261_201, marks=slow)])
async def test_a_clean_service_passes_and_every_operation_is_exercised(service, kind, seed):
    shop = await service(kind)
    report, (exercise,) = await both(shop, planned=("POST /items",), exercise={"seed": seed})
    assert report.passed and not report.findings, report
    assert [one.operation for one in exercise.exercised] == list(OPERATIONS), exercise
    assert all(one.succeeded for one in exercise.exercised if one.operation != "POST /login"), exercise
    assert exercise.driver.startswith("schemathesis 4") and exercise.seed == seed


@pytest.mark.parametrize("kind", SHOPS)
async def test_what_breaks_the_document_is_found_and_what_the_base_does_too_is_known(service, kind):
    broken_shop = SHOPS[kind][0]
    shop = await service(kind, broken_shop.STATUS)
    changes = (broken_shop.PROPERTY, broken_shop.FAILS, broken_shop.IGNORES)
    report, _ = await both(shop, *changes, planned=("GET /items/{id}",))
    assert broken(report) == {
        ("GET /items/{id}", "response_schema"),
        ("POST /items", "server_error"),
        ("DELETE /items/{id}", "ignored_auth"),
    }, report
    known = {note.check: note.message for note in report.notes if note.weight is Weight.KNOWN}
    assert known["contract"].startswith("POST /items answered 202"), report.notes
    seen = [finding for finding in report.findings if finding.check == "contract"]
    assert all(finding.line and "openapi.yaml:" in finding.message for finding in seen), seen


@slow
@pytest.mark.parametrize("kind", SHOPS)
async def test_a_shared_middleware_that_breaks_an_operation_nobody_touched_is_found_as_is_a_new_status(service, kind):
    broken_shop = SHOPS[kind][0]
    report, _ = await both(await service(kind), broken_shop.MIDDLEWARE, broken_shop.STATUS, planned=("POST /items",))
    assert broken(report) >= {("GET /health", "response_schema"), ("POST /items", "undocumented_status")}, report
    (health,) = (finding for finding in report.findings if finding.message.startswith("GET /health"))
    assert "The task does not touch this operation" in health.message


@slow
async def test_an_application_that_starts_no_more_blocks_with_its_own_words(service):
    report, (exercise,) = await both(await service("fastapi"), fastapi_shop.ENDS)
    (finding,) = report.findings
    assert "can't be exercised any more, as it can be at the base commit" in finding.message
    assert "SyntaxError" in finding.message, finding.message
    assert len(exercise.left_out) == len(OPERATIONS)


@slow
async def test_without_a_log_in_what_is_behind_it_is_listed_and_never_passed(service):
    report, (exercise,) = await both(await service("fastapi"), auth=None)
    assert report.passed
    assert [one.operation for one in exercise.left_out] == ["DELETE /items/{id}", "GET /items/{id}", "POST /items"]
    assert "not exercised: 3" in report.summary and all("log-in" in one.left_out for one in exercise.left_out), exercise
