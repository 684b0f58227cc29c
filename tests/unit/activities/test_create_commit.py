# ruff: noqa: E501  tables, read as a whole
"""The commit's message: a subject of the project's style, a body a terminal can show, trailers that lead to the
task."""

import re
import subprocess
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.create_commit import commit_message
from aurora.commit_message import body_of
from aurora.commit_style import CommitStyle
from aurora.domain.evidence import Allowed
from aurora.domain.findings import TestCounts
from aurora.domain.frozen_tests import FrozenTests, Rewrite
from aurora.domain.plan import Plan
from aurora.domain.questions import AnswerBook
from aurora.domain.task import Draft, TaskRef

D = "sha256:" + "0" * 64
TYPED, PLAIN, LOWER = CommitStyle(conventional=True), CommitStyle(), CommitStyle(capital=False)
DRAFT = Draft(task=TaskRef(id="t1"), workspace=D, base="a" * 40, base_pack=D, commit="b" * 40, plan=D)


def message(summary: str, reasoning: str = "", style: CommitStyle = TYPED) -> str:
    plan = Plan(summary=summary, reasoning=reasoning, files=(), tests=())
    frozen = FrozenTests(files={}, test_ids=(), red=("a",))
    return commit_message(DRAFT, plan, frozen, TestCounts(passed=2), AnswerBook(), style=style)


@pytest.mark.parametrize(
    ("summary", "subject"),
    [
        ("Create users by POST /users.", "feat: create users by POST /users"),
        ("fix: keep addresses casefolded", "fix: keep addresses casefolded"),
        ("fix(users)!: keep addresses casefolded", "fix(users)!: keep addresses casefolded"),
        ("POST /users: create users", "feat: POST /users: create users"),
        ("feat:no blank", "feat: feat:no blank"),
        ("users: create them", "feat: users: create them"),
    ],
)
def test_the_subject_is_a_conventional_commits_one_where_the_project_has_those(summary: str, subject: str) -> None:
    assert message(summary).splitlines()[0] == subject


@pytest.mark.parametrize(
    ("summary", "subject", "lower"),
    [
        ("create users by POST /users.", "Create users by POST /users", "create users by POST /users"),
        ("feat: create users", "Create users", "create users"),
        ("fix(users)!: keep addresses", "Keep addresses", "keep addresses"),
        ("POST /users: create users", "POST /users: create users", "POST /users: create users"),
        ("users.py: create users", "users.py: create users", "users.py: create users"),
        ("OpenAPI: describe users", "OpenAPI: describe users", "OpenAPI: describe users"),
        ("Signed-off-by: Linus <l@h>", "Signed-off-by – Linus <l@h>", "Signed-off-by – Linus <l@h>"),
        ("", "Do what the task asks for", "do what the task asks for"),
    ],
)
def test_elsewhere_the_subject_is_a_sentence(summary: str, subject: str, lower: str) -> None:
    assert message(summary, style=PLAIN).splitlines()[0] == subject
    assert message(summary, style=LOWER).splitlines()[0] == lower


def test_the_body_is_wrapped_and_keeps_its_paragraphs() -> None:
    written = message("Create users", "word " * 40 + "\n\n" + "https://example.com/" + "x" * 80)
    body = written.split("\n\n")[1:-1]
    assert len(body) == 2 and all(len(line) <= 72 for line in body[0].splitlines())
    assert body[1] == "https://example.com/" + "x" * 80


