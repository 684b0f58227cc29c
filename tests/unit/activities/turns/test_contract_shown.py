"""The contract in a brief before and after the plan, and the places where quotes of it are found."""

import json

import pytest

from activities.messages import TurnInput
from activities.messages.turns import PastConversation
from activities.turns import conversation_reuse
from activities.turns.brief import Brief, known, made
from activities.turns.contract_shown import WHOLE_CHARS, ContractShown, shown, unnamed_clauses, words
from aurora.domain.contradiction import place_of
from aurora.domain.plan import Plan
from aurora.domain.questions import AnswerBook
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.workspace import Contract, Disagreement, Workspace
from tests.support.large_document import SHOP
from tests.support.memory_artifacts import MemoryTaskArtifacts
from tests.support.workspaces import DIGEST, SHA, uploaded, workspace

LONG = "A sentence that says what this field is for. " * 12
TASK = "POST /orders must refuse negative amounts"


def large() -> dict:
    """The shop with more schemas than may be shown."""
    schemas = {f"Kind{n}": {"type": "object", "description": LONG} for n in range(150)}
    return {**SHOP, "components": {**SHOP["components"], "schemas": {**SHOP["components"]["schemas"], **schemas}}}


async def space(document: dict, artifacts: MemoryTaskArtifacts, **more) -> Workspace:
    text = json.dumps(document)
    contract = Contract(
        path="openapi.json", digest=await artifacts.put(text.encode()), operations=("POST /orders",), **more
    )
    return workspace(uploaded(text=TASK)).model_copy(update={"contract": contract})


def plan(*operations: str) -> Plan:
    return Plan(summary="x", files=(), tests=(), operations=operations)


async def test_a_large_document_is_shown_by_an_index_and_what_the_task_needs():
    artifacts = MemoryTaskArtifacts()
    reported = (await shown(artifacts, await space(large(), artifacts), None)).text
    assert "- GET /warehouses/{id}" in reported and "operationId: createOrder" in reported and "Kind7" not in reported
    assert len(reported) < WHOLE_CHARS


async def test_what_stands_before_the_plan_is_the_same_after_it_and_the_plan_s_part_follows_it():
    artifacts = MemoryTaskArtifacts()
    disagreement = Disagreement(kind="bounds", said="5 > 1", first="a", second="b", operations=("GET /warehouses",))
    given = await space(large(), artifacts, disagreements=(disagreement,))
    briefs = [
        Brief(workspace=given, answers=AnswerBook(), listing="", plan=one, contract=await shown(artifacts, given, one))
        for one in (None, plan("GET /warehouses"))
    ]
    assert known(briefs[0]) == known(briefs[1])
    assert "operationId: listWarehouses" not in known(briefs[1])
    after = made(briefs[1])
    assert "operationId: listWarehouses" in after and "- contradiction: 5 > 1" in after and "POST /warehouses" in after


async def test_a_small_document_is_shown_as_it_is_written_and_one_of_many_files_as_one():
    artifacts = MemoryTaskArtifacts()
    given = await space({"openapi": "3.1.0"}, artifacts)
    assert '{"openapi": "3.1.0"}' in (await shown(artifacts, given, plan("GET /a"))).text
    assert given.contract is not None
    bundle = await artifacts.put(json.dumps(SHOP).encode())
    contract = given.contract.model_copy(update={"bundle": bundle, "files": ("openapi.json", "a.yaml")})
    reported = await shown(artifacts, given.model_copy(update={"contract": contract}), plan("GET /orders"))
    assert (
        "consists of 2 files" in reported.text and "operationId: createOrder" in reported.text and not reported.planned
    )


async def test_a_quote_of_a_shown_part_is_found_in_a_document_that_is_written_otherwise():
    artifacts = MemoryTaskArtifacts()
    given = await space(large(), artifacts)
    assert given.contract is not None
    texts = [("openapi.json", text) for text in await words(artifacts, given.contract)]
    quote = "summary: Add one order requestBody: content: application/json: schema: $ref: '#/components/schemas/Order'"
    assert place_of(quote, texts) == "openapi.json" and not place_of(quote, texts[:1])


async def test_clauses_that_no_test_names_are_told_for_the_evidence():
    artifacts = MemoryTaskArtifacts()
    given = await space(SHOP, artifacts)
    reported = await unnamed_clauses(artifacts, given, plan("POST /orders"), ("# POST /orders 200",))
    assert reported == ("POST /orders 404",)


@pytest.mark.parametrize(("before", "reported"), [(Step.DRAFT_PLAN, True), (Step.DEFINE_INTERFACES, False)])
def test_a_conversation_that_planned_is_told_what_the_plan_needs_of_a_long_document(before: Step, reported: bool):
    brief = Brief(workspace(), AnswerBook(), "", contract=ContractShown("x", "the part of the plan"))
    goes_on = PastConversation(head=DIGEST, step=before, commit=SHA, tokens=1, replied_at=1)
    draft = Draft(task=brief.workspace.task.ref, workspace=DIGEST, base=SHA, base_pack=DIGEST, commit=SHA)
    order = TurnInput(draft=draft, step=Step.WRITE_TESTS, visit=1, turn=1, conversation=None, left_microdollars=1,
                      left_tokens=1, before=goes_on)  # fmt: skip
    said = conversation_reuse.next_message(brief, AnswerBook(), order, "Step: write_tests")
    assert ("the part of the plan" in said) is reported
