"""A draft of a small service, checked by `exercise_contract` in a sandbox in memory."""

from typing import Any

from temporalio.testing import ActivityEnvironment

from activities.exercise_contract import ExerciseContractActivity
from activities.messages import CheckInput
from aurora.domain.exercise_evidence import ContractExercises
from aurora.domain.findings import Report
from aurora.domain.plan import Plan, PlannedPart
from aurora.domain.questions import AnswerBook, Exchange
from aurora.domain.task import Draft, TaskRef
from aurora.domain.workspace import Contract, ServeRecipe
from aurora.settings.policy import Policy
from aurora.settings.repository import BackendSettings
from aurora.stored_values import fetch, keep
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.served_sandbox import Application, ServedSandbox, answered
from tests.support.workspaces import DIGEST, SHA, workspace

DRAFT = "b" * 40
DOCUMENT = """openapi: 3.1.0
info: {title: Shop, version: "1"}
security: [{bearer: []}]
paths:
  /items:
    get:
      security: []
      responses:
        "200": {description: ok}
    post:
      responses:
        "201": {description: made}
  /health:
    get:
      security: []
      responses:
        "200": {description: ok}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
"""
ALL = ("GET /health", "GET /items", "POST /items")


class Bench:
    """A draft that changed `shop/app.py`, its plan touching `GET /items`."""

    def __init__(self, of_draft: Application, at_base: Application | None = None, **contract: Any) -> None:
        self.artifacts = MemoryArtifacts()
        self.sandbox = ServedSandbox(of_draft, at_base or answered())
        self.sandbox.base = {"openapi.yaml": DOCUMENT.encode(), "shop/app.py": b""}
        self.sandbox.tree = {"openapi.yaml": DOCUMENT.encode(), "shop/app.py": b"x = 1\n"}
        self.sandbox.changed = {"shop/app.py"}
        self.settings = BackendSettings.model_validate({"contract": contract})
        self.serve: ServeRecipe | None = ServeRecipe(framework="fastapi", argv=("python", "-m", "shop", "{port}"))
        self.planned: tuple[str, ...] = ("GET /items",)
        self.parts: tuple[PlannedPart, ...] = ()
        self.part = 0
        self.answer = ""
        """What the Architect said."""
        self.committed = True
        """True if the base commit has the document."""

    async def checked(self, commit: str = DRAFT) -> Report:
        mine = self.artifacts.of(TaskRef(id="t1"))
        contract = Contract(path="openapi.yaml", digest=DIGEST, operations=ALL) if self.committed else None
        made = workspace(settings=self.settings, serve=self.serve).model_copy(update={"contract": contract})
        plan = Plan(summary="List items", files=(), tests=(), operations=self.planned, parts=self.parts)
        said = AnswerBook(exchanges=(Exchange(question=None, text=self.answer, id="c1"),) if self.answer else ())
        draft = Draft(
            task=TaskRef(id="t1"), workspace=await keep(mine, made), base=SHA, base_pack=DIGEST, commit=commit,
            plan=await keep(mine, plan), part=self.part, answers=await keep(mine, said),
        )  # fmt: skip
        exerciser = ExerciseContractActivity(self.artifacts, self.sandbox, Policy())
        result = await ActivityEnvironment().run(exerciser.exercise_contract, CheckInput(draft=draft))
        return (await fetch(mine, result.report.whole, Report)).model_copy(update={"whole": result.report.whole})

    async def evidence(self, report: Report) -> ContractExercises:
        assert report.exercise is not None
        return await fetch(self.artifacts.of(TaskRef(id="t1")), report.exercise, ContractExercises)

    @property
    def order(self) -> list[str]:
        return [f"{where}{' again' if order.again else ''}" for where, order in self.sandbox.runs]
