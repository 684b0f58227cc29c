"""What worker and client read of a repository before a task begins, each in a process that can be killed.

All of them raise `Refusal`; what takes too much or breaks its reader is `OutOfBounds`, one of them.
"""

from collections.abc import Sequence

from aurora import bounded
from aurora.domain.value import Value
from aurora.domain.workspace import Toolchain
from aurora.errors import OutOfBounds
from aurora.gates import choice
from aurora.ports import ToolchainProbe
from aurora.settings import override as override_of
from aurora.settings.repository import Commands, ServiceName
from aurora.settings.repository_file import Loaded, load
from aurora.settings.services import composed
from aurora.toolchains.language import Language
from aurora.toolchains.stated import Stated

CONTRACT = bounded.Bounds(seconds=60, megabytes=1_500)
"""A large honest document takes seconds."""
DETECTION = bounded.Bounds(seconds=60, megabytes=1_500)
"""Manifests, locks, and the imports of a few hundred test files."""
SMALL = bounded.Bounds(seconds=10)


class ContractFacts(Value):
    """What a task needs to know of a contract document."""

    operations: tuple[str, ...]
    """`METHOD /path`, sorted."""
    warnings: tuple[str, ...] = ()


async def settings(text: str, path: str) -> Loaded:
    return await bounded.call(loaded, text, path, about=path, bounds=SMALL)


async def override(text: str) -> str:
    """As `aurora.settings.override.read`, of an answer."""
    return await bounded.call(overriding, text, about="an answer that sets something", bounds=SMALL)


async def overridden(before: Loaded, blocks: Sequence[str]) -> Loaded:
    """As `aurora.settings.override.applied`."""
    if not blocks:
        return before
    return await bounded.call(with_blocks, before, tuple(blocks), about="what answers set", bounds=SMALL)


async def contract(text: str, path: str) -> ContractFacts:
    return await bounded.call(facts, text, path, about=path, bounds=CONTRACT)


async def guessed_contract(text: str, path: str) -> ContractFacts | None:
    """None for a document of another kind."""
    return await bounded.call(facts_if_any, text, path, about=path, bounds=CONTRACT)


async def services(text: str, path: str) -> tuple[ServiceName, ...]:
    return await bounded.call(composed, text, path, about=path, bounds=SMALL)


async def toolchain(
    probe: ToolchainProbe, commands: Commands, tests: Sequence[str] = (), stated: Stated | None = None
) -> Toolchain:
    about = "what the project's manifests, locks and tests say of it"
    last = ""

    async def text(path: str) -> str | None:
        nonlocal last
        last = path
        return await probe.text(path)

    from aurora.toolchains import registry  # slow to load: many callers need not

    answers: bounded.Answers = {"paths": probe.paths, "text": text}
    known = registry.languages()
    try:
        return await bounded.call(
            detected, known, commands, tuple(tests), stated, about=about, bounds=DETECTION, answers=answers
        )
    except OutOfBounds as error:
        if not last:
            raise
        raise OutOfBounds(f"{error.what} The last file that was looked at is {last!r}.", error.hint) from None


def loaded(text: str, path: str) -> Loaded:
    """In the child."""
    found = load(text, path, choice.TUNABLE)
    settings, warnings = choice.without_mandatory(found.settings)
    return Loaded(settings, (*found.warnings, *warnings), found.project_lines)


def overriding(text: str) -> str:
    """In the child."""
    return override_of.read(text)


def with_blocks(before: Loaded, blocks: tuple[str, ...]) -> Loaded:
    """In the child."""
    return override_of.applied(before, blocks)


def facts(text: str, path: str) -> ContractFacts:
    from aurora.contract import document as contract_document  # slow to load: the caller need not

    document = contract_document.load(text, path)
    return ContractFacts(operations=document.operations, warnings=document.warnings)


def facts_if_any(text: str, path: str) -> ContractFacts | None:
    from aurora.contract.document import NotOpenAPI

    try:
        return facts(text, path)
    except NotOpenAPI:
        return None


async def detected(
    known: tuple[Language, ...], commands: Commands, tests: tuple[str, ...], stated: Stated | None = None
) -> Toolchain:
    """In the child, which asks for each file."""
    from aurora.toolchains import registry

    return await registry.detect(_Asked(), commands, tests, known, stated)


class _Asked:
    """The caller's probe, from within a child."""

    async def paths(self) -> Sequence[str]:
        return list(map(str, bounded.ask("paths")))

    async def text(self, path: str) -> str | None:
        text = bounded.ask("text", path)
        return None if text is None else str(text)
