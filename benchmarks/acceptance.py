"""Three kept tasks from start to end, and a report that can be handed in: `make acceptance`.

With `--live` the model answers (`ANTHROPIC_API_KEY`, and `ANTHROPIC_BASE_URL` where it is set), and the three together
cost at most `--dollars`. Without it every reply is scripted, the report says so, and what is shown is the parts alone.

    python -m benchmarks.acceptance --live --dollars 5 --report acceptance.md
"""

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import yaml
from temporalio.testing import WorkflowEnvironment

from aurora.bootstrap.fingerprint import DISTRIBUTION
from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import GO_ON_WITHOUT, Question, QuestionKind
from aurora.domain.task import Task
from aurora.domain.view import Control, TaskView
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from benchmarks.real_projects import attributes
from benchmarks.whole_tasks import to_its_end
from tests.support import node_backends
from tests.support.git_fixtures import git
from tests.support.house import EXAMPLES, KEY, ROOT, House, house, repository_of, shop
from tests.support.new_service import new_service
from tests.support.sealing import TEST_KEYS

END_TO_END = ROOT / "tests" / "real" / "end_to_end"
CONFLICT = "409 Conflict, compared case-insensitively"
LIVE_VARIABLES = ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")


@dataclass(frozen=True)
class Kept:
    name: str
    text: str
    script: Path
    repository: Callable[[Path], Path]


KEPT = (
    Kept("python", "Create a POST /users endpoint", EXAMPLES / "demo.scenario.yaml", shop),
    Kept(
        "typescript",
        "Create a POST /users endpoint; a taken e-mail address, compared case-insensitively, is a 409.",
        END_TO_END / "typescript.scenario.yaml",
        lambda folder: repository_of(node_backends.FOLDER / "vitest", folder),
    ),
    Kept(
        "whole service",
        "Build the service that `openapi.yaml` describes. README.md has the rules.",
        END_TO_END / "whole_service.scenario.yaml",
        lambda folder: new_service(folder, "one"),
    ),
)


@dataclass(frozen=True)
class Ended:
    kept: Kept
    task: Task
    view: TaskView
    seconds: float
    stat: str
    """Changed files, as `git diff --stat` tells them; empty without a commit."""

    @property
    def committed(self) -> bool:
        return self.view.outcome is not None and self.view.outcome.kind is OutcomeKind.COMMITTED


def answer_to(question: Question) -> str:
    """The Architect of the acceptance: what the shop's document leaves open, else what the asker would assume."""
    if CONFLICT in question.options:
        return CONFLICT
    if GO_ON_WITHOUT in question.options:
        return GO_ON_WITHOUT
    return question.assumed or next(iter(question.options), "Decide it as the document and the code suggest.")


def bounded(repository: Path, dollars: float) -> None:
    """Commit the bound to the settings of the repository's own copy."""
    file = repository / "aurora.yaml"
    said = yaml.safe_load(file.read_text()) if file.exists() else {}
    backend = said.setdefault("agents", {}).setdefault("backend", {})
    backend["budget"] = {**backend.get("budget", {}), "dollars": dollars}
    file.write_text(yaml.safe_dump(said, sort_keys=False))
    git(repository, "add", "aurora.yaml")
    git(repository, "commit", "-q", "--allow-empty", "-m", "Bound what a task may cost")


async def played(kept: Kept, folder: Path, env: WorkflowEnvironment, live: Mapping[str, str], dollars: float) -> Ended:
    repository = await asyncio.to_thread(kept.repository, folder / "repository")
    if live:
        await asyncio.to_thread(bounded, repository, dollars)
        return await _run(kept, house(folder / "home", env.client, ""), repository, live)
    async with serving(scenario.load(kept.script), key=KEY) as double:
        return await _run(kept, house(folder / "home", env.client, double.url), repository, {})


