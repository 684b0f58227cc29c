"""The part of an answer that sets something of aurora.yaml, found by its shape alone: nothing is parsed here."""

import re

from aurora.settings.project import ProjectSettings

SETTABLE = {
    "project": (),
    "commands": (),
    "tests": (),
    "sandbox": ("services", "memory_mb", "disk_mb"),
    "contract": ("path", "graphql", "serve", "prepare", "port", "base_path", "graphql_path", "env", "auth"),
}
"""Keys of `agents.backend`, each with the keys below it that may be set; none: all of them."""
MAX_CHARS = 8_000
_FENCE = re.compile(r"\A\s*(?:```(?:ya?ml)?[ \t]*\n(?P<fenced>.*?)\n?```|`(?P<ticked>[^`]+)`)\s*\Z", re.S)
_SET = re.compile(r"\A\s*(?:set|please set)\b[\s:]+", re.I)
_MAPPING = re.compile(r"\A\s*(?:[A-Za-z_][A-Za-z0-9_]*\s*:(?:\s|\Z)|\{)")
_COLLECTIONS = r"(?:test_env|install|groups|extras|contract)[ \t]{0,20}:(?=[ \t]{0,20}(?:[\[{]|\r?$))"
_BLOCKS = "|".join(("agents", *(key for key in SETTABLE if key != "contract")))
_INSIDE = re.compile(rf"(?ms)^(?:(?:{_BLOCKS})[ \t]{{0,20}}:|{_COLLECTIONS}).*?(?=^```|\Z)")
"""A block below words of another kind."""


_KEYS = "|".join((*SETTABLE, *ProjectSettings.model_fields, "agents"))
_KNOWN = re.compile(rf"(?m)^[ \t`{{]{{0,40}}(?:set[ \t]+)?[`{{]{{0,4}}(?:{_KEYS})[ \t]{{0,20}}:")
"""Within a line: the workflow itself reads it, and has two seconds for all that it does at once."""


def names_a_setting(text: str) -> bool:
    """Return whether some line begins with a setting that there is: of words that may be for somebody else."""
    return _KNOWN.search(text[:MAX_CHARS]) is not None


def said(text: str) -> str:
    """The YAML of an answer, without the words and marks around it; empty where it is none."""
    text = _bare(text)
    if _MAPPING.match(text):
        return text.strip("\n")
    inside = _INSIDE.search(text)
    return inside.group().strip("\n") if inside else ""


def is_quoted(text: str, question: str) -> bool:
    """Return whether what an answer sets is, among other words, only what stands in the question line by line: the
    question sent back, with what a model or a tool said in it."""
    block = said(text)
    if not block or _MAPPING.match(_bare(text)):
        return False
    asked = {line.strip() for line in question.splitlines()}
    return all(line.strip() in asked for line in block.splitlines() if line.strip())


def _bare(text: str) -> str:
    text = text[: MAX_CHARS + 1]
    for _ in range(2):
        found = _FENCE.match(text)
        text = (found["fenced"] or found["ticked"] or "") if found else text
        text = _SET.sub("", text, count=1)
    return text
