"""One task on a table: its workspace among artifacts in memory, the real client, and a double of its service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from activities.messages import TurnInput
from activities.turns.calls import Calls
from activities.turns.turn import Turns
from aurora.domain.plan import Plan, PlannedFile, PlannedTest
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.drivers.model.anthropic_model import AnthropicModel
from aurora.messages_double.scenario import parse
from aurora.messages_double.serving import Double, serving
from aurora.settings.repository import BackendSettings
from aurora.settings.worker import Provider
from aurora.stored_values import keep
from tests.support.memory_artifacts import MemoryArtifacts, MemoryTaskArtifacts
from tests.support.workspaces import DIGEST, SHA, workspace

PLENTY = 10_000_000
TEXT = {"text": "I have nothing to do."}


def scripted(*replies: dict[str, Any], fault: dict[str, Any] | None = None) -> dict[str, Any]:
    faulty = {"fault": fault} if fault else {}
    return {"replies": [{"reply": reply} | faulty for reply in replies]}


@dataclass
class Table:
    double: Double
    model: AnthropicModel
    artifacts: MemoryArtifacts = field(default_factory=MemoryArtifacts)
    clients: list[AnthropicModel] = field(default_factory=list)

    @property
    def turns(self) -> Turns:
        return Turns(self.artifacts, Calls(self.model))

    def again(self) -> "Table":
        """Another worker at the same endpoint and artifacts."""
        self.clients.append(client(self.double))
        return Table(self.double, self.clients[-1], self.artifacts)

    async def draft(self, settings: BackendSettings | None = None, plan: Plan | None = None) -> Draft:
        space = workspace(settings=settings)
        artifacts = self.kept(space.task.id)
        space = space.model_copy(update={"listing": await artifacts.put(b"app.py")})
        draft = Draft(
            task=space.task.ref, workspace=await keep(artifacts, space), base=SHA, base_pack=DIGEST, commit=SHA
        )
        return draft if plan is None else draft.planned(await keep(artifacts, plan))

    async def order(self, step: Step = Step.WRITE_CODE, **more: Any) -> TurnInput:
        given = {"visit": 1, "turn": 1, "conversation": None, "left_microdollars": PLENTY}
        draft = more.pop("draft", None) or await self.draft()
        return TurnInput(draft=draft, step=step, **(given | more))

    def kept(self, task: str = "t1") -> MemoryTaskArtifacts:
        return self.artifacts.of(workspace().task.ref.model_copy(update={"id": task}))


def client(double: Double, silence: float = 10) -> AnthropicModel:
    provider = Provider(base_url=double.url, api_key=SecretStr("sk-test"))
    return AnthropicModel({"default": provider}, silence_seconds=silence)


@asynccontextmanager
async def table(
    *replies: dict[str, Any], fault: dict[str, Any] | None = None, silence: float = 10
) -> AsyncIterator[Table]:
    async with serving(parse(scripted(*(replies or (TEXT,)), fault=fault))) as double:
        made = Table(double, client(double, silence))
        try:
            yield made
        finally:
            for used in (made.model, *made.clients):
                await used.aclose()


def plan(**more: Any) -> Plan:
    given = {
        "summary": "Add POST /users",
        "files": (PlannedFile(path="app/users.py", purpose="the route", symbols=("create_user",)),),
        "tests": (PlannedTest(path="tests/test_users.py", behaviour="POST /users answers 201"),),
    }
    return Plan.model_validate(given | more)
