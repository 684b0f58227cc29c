"""What `aurora doctor` finds: one row for each thing a task needs."""

import asyncio
import platform
import shutil
import subprocess
from collections.abc import Sequence
from typing import Literal

from aurora.bootstrap import engine, preflight
from aurora.bootstrap.opening import Surroundings
from aurora.bootstrap.server import binary
from aurora.connection import cluster, connect, healthy
from aurora.domain import Frozen, clip
from aurora.drivers.local_repository import LocalRepository
from aurora.errors import AuroraError, Refusal
from aurora.services import COMPOSE_FILES, composed, told
from aurora.settings import DEFAULT_MODEL, ServiceName
from aurora.webhook_settings import Webhook


class Row(Frozen):
    what: str
    state: Literal["ok", "note", "bad"]
    found: str
    mend: str = ""


async def examine(around: Surroundings, repo: str | None) -> tuple[Row, ...]:
    rows = [_python(), _program("git", "--version", "sudo apt-get install git"), _temporal()]
    rows.append(await asyncio.to_thread(_engine))
    if rows[-1].state == "ok":
        rows.append(await asyncio.to_thread(_base_image, around))
    rows += [_disk(around), _key(around)]
    rows += [await _endpoint(around), await _server(around), *_webhooks(around)]
    if repo is not None:
        rows += await _repository(repo)
    return tuple(rows)


def _python() -> Row:
    return Row(what="python", state="ok", found=platform.python_version())


def _program(name: str, flag: str, mend: str) -> Row:
    found = shutil.which(name)
    if not found:
        return Row(what=name, state="bad", found="not on PATH", mend=mend)
    said = subprocess.run([found, flag], capture_output=True, text=True, timeout=10, check=False).stdout
    return Row(what=name, state="ok", found=said.strip())


def _temporal() -> Row:
    try:
        return Row(what="temporal", state="ok", found=binary())
    except Refusal as refusal:
        return Row(what="temporal", state="bad", found=refusal.what, mend=refusal.mend)


def _engine() -> Row:
    try:
        return Row(what="docker engine", state="ok", found=engine.check())
    except Refusal as refusal:
        return Row(what="docker engine", state="bad", found=refusal.what, mend=refusal.mend)


def _disk(around: Surroundings) -> Row:
    folder = around.folder.prepared()
    free = folder.free_bytes()
    found = f"{free / 1e9:.1f} GB free in {folder.home}"
    if free >= preflight.NEEDED_BYTES:
        return Row(what="disk", state="ok", found=found)
    return Row(what="disk", state="bad", found=found, mend="a task needs 1 GB; AURORA_HOME moves the state folder")


def _key(around: Surroundings) -> Row:
    provider = around.settings.provider("default")
    if provider.key() is not None:
        return Row(what="key", state="ok", found="set (never shown)")
    return Row(what="key", state="bad", found="not set", mend=f"export {provider.api_key_env or 'ANTHROPIC_API_KEY'}=…")


async def _endpoint(around: Surroundings) -> Row:
    provider = around.settings.provider("default")
    where = provider.base_url or "the service's own address"
    if provider.key() is None:
        return Row(what="model", state="note", found=f"{where}: not asked without a key")
    from aurora.drivers.anthropic_model import AnthropicModel  # loads for a second: only what calls a model may wait

    model = AnthropicModel(around.settings.providers)
    try:
        card = await asyncio.wait_for(model.describe(DEFAULT_MODEL, provider="default"), 10)
        return Row(what="model", state="ok", found=f"{where}: {card.id}, {card.context_tokens} tokens of context")
    except (AuroraError, TimeoutError) as trouble:
        return Row(
            what="model",
            state="bad",
            found=clip(f"{where}: {trouble or 'no answer within 10 s'}", 300),
            mend="check ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL and the network",
        )
    finally:
        await model.aclose()


def _webhooks(around: Surroundings) -> list[Row]:
    """What is set up; none is asked, since that would be a notice."""
    webhooks = around.settings.webhooks
    if not webhooks:
        return [Row(what="webhooks", state="note", found="none: what waits for you is seen by `aurora questions` only")]
    return [_webhook(webhook) for webhook in webhooks]


