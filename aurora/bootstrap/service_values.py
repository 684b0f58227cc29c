"""The report of `aurora doctor --repo` on a service: how it is served and filled, where its document is, how to log
in."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from aurora.bootstrap.row import Row
from aurora.contract.log_in import LogIn, Proposal
from aurora.domain.workspace import Toolchain
from aurora.settings import yaml_merge
from aurora.settings.repository import BackendSettings
from aurora.text import clip, counted
from aurora.toolchains.serving import graphql_path, serve_command

_WIDTH = 300
_NAMED = "; by aurora.yaml"


def rows(settings: BackendSettings, toolchain: Toolchain) -> Iterator[Row]:
    """Nothing is served here: the command is what a task would run."""
    said, recipe = settings.contract, toolchain.serve
    command = serve_command(settings, toolchain)
    if isinstance(command, str):
        what, _, hint = command.partition(". ")
        yield Row(what="serve", state="note", found=f"{what}: it is not exercised", hint=hint)
        return
    kind = f"{recipe.framework}: " if recipe is not None and recipe.framework and said.serve is None else ""
    place = f", in {command.cwd!r}" if command.cwd else ""
    stated = _NAMED if said.serve is not None else ""
    yield Row(what="serve", state="ok", found=clip(f"{kind}{shlex.join(command.argv)}{place}{stated}", _WIDTH))
    stated = _NAMED if said.prepare is not None else ""
    for words in command.prepare:
        yield Row(what="prepare", state="ok", found=clip(f"{shlex.join(words)}{stated}", _WIDTH))
    if command.env:
        yield Row(what="serve env", state="ok", found=clip(", ".join(sorted(command.env)), _WIDTH))
    if recipe is not None and recipe.documents:
        found = f"its own document is looked for at {', '.join(recipe.documents)}"
        yield Row(what="served at", state="ok", found=clip(found, _WIDTH))
    if path := graphql_path(settings, toolchain):
        yield Row(what="served at", state="ok", found=f"GraphQL at {path}")
    for line in recipe.why if recipe is not None else ():
        asks = "no value is committed" in line
        hint = "set what it needs as `contract: {env: {NAME: value}}` in aurora.yaml" if asks else ""
        yield Row(what="why", state="note", found=clip(line, _WIDTH), hint=hint)


def log_in_rows(settings: BackendSettings, found: LogIn) -> Iterator[Row]:
    if not found.guarded:
        if found.open:
            yield Row(what="log-in", state="ok", found="no operation of the document asks for one")
        return
    how_many = f"{len(found.guarded)} of {counted(len(found.guarded) + found.open, 'operation')} ask for one"
    if settings.contract.auth is not None:
        yield Row(what="log-in", state="ok", found=f"{how_many}{_NAMED}")
        return
    if not found.proposals:
        hint = "say it as `contract: {auth: {...}}` in aurora.yaml; otherwise a task asks first"
        yield Row(what="log-in", state="note", found=f"{how_many}; nothing tells how", hint=hint)
        return
    yield Row(what="log-in", state="note", found=f"{how_many}; without a recipe they are not exercised")
    for at, one in enumerate(found.proposals):
        check = f"; look at this: {one.check}" if one.check else ""
        which = ", written there by `--write`" if not at else ", instead"
        said = clip(f"aurora.yaml may say{which}: {one.why}{check}", _WIDTH)
        hint = yaml_merge.block(proposed_auth(one), yaml_merge.CONTRACT).rstrip()
        yield Row(what="proposal", state="note", found=said, hint=hint)


def proposed(settings: BackendSettings, found: LogIn) -> dict[str, Any]:
    """Settings of `contract` that aurora.yaml could have and does not have yet."""
    if settings.contract.auth is not None or not found.proposals:
        return {}
    return proposed_auth(found.proposals[0])


def proposed_auth(one: Proposal) -> dict[str, Any]:
    """`{"auth": ...}` as aurora.yaml has it, without what is so by default."""
    said: Mapping[str, Any] = one.auth.model_dump(mode="json", exclude_defaults=True)
    return {"auth": dict(said)}
