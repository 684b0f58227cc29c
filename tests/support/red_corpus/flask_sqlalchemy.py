"""Flask with SQLAlchemy."""

FILES = {
    "requirements.txt": "flask\nsqlalchemy\npytest\n",
    "shop.py": """
from flask import Flask, jsonify
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


engine = create_engine("sqlite://")


def create_app():
    app = Flask(__name__)

    @app.get("/items")
    def items():
        return jsonify(items=[], next=None)

    return app
""",
    "tests/conftest.py": """
import pytest

from shop import create_app


@pytest.fixture
def app():
    return create_app()


@pytest.fixture
def client(app):
    return app.test_client()
""",
}

TESTS = """
import pytest
from flask import render_template, url_for
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shop import Base, Item, engine


@pytest.fixture
def session():
    with Session(engine) as session:
        yield session


@pytest.fixture
def tables():
    Base.metadata.create_all(engine)


def test_absent__field(client):
    assert client.get("/items").json["total"] == 0

def test_absent__get_json(client):
    assert client.get("/items").get_json()["next"]["url"]

def test_absent__no_json(client):
    assert client.get("/nowhere").get_json()["x"]

def test_absent__url(app):
    with app.test_request_context():
        assert url_for("item")

def test_absent__template(app):
    with app.test_request_context():
        assert render_template("item.html")

def test_absent__table(session):
    session.execute(text("SELECT * FROM prices"))

def test_absent__row(session, tables, client):
    client.post("/items", json={"name": "x"})
    assert session.scalars(select(Item)).one().name == "x"

def test_absent__none(session, tables):
    assert session.scalar(select(Item)).name == "x"

def test_absent__header(client):
    assert client.get("/items").headers["X-Total"] == "0"

def test_http_status__post(client):
    assert client.post("/items").status_code == 201

def test_test_code__planned_column(session):
    assert Item(name="x", price=1)

def test_test_code__planned_attribute(session):
    assert select(Item).where(Item.price > 1)

def test_test_code__own_dict(client):
    wanted = dict(name="x")
    assert wanted["total"] == client.get("/items").json["next"]

def test_test_code__typo(client):
    assert client.get("/items").jsno
"""
