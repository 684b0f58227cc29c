"""Every command's `--json`: one document by the kept schema on stdout, an error object on stderr."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer.main
from temporalio.client import Client

from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.sealing import keys_of
from aurora.cli.app import app
from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.domain.task import Task, Uploaded
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.reference import command_line
from tests.support.command_line import KEY, Shell
from tests.support.git_fixtures import commit

SCHEMA = Path(__file__).parents[3] / "docs/using/command-line.schema.json"
NO_FACTS = {"worker": "becomes another program", "demo": "a show for people", "evidence": "has a schema of its own"}
server = pytest.mark.server


@cache
def schema() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(SCHEMA.read_text())
    return read


def valid(printed: str, command: str) -> dict[str, Any]:
    """The document that a command printed, judged by the schema's part of that name."""
    document: dict[str, Any] = json.loads(printed)
    jsonschema.validate(document, schema()["properties"][command] | {"$defs": schema()["$defs"]})
    return document


def commands() -> dict[str, Any]:
    found: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    return found


@pytest.fixture
async def desk(daemon: Daemon) -> AsyncIterator[Desk]:
    endpoint = await daemon.ensure()
    client = await Client.connect(endpoint.address, data_converter=data_converter(keys_of(daemon.folder)))
    yield Desk(client, ObjectArtifacts(daemon.folder.home / "artifacts"))


async def asking(desk: Desk, name: str, text: str = "ask work", label: str = "shop") -> str:
    source = Uploaded(base="b" * 40, pack="sha256:" + "c" * 64, label=label)
    await desk.start(Task(id=name, text=text, source=source, submitted_at=int(time.time())))
    while not (await desk.view(name)).questions:
        await asyncio.sleep(0.05)
    return name


def test_the_kept_schema_is_the_one_of_the_documents() -> None:
    assert SCHEMA.read_text() == command_line.text(), "run python -m aurora.reference.schema"


def test_every_command_that_tells_facts_has_json_and_a_schema() -> None:
    with_option = {name for name, one in commands().items() if any("--json" in param.opts for param in one.params)}
    assert with_option == set(commands()) - (set(NO_FACTS) - {"evidence"})
    described = {command.split()[0] for command in command_line.DOCUMENTS}
    assert described >= with_option - {"evidence"}


def properties(of: dict[str, Any], name: str = "") -> list[tuple[str, str, Any]]:
    """(document, key, its schema) of all documents, nested ones too; free mappings left out."""
    return [(model, key, said) for model, one in of["$defs"].items() for key, said in one.get("properties", {}).items()]


def test_a_key_means_one_thing_in_every_document() -> None:
    """One type each, apart from words of a set of its own."""
    shapes: dict[str, set[str]] = {}
    for _, key, said in properties(schema()):
        plain = {k: v for k, v in said.items() if k not in ("title", "default", "description", "enum", "const")}
        plain.pop("maxLength", None)
        if "anyOf" in plain:
            plain = next(one for one in plain["anyOf"] if one != {"type": "null"})
        shapes.setdefault(key, set()).add(json.dumps(plain, sort_keys=True))
    several = {key: shape for key, shape in shapes.items() if len(shape) > 1}
    assert set(several) <= {"questions", "at", "task"}, several


def test_every_key_stands_in_the_table() -> None:
    page = SCHEMA.with_name("command-line.md").read_text()
    missing = sorted({key for _, key, _ in properties(schema()) if f"`{key}`" not in page})
    assert missing == []


async def test_what_needs_no_task(alone: Shell, repository: Path) -> None:
    valid((await alone("doctor", "--repo", str(repository), "--json")).stdout, "doctor")
    gates = valid((await alone("gates", "--json")).stdout, "gates")
    assert {gate["state"] for gate in gates["gates"]} >= {"on", "mandatory"}


@server
async def test_the_daemons_start_and_end(alone: Shell) -> None:
    valid((await alone("dev", "--daemon", "--json")).stdout, "dev --daemon")
    assert valid((await alone("list", "--json")).stdout, "list") == {"tasks": []}
    assert valid((await alone("stop", "--json")).stdout, "stop") == {"stopped": True}


@server
async def test_one_task_from_its_question_to_its_commit(desk: Desk, aurora: Shell) -> None:
    await asking(desk, "json-1")
    watched = await aurora("watch", "json-1", "--json")
    assert (watched.returncode, watched.stderr) == (4, "")
    lines = [valid(line, "watch") for line in watched.stdout.splitlines()]
    assert {line["task_id"] for line in lines} == {"json-1"}
    assert [line["event"] for line in lines][-2:] == ["question", "task"]
    asked = lines[-2]["question"]
    assert lines[-1]["task"]["questions"] == [asked]
    assert (asked["question_id"], asked["options"]) == ("q1", ["201", "200"])

    status = await aurora("status", "json-1", "--json")
    assert (status.returncode, valid(status.stdout, "status")["questions"]) == (4, [asked])
    for _ in range(30):  # visibility lags
        listed = valid((await aurora("questions", "--json")).stdout, "questions")
        if mine := [one for one in listed["questions"] if one["task_id"] == "json-1"]:
            break
    assert mine == [asked | {"repository": "shop", "title": "ask work"}]
    assert valid((await aurora("diff", "json-1", "--json")).stdout, "diff")["committed"] is False

    for verb, words in (("pause", ()), ("resume", ()), ("retry", ()), ("budget", ("5",))):
        said = valid((await aurora(verb, "json-1", *words, "--by", "ada", "--json")).stdout, verb)
        assert (said["task_id"], said["by"]) == ("json-1", "ada")
    said = valid((await aurora("clarify", "json-1", "mind the case", "--by", "ada", "--json")).stdout, "clarify")
    assert (said["verb"], said["text"], said["by"]) == ("clarify", "mind the case", "ada")

    answered = valid((await aurora("answer", "json-1", "1", "--by", "ada", "--json")).stdout, "answer")
    assert (answered["question_id"], answered["text"], answered["by"]) == ("q1", "201", "ada")
    watched = await aurora("watch", "json-1", "--json")
    assert watched.returncode == 0
    assert valid(watched.stdout.splitlines()[-1], "watch")["task"]["state"] == "committed"
    task = next(
        one for one in valid((await aurora("list", "--json")).stdout, "list")["tasks"] if one["task_id"] == "json-1"
    )
    assert (task["state"], task["outcome"]["state"], task["submitted_at"] > 1_700_000_000) == (
        "committed", "committed", True,
    )  # fmt: skip
    entries = valid((await aurora("audit", "json-1", "--json")).stdout, "audit")["entries"]
    assert ("asked", "q1") in {(entry["event"], entry["question_id"]) for entry in entries}
    assert valid((await aurora("diff", "json-1", "--json")).stdout, "diff")["committed"] is True
    assert json.loads((await aurora("evidence", "json-1", "--json")).stdout)["version"] == 2


