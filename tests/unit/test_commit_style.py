"""Check whether a project's commits have a type in front, and which type a change has."""

import pytest

from aurora.commit_style import asked_about, style_of, type_of


@pytest.mark.parametrize(
    "message",
    [
        "feat: users",
        "fix(users)!: keep addresses\n\nBecause.",
        "chore(deps): bump x from 1 to 2",
        "Merge pull request #12 from a/b\n\nfeat(api): list users",
        'Revert "feat: users"\n\nThis reverts commit 0123.',
        "Merge branch 'x'\n\n* docs: say so",
    ],
)
def test_a_base_whose_message_has_a_type_says_that_commits_have_one(message: str) -> None:
    assert style_of(message, [], {}).conventional


@pytest.mark.parametrize(
    "message",
    [
        "Create users",
        "users: create them",
        "net/http: keep connections",
        "ABC-12: create users",
        "[users] create them",
        "v1.2.3",
        "Merge pull request #12 from a/feat-users\n\nCreate users",
        "create users: feat: no",
        "feature: users",
        "feat:no blank",
        "",
        "\n\n",
    ],
)
def test_another_base_does_not(message: str) -> None:
    assert not style_of(message, ["package.json", "src/commitlint/a.js"], {"package.json": "{}"}).conventional


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("commitlint.config.js", None),
        (".commitlintrc.json", None),
        (".releaserc", None),
        ("release-please-config.json", None),
        (".czrc", None),
        ("package.json", '{"devDependencies": {"@commitlint/cli": "^19"}}'),
        ("package.json", '{"release": {}, "devDependencies": {"semantic-release": "^24"}}'),
        ("pyproject.toml", "[tool.commitizen]\nname = 'cz_conventional_commits'\n"),
        (".pre-commit-config.yaml", "- repo: https://github.com/compilerla/conventional-pre-commit\n"),
        ("CONTRIBUTING.md", "Commits follow [Conventional Commits](https://www.conventionalcommits.org).\n"),
        ("docs/contributing.rst", "We use conventional commits.\n"),
        (".github/workflows/pr.yml", "- uses: amannn/action-semantic-pull-request@v5\n"),
    ],
)
def test_files_that_ask_for_types_decide_where_the_message_does_not(path: str, text: str | None) -> None:
    texts = {} if text is None else {path: text}
    assert text is None or asked_about([path, "src/a.py"]) == (path,)
    found = style_of("Merge branch 'main'", [path, "src/a.py"], texts)
    assert found.conventional and found.why == path


def test_a_document_that_denies_it_does_not_ask_for_it() -> None:
    text = "Write plain sentences. We do not use Conventional Commits.\n"
    assert not style_of("Create users", ["CONTRIBUTING.md"], {"CONTRIBUTING.md": text}).conventional


@pytest.mark.parametrize(("message", "capital"), [("Create users", True), ("create users", False), ("db: add x", True)])
def test_a_plain_subject_begins_as_the_base_commits_did(message: str, capital: bool) -> None:
    assert style_of(message, [], {}).capital is capital


@pytest.mark.parametrize(
    ("summary", "task", "changed", "tests", "kind"),
    [
        ("Create users by POST /users", "Add POST /users", ["a.py", "t.py"], ["t.py"], "feat"),
        ("Keep addresses casefolded", "Bug: GET /users gives 500", ["a.py"], [], "fix"),
        ("Fix the rounding of prices", "Prices", ["a.py"], [], "fix"),
        ("Add paging", "The list is wrong for many users", ["a.py"], [], "feat"),
        ("Cover refusals", "More tests", ["t.py"], ["t.py"], "test"),
        ("Say how to run it", "Docs", ["README.md", "docs/a.md"], [], "docs"),
        ("Extract the mailer", "Refactor", ["a.py"], [], "refactor"),
        ("Optimise the query", "Slow", ["a.py"], [], "perf"),
    ],
)
def test_the_type_is_told_by_what_changed_then_by_the_words(
    summary: str, task: str, changed: list[str], tests: list[str], kind: str
) -> None:
    assert type_of(summary, task, changed, tests) == kind
