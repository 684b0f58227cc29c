"""The operations of a document that a task's text names or resembles, before anybody has planned."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from aurora.contract.reach import Part, Parts

MOST = 12
"""Operations that are taken for meant where none is named."""
MOST_NAMED = 40
TEXT = 20_000
"""Characters of a task that are looked at."""
_NEAR = 0.4
"""Of the best one's likeness, from which on another is taken for meant, too."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_IDLE_WORDS = """
a an and are as at be by can do for from has have if in into is it its must new no not of on one only or other so such
than that the then there this to we when which who will with api endpoint field name should
"""
_IDLE = frozenset(_IDLE_WORDS.split())
_ACTS = {
    "post": "add create post insert register submit",
    "put": "update change replace edit set rename",
    "patch": "update change edit set rename modify",
    "delete": "delete remove cancel drop",
    "get": "list get show read fetch find search return filter sort page",
}


class Likely(NamedTuple):
    operations: tuple[str, ...]
    """Best first."""
    named: bool
    """True if the text names them; else it has words in common with them."""


def likely(document: Mapping[str, Any], text: str) -> Likely:
    """The operations that a text names by path or id; else those that resemble it; none where none does."""
    parts, text = Parts(document), text[:TEXT]
    named = {name: _mentions(name, parts.operation(part), text) for name, part in parts.operations.items()}
    if found := sorted((name for name, rank in named.items() if rank), key=lambda name: -named[name]):
        return Likely(tuple(found[:MOST_NAMED]), named=True)
    said = {name: Counter(_words_of(name, part, parts)) for name, part in parts.operations.items()}
    spread = Counter(word for words in said.values() for word in words)
    asked = frozenset(_words(text)) - _IDLE
    ranks = {name: _likeness(name, words, asked, spread, len(said)) for name, words in said.items()}
    best = max(ranks.values(), default=0.0)
    found = sorted((name for name, rank in ranks.items() if rank > 0 and rank >= best * _NEAR), key=lambda n: -ranks[n])
    return Likely(tuple(found[:MOST]), named=False)


def _mentions(name: str, operation: Mapping[str, Any], text: str) -> float:
    """The clarity with which a text names an operation: 3 with its method, 2 by its id, 1 by its path alone; 0 where
    not."""
    method, _, path = name.partition(" ")
    inner = r"[^\s/`'\"]++".join(map(re.escape, re.split(r"\{[^}]*\}", path)))
    # whole: `/users` names neither `/users/{id}` nor `/admin/users`
    spelt = re.compile(rf"(?<![\w/}}-]){inner}/?(?![\w/{{-])" if path.strip("/") else r"(?!)")
    at = [match.start() for match in spelt.finditer(text)]
    if any(re.search(rf"\b{method}\s+[`'\"]?$", text[max(0, start - 12) : start], re.IGNORECASE) for start in at):
        return 3
    identity = operation.get("operationId")
    if isinstance(identity, str) and len(identity) > 4 and _is_name(identity):
        spelt = re.compile(rf"(?<![\w-]){re.escape(identity)}(?![\w-])")
        return 2 if spelt.search(text) else int(bool(at))
    return 1 if at else 0


def _is_name(identity: str) -> bool:
    """Not a word like any other: `createUser`, `users_list`, and not `search`."""
    return bool(re.search(r"[a-z][A-Z]|[_./-]|\d", identity))


def _words_of(name: str, part: Part, parts: Parts) -> Iterator[str]:
    """Words that an operation is known by; those of its path count twice."""
    operation = parts.operation(part)
    path = re.sub(r"\{[^}]*\}", " ", name.partition(" ")[2])
    tags = operation.get("tags")
    yield from (*_words(path), *_words(path))
    for said in (operation.get("summary"), operation.get("operationId"), *(tags if isinstance(tags, list) else ())):
        yield from _words(str(said or ""))


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if len(word) > 2 and word not in _IDLE:
            yield _stem(word)


def _stem(word: str) -> str:
    """Roughly: `listing`, `listed` and `lists` are `list`; `creates` and `created` are one word, too."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    for ending, least in (("ing", 6), ("ed", 5)):
        if word.endswith(ending) and len(word) > least:
            word = word.removesuffix(ending)
            return word[:-1] if word[-1] == word[-2] and word[-1] not in "lsz" else word.rstrip("e")
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return (word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word).rstrip("e")


def _likeness(name: str, words: Counter[str], asked: Collection[str], spread: Counter[str], of: int) -> float:
    """Rare words in common count most; a word that most operations have says nothing, and of two operations with the
    same words in common the one that has fewer others is meant."""
    weights = {word: count * math.log(1 + of / spread[word]) for word, count in words.items()}
    length = math.sqrt(sum(weight**2 for weight in weights.values()))
    rank = sum(weights[word] for word in asked if word in weights) / length if length else 0.0
    acts = _ACTS.get(name.partition(" ")[0].lower(), "")
    return rank * (1.5 if any(_stem(word) in asked for word in acts.split()) else 1.0)