def _webhook(webhook: Webhook) -> Row:
    people = ", ".join(webhook.people) or "everyone"
    found = clip(f"{webhook.name}: {webhook.where}, {' '.join(webhook.events)}, for {people}", 300)
    try:
        webhook.keys()
    except ValueError as error:
        return Row(what="webhook", state="bad", found=found, mend=str(error))
    return Row(what="webhook", state="ok", found=f"{found}; secret set (never shown)")


async def _server(around: Surroundings) -> Row:
    if not around.embedded:
        where = (cluster(around.settings) or {}).get("target_host", "")
        try:
            await connect(around.settings)
        except Refusal as refusal:
            return Row(what="cluster", state="bad", found=refusal.what, mend=refusal.mend)
        return Row(what="cluster", state="ok", found=str(where))
    endpoint = around.endpoint()
    if endpoint is None:
        return Row(what="daemon", state="note", found="not running; the next command that needs it starts it")
    if await healthy(endpoint.address):
        return Row(what="daemon", state="ok", found=f"{endpoint.address}, web page {endpoint.ui}")
    return Row(what="daemon", state="note", found=f"{endpoint.address} does not answer yet")


async def _repository(repo: str) -> list[Row]:
    try:
        repository = await LocalRepository.open(repo)
        commit = await repository.resolve(None)
        rows = [Row(what="repository", state="ok", found=f"{repository.path} at {commit[:12]}")]
        loaded = await preflight.settings_at(repository, commit)
        rows += [Row(what="aurora.yaml", state="note", found=warning) for warning in loaded.warnings]
        rows.append(Row(what="aurora.yaml", state="ok", found=f"model {loaded.settings.model}"))
        rows += await _services(repository, commit, loaded.settings.sandbox.services)
        toolchain = await preflight.toolchain_at(repository, commit, loaded.settings)
    except AuroraError as trouble:
        what, _, mend = str(trouble).partition("\n")
        return [Row(what="repository", state="bad", found=what, mend=mend)]
    rows.append(Row(what="runner", state="ok", found=f"{toolchain.language}: {toolchain.runner}"))
    rows.append(Row(what="tests", state="ok", found=" ".join(toolchain.test)))
    rows += [Row(what="lint", state="ok", found=" ".join(argv)) for argv in toolchain.lint]
    rows += [Row(what="types", state="ok", found=" ".join(argv)) for argv in toolchain.types]
    return rows + [Row(what="why", state="note", found=line) for line in toolchain.why]


async def _services(repository: LocalRepository, commit: str, asked: Sequence[ServiceName]) -> list[Row]:
    """Those that aurora.yaml asks for, and those that a compose file runs: a hint, acted upon by a person only."""
    rows = [Row(what="service", state="ok", found=f"before each run of the tests: {told(name)}") for name in asked]
    for path in COMPOSE_FILES:
        content = await repository.read(commit, path)
        if content is None:
            continue
        missing = [n for n in composed(content.decode("utf-8", errors="replace"), path) if n not in asked]
        if missing:
            found = f"{path} runs {', '.join(missing)}, which the sandbox does not start unasked"
            mend = f"where the tests need it: `sandbox: {{services: [{', '.join((*asked, *missing))}]}}` in aurora.yaml"
            rows.append(Row(what="service", state="note", found=found, mend=mend))
    return rows


def _base_image(around: Surroundings) -> Row:
    """Whether the sandbox's image is built; asked only of an engine that answers."""
    from aurora.drivers import base_image, docker_engine  # slow to load

    try:
        reference = base_image.base_reference(around.settings.base_image)
        found = base_image.present(docker_engine.connect(), reference)
    except AuroraError as trouble:
        return Row(what="sandbox image", state="bad", found=str(trouble))
    if found:
        return Row(what="sandbox image", state="ok", found=reference)
    return Row(
        what="sandbox image",
        state="note",
        found=f"{reference} is not built yet",
        mend="the first task builds it, about a minute; `make setup` does it ahead",
    )
