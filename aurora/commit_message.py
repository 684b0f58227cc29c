"""A commit's message out of a model's words: prose that no terminal, no git and no forge takes for a command."""

import re
import textwrap
import unicodedata

from aurora.commit_style import TYPES
from aurora.text import clip, fit

SUBJECT_CHARS = 72
BODY_COLUMNS = 72
BODY_BYTES = 2_000
FOOTER_COLUMNS = 100
"""Columns of a trailer's line; a longer one is folded, as git reads it. Linters of messages take no longer one."""
LONGEST_WORD = 200
"""An address may be so long; of anything else nobody reads more."""
_TERMINAL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])"
)
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0")
_ISSUE = re.compile(r"(?:(?<![\w./-])(?P<of>[\w.-]++(?:/[\w.-]++)*+))?(?P<sign>[#!])(?=\d)|(?P<gh>GH)-(?=\d)", re.I)
_KEY = re.compile(
    r"((?:clos|resolv|fix|implement|re-?open)\w*:?\s+"
    r"(?:(?!UTF|SHA|ISO|RFC|CVE)[A-Z][A-Z0-9]{1,9}-|T))(?=\d)",
    re.I,
)
"""An issue of Jira, or a task of Phabricator, after a word that moves it."""
_ISSUE_LINK = re.compile(
    r"(?:https?|ssh|git)://(?=\S*/(?:issues?|pulls?|merge_requests|work_items|epics|browse|commit|discussions|boards)/)",
    re.I,
)
_WORD_SIGN = re.compile(r"(?<![\w&])#(?=[^\W\d])")
_MENTION = re.compile(r"(?<![\w.+-])@(?=[\w-])")
_SERVICES = (
    r"ci|cd|actions?|checks?|netlify|vercel|deploy\w*|travis|appveyor|azurepipelines|azp|github|circle\w*|builds?"
    r"|pipelines?"
)
_SKIP = re.compile(
    rf"[\[(]\s*(?:(?:skip|no)[\s_-]*(?:{_SERVICES})|(?:{_SERVICES})[\s_-]*(?:skip|only|run))\s*[\])]"
    r"|(?<!\w)[\[<\uff3b][^\]>\uff3d\n]{0,30}?(?<![a-z])(?:skip|no-?ci)(?![a-z])[^\]>\uff3d\n]{0,30}[\]>\uff3d]"
    r"|\[\s*+(?:(?:force[\s_-]*)?(?:deploy|publish|release)|(?:semver|version|bump)?[\s:_-]*(?:major|minor|patch))\s*\]"
    r"|\*\*\*\s*no_ci\s*\*\*\*|skip-checks?\s*:|!(?:nobuild|ci-skip|skip)\b|\+semver\s*:",
    re.I,
)
_FORM = re.compile(r"^(?:(?:fixup|squash|amend)!\s*|Release-As:\s*)+", re.I)
_TYPED = re.compile(rf"(?:{'|'.join(TYPES)})(?:\([\w./ -]+\))?!?:\s+(?=\S)")
"""`feat: ...`, `fix(users)!: ...` as Conventional Commits 1.0 has it."""
_BY = re.compile(r"^([A-Za-z][A-Za-z-]*-by)\s*:\s*", re.I)
_TOKEN = re.compile(r"^(BREAKING CHANGE|[\w-]+)[ \t]*:(?!//)\s*", re.I)
_PATCH = re.compile(
    r"^(?:#+|[-+*=_~>%;|]{3,}|-- |>8|@@+|diff(?= --git)|Index:"
    r"|(?:From|commit)(?= [0-9a-f]{7,})|\(?cherry picked(?= from))\s*"
)
_ACTION = re.compile(r"^(/[a-zA-Z][^\s]*)")
_PASSES = 5


