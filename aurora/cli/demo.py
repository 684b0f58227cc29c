"""aurora demo: the main job, start to commit, on a small service of our own.

The model's replies are scripted, and the screen says so; Temporal, Docker, git, ruff and pytest are the real ones.
With `--live` and a key the model itself is used.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.syntax import Syntax
from rich.table import Table

from aurora.bootstrap.installation import Installation
from aurora.bootstrap.self_exec import argv_of
from aurora.cli.ending import NOT_COMMITTED, err, out, perform
from aurora.cli.layout import say
from aurora.cli.lines import money
from aurora.cli.watching import Watch
from aurora.client.desk import Desk
from aurora.client.submit import LocalSource, TaskRequest
from aurora.domain.outcome import Usage
from aurora.domain.view import TaskView
from aurora.errors import Refusal

PACKAGE = Path(__file__).resolve().parents[1]
EXAMPLES = next(
    (one for one in (PACKAGE / "examples", PACKAGE.parent / "examples") if one.is_dir()), PACKAGE / "examples"
)
"""Examples of the wheel, or of the checkout."""
TASK = "Create a POST /users endpoint"
ANSWER = "409 Conflict, compared case-insensitively"
PAUSE_SECONDS = 2.0
LOOK_SECONDS = 1.0
SCRIPTED_KEY = "scripted-replies-need-no-key"


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    live: Annotated[bool, typer.Option("--live", help="Use the model, with ANTHROPIC_API_KEY.")] = False,
    typed: Annotated[bool, typer.Option(help="Answer the question yourself, at the terminal.")] = True,
) -> None:
    """Run a whole task on a small example service: question, plan, tests, code, checks, commit."""
    ask = typed and sys.stdin.isatty() and sys.stdout.isatty()
    perform(lambda: _demo(live=live, ask=ask))


async def _demo(*, live: bool, ask: bool) -> int:
    if not EXAMPLES.is_dir():
        raise Refusal(
            "This installation has no examples.",
            "Install it from the wheel as it was built, or run the demo from a clone of the repository.",
        )
    home = Installation.found().folder.home / "demo"
    os.environ["AURORA_HOME"] = str(home)
    async with AsyncExitStack() as stack:
        if live:
            say(out, ["The model's replies are live."])
        else:
            await stack.enter_async_context(_scripted(home))
            out.rule("[bold]the model's replies are scripted[/bold]; everything else is real")
        repository = await asyncio.to_thread(_fresh_repository, home)
        say(out, [f"repository (a small FastAPI service)  {repository}", ""], hang=38)
        installation = Installation.found()
        with err.status("checking Docker and starting the daemon"):
            validated = await installation.validator().validate(
                TaskRequest(TASK, LocalSource(str(repository)), submitted_by="demo")
            )
            client = await installation.client()
            task_id = (await validated.submit(client)).task_id
        if not ask and not live:
            stack.push_async_callback(_ended, asyncio.create_task(_answer_for(client, task_id)))
        code = await Watch(client, task_id, ask=ask, stay=True, whole=False).run()
        view = await client.view(task_id)
        _show(repository, view)
        _where_next(installation, home, task_id)
    return code if view.outcome and view.outcome.commit else NOT_COMMITTED


@asynccontextmanager
async def _scripted(home: Path) -> AsyncIterator[None]:
    """The local endpoint that plays the scripted replies; the daemon's worker is pointed at it."""
    argv = argv_of("aurora.messages_double", "--scenario", str(EXAMPLES / "demo.scenario.yaml"))
    argv += ["--ledger", str(home / "replies.jsonl"), "--key", SCRIPTED_KEY, "--port", str(_kept_port(home))]
    process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        if not line.strip():
            raise Refusal("The scripted endpoint did not start.", f"Try: {' '.join(argv)}")
        os.environ |= {"ANTHROPIC_BASE_URL": line.decode().strip(), "ANTHROPIC_API_KEY": SCRIPTED_KEY}
        yield
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def _kept_port(home: Path) -> int:
    """The port of the last demo when it is free: the same address needs no new worker."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = home / "replies.port"
    wanted = int(kept.read_text()) if kept.exists() else 0
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    kept.write_text(str(port))
    return port


def _fresh_repository(home: Path) -> Path:
    folder = home / "shop"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(EXAMPLES / "shop", folder, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    identity = ["-c", "user.name=Demo", "-c", "user.email=demo@localhost"]
    for argv in (["init", "-q", "-b", "main"], ["add", "-A"], [*identity, "commit", "-q", "-m", "The shop as it is"]):
        subprocess.run(["git", *argv], cwd=folder, check=True, capture_output=True)
    return folder


async def _answer_for(desk: Desk, task_id: str) -> None:
    """Nobody sits here: the demo answers as the Architect after a moment, and says so."""
    while True:
        for question in (await desk.view(task_id)).questions:
            await asyncio.sleep(PAUSE_SECONDS)
            say(out, [f"   the demo answers in your place: {ANSWER}"], style="bold")
            await desk.answer(task_id, question.id, ANSWER, by="demo")
        await asyncio.sleep(LOOK_SECONDS)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _show(repository: Path, view: TaskView) -> None:
    outcome = view.outcome
    if outcome is None or outcome.commit is None:
        return
    out.rule("the commit")
    shown = subprocess.run(
        ["git", "show", "--stat", "--patch", "--format=fuller", outcome.commit],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    out.print(Syntax(shown.stdout, "diff", theme="ansi_dark", background_color="default"))
    out.rule("cost (scripted replies, at the model's real prices)")
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))  # fits 80 columns
    table.add_column("step", no_wrap=True)
    for head in ("visits", "turns", "input", "cached", "from cache", "output", "cost"):
        table.add_column(head, justify="right")
    for spend in view.steps:
        table.add_row(spend.step, str(spend.visits), str(spend.turns), *costs(spend.usage))
    table.add_section()
    table.add_row("all", "", str(view.turns), *costs(view.usage), style="bold")
    out.print(table, soft_wrap=False)


def costs(used: Usage) -> tuple[str, ...]:
    tokens = (used.input_tokens, used.cache_write_tokens, used.cache_read_tokens, used.output_tokens)
    return (*(f"{count:,}" for count in tokens), money(used.microdollars))


def _where_next(installation: Installation, home: Path, task_id: str) -> None:
    endpoint = installation.endpoint()
    out.rule("where to look next")
    beside = Path(sys.executable).parent
    lines = [] if shutil.which("aurora") else [f"source {beside / 'activate'}"]
    lines += [f"export AURORA_HOME={home}", *(f"aurora {verb} {task_id}" for verb in ("status", "evidence", "diff"))]
    if endpoint:
        lines.append("aurora dev --ui    opens Temporal's web page")
    lines += [f"the branch: git -C {home / 'shop'} log --oneline --all", "aurora stop    ends the demo's daemon"]
    for line in lines:
        say(out, [f"   {line}"])
