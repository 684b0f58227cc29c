"""A sign that a TypeScript or JavaScript function is a route handler, and the frameworks by their packages."""

from collections.abc import Mapping
from typing import NamedTuple

from aurora.toolchains.node.syntax import Origin


class Sign(NamedTuple):
    framework: str
    methods: tuple[str, ...] = ()
    path: str = ""


_PACKAGES = {
    "express": "express", "fastify": "fastify", "koa": "koa", "@koa/router": "koa", "koa-router": "koa", "hono": "hono",
    "@hono/zod-openapi": "hono", "express-serve-static-core": "express", "restify": "express", "polka": "express",
    "fastify-plugin": "fastify", "@fastify/type-provider-typebox": "fastify", "express-promise-router": "express",
    "fastify-type-provider-zod": "fastify", "@fastify/type-provider-json-schema-to-ts": "fastify", "elysia": "hono",
    "next": "next", "next/server": "next",
}  # fmt: skip


def by_imports(origins: Mapping[str, Origin]) -> str:
    """The framework whose package the file imports; empty without one."""
    return next((_PACKAGES[one.specifier] for one in origins.values() if one.specifier in _PACKAGES), "")
