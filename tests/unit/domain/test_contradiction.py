"""Check whether a clause that a coder quotes stands where the specification stands."""

import pytest

from aurora.domain.contradiction import CLAUSE_BYTES, WHY_BYTES, Reported, place_of

TASK = """\
Create a POST /users endpoint. A created user is answered with
  201 Created and the stored user.
Names are unique."""
CONTRACT = """\
paths:
  /users:
    post:
      description: >-
        An e-mail address that is taken
        is a 409, whatever its case.
"""
SOURCES = (("the task", TASK), ("openapi.yaml", CONTRACT))


@pytest.mark.parametrize(
    ("clause", "place"),
    [
        pytest.param("A created user is answered with 201 Created", "the task", id="over a line's end"),
        pytest.param("a created USER is answered with 201", "the task", id="another case"),
        pytest.param('"A created user is answered with 201 Created."', "the task", id="in quotes, with a full stop"),
        pytest.param("`Names are unique`", "the task", id="a short sentence"),
        pytest.param("An e-mail address that is taken is a 409", "openapi.yaml", id="folded YAML"),
    ],
)
def test_a_clause_stands_where_it_is_written(clause: str, place: str) -> None:
    assert place_of(clause, SOURCES) == place


@pytest.mark.parametrize(
    "clause",
    [
        pytest.param("POST /users answers None and stores nothing", id="invented"),
        pytest.param("A created user is answered with 200", id="one word else"),
        pytest.param("", id="empty"),
        pytest.param("201", id="a number"),
        pytest.param("a", id="a letter"),
        pytest.param("the", id="a word"),
        pytest.param("is a", id="two words"),
        pytest.param("is answered", id="a fragment"),
        pytest.param("reated user is answered with 201", id="from the middle of a word"),
        pytest.param("A created user is answered with 20", id="to the middle of a word"),
        pytest.param("A created user … and the stored user", id="with something left out"),
        pytest.param(".*", id="a pattern"),
    ],
)
def test_what_is_invented_or_trivial_stands_nowhere(clause: str) -> None:
    assert place_of(clause, SOURCES) == ""


def test_a_report_is_uncut_up_to_its_bound_and_says_where_it_was_cut() -> None:
    why = "because " * 200
    assert Reported.of("t", "c", why).why == why
    cut = Reported.of("t" * 9_000, "c" * 9_000, "w" * 9_000)
    assert len(cut.clause.encode()) <= CLAUSE_BYTES and len(cut.why.encode()) <= WHY_BYTES
    assert cut.clause.endswith("…") and cut.why.endswith("…")