async def _run(kept: Kept, home: House, repository: Path, live: Mapping[str, str]) -> Ended:
    began = time.monotonic()
    task_id = f"acceptance-{kept.name.replace(' ', '-')}-{os.getpid()}"
    task, view = await to_its_end(home, repository, kept.text, task_id, _answer, **live)
    commit = view.outcome.commit if view.outcome else None
    stat = git(repository, "diff", "--stat", f"{task.source.base}..{commit}") if commit else ""
    return Ended(kept, task, view, time.monotonic() - began, stat)


async def _answer(desk: Desk, task_id: str, question: Question) -> None:
    """A bound that is reached ends the task: nobody here may spend more."""
    if question.kind is QuestionKind.BUDGET:
        await desk.control(task_id, Control(verb="cancel", by="acceptance", note="the bound is reached"))
    else:
        await desk.answer(task_id, question.id, answer_to(question), by="acceptance")


def report(ended: list[Ended], *, live: bool, dollars: float) -> str:
    """Markdown."""
    replies = f"the model's, at most ${dollars:.2f}" if live else "SCRIPTED: they say nothing of a model"
    spent = sum(one.view.usage.microdollars + one.view.open_microdollars for one in ended) / 1_000_000
    lines = [
        "# Acceptance",
        "",
        f"- Aurora {version(DISTRIBUTION)}, Python {platform.python_version()}, {platform.platform(terse=True)}",
        f"- Replies: {replies}",
        f"- {sum(one.committed for one in ended)} of {len(ended)} tasks ended with a commit, ${spent:.4f} spent",
        "",
        "| task | outcome | turns | rounds | tokens | dollars | minutes |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in ended:
        view, used = one.view, one.view.usage
        tokens = used.input_tokens + used.cache_write_tokens + used.cache_read_tokens + used.output_tokens
        kind = view.outcome.kind.value if view.outcome else "none"
        cost = f"{used.microdollars / 1_000_000:.4f} | {one.seconds / 60:.1f}"
        lines.append(f"| {one.kept.name} | {kind} | {view.turns} | {view.round} | {tokens:,} | {cost} |")
    for one in ended:
        outcome = one.view.outcome
        lines += ["", f"## {one.kept.name}", "", f"> {one.kept.text}", ""]
        lines += [f"- {entry.what} {entry.about}: {entry.note}" for entry in one.view.audit if entry.note]
        lines += [f"- {outcome.summary}" if outcome and outcome.summary else "- no outcome"]
        lines += ["", "```", one.stat, "```"] if one.stat else []
    return "\n".join(lines) + "\n"


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--live", action="store_true", help="let the model answer; it costs money")
    parser.add_argument("--dollars", type=float, default=5.0, help="bound of all tasks together (default: 5)")
    parser.add_argument("--only", action="append", metavar="NAME", choices=[kept.name for kept in KEPT])
    parser.add_argument("--report", type=Path, default=Path("acceptance.md"), help="file of the report")
    given = parser.parse_args()
    live = {name: os.environ[name] for name in LIVE_VARIABLES if os.environ.get(name)} if given.live else {}
    if given.live and "ANTHROPIC_API_KEY" not in live:
        print("A live run needs ANTHROPIC_API_KEY. Set it, or leave --live out.", file=sys.stderr)
        return 2
    if not 0 < given.dollars <= 10_000:
        print(f"--dollars {given.dollars} is no bound: more than 0, at most 10,000.", file=sys.stderr)
        return 2
    chosen = [kept for kept in KEPT if not given.only or kept.name in given.only]
    ended: list[Ended] = []
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        data_converter=data_converter(TEST_KEYS),
        search_attributes=attributes(),
    ) as env:
        for kept in chosen:
            with tempfile.TemporaryDirectory(prefix="aurora-acceptance-") as folder:
                ended.append(await played(kept, Path(folder), env, live, given.dollars / len(chosen)))
            text = report(ended, live=given.live, dollars=given.dollars)
            await asyncio.to_thread(given.report.write_text, text)
    print(text)
    print(f"The report: {given.report}", file=sys.stderr)
    return int(not all(one.committed for one in ended))


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
