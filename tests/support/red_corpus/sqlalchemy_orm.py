"""SQLAlchemy, synchronous and asynchronous, with Alembic; peewee; a Flask application with its extension."""

FILES = {
    "requirements.txt": "sqlalchemy\naiosqlite\npytest-asyncio\nflask\nflask-sqlalchemy\npeewee\nalembic\n",
    "pytest.ini": "[pytest]\nasyncio_mode = auto\n",
    "alembic.ini": "[alembic]\nscript_location = migrations\n",
    "migrations/env.py": "",
    "migrations/versions/0001_items.py": "revision = '0001'\ndown_revision = None\n\n\ndef upgrade():\n    pass\n",
    "shop/__init__.py": "",
    "shop/models.py": """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owners"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id"))
    owner: Mapped[Owner | None] = relationship()
""",
    "shop/repository.py": """
from sqlalchemy import create_engine, select, text

from shop.models import Item


def find(session, name):
    return session.scalars(select(Item).where(Item.name == name)).first()


def prices(session):
    return session.execute(text("SELECT price FROM items")).all()


def everything(session):
    return session.execute(text("SELECT * FROM stock")).mappings().all()


def connect():
    return create_engine("sqlite:////nowhere/at/all.db").connect()
""",
    "shop/web.py": """
import os

from flask import Flask, current_app, jsonify
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String)


def create_app(config=None):
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", **(config or {}))
    db.init_app(app)

    @app.get("/notes")
    def notes():
        return jsonify([note.text for note in Note.query.all()])

    return app


def limit():
    return current_app.config["LIMIT"]


def secret():
    return os.environ["NOTES_SECRET"]
""",
    "shop/old.py": """
import peewee

database = peewee.SqliteDatabase(":memory:")


class Tag(peewee.Model):
    name = peewee.CharField()

    class Meta:
        database = database
""",
    "tests/conftest.py": """
import pytest
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from shop.models import Base
from shop.web import create_app, db


@pytest.fixture
def engine():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    return engine


@pytest.fixture
def session(engine):
    with Session(engine) as session:
        yield session


@pytest.fixture
async def asession():
    engine = create_async_engine("sqlite+aiosqlite://")
    async with AsyncSession(engine) as session:
        yield session


@pytest.fixture
def app():
    app = create_app()
    with app.app_context():
        db.create_all()
        yield app


@pytest.fixture
def bare():
    return create_app()


@pytest.fixture
def client(app):
    return app.test_client()
""",
}

