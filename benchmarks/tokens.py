"""Turns and tokens by step, of whole tasks whose replies are scripted: `make bench-tokens`.

Tokens are the endpoint's double's own: four characters each, its prompt cache by exact prefixes. So the figures say
what the flow sends, caches and sends again, and nothing of how well a model would reply.

    python -m benchmarks.tokens --only demo --json figures.json
"""

import argparse
import asyncio
import dataclasses
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio.testing import WorkflowEnvironment

from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.domain.questions import GO_ON_WITHOUT, Question
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from benchmarks.projects import PROJECTS, fetched
from benchmarks.real_projects import attributes
from benchmarks.whole_tasks import to_its_end
from tests.support import node_backends
from tests.support.house import EXAMPLES, KEY, ROOT, house, repository_of, shop
from tests.support.sealing import TEST_KEYS

HERE = Path(__file__).resolve().parent
WHOLE = "the whole task"


@dataclass(frozen=True)
class Kept:
    """A scenario that is kept with its task."""

    name: str
    script: Path
    text: str
    repository: Callable[[Path], Path]


def _of_a_stranger(name: str) -> Kept:
    project = next(p for p in PROJECTS if p.name == name and p.task)
    script = HERE / "scenarios" / f"{project.scenario}.scenario.yaml"
    return Kept(name, script, project.task, lambda folder: fetched(project, folder))


KEPT = (
    Kept("demo", EXAMPLES / "demo.scenario.yaml", "Create a POST /users endpoint", shop),
    Kept(
        "typescript",
        ROOT / "tests" / "real" / "end_to_end" / "typescript.scenario.yaml",
        "Create a POST /users endpoint; a taken e-mail address, compared case-insensitively, is a 409.",
        lambda folder: repository_of(node_backends.FOLDER / "vitest", folder),
    ),
    _of_a_stranger("httpbin"),
    _of_a_stranger("fastapi-users"),
)


@dataclass
class Spent:
    """The cost of one step, or of the whole task."""

    turns: int = 0
    sent: int = 0
    """Tokens of all requests, however they were billed."""
    read: int = 0
    """Of them those that the cache had."""
    written: int = 0
    """Of them those that the cache took in."""
    output: int = 0

    def add(self, usage: dict[str, int]) -> None:
        read, written = usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]
        self.turns += 1
        self.sent += usage["input_tokens"] + read + written
        self.read += read
        self.written += written
        self.output += usage["output_tokens"]

    @property
    def price(self) -> int:
        """The cost of the sent tokens, in plain ones: a tenth for those read from the cache, 1.25 for those written."""
        plain = self.sent - self.read - self.written
        return round(plain + self.read / 10 + self.written * 1.25)

    @property
    def cached(self) -> str:
        return f"{100 * self.read / self.sent:.0f} %" if self.sent else "-"


@dataclass
class Row:
    name: str
    outcome: str
    steps: dict[str, Spent] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, outcome: str, calls: Iterable[dict[str, Any]]) -> "Row":
        """`calls`: of the double's ledger."""
        row = cls(name, outcome, {WHOLE: Spent()})
        for call in calls:
            if usage := call.get("usage"):
                for key in (WHOLE, call["step"] or "?"):
                    row.steps.setdefault(key, Spent()).add(usage)
        return row


async def played(kept: Kept, folder: Path, env: WorkflowEnvironment) -> Row:
    repository = await asyncio.to_thread(kept.repository, folder / "repository")
    async with serving(scenario.load(kept.script), key=KEY) as double:
        home = house(folder / "home", env.client, double.url)
        task_id = f"tokens-{kept.name}-{os.getpid()}"
        _, view = await to_its_end(home, repository, kept.text, task_id, _answer)
        assert view.outcome is not None
        outcome = view.outcome.kind.value
        if outcome != "committed":
            print(f"{kept.name}: {view.outcome.summary}", *view.warnings, view.error, sep="\n", file=sys.stderr)
        return Row.of(kept.name, outcome, double.ledger.calls)


async def _answer(desk: Desk, task_id: str, question: Question) -> None:
    text = next((o for o in (GO_ON_WITHOUT, *question.options) if o in question.options), "go on")
    await desk.answer(task_id, question.id, text, by="benchmark")


def table(rows: Sequence[Row]) -> str:
    lines = [
        "| task | step | turns | sent | read from the cache | written to it | share read | price of the sent | out |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        for step, one in row.steps.items():
            tokens = (f"{one.sent:,}", f"{one.read:,}", f"{one.written:,}", one.cached, f"{one.price:,}")
            lines.append(f"| {row.name} | {step} | {one.turns} | {' | '.join(tokens)} | {one.output:,} |")
    return "\n".join(lines)


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="NAME", choices=[kept.name for kept in KEPT])
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    given = parser.parse_args()
    rows = []
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        data_converter=data_converter(TEST_KEYS),
        search_attributes=attributes(),
    ) as env:
        for kept in KEPT:
            if given.only and kept.name not in given.only:
                continue
            with tempfile.TemporaryDirectory(prefix="aurora-tokens-") as folder:
                rows.append(await played(kept, Path(folder), env))
            print(table(rows[-1:]), flush=True)
    if given.json:
        given.json.write_text(json.dumps([dataclasses.asdict(row) for row in rows], indent=2) + "\n")
    return int(any(row.outcome != "committed" for row in rows))


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
