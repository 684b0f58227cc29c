"""`aurora run` against a model endpoint that answers, and what it does with a key or a model that is wrong."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.command_line import Shell, refused
from tests.support.git_fixtures import commit

RIGHT = "sk-ant-the-right-key"


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[str]:
    """Address of a model endpoint that takes one key only."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "aurora.messages_double", "--by-hand", str(tmp_path / "hand"), "--key", RIGHT,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    yield (await child.stdout.readline()).decode().strip()
    child.terminate()
    await child.communicate()


async def test_a_wrong_key_is_refused(alone: Shell, repository: Path, service: str) -> None:
    env = {"ANTHROPIC_API_KEY": "sk-ant-a-wrong-key", "ANTHROPIC_BASE_URL": service}
    said = await refused(alone, "do it", "--repo", str(repository), **env)
    assert "ANTHROPIC_API_KEY" in said
    assert "sk-ant-a-wrong-key" not in said


async def test_an_unknown_model_is_refused(alone: Shell, repository: Path, service: str) -> None:
    (repository / "aurora.yaml").write_text("agents:\n  backend:\n    model: claude-nobody-knows\n")
    commit(repository)
    env = {"ANTHROPIC_API_KEY": RIGHT, "ANTHROPIC_BASE_URL": service}
    assert "claude-nobody-knows" in await refused(alone, "do it", "--repo", str(repository), **env)


@pytest.mark.server
@pytest.mark.docker
async def test_a_task_handed_in_twice_with_one_key_is_one_task(alone: Shell, repository: Path, service: str) -> None:
    env = {"ANTHROPIC_API_KEY": RIGHT, "ANTHROPIC_BASE_URL": service}
    (repository / "app.py").write_text("x = 2\n")
    words = ("run", "do it", "--repo", str(repository), "--detach", "--key", "monday", "--json")
    try:
        first, second = await alone(*words, **env), await alone(*words, **env)
        assert first.returncode == 0, first.stderr
        new, again = json.loads(first.stdout), json.loads(second.stdout)
        assert new["task_id"] == again["task_id"]
        assert (new["existing"], again["existing"]) == (False, True)
        assert "under the key 'monday'" in again["notes"][0]
        assert any("uncommitted" in note for note in new["notes"])
        other = await alone(*[word.replace("do it", "do that") for word in words], **env)
        error = json.loads(other.stderr)["error"]
        assert (other.returncode, error["reason"], error["task_id"]) == (2, "key_used", new["task_id"])
        listed = json.loads((await alone("list", "--json")).stdout)["tasks"]
        assert [view["repository"] for view in listed] == ["service"]
        assert (await alone("cancel", listed[0]["task_id"])).returncode == 0
    finally:
        await alone("stop")


async def test_doctor_says_what_is_missing_and_what_was_detected(alone: Shell, repository: Path) -> None:
    looked = await alone("doctor", "--repo", str(repository), "--json")
    rows = {row["name"]: row for row in json.loads(looked.stdout)["checks"]}
    assert looked.returncode == 1
    assert rows["key"]["state"] == "bad"
    assert "pytest" in rows["tests"]["found"]


@pytest.mark.parametrize(
    ("block", "what", "said"),
    [
        pytest.param("model: claude-nobody-knows", "models", "claude-nobody-knows", id="an unknown model"),
        pytest.param("models: {write_code: claude-nobody-knows}", "models", "claude-nobody-knows", id="of one step"),
        pytest.param("provider: defualt", "models", "did you mean 'default'?", id="an unknown provider"),
        pytest.param(
            "model: claude-3-sonnet-20240229\n    model_policy: exact", "aurora.yaml", "was retired on", id="retired"
        ),
    ],
)
async def test_doctor_and_run_refuse_the_same_models_and_providers(
    alone: Shell, repository: Path, service: str, block: str, what: str, said: str
) -> None:
    (repository / "aurora.yaml").write_text(f"agents:\n  backend:\n    {block}\n")
    commit(repository)
    env = {"ANTHROPIC_API_KEY": RIGHT, "ANTHROPIC_BASE_URL": service}
    looked = await alone("doctor", "--repo", str(repository), "--json", **env)
    assert looked.returncode == 1
    bad = [(one["name"], one["found"]) for one in json.loads(looked.stdout)["checks"] if one["state"] == "bad"]
    assert [name for name, _ in bad] == [what]
    assert said in bad[0][1]
    assert said in await refused(alone, "do it", "--repo", str(repository), **env)


async def test_doctor_says_what_services_are_asked_for_and_which_a_compose_file_runs(
    alone: Shell, repository: Path
) -> None:
    (repository / "aurora.yaml").write_text("agents:\n  backend:\n    sandbox:\n      services: [redis]\n")
    images = {"db": "registry.example/library/postgres:16-alpine", "cache": "redis:7", "web": "acme/postgres-exporter"}
    (repository / "compose.yaml").write_text(json.dumps({"services": {k: {"image": v} for k, v in images.items()}}))
    commit(repository)
    looked = await alone("doctor", "--repo", str(repository), "--json")
    asked, hint = (row for row in json.loads(looked.stdout)["checks"] if row["name"] == "service")
    assert (asked["state"], hint["state"]) == ("ok", "note")
    assert "redis on 127.0.0.1:6379 (REDIS_URL" in asked["found"]
    assert hint["found"].startswith("compose.yaml runs postgres, ")
    assert "[redis, postgres]" in hint["hint"]


async def test_doctor_lists_the_webhooks_and_shows_no_secret(alone: Shell) -> None:
    looked = await alone("doctor", "--json")
    assert ("webhooks", "note") in {(row["name"], row["state"]) for row in json.loads(looked.stdout)["checks"]}
    hook = {"name": "team", "url": "https://example.com/hidden", "secret_env": "AURORA_NOTICE_SECRET"}
    looked = await alone("doctor", "--json", AURORA_WEBHOOKS=json.dumps([hook]))
    row = next(row for row in json.loads(looked.stdout)["checks"] if row["name"] == "webhook")
    assert (row["state"], row["hint"]) == ("bad", "variable AURORA_NOTICE_SECRET is not set")
    assert "https://example.com," in row["found"]
    assert "hidden" not in looked.stdout


async def test_an_endpoint_that_does_not_answer_is_no_refusal_for_doctor(alone: Shell) -> None:
    env = {"ANTHROPIC_API_KEY": RIGHT, "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
    looked = await alone("doctor", "--json", **env)
    rows = {row["name"]: row for row in json.loads(looked.stdout)["checks"]}
    assert rows["model"]["state"] == "bad"
    assert RIGHT not in looked.stdout
