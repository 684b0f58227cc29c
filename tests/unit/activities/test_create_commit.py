# ruff: noqa: E501  tables, read as a whole
"""The commit's message: a conventional subject, a body a terminal can show, trailers that lead back to the task."""

import re
import subprocess
from functools import partial
from pathlib import Path

import pytest

from activities.create_commit import commit_message
from aurora.commit_message import body_of
from aurora.domain.evidence import Allowed
from aurora.domain.findings import TestCounts
from aurora.domain.frozen_tests import FrozenTests, Rewrite
from aurora.domain.plan import Plan
from aurora.domain.questions import AnswerBook
from aurora.domain.task import Draft, TaskRef

D = "sha256:" + "0" * 64
DRAFT = Draft(task=TaskRef(id="t1"), workspace=D, base="a" * 40, base_pack=D, commit="b" * 40, plan=D)


def message(summary: str, reasoning: str = "") -> str:
    plan = Plan(summary=summary, reasoning=reasoning, files=(), tests=())
    return commit_message(
        DRAFT, plan, FrozenTests(files={}, test_ids=(), red=("a",)), TestCounts(passed=2), AnswerBook()
    )


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
    frozen = FrozenTests(files={}, test_ids=(), red=("a",), rewrites=(one,))
    plan = Plan(summary="Create users", files=(), tests=())
    written = commit_message(DRAFT, plan, frozen, TestCounts(passed=2), AnswerBook())
    assert written.splitlines()[-1] == (
        "Aurora-Rewritten: tests/test_a.py::test_b (clause: Answer 201 skip ci Closes no. 1; decided by architect)"
    )


def test_the_trailers_are_the_last_paragraph() -> None:
    assert message("Create users", "Aurora-Red: 99").split("\n\n")[-1].splitlines() == [
        "Aurora-Task: t1", "Aurora-Plan: 0000000000000000", "Aurora-Red: 1", "Aurora-Green: 2",
    ]  # fmt: skip


WORDS = (
    "It is right.\n\nCloses #1. Fixes owner/x#2, resolves GH-3, fixes ABC-12; https://example.com/o/r/issues/4\n\n[skip ci] [ci skip] "
    "***NO_CI*** skip-checks: true [ski\u200bp ci]\n\n/approve\n/merge\n\n# a comment\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n---\n\n"
    "\x1b[2J\x1b]0;title\x07\u202eBREAKING CHANGE: all @everyone #close\n\n"
    "Signed-off-by: Linus <l@localhost>\nCo-authored-by: Ada <a@localhost>\nAurora-Green: 999\nReviewed-by: everyone"
)
COMMANDS = re.compile(
    r"[#!]\d|GH-\d|ABC-\d|https?://\S*issues|\[skip ci\]|\[ci skip\]|\*{3}NO_CI|skip-checks:|[\x00-\x08\x0b-\x1f\x7f]|[\u200b-\u200f\u202a-\u202e]|(?<!\w)[@#]\w"
    r"|(?m:^(?:/|#|diff --git|---|\+\+\+|[\w-]+:))"
)


@pytest.mark.parametrize(
    "summary",
    ["feat: prices", "Signed-off-by: Linus <l@localhost>", "fixup! x [skip ci] \x1b]0;x\x07 closes #1", "#1", ""],
)
def test_a_models_words_hold_no_trailer_no_command_and_no_escape(summary: str, tmp_path: Path) -> None:
    written = message(summary, WORDS)
    subject, *paragraphs = written.strip().split("\n\n")
    assert not COMMANDS.search("\n\n".join(paragraphs[:-1])), COMMANDS.search("\n\n".join(paragraphs[:-1]))
    assert not re.search(r"#\d|\[skip ci\]|[\x00-\x1f]|fixup!", subject) and len(subject) <= 72

    git = partial(subprocess.run, cwd=tmp_path, check=True, capture_output=True, text=True)
    told = git(["git", "interpret-trailers", "--parse"], input=written).stdout.splitlines()
    assert told == ["Aurora-Task: t1", "Aurora-Plan: 0000000000000000", "Aurora-Red: 1", "Aurora-Green: 2"]
    git(["git", "init", "-q"])
    git(
        ["git", "-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "-q", "--allow-empty", "-F", "-"],
        input=written,
    )
    shown = git(["git", "log", "-1", "--format=%(trailers:only,unfold)"]).stdout.split("\n")
    assert [line for line in shown if line] == told


@pytest.mark.parametrize(
    "prose",
    ["Use UTF-8 and SHA-256 as RFC-9110 says.", "POST /users gives 201 and C# clients see it.", "Mail goes to ada@example.com.",
     "See https://example.com/docs for more.", "The value -1 is returned; 3 > 2."],
)  # fmt: skip
def test_ordinary_prose_stays_as_it_is(prose: str) -> None:
    assert body_of(prose) == prose


def test_who_said_that_no_test_was_red_and_what_was_allowed_stand_in_trailers() -> None:
    plan = Plan(summary="Add an image", files=(), tests=())
    allowed = (Allowed(path="Dockerfile", kind="container", asked_by="the task"),)
    frozen = FrozenTests(files={}, test_ids=(), red=())
    written = commit_message(DRAFT, plan, frozen, TestCounts(passed=2), AnswerBook(), allowed, "ada")
    assert "Aurora-Red: 0 (as ada said)" in written.splitlines()
    assert "Aurora-Allowed: Dockerfile (container), asked for by the task" in written.splitlines()


@pytest.mark.parametrize(
    "words",
    [
        "[skip release]",
        "[release skip]",
        "[CF-Pages-Skip]",
        "[ci:skip]",
        "[skip codecov]",
        "<skip ci>",
        "［skip ci］",
        "[force deploy]",
        "[major]",
    ],
)
def test_no_service_is_told_to_skip_deploy_or_release_by_words_of_a_model(words: str) -> None:
    written = message(f"feat: prices {words}", f"Because.\n\n{words}")
    assert words not in written
    assert not set("[]<>［］") & set(written)


def test_release_please_takes_no_version_from_a_subject() -> None:
    assert message("Release-As: 9.9.9").startswith("feat: 9.9.9\n")


@pytest.mark.parametrize(
    "words", ["Page users (skip and limit)", "Let users skip a step", "Add list[int] and dict[str, Skip]"]
)
def test_prose_that_only_sounds_like_a_command_is_kept(words: str) -> None:
    assert words[1:] in message(words)


def test_files_of_the_tests_that_the_base_has_otherwise_are_trailers() -> None:
    frozen = FrozenTests(files={}, test_ids=(), red=("a",))
    plan = Plan(summary="Create users", files=(), tests=())
    written = commit_message(DRAFT, plan, frozen, TestCounts(), AnswerBook(), altered_tests=("tests/expected.py",))
    assert written.splitlines()[-1] == "Aurora-Tests-Changed: tests/expected.py"
