"""The readings of a repository that worker and client do before a task begins, each in a process that can be killed.

All of them raise `Refusal`; what takes too much or breaks its reader is `OutOfBounds`, one of them.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from aurora import bounded
from aurora.domain.value import Value
from aurora.domain.workspace import Disagreement, Toolchain
from aurora.errors import OutOfBounds
from aurora.gates import choice
from aurora.ports import ToolchainProbe
from aurora.settings import override as override_of
from aurora.settings.repository import Commands, ServiceName
from aurora.settings.repository_file import Loaded, load
from aurora.settings.services import composed
from aurora.toolchains.language import Language
from aurora.toolchains.stated import Stated

if TYPE_CHECKING:
    from aurora.contract.locations import Place
    from aurora.contract.yaml_text import Where

CONTRACT = bounded.Bounds(seconds=60, megabytes=1_500, result_bytes=64_000_000)
"""A large honest document takes seconds."""
CONTRADICTIONS = bounded.Bounds(seconds=20, megabytes=1_500)
DETECTION = bounded.Bounds(seconds=60, megabytes=1_500)
"""Manifests, locks, and the imports of a few hundred test files."""
SMALL = bounded.Bounds(seconds=10)


Texts = Callable[[Sequence[str]], Awaitable[Mapping[str, str | None]]]
"""The text of each file of the repository, none for what is not there, is no text or may not be read."""
Mark = tuple[tuple[str | int, ...], str, tuple[str | int, ...]]
"""A place in a bundle, the file that it was written in, and the place there."""


class ContractFacts(Value):
    """The facts about a contract document that a task needs."""

    operations: tuple[str, ...]
    """`METHOD /path`, sorted."""
    warnings: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Files of the repository that it consists of, its own path first."""
    bundle: str | None = None
    """As JSON, its other files drawn in; None where the document is all there is."""
    disagreements: tuple[Disagreement, ...] = ()
    """Places that contradict each other."""


class ReadContract(Value):
    """A document that was read and not yet validated."""

    operations: tuple[str, ...]
    unfollowed: tuple[str, ...]
    """Notes on references that lead out of the repository."""
    files: tuple[str, ...]
    bundle: str
    origins: tuple[Mark, ...]
    doubts: tuple[tuple[str, tuple[str | int, ...], str], ...]
    """File, place in it, and what is wrong there."""


async def settings(text: str, path: str) -> Loaded:
    return await bounded.call(loaded, text, path, about=path, bounds=SMALL)


async def override(text: str) -> str:
    """The same as `aurora.settings.override.read`, of an answer."""
    return await bounded.call(overriding, text, about="an answer that sets something", bounds=SMALL)


async def overridden(before: Loaded, blocks: Sequence[str]) -> Loaded:
    """The same as `aurora.settings.override.applied`."""
    if not blocks:
        return before
    return await bounded.call(with_blocks, before, tuple(blocks), about="what answers set", bounds=SMALL)


async def contract(text: str, path: str, texts: Texts) -> ContractFacts:
    """The document at `path`, whose text is given, with the other files of the repository that it refers to."""
    return await _validated(
        await bounded.call(facts, text, path, about=path, bounds=CONTRACT, answers=_answers(texts)), path, texts
    )


async def guessed_contract(text: str, path: str, texts: Texts) -> ContractFacts | None:
    """None for a document of another kind."""
    read = await bounded.call(facts_if_any, text, path, about=path, bounds=CONTRACT, answers=_answers(texts))
    return None if read is None else await _validated(read, path, texts)


async def _validated(read: ReadContract, path: str, texts: Texts) -> ContractFacts:
    """The contract with the faults in it. Readings of their own: what is too large for them binds all the same."""
    answers = _answers(texts)
    try:
        about = f"{path}, validated,"
        faults = await bounded.call(faults_of, read, path, about=about, bounds=CONTRACT, answers=answers)
    except OutOfBounds as error:
        faults = (f"{error.what} It binds as it is.",)
    try:
        about = f"{path}, looked at for contradictions,"
        disagreements = await bounded.call(disagreements_of, read, about=about, bounds=CONTRADICTIONS, answers=answers)
    except OutOfBounds as error:
        faults, disagreements = (*faults, f"{error.what} It binds as it is."), ()
    single = read.files == (path,) and not read.unfollowed
    return ContractFacts(
        operations=read.operations,
        warnings=(*faults, *read.unfollowed),
        files=read.files,
        bundle=None if single else read.bundle,
        disagreements=disagreements,
    )


def _answers(texts: Texts) -> bounded.Answers:
    return {"texts": texts}


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
    """The settings, read in the child."""
    found = load(text, path, choice.TUNABLE)
    settings, warnings = choice.without_mandatory(found.settings)
    return Loaded(settings, (*found.warnings, *warnings), found.project_lines)


def overriding(text: str) -> str:
    """The settings, read in the child."""
    return override_of.read(text)


def with_blocks(before: Loaded, blocks: tuple[str, ...]) -> Loaded:
    """The settings, read in the child."""
    return override_of.applied(before, blocks)


def facts(text: str, path: str) -> ReadContract:
    """The facts, read in the child, which asks for the document's other files."""
    from aurora.contract import document as contract_document  # slow to load: the caller need not

    read = contract_document.opened(text, path, _asked_texts)
    return ReadContract(
        operations=read.operations,
        unfollowed=contract_document.unfollowed(path, read.external),
        files=read.files,
        bundle=json.dumps(read.raw),
        origins=tuple((at, place.file, place.where) for at, place in read.origins.items()),
        doubts=tuple((place.file, place.where, why) for place, why in read.doubts),
    )


def facts_if_any(text: str, path: str) -> ReadContract | None:
    from aurora.contract.document import NotOpenAPI

    try:
        return facts(text, path)
    except NotOpenAPI:
        return None


def faults_of(read: ReadContract, path: str) -> tuple[str, ...]:
    """The faults, read in the child, which asks for the files in which something is wrong, to name the lines."""
    from aurora.contract import faults
    from aurora.contract.document import validator_of
    from aurora.contract.locations import Place

    bundle = json.loads(read.bundle)
    doubts = [(Place(file, where), why) for file, where, why in read.doubts]
    found = faults.faults(bundle, validator_of(bundle, path))
    return faults.said(path, found, doubts, _origins(read), _asked_texts)


def disagreements_of(read: ReadContract) -> tuple[Disagreement, ...]:
    """The disagreements, likewise read in the child."""
    from aurora.contract import disagreements

    return disagreements.disagreements(json.loads(read.bundle), _origins(read), _asked_texts)


def _origins(read: ReadContract) -> "dict[Where, Place]":
    from aurora.contract.locations import Place

    return {at: Place(file, where) for at, file, where in read.origins}


def _asked_texts(paths: Sequence[str]) -> Mapping[str, str | None]:
    found: Mapping[str, str | None] = bounded.ask("texts", list(paths)) if paths else {}
    return found


async def detected(
    known: tuple[Language, ...], commands: Commands, tests: tuple[str, ...], stated: Stated | None = None
) -> Toolchain:
    """Detect in the child, which asks for each file."""
    from aurora.toolchains import registry

    return await registry.detect(_Asked(), commands, tests, known, stated)


class _Asked:
    """The caller's probe, from within a child."""

    async def paths(self) -> Sequence[str]:
        return list(map(str, bounded.ask("paths")))

    async def text(self, path: str) -> str | None:
        text = bounded.ask("text", path)
        return None if text is None else str(text)
