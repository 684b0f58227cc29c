"""The way a project words its commits, from its newest commit and its own files: Conventional Commits, or plain
sentences.

The base travels alone, so of the history one message is seen. A `feat:` in a project that has no such thing is as wrong
as none where a bot makes releases of it: only what says so decides.
"""

import re
from collections.abc import Iterable, Mapping

from aurora.domain.value import Value

TYPES = (
    "build", "chore", "ci", "deps", "docs", "feat", "fix", "hotfix", "perf", "refactor", "release", "revert", "style",
    "test", "tests",
)  # fmt: skip
_TYPED = re.compile(rf"(?:{'|'.join(TYPES)})(?:\([^()\n]{{1,60}}\))?!?: \S", re.I)
"""`feat: ...`, `fix(users)!: ...` as Conventional Commits 1.0 has it; another word before a colon is a place."""
_TOOLS = re.compile(
    r"(?:^|/)(?:\.?commitlint(?:rc)?(?:\.config)?(?:\.\w+)?|commitlint\.config\.\w+|\.czrc|\.cz\.\w+|cz\.(?:toml|ya?ml|json)"
    r"|\.releaserc(?:\.\w+)?|release\.config\.\w+|\.versionrc(?:\.\w+)?|\.?release-please-(?:config|manifest)\.json"
    r"|\.cz-config\.js|cocogitto\.toml|cog\.toml|\.conform\.ya?ml)$"
)
"""Names of files of programs that read Conventional Commits."""
_SAYING = re.compile(
    r"(?:^|/)(?:package\.json|pyproject\.toml|setup\.cfg|\.pre-commit-config\.ya?ml|lefthook\.ya?ml|\.gitlint|lerna\.json"
    r"|(?:docs/|\.github/)?CONTRIBUTING(?:\.\w+)?|AGENTS\.md|CLAUDE\.md|\.husky/commit-msg"
    r"|\.github/workflows/[\w.-]+\.ya?ml)$",
    re.I,
)
"""Names of files whose text may say so."""
_SAYS = re.compile(
    r"conventional[ _-]?commits?\b|conventionalcommits\.org|conventional-pre-commit|@commitlint/|\bcommitlint\b"
    r"|\bsemantic[-_]release\b|python-semantic-release|\btool\.(?:commitizen|semantic_release)\b|\bcommitizen\b"
    r"|\bstandard-version\b|commit-and-tag-version|conventionalCommits|contrib-title-conventional-commits"
    r"|release-please|action-semantic-pull-request|cz-conventional-changelog",
    re.I,
)
_DENIED = re.compile(
    r"(?:do(?:es)? not|don't|doesn't|never|no longer|instead of|rather than|without|not)\s[^.\n]{0,60}$", re.I
)
_MERGE = re.compile(r"Merge (?:pull request|branch|remote-tracking|commit|tag)\b|Merged? in\b", re.I)
_REVERT = re.compile(r"(?:Revert|Reapply) [\"'](.+)[\"']?")
MOST_FILES = 30
TEXT_CHARS = 200_000


class CommitStyle(Value):
    conventional: bool = False
    capital: bool = True
    """True if a plain subject begins with a capital."""
    why: str = ""
    """The reason that decided it, for a reader."""


def asked_about(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths of a tree whose text `style_of` should be given, those next to the root first."""
    found = [path for path in paths if _SAYING.search(path) and path.count("/") <= 2]
    return tuple(sorted(found, key=lambda path: (path.count("/"), path))[:MOST_FILES])


def style_of(message: str, paths: Iterable[str], texts: Mapping[str, str]) -> CommitStyle:
    """`message`: the base commit's. `texts`: of the files of `asked_about`, by path."""
    subject = _subject(message)
    capital = not subject[:1].islower() or ":" in subject.partition(" ")[0]
    if _TYPED.match(subject):
        return CommitStyle(conventional=True, why="the base commit's own message")
    for path in sorted(paths):
        if path.count("/") <= 1 and _TOOLS.search(path):
            return CommitStyle(conventional=True, why=path)
    for path, text in sorted(texts.items()):
        if _says(text[:TEXT_CHARS]):
            return CommitStyle(conventional=True, why=path)
    return CommitStyle(capital=capital, why="nothing asks for a type in front")


def _subject(message: str) -> str:
    """The line that tells the change: of a merge that of what was merged, of a revert that of what was reverted."""
    lines = [line.strip() for line in message[:20_000].splitlines() if line.strip()]
    if not lines:
        return ""
    if _MERGE.match(lines[0]) and len(lines) > 1:
        return lines[1].lstrip("*- ")
    reverted = _REVERT.match(lines[0])
    return reverted[1] if reverted else lines[0]


def _says(text: str) -> bool:
    return any(not _DENIED.search(text[max(0, m.start() - 80) : m.start()]) for m in _SAYS.finditer(text))


_TYPE_OF = (
    ("fix", r"fix(?:es)?|correct|repair|mend|prevent|stop|avoid|handle missing|restore|resolve|patch"),
    ("docs", r"document|clarify the docs"),
    ("test", r"test|cover\b.*\btests?"),
    ("refactor", r"refactor|rename|extract|move|simplify|restructure|inline|split|deduplicate|tidy"),
    ("perf", r"speed up|optimi[sz]e|cache|make .{1,60} faster"),
    ("revert", r"revert"),
)
_BUG = re.compile(
    r"\b(?:bug|regression|crash(?:es|ed)?|traceback|stack ?trace|broken|wrong(?:ly)?|fails?\b"
    r"|(?:error|status|http|answers?|gives?) 500|instead of|should not|must not|off by one|incorrect(?:ly)?)\b",
    re.I,
)


def type_of(summary: str, task: str, changed: Iterable[str], tests: Iterable[str] = ()) -> str:
    """The type that a change has. `changed`: its paths; `tests`: those of them that are tests."""
    of_tests = set(tests)
    paths = [path for path in changed if path not in of_tests]
    if not paths and of_tests:
        return "test"
    if paths and all(re.search(r"\.(?:md|rst|txt|adoc)$|(?:^|/)docs?/", path) for path in paths):
        return "docs"
    for kind, words in _TYPE_OF:
        if re.match(rf"(?:{words})\b", summary, re.I):
            return kind
    adds = re.match(r"(?:add|create|introduce|implement|support|allow|let|provide|expose|offer)\b", summary, re.I)
    return "fix" if not adds and _BUG.search(task[:600]) else "feat"
