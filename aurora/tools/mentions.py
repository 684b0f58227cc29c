"""What a person's text asks to be changed: files by their path or name, or by what such files are called.

A sentence is read from left to right. The last of a few words before a mention decides: a verb of change asks for it, a
reference ("follow AGENTS.md") or a negation ("don't touch the Makefile") doesn't. In doubt nothing is asked for: then
the Architect is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from aurora.tools.paths import folded

Mood = Literal["none", "change", "refer", "never"]

_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n\s*\n|\n(?=\s*(?:[-*+•]|\d+[.)])\s)")
_TOKEN = re.compile(r"[^\s\"'`()\[\]{}<>,;|’‘“”]+")
_CHANGES = (
    "add|append|adjust|allow|amend|approve|attach|bring|build|bump|change|commit|configure|containeri[sz]e|create|declare|define"
    "|deliver|describe|drop|edit|enable|ensure|extend|fix|generate|grant|harden|have|improve|include|insert|install|introduce"
    "|keep|list|lock|maintain|make|mend|mention|migrate|modify|move|need|note|ok|okay|patch|pin|prepare|provide|put|record"
    "|refactor|refresh|regenerate|remove|rename|repair|replace|require|rewrite|say|set|set up|setup|ship|simplify|split"
    "|state|supply|switch|sync|touch|update|upgrade|want|write|yes|must|should|shall|may|erstelle|ergänze|ändere|schreibe"
)
_EVENT = re.compile(
    r"(?P<never>\b(?:instead of|rather than|unlike|never|nor|neither|nothing|none|not|no|without|except|avoid|leave"
    r"|ignore|skip|forbid|forbidden|(?:do|does|must|should|may|shall|need|ca|wo)n[’']?t|cannot|nicht|keine?|ohne|nie|pas|sans|sin)\b)"
    r"|(?P<none>\b(?:but|instead|however)\b)"
    r"|(?P<refer>\b(?:follow\w*|see|reads?|reading|per|according to|obey\w*|heed\w*|respect\w*|consult\w*|as (?:in|by)"
    r"|like(?: in)?|described|documented|defined|specified|stated|shown|listed|found|given|mentioned|explained|written"
    r"|from|using|via|through|against|runs?|running|check\w*|look\w*|based on|consistent with"
    r"|match\w*|conform\w*|complies|comply)\b)"
    rf"|(?P<change>\b(?:{_CHANGES})(?:e?s|ed|d|ing|ting)?\b|\b(?:writing|making|changing|editing|creating|including)\b)"
)
_LEFT_ALONE = re.compile(r"\b(?:unchanged|untouched|alone|as (?:it |they )?(?:is|are)|out of scope|read-only)\b")
_FILLERS = re.compile(r"[\s,]*(?:(?:or|and|nor|ever|also|to|you|please|even|be)[\s,]*)*")
_SENTENCES = 2_000


@dataclass(frozen=True)
class Mentions:
    """A text, by sentence: what is asked for in each."""

    sentences: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Mentions":
        found = (part.strip() for part in _SENTENCE.split(text))
        return cls(tuple(part for part in found if part)[:_SENTENCES])

    def ask_for(self, path: str, words: re.Pattern[str] | None) -> str:
        """The sentence that asks for a file of this path, or of this kind; empty when none does. `path` is clean."""
        for sentence in self.sentences:
            plain = folded(sentence)
            for at, end in _of_path(plain, folded(path)):
                if _mood(plain, at, end) in ("none", "change"):
                    return sentence
            for found in words.finditer(plain) if words else ():
                if _mood(plain, found.start(), found.end()) == "change":
                    return sentence
        return ""


def _of_path(sentence: str, path: str) -> Iterator[tuple[int, int]]:
    """Where the path, its end from some folder on, its file name or a folder above it is named."""
    parts = path.split("/")
    for found in _TOKEN.finditer(sentence):
        word = found[0].rstrip(".:!?*_").lstrip("*_").removeprefix("./")
        if "://" in word or not word:
            continue
        named = word.strip("/").split("/")
        if len(named) == 1 and not (set("./") & set(word) or "file" in word or word == "codeowners"):
            continue  # a word like any other
        folder = word.startswith(".") or word.endswith("/")
        if named == parts[-len(named) :] or (folder and named == parts[: len(named)]):
            yield found.start(), found.end()


def _mood(sentence: str, at: int, end: int) -> Mood:
    """What the words before a mention, and right after it, say about it."""
    mood: Mood = "none"
    last = 0
    for event in _EVENT.finditer(sentence, 0, at):
        if event.end() > at:
            break
        said = event.lastgroup
        gap = sentence[last : event.start()]
        still = mood == "never" and (_FILLERS.fullmatch(gap) or re.search(r"\b(?:or|nor)\b", gap))
        if said == "never":
            mood = "never"
        elif said == "none":
            mood = "none"
        elif said == "refer":
            mood = "refer"
        elif not still:
            mood = "change"
        last = event.end()
    rest = re.split(r"[,;]|\bbut\b|\band\b", sentence[end:], maxsplit=1)[0]
    if _LEFT_ALONE.search(rest):
        return "never"
    if mood == "none" and any(event.lastgroup == "never" for event in _EVENT.finditer(rest)):
        return "never"
    return mood
