"""The refusals when a task is opened, its bounds and its warnings."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.open_workspace import OpenWorkspaceActivity
from activities.record_task import record
from aurora.domain.outcome import Outcome, OutcomeKind
from aurora.domain.task import Remote, SettingsOverride, Task
from aurora.domain.view import TaskView
from aurora.errors import EndedBefore, Refusal
from aurora.settings import override
from aurora.settings.policy import Policy
from aurora.stored_values import workspace_of
from tests.support.fakes import SayingRepositories
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemorySandbox
from tests.support.seeds import task

HASTY = b"""agents:
  backend:
    budget: {idle: 9s}
    architect: {on_silence: default, remind: 3s, answered_by: [mallory]}
"""


@pytest.mark.parametrize("kind", [OutcomeKind.COMMITTED, OutcomeKind.FAILED, OutcomeKind.CANCELLED])
async def test_a_task_that_ended_is_not_opened(kind: OutcomeKind) -> None:
    artifacts, given = MemoryArtifacts(), task("ended")
    outcome = Outcome(kind=kind, summary="done")
    view = TaskView(task_id=given.id, tenant=given.tenant, phase="ended", submitted_at=1, outcome=outcome)
    await record(artifacts.of(given.ref), view, 0)
    opener = OpenWorkspaceActivity(artifacts, None, None, Policy())  # type: ignore[arg-type]  # nothing of them is asked
    with pytest.raises(EndedBefore, match=f"has ended \\({kind}\\)"):
        await opener.open_workspace(given)


async def test_a_repository_that_answers_itself_after_six_seconds_waits_hours_for_its_owner() -> None:
    sandbox = MemorySandbox()
    sandbox.tree = {"aurora.yaml": HASTY, "pyproject.toml": b'[project]\nname = "a"\nversion = "1"\n'}
    sandbox.tree |= {"tests/test_a.py": b"def test_a(): ...\n"}
    source = Remote(url="https://h/x", ref="main")
    task = Task(id="t1", text="x", source=source, submitted_at=0, submitted_by="ada")
    opener = OpenWorkspaceActivity(MemoryArtifacts(), sandbox, SayingRepositories(""), Policy())
    opened = (await ActivityEnvironment().run(opener.open_workspace, task)).opened
    assert opened.bounds.remind_seconds == 7_200
    assert opened.bounds.idle_seconds == 14_400
    assert opened.bounds.architect.answered_by == ("mallory", "ada")
    said = " ".join(opened.warnings)
    assert all(word in said for word in ("3s raised to 2h", "9s raised to 4h", "'ada' handed the task in", "for 4h"))


async def test_settings_that_cannot_be_read_are_not_dropped_in_silence() -> None:
    sandbox = MemorySandbox()
    sandbox.tree = {"aurora.yaml": b"agents: {backend: {}} # \xff", "pyproject.toml": b""}
    task = Task(id="t1", text="x", source=Remote(url="https://h/x", ref="main"), submitted_at=0)
    opener = OpenWorkspaceActivity(MemoryArtifacts(), sandbox, SayingRepositories(""), Policy())
    with pytest.raises(Refusal, match="can't be read"):
        await ActivityEnvironment().run(opener.open_workspace, task)


async def test_a_retired_model_whose_successor_the_policy_permits_is_opened_as_the_client_takes_it() -> None:
    sandbox = MemorySandbox()
    yaml = b"agents: {backend: {model: claude-3-sonnet-20240229}}\n"
    sandbox.tree = {"aurora.yaml": yaml, "pyproject.toml": b'[project]\nname = "a"\nversion = "1"\n'}
    sandbox.tree |= {"tests/test_a.py": b"def test_a(): ...\n"}
    task = Task(id="t1", text="x", source=Remote(url="https://h/x", ref="main"), submitted_at=0)
    artifacts = MemoryArtifacts()
    opener = OpenWorkspaceActivity(artifacts, sandbox, SayingRepositories(""), Policy(models=("claude-sonnet-5-5",)))
    opened = (await ActivityEnvironment().run(opener.open_workspace, task)).opened
    assert (await workspace_of(artifacts.of(task.ref), opened.draft)).settings.model == "claude-sonnet-5-5"
    assert any("claude-3-sonnet-20240229 was retired" in warning for warning in opened.warnings)


async def test_a_document_that_the_task_names_is_kept_for_the_briefs_unless_it_is_hidden() -> None:
    sandbox = MemorySandbox()
    yaml = b"agents: {backend: {context_window: {exclude: ['docs/secret.md']}}}\n"
    sandbox.tree = {"aurora.yaml": yaml, "pyproject.toml": b'[project]\nname = "a"\nversion = "1"\n'}
    sandbox.tree |= {"tests/test_a.py": b"def test_a(): ...\n", "docs/limits.md": b"five", "docs/secret.md": b"six"}
    source = Remote(url="https://h/x", ref="main")
    task = Task(id="t1", text="as docs/limits.md and docs/secret.md say", source=source, submitted_at=0)
    artifacts = MemoryArtifacts()
    opener = OpenWorkspaceActivity(artifacts, sandbox, SayingRepositories(""), Policy())
    opened = (await ActivityEnvironment().run(opener.open_workspace, task)).opened
    kept = (await workspace_of(artifacts.of(task.ref), opened.draft)).documents
    assert [document.path for document in kept] == ["docs/limits.md"]
    assert await artifacts.of(task.ref).get(kept[0].digest) == b"five"


async def test_a_runner_that_can_not_be_read_is_a_question_that_a_setting_answers() -> None:
    sandbox = MemorySandbox()
    manifest = b'{"scripts": {"test": "vitest run"}, "devDependencies": {"vitest": "^2.1.0", "mocha": "^10"}}'
    sandbox.tree = {"package.json": manifest, "test/a.test.js": b"it('a', () => {})\n", "src/a.js": b""}
    given = Task(id="t1", text="x", source=Remote(url="https://h/x", ref="main"), submitted_at=0, submitted_by="ada")
    artifacts = MemoryArtifacts()
    opener = OpenWorkspaceActivity(artifacts, sandbox, SayingRepositories(""), Policy())
    opening = await ActivityEnvironment().run(opener.open_workspace, given)
    (question,) = opening.questions
    assert opening.opened is None and question.options == ("try again", "abandon")
    assert "vitest ^2.1.0; results are read of vitest 3 and later" in question.text

    block = await artifacts.of(given.ref).put(override.read("commands: {test: [mocha]}").encode())
    said = SettingsOverride(block=block, shown="commands: {test: [mocha]}", by="ada", question="q1")
    opening = await ActivityEnvironment().run(opener.open_workspace, given.model_copy(update={"overrides": (said,)}))
    assert opening.opened is not None
    workspace = await workspace_of(artifacts.of(given.ref), opening.opened.draft)
    assert workspace.toolchain.runner == "mocha"
    assert workspace.warnings[0] == "ada set for this task, in answer q1: commands: {test: [mocha]}"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param("contract: nowhere.yaml", "'nowhere.yaml' is not in the base commit", id="no such contract"),
        pytest.param("contract: README.md", "README.md", id="no contract at all"),
        pytest.param("root: docs", "no code or manifest", id="a folder without a project"),
        pytest.param("root: nowhere", "nowhere", id="no such folder"),
        pytest.param("language: cobol", "cobol", id="no such language"),
    ],
)
async def test_a_setting_of_an_answer_that_the_files_speak_against_is_asked_about_again(said: str, why: str) -> None:
    sandbox = MemorySandbox()
    sandbox.tree = {"pyproject.toml": b'[project]\nname = "a"\nversion = "1"\n', "README.md": b"# a\n"}
    sandbox.tree |= {"tests/test_a.py": b"def test_a(): ...\n", "docs/a.md": b"# a\n"}
    source = Remote(url="https://h/x", ref="main")
    artifacts, given = MemoryArtifacts(), Task(id="t1", text="x", source=source, submitted_at=0, submitted_by="ada")
    block = await artifacts.of(given.ref).put(override.read(said).encode())
    kept = SettingsOverride(block=block, shown=said, by="ada", question="q1")
    opener = OpenWorkspaceActivity(artifacts, sandbox, SayingRepositories(""), Policy())
    opening = await ActivityEnvironment().run(opener.open_workspace, given.model_copy(update={"overrides": (kept,)}))
    (question,) = opening.questions
    assert opening.opened is None and opening.architect is not None and why in question.text
