"""When the base run of an earlier task is used again, and when the tests are run anew."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.messages import OpenedWorkspace
from activities.open_workspace import OpenWorkspaceActivity
from aurora.domain.task import Remote, Task
from aurora.domain.workspace import Baseline
from aurora.settings.policy import Policy
from aurora.settings.repository import (
    BackendSettings,
    BudgetSettings,
    ContextWindow,
    FlakySettings,
    SandboxSettings,
)
from aurora.stored_values import workspace_of
from aurora.survey import kept_baselines
from aurora.survey.kept_baselines import OTHER_MATTERS, KeptBaselines
from tests.support.chancy_sandbox import ChancySandbox
from tests.support.fakes import SayingRepositories
from tests.support.memory_artifacts import MemoryArtifacts, MemorySharedArtifacts
from tests.support.workspaces import SHA, workspace

PYPROJECT = b'[project]\nname = "a"\nversion = "1"\n'
TEST = "tests/test_a.py::test_a"


@dataclass
class House:
    """Tasks of one repository, one after the other."""

    outcomes: str = "P"
    days: float = 7
    yaml: str = ""
    tree: dict[str, bytes] = field(default_factory=dict)
    artifacts: MemoryArtifacts = field(default_factory=MemoryArtifacts)
    opened: int = 0

    async def open(self, tenant: str = "default") -> tuple[Baseline, int, OpenedWorkspace]:
        """The baseline, how often tests were run for it, and what the task was told."""
        self.opened += 1
        sandbox = ChancySandbox({TEST: self.outcomes})
        settings = {"aurora.yaml": f"agents: {{backend: {{{self.yaml}}}}}\n".encode()} if self.yaml else {}
        sandbox.tree |= {"pyproject.toml": PYPROJECT, **settings, **self.tree}
        source = Remote(url="https://h/x", ref="main")
        task = Task(id=f"t{self.opened}", tenant=tenant, text="x", source=source, submitted_at=0)
        opener = OpenWorkspaceActivity(self.artifacts, sandbox, SayingRepositories(""), Policy(), self.days)
        result: Any = await ActivityEnvironment().run(opener.open_workspace, task)
        space = await workspace_of(self.artifacts.of(task.ref), result.opened.draft)
        return space.baseline, len(sandbox.selections), result.opened


async def test_the_next_task_of_the_same_commit_uses_the_run_of_the_first_and_says_so() -> None:
    house = House()
    first, runs, reported = await house.open()
    assert runs == 1 and not first.kept and not any("run anew" in said for said in reported.warnings)
    again, runs, reported = await house.open()
    assert runs == 0 and again == first.model_copy(update={"kept": True})
    assert any("were not run anew: base run of 20" in said and "UTC, kept" in said for said in reported.warnings)
    assert "UTC, kept" in reported.summary


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"sandbox": SandboxSettings(memory_mb=512)}, False),
        ({"budget": BudgetSettings(test_seconds=30)}, False),
        ({"flaky": FlakySettings(reruns=3)}, False),
        ({"context_window": ContextWindow(exclude=("secrets.py",))}, False),
        ({"budget": BudgetSettings(dollars=3)}, True),
        ({"model": "claude-opus-5-5"}, True),
    ],
)
async def test_settings_that_a_run_sees_make_another_name(changes: dict[str, Any], same: bool) -> None:
    async with ChancySandbox({TEST: "P"}).open(None, workspace()) as box:  # type: ignore[arg-type]  # not asked for
        image, chain = workspace().image, workspace().toolchain
        names = [
            await kept_baselines.key_of(box, SHA, image, chain, BackendSettings(**given)) for given in ({}, changes)
        ]
    assert (names[0] == names[1]) is same


async def test_a_file_that_differs_makes_another_run_though_git_names_the_commit_alike() -> None:
    house = House()
    await house.open()
    house.tree = {"app.py": b"VALUE = 2\n"}
    assert (await house.open())[1] == 1


async def test_a_tenant_does_not_see_what_another_one_ran() -> None:
    house = House()
    await house.open("acme")
    assert (await house.open("globex"))[1] == 1
    assert (await house.open("acme"))[1] == 0


@pytest.mark.parametrize(("days", "yaml"), [(0, ""), (7, "sandbox: {services: [redis]}")], ids=["no days", "a service"])
async def test_nothing_is_kept_where_it_may_be_otherwise_next_time(days: float, yaml: str) -> None:
    house = House(days=days, yaml=yaml)
    await house.open()
    assert (await house.open())[1] == 1


async def test_red_and_flaky_tests_are_kept_with_the_run() -> None:
    house = House(outcomes="FP")
    first, runs, _ = await house.open()
    assert runs == 2 and first.flaky == (TEST,)
    again, runs, _ = await house.open()
    assert runs == 0 and again.flaky == (TEST,)


def store_of(house: House) -> MemorySharedArtifacts:
    return house.artifacts.shared("default")


async def test_a_run_that_is_too_old_is_made_anew() -> None:
    house = House()
    taken, _, _ = await house.open()
    (name,) = store_of(house).named
    key = name.removeprefix(f"{kept_baselines.FOLDER}/")
    for age, there in ((0, True), (99, True), (101, False), (-5, False)):
        kept = KeptBaselines(store_of(house), 100, lambda age=age: taken.taken_at + age)  # type: ignore[misc]
        assert (await kept.find(key) is not None) is there


@pytest.mark.parametrize("content", [b"", b"{", b'{"counts": {}}', b"\xff\xfe"])
async def test_a_run_that_cannot_be_read_is_made_anew(content: bytes) -> None:
    house = House()
    await house.open()
    store = store_of(house)
    store.named = dict.fromkeys(store.named, content)
    assert (await house.open())[1] == 1


@pytest.mark.parametrize("trouble", ["error", "why_invalid", "remark"])
async def test_a_run_with_trouble_in_it_is_not_kept(trouble: str) -> None:
    house = House()
    taken, _, _ = await house.open()
    store = MemorySharedArtifacts()
    await KeptBaselines(store, 100).keep("k", taken.model_copy(update={trouble: "the index was away"}))
    assert not store.named
    await KeptBaselines(store, 100).keep("k", taken)
    assert store.named


def test_settings_that_decide_nothing_here_are_named_and_every_other_one_counts() -> None:
    known = set(BackendSettings.model_fields)
    assert set(OTHER_MATTERS) <= known
    assert {"sandbox", "commands", "tests", "flaky", "context_window"} <= known - set(OTHER_MATTERS)
    assert "test_seconds" not in OTHER_MATTERS["budget"]  # type: ignore[operator]
