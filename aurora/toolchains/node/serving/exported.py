"""Applications that a module exports and that nothing listens for: a program of ours does."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from aurora.toolchains.node.serving.sources import Source

MAKERS = {
    "express": "express", "fastify": "fastify", "Fastify": "fastify", "Koa": "koa", "Hono": "hono",
    "OpenAPIHono": "hono", "createYoga": "yoga", "createApp": "", "createRouter": "",
}  # fmt: skip
"""Calls that make an application -> its framework; empty for functions of the project's own."""
_MAKERS = "|".join(MAKERS)
_MADE = re.compile(
    rf"(?:const|let|var)\s+(\w+)\s*(?::\s*[\w.<>, ]+)?=\s*(?:await\s+)?(?:new\s+)?({_MAKERS})\s*(?:<[^(]*>)?\("
)
_WHOLE = re.compile(rf"export\s+default\s+(?:new\s+)?({_MAKERS})\s*(?:<[^(]*>)?\(")
_FACTORY = re.compile(
    r"export\s+(?:default\s+)?(?:async\s+)?(?:function|const)\s+"
    r"((?:build|create|make|init|setup|bootstrap)\w*(?:App|Server|Fastify|Application))\b"
)


class Exported(NamedTuple):
    path: str
    name: str
    """`default` for the whole of a module."""
    framework: str
    factory: bool


def find(sources: Iterable[Source]) -> Exported | None:
    """The first application that a module gives away, then the first function that makes one."""
    listed = list(sources)
    for source in listed:
        for name, maker in _MADE.findall(source.text):
            exported = _exported(source.text, name)
            if exported and (MAKERS.get(maker) or _uses(source.text)):
                return Exported(source.path, exported, MAKERS.get(maker, "") or "hono", False)
        whole = _WHOLE.search(source.text)
        if whole and MAKERS[whole[1]]:
            return Exported(source.path, "default", MAKERS[whole[1]], False)
    for source in listed:
        if (found := _FACTORY.search(source.text)) and (framework := _uses(source.text)):
            name = "default" if "default" in found[0] else found[1]
            return Exported(source.path, name, framework, True)
    return None


def _exported(text: str, name: str) -> str:
    whole = (r"export\s+default\s+", r"module\.exports\s*=\s*", r"export\s*=\s*", r"exports\.default\s*=\s*")
    if any(re.search(rf"{before}{name}\b", text) for before in whole):
        return "default"
    named = (rf"export\s+(?:const|let|var)\s+{name}\b", rf"exports\.{name}\s*=", rf"export\s*\{{[^}}]*\b{name}\b",
             rf"module\.exports\s*=\s*\{{[^}}]*\b{name}\b")  # fmt: skip
    return name if any(re.search(one, text) for one in named) else ""


def _uses(text: str) -> str:
    for package, framework in (
        ("fastify", "fastify"),
        ("express", "express"),
        ("hono", "hono"),
        ("koa", "koa"),
        ("graphql-yoga", "yoga"),
    ):
        if re.search(rf"['\"](@\w+/)?{package}['\"]", text):
            return framework
    return ""


def decorated(sources: Iterable[Source]) -> bool:
    """Return whether decorators need what only TypeScript's own compiler writes: the types of parameters."""
    return any(
        re.search(r"(?m)^\s*@(Injectable|Controller|Entity|Column|Resolver|Service|Module)\b", s.text) for s in sources
    )
