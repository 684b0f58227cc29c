"""The part of a large schema that a text speaks of: the fields it names, and the types that they lead to.

For a child process, as `graphql_sdl`. The fields of the roots are always named, so that nothing is dropped unsaid.
"""

import re

from graphql import DefinitionNode, FieldDefinitionNode, GraphQLError, Source, TypeDefinitionNode, parse, print_ast

from aurora.contract.graphql_sdl import MAX_TOKENS, ROOTS, type_name

NAMED = 24
"""Root fields that a text may name before the least meant are left out."""
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,}")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_COMMON = frozenset(
    "the and for with that this from must should when return returns add get set list new type query mutation "  # noqa: SIM905
    "field fields schema graphql test tests not null error all one each only every".split()
)
"""Words that every task says, or most fields are called by."""


def sliced(sdl: str, text: str, most: int) -> str:
    """SDL of at most about `most` characters: what `text` names first, then what that leads to, nearest first."""
    try:
        document = parse(Source(sdl), max_tokens=MAX_TOKENS, no_location=True)
    except (GraphQLError, RecursionError):
        return sdl[:most]
    types = {one.name.value: one for one in document.definitions if isinstance(one, TypeDefinitionNode)}
    roots = [name for name in ROOTS.values() if name in types]
    meant = _meant(types, roots, text)
    head = _index(types, roots, most // 3)
    parts: list[str] = []
    left = most - len(head)
    for root in roots:
        chosen = [field for field in _fields(types[root]) if f"{root}.{field.name.value}" in meant]
        if chosen:
            parts.append(f"type {root} {{\n" + "\n".join(f"  {_line(print_ast(field))}" for field in chosen) + "\n}")
            left -= len(parts[-1])
    for name in _closure(types, roots, meant, text):
        shown = print_ast(types[name])
        if len(shown) <= left:
            parts.append(shown)
            left -= len(shown)
    return "\n\n".join([head, *parts])


def _meant(types: dict[str, TypeDefinitionNode], roots: list[str], text: str) -> dict[str, int]:
    """Coordinates of root fields with how much the text speaks of them, the most first."""
    words = {word.lower() for word in _WORD.findall(text)}
    parts = {part.lower() for word in _WORD.findall(text) for part in _PART.findall(word)} - _COMMON
    scores: dict[str, int] = {}
    for root in roots:
        for field in _fields(types[root]):
            name = field.name.value
            own = {part.lower() for part in _PART.findall(name)}
            score = 12 * (name.lower() in words) + 4 * (type_name(field.type).lower() in words)
            score += sum(
                part in parts or f"{part}s" in parts or part.removesuffix("s") in parts for part in own - _COMMON
            )
            if score:
                scores[f"{root}.{name}"] = score
    best = sorted(scores, key=lambda one: (-scores[one], one))[:NAMED]
    return {one: scores[one] for one in best}


def _closure(types: dict[str, TypeDefinitionNode], roots: list[str], meant: dict[str, int], text: str) -> list[str]:
    """Types in the order of their distance from what is meant; those that the text names come first."""
    words = set(_WORD.findall(text))
    waiting = [name for name in types if name in words and name not in roots]
    for coordinate in meant:
        root, _, name = coordinate.partition(".")
        for field in _fields(types[root]):
            if field.name.value == name:
                waiting += _leads_to(field)
    found: dict[str, None] = {}
    while waiting:
        name = waiting.pop(0)
        if name in types and name not in found and name not in roots:
            found[name] = None
            waiting += [inner for field in _fields(types[name]) for inner in _leads_to(field)]
            waiting += [type_name(one) for one in getattr(types[name], "types", None) or ()]
            waiting += [type_name(one) for one in getattr(types[name], "interfaces", None) or ()]
    return list(found)


def _leads_to(field: FieldDefinitionNode) -> list[str]:
    return [*(type_name(one.type) for one in getattr(field, "arguments", None) or ()), type_name(field.type)]


def _fields(one: DefinitionNode) -> list[FieldDefinitionNode]:
    return list(getattr(one, "fields", None) or ())


def _index(types: dict[str, TypeDefinitionNode], roots: list[str], most: int) -> str:
    """All fields of the roots, by their names alone, as a comment."""
    lines = [f"# {root}: {', '.join(field.name.value for field in _fields(types[root]))}" for root in roots]
    lines.append(f"# types: {', '.join(name for name in types if name not in roots)}")
    return "\n".join(line if len(line) <= most // len(lines) else f"{line[: most // len(lines)]} ..." for line in lines)


def _line(text: str) -> str:
    return text.replace("\n", "\n  ")