TESTS = """
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import session as cookies
from flask import url_for
from sqlalchemy import column, inspect, select, table, text, update
from sqlalchemy.orm import Session, joinedload

from shop import old, repository, web
from shop.models import Base, Item, Owner
from shop.web import Note, db


@pytest.fixture
def item(session):
    item = Item(name="x")
    session.add(item)
    session.commit()
    return item


def test_absent__found(session):
    assert repository.find(session, "x").name == "x"

def test_absent__scalar_one(session):
    assert session.execute(select(Item)).scalar_one().name == "x"

def test_absent__one(session):
    assert session.query(Item).one()

def test_absent__got(session):
    assert session.get(Item, 1).name == "x"

def test_absent__first_of_all(session):
    assert session.scalars(select(Item)).all()[0].name == "x"

def test_absent__column_by_text(session):
    repository.prices(session)

def test_absent__table_by_text(session):
    repository.everything(session)

def test_absent__table_in_the_test(session):
    session.execute(select(table("prices", column("id"))))

def test_absent__key_of_a_row(session, item):
    row = session.execute(text("SELECT * FROM items")).mappings().one()
    assert row["price"] == 1

def test_absent__attribute_of_a_row(session, item):
    row = session.execute(text("SELECT * FROM items")).one()
    assert row.price == 1

def test_absent__columns(engine):
    columns = {one["name"]: one for one in inspect(engine).get_columns("items")}
    assert columns["price"]["nullable"]

def test_absent__columns_of_no_table(engine):
    assert inspect(engine).get_columns("prices")

def test_absent__table_of_the_metadata():
    assert Base.metadata.tables["prices"]

def test_test_code__planned_column_of_a_table():
    assert Item.__table__.c.price

def test_absent__column_by_key():
    assert Item.__table__.columns["price"]

def test_absent__filtered_by(session):
    assert session.query(Item).filter_by(price=1).all() == []

def test_absent__updated(session):
    session.execute(update(Item).values(price=1))

def test_absent__relation_of_nothing(session, item):
    assert item.owner.name == "ada"

def test_absent__revision():
    script = ScriptDirectory.from_config(Config("alembic.ini"))
    assert script.get_revision("0002").down_revision == "0001"

async def test_absent__table_async(asession):
    await asession.execute(select(Item))

async def test_absent__awaited_scalar(asession):
    assert (await asession.scalars(select(Owner))).one()

def test_absent__index(engine):
    assert inspect(engine).get_indexes("items")[0]["name"] == "by_name"

def test_absent__note(client):
    client.post("/notes", json={"text": "x"})
    assert Note.query.first().text == "x"

def test_absent__note_first_or_404(client):
    assert db.session.execute(db.select(Note)).scalar_one()

def test_absent__json(client):
    assert client.get("/notes").json[0]["id"] == 1

def test_absent__json_of_404(client):
    assert client.post("/tags", json={}).json["id"]

def test_absent__view(app):
    assert app.view_functions["tags"]

def test_absent__config(app):
    assert app.config["PAGE_SIZE"] == 20

def test_absent__extension(app):
    assert app.extensions["limiter"]

def test_absent__blueprint(app):
    assert app.blueprints["api"].url_prefix == "/api"

def test_absent__session_cookie(client):
    with client:
        client.get("/notes")
        assert cookies["user"] == 1

def test_environment__no_secret_key(client):
    client.get("/notes")
    with client.session_transaction() as kept:
        assert kept["user"] == 1

def test_absent__url(app):
    with app.test_request_context():
        assert url_for("notes_api.show", number=1)

def test_absent__cookie(client):
    client.get("/notes")
    assert client.get_cookie("token").value

def test_absent__tag_table():
    assert old.Tag.select().count() == 0

def test_absent__tag_row():
    old.database.create_tables([old.Tag])
    assert old.Tag.get(old.Tag.name == "x")

def test_assertion__command(app):
    result = app.test_cli_runner().invoke(args=["import-notes"])
    assert result.output.splitlines()[0] == "imported 1"

def test_assertion__exit_code(app):
    assert app.test_cli_runner().invoke(args=["import-notes"]).exit_code == 0

def test_http_status__patch(client):
    response = client.patch("/notes/1", json={})
    assert response.status_code == 200

def test_test_code__planned_keyword():
    Item(name="x", price=1)

def test_test_code__planned_column():
    select(Item).order_by(Item.price)

def test_test_code__planned_loader():
    select(Item).options(joinedload(Item.price))

def test_test_code__planned_attribute(item):
    assert item.price == 1

def test_test_code__planned_note():
    Note(text="x", price=1)

def test_test_code__planned_field_of_peewee():
    assert old.Tag.price

def test_application__config(app):
    web.limit()

def test_environment__outside_the_context():
    web.limit()

def test_environment__query_outside_the_context(bare):
    Note.query.all()

def test_environment__file_of_the_database():
    repository.connect()

def test_environment__variable():
    web.secret()

def test_import__no_driver():
    from sqlalchemy import create_engine
    create_engine("postgresql+psycopg://x@127.0.0.1:9/x").connect()

async def test_environment__unreachable():
    import asyncio
    await asyncio.open_connection("127.0.0.1", 9)

def test_test_code__own_row(session, item):
    assert item.naem == "x"

def test_test_code__own_keyword():
    Item(naem="x")

def test_test_code__own_mapping():
    wanted = {"name": "x"}
    assert wanted["price"] == 1

def test_test_code__session_method(session):
    session.exeute(select(Item))

def test_test_code__syntax_of_sql(session):
    session.execute(text("SELEC * FROM items"))

def test_test_code__text_is_needed(session):
    session.execute("SELECT * FROM items")

def test_test_code__detached(engine):
    with Session(engine) as session:
        item = Item(name="x")
        session.add(item)
        session.commit()
    assert item.name == "x"

def test_test_code__not_null(session):
    session.add(Item())
    session.commit()

async def test_test_code__not_awaited(asession):
    assert asession.scalars(select(Owner)).one()

def test_fixture__typo(sesion):
    pass
"""
