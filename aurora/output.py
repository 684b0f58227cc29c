"""The output of a tool, made fit for a conversation: stable, harmless, bounded; the whole stays in an artifact.

Conversations are append-only, so all of this happens before a text enters one.
"""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote

from aurora import credentials

REDACTED = "[redacted]"
SHORTEST_SECRET = 8
"""Anything shorter is a word that output may hold by chance."""

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-Z\\-~])")
_PEM = r"PRIVATE KEY[A-Z ]{0,10}-----"
_PRIVATE_KEY = re.compile(
    rf"(-----BEGIN [A-Z ]{{0,40}}{_PEM})"
    rf"(?:(?:(?!-----).)*(?=-----END )|(?:\s*[A-Za-z0-9+/=]{{40,}})+)",  # the second: its end was cut off
    re.S,
)
_KEY_LINE = re.compile(r"[\s\"'#]*[A-Za-z0-9+/]{60,100}={0,2}(?:\\n)?[\s\"',)]*")
_AUTHORISATION = re.compile(
    r"(?i)\b(authorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token)\s+|x-api-key[\"']?\s*[:=]\s*[\"']?)"
    r"([^\s\"',\[]{8,})"
)
_URL_PASSWORD = re.compile(r"\b((?:https?|git|ssh)://[^\s/:@\[]{1,100}:)([^\s/@\[]{8,})(?=@)")

_TEMPORARY = r"/(?:private/)?(?:tmp|var/tmp|dev/shm)"
_STABLE = (
    (re.compile(rf"{_TEMPORARY}/pytest-of-[\w.-]+/pytest-(?:\d+|current)\b"), "<tmp>"),
    (re.compile(rf"{_TEMPORARY}/(?:tmp|pip-|pytest-)[\w-]*\w"), "<tmp>"),
    (re.compile(r"/(?:private/)?var/folders/[\w+-]+/[\w+-]+/T\b"), "<tmp>"),
    (re.compile(r"\bat 0x[0-9a-fA-F]{6,16}\b"), "at <address>"),
    (re.compile(r"\b0x[0-9a-fA-F]{11,16}\b"), "<address>"),
    # a clock shows itself by its fraction or by opening the line; a plain date inside an assertion is the news itself
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]\d{3,9}(?:Z|[+-]\d\d:?\d\d)?"), "<timestamp>"),
    (re.compile(r"(?m)^(\[?)\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?(?=[\s\]])"), r"\1<timestamp>"),
    (re.compile(r"(?i)\b(pid[ =:]{1,2}|process )\d+\b"), r"\1<pid>"),
    (re.compile(r"(?i)\b(PYTHONHASHSEED[ =]|randomly-seed[= ]|random[ _-]seed[ :=]{1,2})\d+\b"), r"\1<seed>"),
    (re.compile(r"(?i)\b((?:localhost|127\.0\.0\.1|0\.0\.0\.0):)(?:3[2-9]|[4-6]\d)\d{3}\b"), r"\1<port>"),
    (
        re.compile(
            r"(?i)\b(in|took|after|elapsed|duration|time)([ :=]{1,2})\d+(?:\.\d+)? ?(?:ms|us|µs|ns|s|sec|seconds)\b"
            r"(?: \(\d+:\d\d:\d\d\))?"
        ),
        r"\1\2<duration>",
    ),
    (re.compile(r"(?m)^\d+\.\d+s(?= (?:call|setup|teardown)\b)"), "<duration>"),
    (re.compile(r"([(\[])\d+(?:\.\d+)? ?m?s(?=[)\]])"), r"\1<duration>"),
)


_MARK = re.compile(r"⟦U\+([0-9A-F]{4,6})⟧")
PASSES = 20
"""Each one but the last replaces something; text glued together deeper than this stays as it is."""


def strip_ansi(text: str) -> str:
    """The text without escape sequences of a terminal."""
    return _ANSI.sub("", text).replace("\x1b", "")


def reveal(text: str) -> str:
    """Characters nobody sees, as marks (`⟦U+200B⟧`): zero-width, bidirectional, tags, controls, lone surrogates.

    What a person reading the file would not see must not speak to the model. A mark is no escape of any language: who
    reads it can tell the character from a `\\u200b` that the text itself spells."""
    if text.isascii() and text.isprintable():
        return text
    hidden = {ord(c): _escape(c) for c in set(text) if _hidden(c)}
    return text.translate(hidden) if hidden else text


def unmarked(text: str) -> str:
    """The text with the characters themselves where `reveal` shows marks; what no mark of it could say stays as it
    is."""

    def character(found: re.Match[str]) -> str:
        code = int(found[1], 16)
        return chr(code) if code <= 0x10FFFF and _hidden(chr(code)) and _escape(chr(code)) == found[0] else found[0]

    return _MARK.sub(character, text) if "⟦U+" in text else text