def test_a_rewritten_test_is_a_trailer_without_commands_folded_as_git_reads_it() -> None:
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
    assert written.splitlines()[-2:] == [
        "Aurora-Rewritten: tests/test_a.py::test_b (clause: Answer 201 skip ci Closes no. 1; decided by",
        " architect)",
    ]
    reported = subprocess.run(["git", "interpret-trailers", "--parse"], input=written, capture_output=True, text=True)
    assert reported.stdout.splitlines()[-1].endswith("Closes no. 1; decided by architect)")


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
    r"|(?m:^(?:/[A-Za-z]|#|diff --git|---|\+\+\+|[\w-]+:))"
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
    reported = git(["git", "interpret-trailers", "--parse"], input=written).stdout.splitlines()
    assert reported == ["Aurora-Task: t1", "Aurora-Plan: 0000000000000000", "Aurora-Red: 1", "Aurora-Green: 2"]
    git(["git", "init", "-q"])
    git(
        ["git", "-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "-q", "--allow-empty", "-F", "-"],
        input=written,
    )
    shown = git(["git", "log", "-1", "--format=%(trailers:only,unfold)"]).stdout.split("\n")
    assert [line for line in shown if line] == reported


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


PIECES = (
    "Closes #1", "fixes: owner/x#2", "Resolves: ABC-12", "GH-3", "fix T123", "[skip ci]", "[ci skip]", "***NO_CI***",
    "skip-checks: true", "Signed-off-by: Linus <l@h>", "Co-authored-by: Ada <a@h>", "Aurora-Green: 999", "BREAKING CHANGE: x",
    "Change-Id: I1", "# comment", "#!", "---", "--- a/x", "diff --git a/x b/x", "Index: x", "From 0123456789ab Mon", ">8",
    "/merge", "@everyone", "#close", "\x1b]0;t\x07", "\u202e", "\u200b", "\r\n", "\r", "\n", "\n\n", "\u2028", "\x85", "\0", " ",
    "word", "x" * 300, "https://h/o/r/issues/4", "(cherry picked from commit 0123456789ab)", ":", "#", "1", "-", "\ud800",
    " Reviewed-by: x", "\tAcked-by: x", "Fixes", "[", "]", "skip", "ci", "@", "a",
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=25).map("".join),
    st.sampled_from([TYPED, PLAIN, LOWER]),
)
def test_git_reads_our_trailers_alone_whatever_a_model_writes(summary: str, reasoning: str, style: CommitStyle) -> None:
    written = message(summary, reasoning, style)
    parsed = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=written.encode(), capture_output=True, check=True
    ).stdout.decode()
    assert [line.partition(":")[0] for line in parsed.splitlines()] == [
        "Aurora-Task", "Aurora-Plan", "Aurora-Red", "Aurora-Green",
    ]  # fmt: skip
    stripped = subprocess.run(
        ["git", "stripspace", "--strip-comments"], input=written.encode(), capture_output=True, check=True
    )
    assert stripped.stdout.decode() == written, "nothing of it is a comment"
    subject, *paragraphs = written.strip().split("\n\n")
    words = "\n\n".join(paragraphs[:-1])
    assert not COMMANDS.search(words), (COMMANDS.search(words), words)
    assert 0 < len(subject) <= 72 and not subject.startswith(("#", "/", "---", "diff --git"))
    assert all(len(line) <= 72 or " " not in line for line in words.splitlines())


def test_a_message_goes_through_a_mailbox_as_it_is(tmp_path: Path) -> None:
    """`git am` ends a message at what looks like a patch, and takes a line of scissors for the beginning."""
    git = partial(subprocess.run, cwd=tmp_path, check=True, capture_output=True, text=True)
    written = message("Create users", WORDS + "\n\n-- >8 --\n\nFrom: evil\n\nIndex: x\n\n" + "a" * 2_000, PLAIN)
    as_somebody = ["git", "-c", "user.name=T", "-c", "user.email=t@localhost"]
    git(["git", "init", "-q"])
    git([*as_somebody, "commit", "-q", "--allow-empty", "-m", "base"])
    (tmp_path / "a").write_text("a\n")
    git(["git", "add", "a"])
    git([*as_somebody, "commit", "-q", "-F", "-"], input=written)
    mail = git(["git", "format-patch", "-1", "--stdout"]).stdout
    git(["git", "reset", "-q", "--hard", "HEAD~1"])
    git([*as_somebody, "am", "-q", "--scissors"], input=mail)
    assert git(["git", "log", "-1", "--format=%B"]).stdout.strip() == written.strip()


def test_an_amended_commit_keeps_subject_and_body_and_says_what_was_revised() -> None:
    plan = Plan(summary="Name the handler after its operation.", reasoning="The reviewer asked.", files=(), tests=())
    frozen = FrozenTests(files={}, test_ids=(), red=("a",))
    former = "feat: create users\n\nOne paragraph.\n\nAurora-Task: t0\nAurora-Red: 3\n"
    written = commit_message(
        DRAFT, plan, frozen, TestCounts(passed=2), AnswerBook(), revises="t0 (aaaaaaaaaaaa)", former=former
    )
    subject, body, revised, trailers = written.strip().split("\n\n")
    assert (subject, body) == ("feat: create users", "One paragraph.")
    assert revised == "Revised – Name the handler after its operation. The reviewer asked."
    assert trailers.splitlines()[:3] == [
        "Aurora-Task: t1",
        "Aurora-Plan: 0000000000000000",
        "Aurora-Revises: t0 (aaaaaaaaaaaa)",
    ]


def test_a_second_commit_has_a_subject_of_its_own_and_names_what_it_revises() -> None:
    plan = Plan(summary="Handle the empty list", files=(), tests=())
    frozen = FrozenTests(files={}, test_ids=(), red=("a",))
    written = commit_message(DRAFT, plan, frozen, TestCounts(passed=2), AnswerBook(), revises="t0 (aaaaaaaaaaaa)")
    assert written.startswith("Handle the empty list\n") and "Aurora-Revises: t0 (aaaaaaaaaaaa)" in written
