"""How many SQL statements a request takes is told with its response, in the languages' own frameworks."""

import json

import pytest

from aurora.domain.runs import ExecEnd
from aurora.domain.task import TaskRef
from aurora.domain.workspace import Dependencies
from tests.support.boxes import PROJECT, new_draft, workspace_of
from tests.support.node_boxes import LIMITS
from tests.support.projects import detected
from tests.support.served import ALL, command, driving, order

__all__ = ["driving"]
pytestmark = [pytest.mark.docker, pytest.mark.timeout(400)]
ASKED = order("print(json.dumps([statements(path) for path in ('/none', '/three', '/none', '/three')]))")
TOLD = ["0", "3", "0", "3"]
STARLETTE = """
import sqlite3
from fastapi import FastAPI
from sqlalchemy import create_engine, text
app, engine = FastAPI(), create_engine("sqlite:///shop.db")
@app.get("/none")
def none(): return []
@app.get("/three")
def three():
    with engine.connect() as connection:
        connection.execute(text("select 1"))
    with sqlite3.connect("shop.db") as raw:
        return [raw.execute("select 2").fetchall()[0][0], raw.execute("select 3").fetchall()[0][0]]
"""
FLASK = """
from flask import Flask
from sqlalchemy import create_engine, text
app, engine = Flask(__name__), create_engine("sqlite://")
@app.get("/none")
def none(): return []
@app.get("/three")
def three():
    with engine.connect() as connection:
        return [connection.execute(text("select 1")).scalar() for _ in range(3)]
"""
DJANGO = """
import sys
from django.conf import settings
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="x", DEBUG=True, DATABASES={
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.db"}})
from django.db import connection
from django.http import JsonResponse
from django.urls import path
def none(request): return JsonResponse({})
def three(request):
    with connection.cursor() as cursor:
        for _ in range(3): cursor.execute("select 1")
    return JsonResponse({})
urlpatterns = [path("none", none), path("three", three)]
if __name__ == "__main__":
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
"""
SERVED = {
    "starlette": ("python", "-m", "uvicorn", "starlette_app:app", "--port", "8123"),
    "starlette, two workers": ("python", "-m", "uvicorn", "starlette_app:app", "--port", "8123", "--workers", "2"),
    "flask": ("python", "-m", "flask", "--app", "flask_app", "run", "--port", "8123"),
    "django": ("python", "django_app.py", "runserver", "127.0.0.1:8123"),
}
PLAYED = SERVED if ALL else {"starlette": SERVED["starlette"]}
NODE = {
    "package.json": json.dumps(
        {
            "name": "shop",
            "private": True,
            "scripts": {"test": "node --test"},
            "dependencies": {"express": "5", "pg": "8"},
        }
    ),
    "app.js": """
const express = require("express");
const { Pool } = require("pg");
const app = express(), pool = new Pool({ connectionString: process.env.DATABASE_URL });
app.get("/none", (_, response) => response.json([]));
app.get("/three", async (_, response) => {
  await pool.query("select 1");
  await Promise.all([pool.query("select 2"), pool.query("select 3")]);
  response.json([]);
});
app.listen(Number(process.env.PORT), "127.0.0.1");
""",
    "app.test.js": "",
}


@pytest.fixture(scope="module")
async def python_box(driving, artifacts, tmp_path_factory):
    needs = Dependencies(
        language="python", manager="uv", files={}, requirements=("fastapi", "uvicorn", "sqlalchemy", "flask", "django")
    )
    image = await driving.build(TaskRef(id="images"), needs, PROJECT)
    files = {"starlette_app.py": STARLETTE, "flask_app.py": FLASK, "django_app.py": DJANGO}
    draft = await new_draft(artifacts, tmp_path_factory.mktemp("watched") / "shop", files)
    async with driving.open(draft, workspace_of(draft, image, LIMITS)) as box:
        yield box
    await driving.release(draft.task)


@pytest.mark.parametrize("argv", PLAYED.values(), ids=PLAYED)
async def test_statements_are_counted_in_python(python_box, argv):
    run = await python_box.exercise(command(argv=argv, watched=True), ASKED)
    assert (run.end, run.not_ready) == (ExecEnd.EXITED, "")
    assert json.loads(run.result) == TOLD, run.stderr + run.driver_said


@pytest.mark.skipif(not ALL, reason="an image of its own: `make served`")
async def test_statements_are_counted_in_node(driving, artifacts, tmp_path):
    chain = await detected(NODE)
    limits = LIMITS.model_copy(update={"services": ("postgres",)})
    image = await driving.build(TaskRef(id="images"), chain.dependencies, chain.project, limits.services)
    draft = await new_draft(artifacts, tmp_path / "node", NODE)
    async with driving.open(draft, workspace_of(draft, image, limits)) as box:
        run = await box.exercise(command(argv=("node", "app.js"), watched=True), ASKED)
        assert run.result, run.not_ready + run.driver_said
        assert json.loads(run.result) == TOLD, run.stderr
        plain = await box.exercise(command(argv=("node", "app.js")), ASKED)
        assert json.loads(plain.result) == [None] * 4
    await driving.release(draft.task)
