"""FastAPI, synchronous and asynchronous clients."""

FILES = {
    "requirements.txt": "fastapi\nhttpx\npytest-asyncio\n",
    "pytest.ini": "[pytest]\nasyncio_mode = auto\n",
    "api.py": """
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class User(BaseModel):
    name: str


app = FastAPI()


@app.get("/users/{number}", response_model=User)
async def show(number: int):
    if number > 1:
        raise HTTPException(404, "no such user")
    return User(name="Ada")


@app.get("/users")
async def users():
    return []
""",
}

TESTS = """
import pytest
import pytest_asyncio
from fastapi.testclient import TestClient
from httpx import ASGITransport, AsyncClient

from api import User, app

client = TestClient(app)


@pytest_asyncio.fixture
async def http():
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as found:
        yield found


@pytest.fixture
def created():
    return client.get("/users/1").json()["id"]


def test_absent__field():
    assert client.get("/users/1").json()["email"]

async def test_absent__field_async(http):
    response = await http.get("/users/1")
    assert response.json()["email"]

async def test_absent__awaited_at_once(http):
    assert (await http.get("/users/1")).json()["email"]

def test_absent__in_a_fixture(created):
    assert created

def test_absent__first_of_none():
    assert client.get("/users").json()[0]["name"]

def test_absent__list_where_a_page_is_due():
    assert client.get("/users").json()["items"]

def test_absent__another_shape():
    assert client.get("/users").json().get("items") == []

async def test_absent__found_by_next(http):
    listed = (await http.get("/users")).json()
    assert next(user for user in listed if user["name"] == "Ada")

def test_absent__path():
    assert app.url_path_for("create_user") == "/users"

def test_http_status__none():
    assert client.delete("/users/1").status_code == 204

async def test_http_status__raised(http):
    (await http.get("/users/7")).raise_for_status()

def test_test_code__planned_attribute():
    assert User(name="Ada").email

def test_test_code__own():
    user = {"name": "Ada"}
    assert client.post("/users", json=user["user"])

async def test_test_code__not_awaited(http):
    assert http.get("/users/1").json()["name"]

async def test_test_code__name(http):
    assert (await htpt.get("/users/1")).json()["name"]

def test_fixture__none(htpt):
    assert htpt
"""