def plain(text: str) -> str:
    """The text without terminal codes, hidden characters shown, one kind of line end."""
    return reveal(strip_ansi(text).replace("\r\n", "\n").replace("\r", "\n"))


def hidden_characters(text: str) -> tuple[str, ...]:
    """The different hidden characters, as marks, sorted."""
    return tuple(sorted({_escape(c) for c in set(text) if _hidden(c)}))


def normalise(text: str) -> str:
    """Equal for two runs that differ only in durations, addresses, temporary paths, ports, process ids and clocks."""
    text = plain(text)
    # a placeholder ends where a word begins: what stood glued to a timestamp is only then seen as an address
    for _ in range(PASSES):
        before = text
        for pattern, stable in _STABLE:
            text = pattern.sub(stable, text)
        if text == before:
            break
    return text


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the given secrets (also as base64 and in a URL) and without anything that has a credential's
    shape. What stood over several lines still does, so that numbers of lines stay true."""
    parts, at = [], 0
    for start, end in secret_spans(text, secrets):
        parts += [text[at:start], in_place_of(text[start:end])]
        at = end
    return "".join((*parts, text[at:])) if parts else text


def secret_spans(text: str, secrets: Iterable[str] = ()) -> list[tuple[int, int]]:
    """The place where `redact` takes something out, in order and apart. Placeholders, and code that looks a value up,
    stay."""
    found: list[tuple[int, int]] = []
    forms = {form for secret in secrets if len(secret) >= SHORTEST_SECRET for form in _forms(secret)}
    if forms:
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        found += [match.span() for match in re.finditer("|".join(map(re.escape, longest_first)), text)]
    found += [
        (m.end(1), m.end()) for m in _PRIVATE_KEY.finditer(text) if not credentials.is_no_key(text[m.end(1) : m.end()])
    ]
    found += [m.span(2) for m in _AUTHORISATION.finditer(text) if not credentials.is_placeholder(m[2], named=True)]
    found += [m.span(2) for m in _URL_PASSWORD.finditer(text) if not credentials.is_placeholder(m[2])]
    shapes = {
        c.text for c in credentials.found_in(text) if c.kind != "private key" and not credentials.is_placeholder(c.text)
    }
    if shapes:
        pattern = "|".join(map(re.escape, sorted(shapes, key=lambda shape: (-len(shape), shape))))
        found += [match.span() for match in re.finditer(pattern, text)]
    return _apart(found)


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if start == end:
            continue
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def in_place_of(secret: str) -> str:
    """The replacement that `redact` writes: as many lines as the secret has."""
    return REDACTED + "\n" * secret.count("\n")


def redact_line(text: str) -> str:
    """`redact`, for a line without its neighbours: one of a key in text form shows that only by its letters."""
    found = _KEY_LINE.fullmatch(text)
    if found and re.search("[a-z]", text) and re.search("[A-Z]", text) and re.search("[0-9+/]", text):
        return REDACTED
    return redact(text)


def cut(text: str, limit: int, artifact: str = "") -> str:
    """At most `limit` characters: a third from the head, the rest from the tail, where a runner says how it ended."""
    if len(text) <= limit:
        return text
    whole = f"; whole output in artifact {artifact}" if artifact else ""
    room = limit - len(_mark(len(text), whole))
    if room <= 0:
        return text[: max(0, limit)]
    head, tail = text[: room // 3], text[len(text) - (room - room // 3) :]
    # whole lines where that costs little
    at = head.rfind("\n") + 1
    if at and len(head) - at < 200:
        head = head[:at]
    at = tail.find("\n") + 1
    if at and at < 200:
        tail = tail[at:]
    return head + _mark(len(text) - len(head) - len(tail), whole) + tail


def present(text: str, limit: int, secrets: Iterable[str] = (), artifact: str = "") -> str:
    """All of it, in the only safe order: a secret is looked for before anything splits it or cuts through it."""
    return cut(normalise(redact(strip_ansi(text), secrets)), limit, artifact)


def _hidden(c: str) -> bool:
    if c < "\x7f":
        return c < " " and c not in "\t\n\r"
    code = ord(c)
    return (
        unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
        or 0xE0100 <= code <= 0xE01EF  # variation selectors, used to smuggle bytes
        or 0xFE00 <= code <= 0xFE0D
        or code in (0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0)  # blanks that count as letters
    )


def _escape(c: str) -> str:
    return f"⟦U+{ord(c):04X}⟧"


def _forms(secret: str) -> set[str]:
    return {secret, quote(secret, safe=""), b64encode(secret.encode("utf-8", "replace")).decode().rstrip("=")}


def _mark(count: int, whole: str) -> str:
    return f"\n[… {count} characters cut{whole} …]\n"
