"""Plain Python and Starlette: what the development environment has."""

FILES = {
    "app.py": """
import json

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route


async def show(request):
    return JSONResponse({"name": "Ada", "tags": [], "address": None})


async def page(request):
    return PlainTextResponse("<p>hello</p>")


app = Starlette(routes=[Route("/users/1", show, name="show"), Route("/page", page), Route("/library", json.loads)])
""",
    "service.py": """
class User:
    def __init__(self, name):
        self.name = name


def find(name):
    return None


def users():
    return []


def settings():
    return {"size": 1}


def create(name):
    return User(name)
""",
    "tests/helpers.py": """
def payload():
    return {"name": "Ada"}


def shown(client):
    return client.get("/users/1").json()
""",
    "tests/__init__.py": "",
    "tests/conftest.py": """
import pytest
from starlette.testclient import TestClient

from app import app


@pytest.fixture
def client():
    return TestClient(app)


@pytest.fixture
def given():
    return {"name": "Ada"}


@pytest.fixture
def user(client):
    return client.get("/users/1").json()
""",
    "requirements.txt": "",
}

TESTS = """
import json
import sqlite3
from unittest.mock import Mock

import pytest

import service
from app import app
from tests.helpers import payload, shown

EXPECTED = {"name": "Ada"}


def test_application__raises_in_a_library_that_serves(client):
    client.get("/library")

def test_test_code__raises_in_the_client_before_it_asks(client):
    client.get("/page", params=object())

def test_absent__field(client):
    assert client.get("/users/1").json()["email"] == "a@b.c"

def test_absent__field_of_a_body(client):
    body = client.get("/users/1").json()
    assert body["name"] == "Ada"
    assert body["email"] == "a@b.c"

def test_absent__field_through_a_helper(client):
    assert shown(client)["email"]

def test_absent__field_of_a_fixture(user):
    assert user["email"]

def test_absent__header(client):
    assert client.get("/users/1").headers["x-total-count"] == "1"

def test_absent__nothing_in_a_list(client):
    assert client.get("/users/1").json()["tags"][0] == "new"

def test_absent__nested_in_null(client):
    assert client.get("/users/1").json()["address"]["city"] == "x"

def test_absent__not_json(client):
    assert client.get("/page").json()["email"]

def test_absent__in_a_comprehension(client):
    users = [client.get("/users/1").json()]
    assert [one["email"] for one in users] == ["x"]

def test_absent__text_of_json(client):
    assert json.loads(client.get("/users/1").text)["email"]

def test_absent__unpacked(client):
    first, second = client.get("/users/1").json()["tags"]
    assert first

def test_absent__next_of_nothing():
    assert next(iter(service.users())).name

def test_absent__none_has_no_attribute():
    assert service.find("Ada").name == "Ada"

def test_absent__none_is_no_list():
    for user in service.find("Ada"):
        assert user

def test_absent__key_of_a_function():
    assert service.settings()["colour"] == "red"

def test_absent__name_of_a_route():
    assert app.url_path_for("edit") == "/x"

def test_absent__table():
    sqlite3.connect(":memory:").execute("SELECT * FROM users")

def test_absent__walked_over(client):
    body = client.get("/users/1").json()
    for tag in body["labels"]:
        assert tag

def test_absent__called_mock():
    send = Mock()
    service.create("Ada")
    assert send.call_args["to"] == "a@b.c"

def test_absent__compared_with_none(client):
    assert client.get("/users/1").json()["address"] > 3

def test_http_status__raised(client):
    client.get("/nowhere").raise_for_status()

def test_test_code__planned_attribute():
    assert service.create("Ada").nickname == "A"

def test_test_code__planned_keyword():
    assert service.create("Ada", nickname="A")

def test_test_code__name_error():
    assert usres == []

def test_test_code__name_error_beside_a_response(client):
    body = client.get("/users/1").json()
    assert bdoy["email"]

def test_test_code__own_dict():
    data = {"name": "Ada"}
    assert data["email"]

def test_test_code__own_constant():
    assert EXPECTED["email"]

def test_test_code__own_helper():
    assert payload()["email"]

def test_test_code__own_fixture(given):
    assert given["email"]

@pytest.mark.parametrize("case", [{"name": "Ada"}])
def test_test_code__own_parameter(case):
    assert case["email"]

def test_test_code__own_list():
    assert [1, 2][5]

def test_test_code__own_dict_beside_a_response(client):
    wanted = {"name": "Ada"}
    body = client.get("/users/1").json()
    assert body["name"] == wanted["email"]

def test_test_code__own_text():
    assert json.loads("{")

def test_test_code__client_has_no_such_method(client):
    assert client.gett("/users/1")

def test_test_code__response_has_no_such_method(client):
    assert client.get("/users/1").jsn()

def test_test_code__misspelt_key(client):
    body = client.get("/users/1").json()
    assert body["nmae"] == "Ada"

def test_test_code__wrong_number_of_arguments():
    assert service.create()

def test_test_code__own_none():
    found = None
    assert found["name"]

def test_test_code__a_typo_while_a_missing_name_is_handled():
    try:
        app.url_path_for("edit")
    except Exception:
        assert nothing

def test_fixture__none(nowhere):
    assert nowhere

def test_import__inside():
    from service import nowhere

"""