@server
async def test_a_plan_approved_and_a_task_cancelled(desk: Desk, aurora: Shell) -> None:
    await asking(desk, "json-2", "ask plan")
    assert valid((await aurora("approve", "json-2", "--json")).stdout, "approve")["verb"] == "approve"
    await asking(desk, "json-3")
    assert valid((await aurora("cancel", "json-3", "--json")).stdout, "cancel")["verb"] == "cancel"


REFUSED = [
    pytest.param(["status", "nobody-1"], "not_found", id="status"),
    pytest.param(["watch", "nobody-1"], "not_found", id="watch"),
    pytest.param(["diff", "nobody-1"], "not_found", id="diff"),
    pytest.param(["evidence", "nobody-1"], "not_found", id="evidence"),
    pytest.param(["audit", "nobody-1"], "not_found", id="audit"),
    pytest.param(["answer", "nobody-1", "x"], "not_found", id="answer"),
    pytest.param(["answer", "nobody-1"], "invalid", id="answer without text"),
    pytest.param(["approve", "nobody-1"], "not_found", id="approve"),
    pytest.param(["clarify", "nobody-1", "x"], "not_found", id="clarify"),
    pytest.param(["cancel", "nobody-1"], "not_found", id="cancel"),
    pytest.param(["pause", "nobody-1"], "not_found", id="pause"),
    pytest.param(["resume", "nobody-1"], "not_found", id="resume"),
    pytest.param(["retry", "nobody-1"], "not_found", id="retry"),
    pytest.param(["budget", "nobody-1", "1"], "not_found", id="budget"),
    pytest.param(["run", "x", "--repo", "nowhere"], "invalid", id="run"),
    pytest.param(["gates", "--repo", "nowhere"], "invalid", id="gates"),
    pytest.param(["list", "--repo", "./nowhere"], "invalid", id="list"),
    pytest.param(["questions", "--repo", "./nowhere"], "invalid", id="questions"),
    pytest.param(["dev", "--daemon"], "invalid", id="dev, beside a cluster"),
    pytest.param(["list", "--state", "gone"], "usage", id="a word of no set"),
    pytest.param(["budget", "nobody-1", "much"], "usage", id="no number"),
    pytest.param(["questions", "--limit", "0"], "usage", id="out of bounds"),
    pytest.param(["run"], "usage", id="an argument missing"),
    pytest.param(["stop", "now"], "usage", id="an argument too many"),
    pytest.param(["status", "--jsn"], "usage", id="an unknown option"),
    pytest.param(["stauts"], "usage", id="an unknown command"),
    pytest.param(["worker"], "usage", id="a command without the option"),
]


@server
@pytest.mark.parametrize(("words", "code"), REFUSED)
async def test_what_is_refused_is_one_object_on_stderr(aurora: Shell, words: list[str], code: str) -> None:
    ran = await aurora(*words, "--json", **KEY)
    error = valid(ran.stderr, "error")["error"]
    assert (ran.stdout, ran.returncode, error["code"], error["exit_code"]) == ("", 2, code, 2)
    assert error["message"]
    if code == "not_found":
        assert error["task_id"] == "nobody-1"


async def test_what_is_refused_to_a_person_is_no_box(alone: Shell) -> None:
    for words in (["stauts"], ["status", "--jsn"], ["list", "--state", "gone"], ["gates", "--repo", "nowhere"]):
        ran = await alone(*words)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert ran.stderr.startswith("refused  ")
        assert len(ran.stderr.splitlines()) == 2


async def test_an_internal_error_is_an_object_too(alone: Shell, tmp_path: Path) -> None:
    (tmp_path / "state/endpoint.json").mkdir(parents=True)
    ran = await alone("stop", "--json")
    error = valid(ran.stderr, "error")["error"]
    assert (ran.returncode, error["code"], error["exit_code"]) == (70, "internal", 70)


async def test_a_misspelt_key_of_aurora_yaml_is_an_object_with_what_was_meant(alone: Shell, repository: Path) -> None:
    (repository / "aurora.yaml").write_text("agent:\n  backend: {}\n")
    commit(repository)
    ran = await alone("run", "do it", "--repo", str(repository), "--json", **KEY)
    assert "did you mean 'agents'?" in valid(ran.stderr, "error")["error"]["message"]
