"""The findings of `aurora doctor`: one row for each thing a task needs."""

import asyncio
import platform
import shutil
import subprocess
from collections.abc import Callable

from aurora.bootstrap import baseline_run, engine, preflight, project_examination, safety
from aurora.bootstrap.installation import Installation
from aurora.bootstrap.row import Row
from aurora.bootstrap.server import binary
from aurora.client.connection import cluster, connect, healthy
from aurora.drivers.model.model_card import described
from aurora.errors import AuroraError, Refusal
from aurora.settings.repository import DEFAULT_MODEL
from aurora.settings.webhooks import Webhook
from aurora.text import clip

NEEDED = ("git", "docker engine", "disk", "repository", "aurora.yaml", "project")
"""Programs that a baseline can't be taken without."""


async def examine(
    installation: Installation,
    repo: str | None,
    *,
    baseline: bool = False,
    write: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Row, ...]:
    """`baseline`: also build the image of `repo` and run its tests and lint once, when the engine answers;
    `write`: add to its aurora.yaml what that could say of the project."""
    rows = [_python(), _program("git", "--version", "sudo apt-get install git"), _temporal()]
    rows.append(await asyncio.to_thread(_engine))
    if rows[-1].state == "ok":
        rows.append(await asyncio.to_thread(_base_image, installation))
    rows += [_disk(installation), _key(installation)]
    rows += [
        await _endpoint(installation),
        await _server(installation),
        *safety.rows(installation),
        *_webhooks(installation),
    ]
    if repo is not None:
        here = preflight.MachinePreflight(installation.settings, installation.folder)
        judge = here if installation.embedded else None
        rows += await project_examination.rows(repo, installation.settings.policy, judge, write=write)
    if repo is not None and baseline and not any(row.state == "bad" and row.what in NEEDED for row in rows):
        rows += await baseline_run.rows(installation, repo, progress)
    return tuple(rows)


def _python() -> Row:
    return Row(what="python", state="ok", found=platform.python_version())


def _program(name: str, flag: str, hint: str) -> Row:
    found = shutil.which(name)
    if not found:
        return Row(what=name, state="bad", found="not on PATH", hint=hint)
    said = subprocess.run([found, flag], capture_output=True, text=True, timeout=10, check=False).stdout
    return Row(what=name, state="ok", found=said.strip())


def _temporal() -> Row:
    try:
        return Row(what="temporal", state="ok", found=binary())
    except Refusal as refusal:
        return Row(what="temporal", state="bad", found=refusal.what, hint=refusal.hint)


def _engine() -> Row:
    try:
        return Row(what="docker engine", state="ok", found=engine.check())
    except Refusal as refusal:
        return Row(what="docker engine", state="bad", found=refusal.what, hint=refusal.hint)


def _disk(installation: Installation) -> Row:
    folder = installation.folder.prepared()
    free = folder.free_bytes()
    found = f"{free / 1e9:.1f} GB free in {folder.home}"
    if free >= preflight.NEEDED_BYTES:
        return Row(what="disk", state="ok", found=found)
    return Row(what="disk", state="bad", found=found, hint="a task needs 1 GB; AURORA_HOME moves the state folder")


def _key(installation: Installation) -> Row:
    provider = installation.settings.provider("default")
    if provider.key() is not None:
        return Row(what="key", state="ok", found="set (never shown)")
    return Row(what="key", state="bad", found="not set", hint=f"export {provider.api_key_env or 'ANTHROPIC_API_KEY'}=…")


async def _endpoint(installation: Installation) -> Row:
    provider = installation.settings.provider("default")
    where = provider.base_url or "the service's own address"
    if provider.key() is None:
        return Row(what="model", state="note", found=f"{where}: not asked without a key")
    try:
        card = await asyncio.wait_for(described(DEFAULT_MODEL, provider, name="default"), 10)
        return Row(what="model", state="ok", found=f"{where}: {card.id}, {card.context_tokens} tokens of context")
    except (AuroraError, TimeoutError) as error:
        return Row(
            what="model",
            state="bad",
            found=clip(f"{where}: {error or 'no answer within 10 s'}", 300),
            hint="check ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL and the network",
        )


def _webhooks(installation: Installation) -> list[Row]:
    """The webhooks that are set up; none is asked, since that would be a notice."""
    webhooks = installation.settings.webhooks
    if not webhooks:
        return [Row(what="webhooks", state="note", found="none: open questions are shown only by `aurora questions`")]
    return [_webhook(webhook) for webhook in webhooks]


def _webhook(webhook: Webhook) -> Row:
    people = ", ".join(webhook.people) or "everyone"
    found = clip(f"{webhook.name}: {webhook.where}, {' '.join(webhook.events)}, for {people}", 300)
    try:
        webhook.keys()
    except ValueError as error:
        return Row(what="webhook", state="bad", found=found, hint=str(error))
    return Row(what="webhook", state="ok", found=f"{found}; secret set (never shown)")


async def _server(installation: Installation) -> Row:
    if not installation.embedded:
        where = (cluster(installation.settings) or {}).get("target_host", "")
        try:
            await connect(installation.settings)
        except Refusal as refusal:
            return Row(what="cluster", state="bad", found=refusal.what, hint=refusal.hint)
        return Row(what="cluster", state="ok", found=str(where))
    endpoint = installation.endpoint()
    if endpoint is None:
        return Row(what="daemon", state="note", found="not running; the next command that needs it starts it")
    if await healthy(endpoint.address):
        page = f"web page open at {endpoint.ui}" if endpoint.ui else "web page closed (`aurora dev --ui` opens it)"
        return Row(what="daemon", state="ok", found=f"{endpoint.address}, {page}")
    return Row(what="daemon", state="note", found=f"{endpoint.address} does not answer yet")


def _base_image(installation: Installation) -> Row:
    """Return whether the sandbox's image is built; asked only of an engine that answers."""
    from aurora.drivers.engine import docker_engine  # slow to load
    from aurora.drivers.images import base_image  # slow to load

    try:
        reference = base_image.base_reference(installation.settings.base_image)
        found = base_image.present(docker_engine.connect(), reference)
    except AuroraError as error:
        return Row(what="sandbox image", state="bad", found=str(error))
    if found:
        return Row(what="sandbox image", state="ok", found=reference)
    return Row(
        what="sandbox image",
        state="note",
        found=f"{reference} is not built yet",
        hint="the first task builds it, which takes about a minute",
    )
