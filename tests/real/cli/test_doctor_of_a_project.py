"""aurora doctor on a repository: what its globs name, and what its tests and lint say once in the sandbox."""

import json
import re
import uuid
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aurora.drivers.engine.docker_engine import ImageNotFound, connect
from tests.support.command_line import Shell
from tests.support.git_fixtures import commit

SETTINGS = """agents:
  backend:
    tests: [checks, "specs/**", .]
    contract: api/openapi.yaml
    context_window:
      include: ["**/*.py", "sevrices/**"]
      exclude: ["**/__pycache__", "app/generated/"]
"""
TESTS = """import pytest


def test_green():
    assert 1 + 1 == 2


def test_red():
    assert 1 + 1 == 3


@pytest.mark.parametrize("n", range(10))
def test_red_too(n):
    assert n < 0


@pytest.mark.skip
def test_skipped():
    assert 1 + 1 == 3


@pytest.mark.xfail
def test_expected():
    assert 1 + 1 == 3
"""


def rows(said: str, what: str) -> list[dict[str, Any]]:
    return [row for row in json.loads(said)["checks"] if row["name"] == what]


async def test_each_glob_is_shown_with_what_it_names_and_one_that_names_nothing_is_pointed_out(
    alone: Shell, repository: Path
) -> None:
    for name in ("app/main.py", "app/generated/a.py", "checks/test_main.py", "checks/data.json"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text("")
    (repository / "aurora.yaml").write_text(SETTINGS)
    commit(repository)
    looked = await alone("doctor", "--repo", str(repository), "--json")
    include, misspelt = rows(looked.stdout, "include")
    assert include["found"] == "'**/*.py': 4 files, such as app.py and checks/test_main.py, 1 of them excluded"
    assert (misspelt["found"], misspelt["state"]) == ("'sevrices/**': no file of this commit", "note")
    assert "spelling" in misspelt["hint"]
    usual, generated = rows(looked.stdout, "exclude")
    assert usual["hint"] == ""
    assert generated["found"] == "'app/generated/': 1 file, such as app/generated/a.py"
    checks, glob, everything = rows(looked.stdout, "test root")
    assert checks["found"] == "'checks': 2 files, such as checks/data.json and checks/test_main.py"
    assert (
        "not a glob" in glob["hint"]
        and everything["found"] == "'.': 2 files, such as checks/data.json and checks/test_main.py"
    )
    (contract,) = rows(looked.stdout, "contract")
    assert contract["state"] == "bad"
    assert contract["found"].startswith("the contract document 'api/openapi.yaml' does not exist at commit ")
    (visible,) = rows(looked.stdout, "visible")
    assert visible["found"].startswith("4 of 6 files")
    assert not rows(looked.stdout, "baseline")


OPENAPI = """openapi: 3.1.0
info: {title: shop, version: "1"}
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
paths:
  /login:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [email, password]
              properties: {email: {type: string}, password: {type: string}}
      responses:
        "200": {description: in, content: {application/json: {schema: {properties: {token: {type: string}}}}}}
  /orders:
    get: {security: [{bearer: []}], responses: {"200": {description: all}}}
"""


async def test_how_a_service_is_served_and_logged_in_to_is_shown_and_the_log_in_written(
    alone: Shell, repository: Path
) -> None:
    (repository / "requirements.txt").write_text("fastapi\nuvicorn\n")
    (repository / "main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n")
    (repository / "openapi.yaml").write_text(OPENAPI)
    commit(repository)
    looked = await alone("doctor", "--repo", str(repository), "--json", "--write")
    (serve,) = rows(looked.stdout, "serve")
    assert serve["found"] == "fastapi: python -m uvicorn main:app --host 127.0.0.1 --port 18080"
    (document,) = rows(looked.stdout, "served at")
    assert document["found"] == "its own document is looked for at /openapi.json"
    (log_in,) = rows(looked.stdout, "log-in")
    assert log_in["found"] == "1 of 2 operations ask for one; without a recipe they are not exercised"
    (written,) = (row for row in rows(looked.stdout, "aurora.yaml") if "contract.auth" in row["found"])
    assert written["state"] == "ok"
    commit(repository)
    again = await alone("doctor", "--repo", str(repository), "--json")
    assert rows(again.stdout, "log-in")[0]["found"] == "1 of 2 operations ask for one; by aurora.yaml"


@pytest.mark.docker
@pytest.mark.timeout(600)
async def test_the_baseline_is_the_projects_own_tests_and_lint_run_once_and_nothing_of_it_is_left(
    alone: Shell, repository: Path
) -> None:
    (repository / "app.py").write_text("import os\n")
    name = f"service-{uuid.uuid4().hex[:8]}"
    (repository / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "1"\n')
    (repository / "tests").mkdir()
    (repository / "tests" / "test_app.py").write_text(TESTS)
    commit(repository)
    before = state_of(repository)
    looked = await replace(alone, seconds=500)("doctor", "--baseline", "--repo", str(repository), "--json")
    try:
        (image,) = rows(looked.stdout, "image")
        assert image["state"] == "ok" and "python 3." in image["found"]
        (baseline,) = rows(looked.stdout, "baseline")
        assert re.fullmatch(
            r"14 collected, 1 passed, 11 failed, 1 skipped, 1 xfailed, in [\d.]+ s", baseline["found"]
        ), baseline
        red = [row["found"] for row in rows(looked.stdout, "red test")]
        assert red[0] == "tests/test_app.py::test_red" and red[10:] == ["and 1 more"]
        (lint,) = rows(looked.stdout, "baseline lint")
        assert re.match(r"1 finding, in [\d.]+ s; first app\.py:1 ruff:F401", lint["found"]), lint
        (base,) = rows(looked.stdout, "sandbox image")
        images = (base["found"], image["found"].split(": ")[0])
        left = [one.attrs["Config"] for one in connect().containers.list(all=True)]
        # the image is this test's own, and keeps who built it: others' containers of other images may say so, too
        assert not [c for c in left if c["Image"] in images and "/doctor-" in c["Labels"].get("aurora.task", "")]
    finally:
        forget(looked.stdout)
    assert state_of(repository) == before


@pytest.mark.docker
@pytest.mark.timeout(600)
async def test_dependencies_that_do_not_install_are_said_with_the_end_of_the_log(
    alone: Shell, repository: Path
) -> None:
    (repository / "requirements.txt").write_text("iniconfig==0.0.0.1\n")
    commit(repository)
    looked = await replace(alone, seconds=500)("doctor", "--baseline", "--repo", str(repository), "--json")
    (image,) = rows(looked.stdout, "image")
    assert image["state"] == "bad" and "iniconfig==0.0.0.1" in image["hint"]
    assert looked.returncode == 1


def state_of(repository: Path) -> dict[str, bytes]:
    files = [path for path in repository.rglob("*") if path.is_file()]
    return {str(path.relative_to(repository)): path.read_bytes() for path in files}


def forget(said: str) -> None:
    """The image, when this made it."""
    for row in rows(said, "image"):
        if "built in" in row["found"]:
            with suppress(ImageNotFound):
                connect().images.remove(row["found"].split(": ")[0], force=True)


async def test_what_is_detected_is_told_with_its_reason_and_written_where_the_file_says_nothing(
    alone: Shell, repository: Path
) -> None:
    billing = repository / "services" / "billing"
    for folder in (billing, repository / "services" / "accounts"):
        (folder / "tests").mkdir(parents=True)
        (folder / "requirements.txt").write_text("pytest\n")
        (folder / "main.py").write_text("")
        (folder / "tests" / "test_main.py").write_text("")
    (billing / ".env.example").write_text("SITE_KEY=changeme\n")
    (repository / "aurora.yaml").write_text("agents:\n  backend:\n    project:  # ours\n      language: python\n")
    commit(repository)
    looked = await alone("doctor", "--repo", str(billing), "--write", "--json")
    (language,) = rows(looked.stdout, "language")
    assert language["found"] == "python  (aurora.yaml:4)"
    assert rows(looked.stdout, "root")[0]["found"].startswith("services/billing  (detected: the project is looked for")
    assert (repository / "aurora.yaml").read_text().splitlines()[2:] == [
        "    project:  # ours",
        "      root: services/billing",
        "      test_env:",
        '        SITE_KEY: "changeme"',
        "      language: python",
    ]


async def test_the_schema_of_a_graphql_service_is_shown_with_who_may_write_it(alone: Shell, repository: Path) -> None:
    (repository / "schema.graphql").write_text("type Query { hello(name: String): String!, bye: String }\n")
    for package, said in (("strawberry-graphql", "protected: the code makes"), ("ariadne", "a task may write it")):
        (repository / "requirements.txt").write_text(f"{package}\n")
        commit(repository)
        looked = await alone("doctor", "--repo", str(repository), "--json")
        (schema,) = rows(looked.stdout, "graphql")
        assert schema["found"].startswith("schema.graphql: 2 operations; ") and said in schema["found"]
