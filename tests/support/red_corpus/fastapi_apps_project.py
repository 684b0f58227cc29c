"""The project that the tests of `fastapi_apps` are written for."""

FILES = {
    "requirements.txt": "fastapi\nhttpx\npytest-asyncio\npydantic-settings\nsqlmodel\n",
    "pytest.ini": "[pytest]\nasyncio_mode = auto\n",
    "shop/__init__.py": "",
    "shop/config.py": """
from functools import lru_cache

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    name: str = "shop"


class Secrets(BaseSettings):
    shop_token: str


@lru_cache
def get_settings():
    return Settings()
""",
    "shop/models.py": """
from sqlmodel import Field, Session, SQLModel, create_engine


class Item(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str


class Price(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    value: int


engine = create_engine("sqlite://")


def get_session():
    with Session(engine) as session:
        yield session
""",
    "shop/app.py": """
import httpx
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pydantic import BaseModel

from shop.config import Secrets, get_settings
from shop.models import Item, get_session

router = APIRouter()


class Out(BaseModel):
    name: str


class Priced(Out):
    price: int


@router.get("/items/{number}", response_model=Out)
def show(number: int):
    if number > 5:
        raise HTTPException(404, detail="no such item")
    return {"name": "x"}


@router.get("/priced", response_model=Priced)
def priced():
    return {"name": "x"}


@router.get("/token")
def token():
    return Secrets().shop_token


@router.get("/remote")
async def remote():
    async with httpx.AsyncClient() as http:
        return (await http.get("http://127.0.0.1:9/")).json()


@router.get("/rows")
def rows(session=Depends(get_session)):
    return session.get(Item, 1).name


def create_app():
    app = FastAPI()
    app.include_router(router)
    return app
""",
    "tests/conftest.py": """
import pytest
from fastapi.testclient import TestClient
from httpx import ASGITransport, AsyncClient

from shop.app import create_app


@pytest.fixture
def app():
    return create_app()


@pytest.fixture
def client(app):
    with TestClient(app) as client:
        yield client


@pytest.fixture
async def http(app):
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        yield client


@pytest.fixture
def token(client):
    return client.post("/login", json={"name": "ada"}).json()["access_token"]


@pytest.fixture
def auth(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def make_item(client):
    def make(**given):
        response = client.post("/items", json={"name": "x", **given})
        assert response.status_code == 201
        return response.json()

    return make


@pytest.fixture
def created(client):
    response = client.post("/items", json={"name": "x"})
    response.raise_for_status()
    return response.json()


@pytest.fixture
def remote_database():
    import socket

    socket.create_connection(("127.0.0.1", 9), timeout=1)
""",
    "tests/factories.py": """
def payload(**given):
    return {"name": "x", **given}


def get(client, path):
    response = client.get(path)
    return response.json()
""",
    "tests/__init__.py": "",
}
