"""The changes that a person's text asks for: files by their path or name, or by what such files are called.

Only a few forms of sentence ask: an imperative with the file as its object ("add a Dockerfile", "say in AGENTS.md
that ..."), a need ("the service needs a Dockerfile"), a duty of the file itself ("the Dockerfile must install curl").
Whatever else names a file mentions it. In doubt nothing is asked for: then the Architect is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from aurora.tools import sentence_forms as forms
from aurora.tools.paths import folded
from aurora.tools.protected_paths import protection

_SENTENCES = 2_000
_BEFORE, _AFTER, _NAMED = 2_000, 400, 50
"""Characters of a sentence that are looked at, and how often it may name one file; whoever says more is asked."""


@dataclass(frozen=True)
class Mentions:
    """A text, by sentence: what is asked for in each. An item of a list is read after the line that introduces it."""

    sentences: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Mentions":
        return cls(tuple(part for part in _sentences(text) if part)[:_SENTENCES])

    def ask_for(self, path: str, words: re.Pattern[str] | None) -> str:
        """The sentence that asks for a file of this path, or of this kind; empty when none does. `path` is clean."""
        name = folded(path)
        for sentence in self.sentences:
            plain = " ".join(folded(sentence).split())
            if any(_asked(plain, at, end) for at, end in islice(_of_path(plain, name), _NAMED)):
                return sentence
            for found in islice(words.finditer(plain), _NAMED) if words else ():
                if forms.FOLLOWS_KIND.match(plain, found.end()) and _asked(plain, found.start(), found.end()):
                    return sentence
        return ""


def _sentences(text: str) -> Iterator[str]:
    for block in forms.BLOCK.split(text):
        lead, *items = forms.BULLET.split(f"\n{block}")
        said = [part.strip() for part in forms.SENTENCE.split(lead.strip())]
        introduced = said[-1] if said and said[-1].endswith(":") else ""
        yield from said
        if forms.HEADS.match(folded(introduced)):
            introduced = "add:"
        for item in items:
            first, *more = forms.SENTENCE.split(forms.MARK.sub("", item).strip())
            yield f"{introduced} {first}".strip()
            yield from more


def _of_path(sentence: str, path: str) -> Iterator[tuple[int, int]]:
    """The place where the path, its end from some folder on, its file name, or a folder that is protected as a whole is
    named."""
    parts = path.split("/")
    for found in forms.TOKEN.finditer(sentence):
        word = found[0].rstrip(".:!?*_").lstrip("*_").removeprefix("./")
        if "://" in word or not word or word.startswith("/"):
            continue  # a link, or a path of the service
        named = word.strip("/").split("/")
        if len(named) == 1 and not (set("./") & set(word) or "file" in word or word == "codeowners"):
            continue  # a word like any other
        at = found.start() + found[0].index(word) if word in found[0] else found.start()
        folder = (word.startswith(".") or word.endswith("/")) and named == parts[: len(named)] and _all_of(named, path)
        if named == parts[-len(named) :] or folder:
            yield at, at + len(word)


def _all_of(folder: list[str], path: str) -> bool:
    """Return whether every file of the folder is protected as this one is: then who names the folder names such
    files."""
    any_file, this = protection("/".join((*folder, "\N{LATIN SMALL LETTER ETH}"))), protection(path)
    return any_file is not None and this is not None and any_file.kind == this.kind


def _asked(sentence: str, at: int, end: int) -> bool:
    """Return whether the sentence asks for what it names there."""
    if at > _BEFORE:
        return False
    before, after = sentence[:at], sentence[end : end + _AFTER]
    rest = re.split(r"[,;]|\bbut\b|\band\b|\bthat\b|\bwhich\b|\bwith\b", after, maxsplit=1)[0]
    if forms.LEFT_ALONE.search(rest):
        return False
    clause = _clause(re.sub(r"\b(?:don[’']?t|do not|never) forget\b|\bnot only\b", "", before))
    if forms.NO.search(clause) or forms.IDENTIFIER.search(clause):
        return False
    if forms.ARTICLES.fullmatch(clause):
        duty = forms.DUTY.match(after)
        return bool(
            (duty and duty["verb"] not in forms.NO_DUTY)
            or forms.MISSING.match(after)
            or forms.LABEL.match(after)
            or re.match(r"[\"'`*_]* for (?:the|our|this) \w+\W*$", after)
        )
    if re.fullmatch(r"[\s\"'`(]*in (?:the |our )?[\"'`*_]*", clause) and forms.IN_IT.match(after):
        return True
    return _demanded(clause) and not (
        re.search(r"\b(?:add|append|include)\W+(?:an? |the )?\W*$", clause) and forms.GIVEN_AWAY.match(after)
    )


def _clause(before: str) -> str:
    """The words before a mention, from where the last change of mind began."""
    clause = re.split(r"\b(?:but|instead|however)\b", before)[-1]
    negations = [*forms.NO.finditer(clause)]
    if not negations:
        return clause
    negated = negations[-1]
    # "don't touch the Makefile, add a Dockerfile": a new imperative after a comma begins anew
    for anew in re.finditer(
        rf"[,;–—] *(?:and |then |please |just |also )*(?=(?:{forms.VERBS})\b)", clause[negated.end() :]
    ):
        return clause[negated.end() + anew.end() :]
    return clause


def _demanded(clause: str) -> bool:
    """Return whether a clause that ends before a mention has it for its object."""
    verbs = [found for found in forms.BASE.finditer(clause) if _imperative(clause, found)]
    verbs += [*forms.NEEDS.finditer(clause), *forms.BE_DONE.finditer(clause), *forms.BY_DOING.finditer(clause)]
    if not verbs:
        return False
    verb = max(verbs, key=lambda found: found.start())
    between = clause[verb.end() :]
    if forms.SUBORDINATE.search(between) or forms.TO_DO.search(between) or forms.VALUE_IN.match(verb[0] + between):
        return False
    if part := forms.PART_OF.match(verb[0] + between):
        return not forms.MADE.search(part["part"])
    for again in forms.AGAIN.finditer(between):
        pass_on = between[again.end() :]
        if not forms.OF.search(pass_on):
            return True
    withs = [*forms.WITH.finditer(between)]
    if withs and not forms.OF.search(between[withs[-1].end() :]):
        return True
    return not forms.OF.search(between)


def _imperative(clause: str, verb: re.Match[str]) -> bool:
    """Return whether the verb is said to the reader, and not of something else."""
    before = clause[: verb.start()]
    said = before.rstrip()
    begins = not said or forms.BEGINS.search(said) or forms.TO.search(before)
    if not begins:
        return False
    opened = [*forms.SUBORDINATE.finditer(before)]
    if not opened:
        return True
    # "add an endpoint that returns x and add a Dockerfile": anew, unless what "that" begins has room for it
    anew = said[-1:] in ",:;(" or said.endswith("and")
    return anew and not forms.ENABLES.search(before, opened[-1].end())