def subject_of(summary: str, kind: str = "", *, capital: bool = True) -> str:
    """One line, at most 72 characters. `kind`: the type of Conventional Commits in front, where the project has them;
    empty: a plain sentence, begun with a capital or not."""
    # what makes a subject a command goes before its length is measured
    said = fit(harmless(" ".join(summary[: 20 * SUBJECT_CHARS].split())), 4 * SUBJECT_CHARS)
    said = " ".join(_BY.sub(r"\1 – ", _FORM.sub("", said)).split()).rstrip(".")
    if kind and _TYPED.match(said):
        return clip(said, SUBJECT_CHARS)
    said = said if kind else _TYPED.sub("", said)
    for _ in range(_PASSES):  # without a type in front it is a line as any other
        before, said = said, _ACTION.sub(r"`\1`", _PATCH.sub("", said)).strip()
        if said == before:
            break
    first = said.partition(" ")[0]
    if first.isalpha() and (first.islower() or first.istitle()):  # not POST, OpenAPI, users.py
        said = (said[0].lower() if kind or not capital else said[0].upper()) + said[1:]
    head = f"{kind}: " if kind else ""
    nothing = "do what the task asks for" if kind or not capital else "Do what the task asks for"
    return head + (clip(said, SUBJECT_CHARS - len(head)) or nothing)


def body_of(reasoning: str) -> str:
    """Wrapped paragraphs; none is a trailer, a comment, a quick action or the head of a patch to anybody."""
    lines = re.sub(r"\r\n?|[\u2028\u2029\x85\v\f]", "\n", reasoning[: 4 * BODY_BYTES])
    plain = fit(harmless(lines), BODY_BYTES).strip()
    paragraphs = (_paragraph(part) for part in re.split(r"\n[ \t]*\n", plain))
    return "\n\n".join(part for part in paragraphs if part)


def one_line(text: str, limit: int) -> str:
    """The text in one line for a trailer's value."""
    return fit(" ".join(harmless(text[: 4 * limit]).split()), limit)


def trailer(name: str, value: str) -> str:
    """`name: value`, its value of one line and folded where it is long: lines that go on begin with a blank."""
    lines = textwrap.wrap(
        f"{name}: {value}", FOOTER_COLUMNS, subsequent_indent=" ", break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(lines)


def harmless(text: str) -> str:
    """The same words without terminal codes, hidden characters, and what a forge heeds wherever it stands."""
    text = _TERMINAL.sub("", text)
    text = "".join(c for c in text if c in "\n\t" or not _hidden(c))
    for _ in range(_PASSES):  # what is taken out may bring together what was apart
        before = text
        text = _SKIP.sub(lambda found: re.sub(r"[\[\](){}<>\uff3b\uff3d*!:+]", "", found[0]).strip(), text)
        text = _ISSUE_LINK.sub("", text)
        text = _ISSUE.sub(lambda found: f"{found['of'] or found['gh'] or ''} no. ".lstrip(), text)
        text = _KEY.sub(lambda found: found[1].rstrip("-") + " ", text)
        text = _MENTION.sub("", _WORD_SIGN.sub("", text))
        if text == before:
            break
    return text


def _hidden(char: str) -> bool:
    code = ord(char)
    return (
        unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
        or char in _BLANKS
        or 0xFE00 <= code <= 0xFE0D
        or 0xE0000 <= code <= 0xE0FFF
    )


def _paragraph(text: str) -> str:
    lines = (_line(line) for line in text.split("\n"))
    text = " ".join(line for line in lines if line)
    text = " ".join(word if len(word) <= LONGEST_WORD else f"{word[:LONGEST_WORD]}…" for word in text.split(" "))
    wrapped = textwrap.fill(text, BODY_COLUMNS, break_long_words=False, break_on_hyphens=False)
    # the wrapping may have put to the start of a line what stood inside one
    return "\n".join(filter(None, (_line(line) for line in wrapped.split("\n"))))


def _line(line: str) -> str:
    """A line that begins as prose does."""
    line = " ".join(line.split())
    for _ in range(_PASSES):
        before = line
        line = _PATCH.sub("", line)
        line = _TOKEN.sub(r"\1 – ", line)
        line = _ACTION.sub(r"`\1`", line).strip()
        if line == before:
            break
    return line
