"""HTTP exchanges that the plugins hear while the tests of a project run, of an application of Starlette."""

import json

import pytest

from aurora.settings.repository import BackendSettings
from aurora.toolchains.python import pytest_runs
from aurora.toolchains.runs import observation
from tests.support.projects import detected, execute, written

APP = """from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route


async def item(request):
    if request.path_params["id"] == 3:
        return PlainTextResponse("none", 404)
    return JSONResponse({"id": request.path_params["id"], "more": ["a"] * request.path_params["id"]})


async def broken(request):
    raise RuntimeError


inner = Starlette(routes=[Route("/items/{id:int}", item, methods=["GET", "DELETE"]), Route("/broken", broken)])
app = Starlette(routes=[Mount("/api", inner)])
"""
TESTS = """import asyncio

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def called(app, method, path):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": b"key=secret", "headers": [], "root_path": ""}
    try:
        await app(scope, receive, send)
    except RuntimeError:
        pass
    return sent[0]["status"]


def test_items():
    from app.main import app  # late: what is heard does not hang on when it is imported

    for n in (1, 2, 3):
        asyncio.run(called(app, "GET", f"/api/items/{n}"))
    assert asyncio.run(called(app, "GET", "/api/items/0")) == 200


def test_more():
    from app.main import app

    assert asyncio.run(called(app, "DELETE", "/api/items/9")) == 200
    assert asyncio.run(called(app, "GET", "/api/broken")) == 500
    assert asyncio.run(called(app, "GET", "/nowhere")) == 404


def test_an_application_of_its_own():
    async def made_up(request):
        return JSONResponse({})

    assert asyncio.run(called(Starlette(routes=[Route("/api/items/1", made_up)]), "GET", "/api/items/1")) == 200
"""  # noqa: E501 - a file, read as a whole
FILES = {
    "requirements.txt": "pytest\nstarlette\n",
    "app/__init__.py": "",
    "app/main.py": APP,
    "tests/test_items.py": TESTS,
}


async def heard(folder, exchanges=True):
    written(folder, FILES)
    chain = await detected(FILES)
    command = observation.watching(pytest_runs.command(chain, BackendSettings()), {}, 0, 60, exchanges)
    run = pytest_runs.parse(execute(folder, command), chain)
    assert run.valid and not run.red, run
    return run


async def test_one_exchange_of_each_form_is_told_with_its_test_and_none_of_a_made_up_application(tmp_path):
    run = await heard(tmp_path)
    reported = [(one.method, one.path, one.status, one.test_id.rpartition("::")[2]) for one in run.exchanges]
    assert reported == [
        ("GET", "/api/items/1", 200, "test_items"), ("GET", "/api/items/3", 404, "test_items"),
        ("GET", "/api/items/0", 200, "test_items"), ("DELETE", "/api/items/9", 200, "test_more"),
        ("GET", "/api/broken", 500, "test_more"), ("GET", "/nowhere", 404, "test_more"),
    ], "item 2 looks like item 1"  # fmt: skip
    assert json.loads(run.exchanges[0].body) == {"id": 1, "more": ["a"]}
    assert run.exchanges[1].body is None and run.exchanges[1].content_type.startswith("text/plain")
    assert all(one.whole and one.filled for one in run.exchanges)
    assert "secret" not in run.model_dump_json(include={"exchanges"})
    assert run.watched is not None and run.watched.exchanges == 7


@pytest.mark.parametrize("wanted", [False])
async def test_they_are_told_only_where_somebody_asks(tmp_path, wanted):
    run = await heard(tmp_path, wanted)
    assert run.exchanges == () and run.watched is not None and run.watched.exchanges == 0
