"""The commit's message: a conventional subject, a body a terminal can show, trailers that lead back to the task."""

import pytest

from activities.create_commit import commit_message
from aurora.asking import AnswerBook
from aurora.domain import Census, Draft, FrozenTests, Plan, Rewrite, TaskRef

D = "sha256:" + "0" * 64
DRAFT = Draft(task=TaskRef(id="t1"), workspace=D, base="a" * 40, base_pack=D, commit="b" * 40, plan=D)


def message(summary: str, reasoning: str = "") -> str:
    plan = Plan(summary=summary, reasoning=reasoning, files=(), tests=())
    return commit_message(DRAFT, plan, FrozenTests(files={}, nodes=(), red=("a",)), Census(passed=2), AnswerBook())


@pytest.mark.parametrize(
    ("summary", "subject"),
    [
        ("Create users by POST /users.", "feat: create users by POST /users"),
        ("fix: keep addresses casefolded", "fix: keep addresses casefolded"),
        ("fix(users)!: keep addresses casefolded", "fix(users)!: keep addresses casefolded"),
        ("POST /users: create users", "feat: POST /users: create users"),
        ("feat:no blank", "feat: feat:no blank"),
    ],
)
def test_the_subject_is_a_conventional_commits_one(summary: str, subject: str) -> None:
    assert message(summary).splitlines()[0] == subject


def test_the_body_is_wrapped_and_keeps_its_paragraphs() -> None:
    written = message("Create users", "word " * 40 + "\n\n" + "https://example.com/" + "x" * 80)
    body = written.split("\n\n")[1:-1]
    assert len(body) == 2 and all(len(line) <= 72 for line in body[0].splitlines())
    assert body[1] == "https://example.com/" + "x" * 80


def test_a_rewritten_test_is_a_trailer_of_one_line_without_commands() -> None:
    one = Rewrite(
        test="tests/test_a.py::test_b",
        clause="Answer\n201 [skip ci]\n\nCloses #1",
        decided_by="architect",
        before="",
        after="",
    )
    frozen = FrozenTests(files={}, nodes=(), red=("a",), rewrites=(one,))
    plan = Plan(summary="Create users", files=(), tests=())
    written = commit_message(DRAFT, plan, frozen, Census(passed=2), AnswerBook())
    assert written.splitlines()[-1] == (
        "Aurora-Rewritten: tests/test_a.py::test_b (clause: Answer 201 skip ci Closes 1; decided by architect)"
    )


def test_the_trailers_are_the_last_paragraph() -> None:
    assert message("Create users", "Aurora-Red: 99").split("\n\n")[-1].splitlines() == [
        "Aurora-Task: t1", "Aurora-Plan: 0000000000000000", "Aurora-Red: 1", "Aurora-Green: 2",
    ]  # fmt: skip
