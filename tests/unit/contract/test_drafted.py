"""An operation that a model drafts: what is accepted as one, and whether the document holds it."""

import pytest

from aurora.contract import drafted
from aurora.errors import Refusal

DRAFT = """
/users:
  post:
    summary: Create a user
    requestBody:
      required: true
      content:
        application/json:
          schema: {type: object, required: [email], properties: {email: {type: string}}}
    responses:
      '201': {description: created}
"""
KNOWN = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1"},
    "paths": {},
    "components": {"schemas": {"User": {"type": "object"}}},
}


def test_a_draft_names_its_operations() -> None:
    assert drafted.read(DRAFT) == drafted.DraftedOperation(operations=("POST /users",))


def test_a_draft_may_stand_below_paths_and_refer_to_the_document() -> None:
    below = "paths:\n  /users:\n    get:\n      responses:\n        '200':\n          description: all\n"
    below += "          content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}\n"
    assert drafted.read(below, KNOWN).faults == ()
    assert "refers to nothing" in drafted.read(below).faults[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[", "not valid YAML"),
        ("just words", "is no mapping"),
        ("users:\n  get: {responses: {'200': {description: a}}}", "names no path"),
        ("/users:\n  description: nothing", "names no method"),
        ("/users:\n  get: {summary: all}", "names no `responses`"),
        ("/users:\n  get: {responses: {'200': {}}}", "description"),
        ("/users/{id}:\n  get: {responses: {'200': {description: a}}}", "id"),
    ],
)
def test_what_is_no_operation_is_said(text: str, why: str) -> None:
    found = drafted.read(text)
    assert found.faults and why in found.faults[0]


def test_the_document_must_hold_what_was_approved() -> None:
    head = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n"
    whole = head + "".join(f"  {line}\n" for line in DRAFT.strip().splitlines())
    assert drafted.lacking(DRAFT, whole, "openapi.yaml") == ()
    (line,) = drafted.lacking(DRAFT, head + "  /other: {}\n", "openapi.yaml")
    assert line == "openapi.yaml lacks `POST /users`, whose draft was approved."
    (line,) = drafted.lacking(DRAFT, whole.replace("'201'", "'200'"), "openapi.yaml")
    assert line == "openapi.yaml describes `POST /users` differently from its approved draft: responses."


def test_a_document_that_can_not_be_read_is_refused() -> None:
    with pytest.raises(Refusal):
        drafted.lacking(DRAFT, "[", "openapi.yaml")
