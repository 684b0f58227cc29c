"""Models and migrations that do not agree, as Django and Alembic themselves say in a run of the project's code."""

import pytest

from tests.support.import_checks import OTHERS
from tests.support.migration_checks import differences

pytestmark = pytest.mark.skipif(not OTHERS, reason="make red-corpus plays it")

INITIAL = """from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20)),
            ],
        ),
    ]
"""
SHOP = {
    "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\naddopts = --nomigrations\n",
    "requirements.txt": "django\npytest-django\n",
    "config/__init__.py": "",
    "config/settings.py": 'SECRET_KEY = "x"\nINSTALLED_APPS = ["django.contrib.contenttypes", "shop"]\n'
    'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql_that_is_not_here"}}\n'
    'DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n'
    'MIGRATION_MODULES = {"shop": None}\n',
    "shop/__init__.py": "",
    "shop/models.py": "from django.db import models\n\n\nclass Item(models.Model):\n"
    "    name = models.CharField(max_length=20)\n",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": INITIAL,
    "tests/test_shop.py": "def test_it():\n    pass\n",
}
SHOP["config/settings.py"] = SHOP["config/settings.py"].replace("postgresql_that_is_not_here", "sqlite3")
PRICED = SHOP["shop/models.py"] + "    price = models.IntegerField()\n"
ADDING = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField("item", "price", models.IntegerField(default=0), preserve_default=False),
    ]
"""


async def test_a_new_field_without_its_migration_is_found_with_a_migration_to_be_written(tmp_path):
    (found,), _ = await differences(tmp_path, SHOP, {"shop/models.py": PRICED}, "django")
    assert found.path == "shop/models.py" and not found.advice
    assert "Add field price to item" in found.message and "shop/migrations/0002_item_price.py" in found.message
    assert "item.price" in found.hint


async def test_a_field_with_its_migration_passes_after_one_run(tmp_path):
    change = {"shop/models.py": PRICED, "shop/migrations/0002_price.py": ADDING}
    assert await differences(tmp_path, SHOP, change, "django") == ([], 1)


async def test_a_migration_that_says_another_type_than_the_model_is_found(tmp_path):
    wrong = ADDING.replace("IntegerField", "BigIntegerField")
    change = {"shop/models.py": PRICED, "shop/migrations/0002_price.py": wrong}
    (found,), _ = await differences(tmp_path, SHOP, change, "django")
    assert "Alter field price on item" in found.message


async def test_what_was_missing_at_the_base_is_not_the_tasks_trouble(tmp_path):
    base = {**SHOP, "shop/models.py": PRICED}
    change = {"shop/models.py": PRICED + "    size = models.IntegerField(default=1)\n"}
    (found,), _ = await differences(tmp_path, base, change, "django")
    assert "size" in found.message and "price" not in found.message


async def test_a_new_method_of_a_model_asks_nothing(tmp_path):
    change = {"shop/models.py": SHOP["shop/models.py"] + "\n    def __str__(self):\n        return self.name\n"}
    assert await differences(tmp_path, SHOP, change, "django") == ([], 0)


async def test_a_new_app_needs_migrations_of_its_own(tmp_path):
    change = {
        "config/settings.py": SHOP["config/settings.py"].replace('"shop"]', '"shop", "cart"]'),
        "cart/__init__.py": "",
        "cart/models.py": SHOP["shop/models.py"].replace("Item", "Cart"),
    }
    (found,), _ = await differences(tmp_path, SHOP, change, "django")
    assert found.path == "cart/models.py" and "Create model Cart" in found.message


async def test_two_migrations_of_one_parent_are_found(tmp_path):
    change = {
        "shop/models.py": PRICED,
        "shop/migrations/0002_price.py": ADDING,
        "shop/migrations/0002_other.py": ADDING.replace("price", "cost"),
    }
    found, _ = await differences(tmp_path, SHOP, change, "django")
    assert "shop: 0002_other, 0002_price" in found[0].message


async def test_a_migration_whose_parent_is_missing_is_found(tmp_path):
    change = {"shop/models.py": PRICED, "shop/migrations/0002_price.py": ADDING.replace("0001_initial", "0001_start")}
    (found,), _ = await differences(tmp_path, SHOP, change, "django")
    assert "can't be applied" in found.message and "0001_start" in found.message


async def test_settings_that_can_not_be_loaded_are_a_note_and_no_pass(tmp_path):
    base = {**SHOP, "config/settings.py": 'import os\nKEY = os.environ["NOT_SET_HERE"]\n' + SHOP["config/settings.py"]}
    (found,), _ = await differences(tmp_path, base, {"shop/models.py": PRICED}, "django")
    assert found.advice and "NOT_SET_HERE" in found.message


REVISION = """import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("item", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(20)))


def downgrade():
    op.drop_table("item")
"""
STORE = {
    "requirements.txt": "alembic\nsqlalchemy\npytest\n",
    "alembic.ini": "[alembic]\nscript_location = alembic\nprepend_sys_path = .\nsqlalchemy.url = {url}\n",
    "alembic/env.py": """from alembic import context
from sqlalchemy import engine_from_config

from store.models import Base

config = context.config


def run():
    engine = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.")
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata)
        with context.begin_transaction():
            context.run_migrations()


run()
""",
    "alembic/versions/a1_item.py": REVISION,
    "store/__init__.py": "",
    "store/models.py": """from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
""",
    "tests/test_store.py": "def test_it():\n    pass\n",
}
SIZED = STORE["store/models.py"] + "    size: Mapped[int | None]\n"
SECOND = """import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.add_column("item", sa.Column("size", sa.Integer()))


def downgrade():
    op.drop_column("item", "size")
"""
URLS = {
    "its own file": "sqlite:///store.sqlite3",
    "in memory": "sqlite://",
    "a server that is not here": "postgresql+psycopg2://a:b@127.0.0.1:1/c",
    "a placeholder": "driver://user:pass@localhost/dbname",
}


def store(url: str) -> dict[str, str]:
    return {**STORE, "alembic.ini": STORE["alembic.ini"].format(url=url)}


@pytest.mark.parametrize("url", URLS.values(), ids=list(URLS))
async def test_a_column_that_no_revision_adds_is_found(tmp_path, url):
    (found,), _ = await differences(tmp_path, store(url), {"store/models.py": SIZED}, "alembic")
    assert "op.add_column('item', sa.Column('size'" in found.message and not found.advice


@pytest.mark.parametrize("url", URLS.values(), ids=list(URLS))
async def test_a_column_with_its_revision_passes(tmp_path, url):
    change = {"store/models.py": SIZED, "alembic/versions/b2_size.py": SECOND}
    assert (await differences(tmp_path, store(url), change, "alembic"))[0] == []


async def test_a_column_that_no_revision_had_at_the_base_is_not_the_tasks_trouble(tmp_path):
    base = {**store(URLS["its own file"]), "store/models.py": SIZED}
    change = {"store/models.py": SIZED + "    weight: Mapped[int | None]\n"}
    (found,), _ = await differences(tmp_path, base, change, "alembic")
    assert "weight" in found.message and "size" not in found.message


async def test_a_revision_that_the_database_refuses_is_found(tmp_path):
    change = {"store/models.py": SIZED, "alembic/versions/b2_size.py": SECOND.replace('"item", sa', '"items", sa')}
    (found,), _ = await differences(tmp_path, store(URLS["its own file"]), change, "alembic")
    assert "can't be applied" in found.message and not found.advice


async def test_an_environment_that_can_not_be_run_is_a_note_and_no_pass(tmp_path):
    base = store(URLS["its own file"])
    base["alembic/env.py"] = 'import os\nos.environ["NOT_SET_HERE"]\n' + base["alembic/env.py"]
    (found,), _ = await differences(tmp_path, base, {"store/models.py": SIZED}, "alembic")
    assert found.advice and "NOT_SET_HERE" in found.message


FLASK = {
    "requirements.txt": "flask\nflask-sqlalchemy\nflask-migrate\npytest\n",
    ".flaskenv": "FLASK_APP=serve.py\n",
    "serve.py": "from store import app\n",
    "store.py": """from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///store.sqlite3"
db = SQLAlchemy(app)
Migrate(app, db)


class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))
""",
    "migrations/alembic.ini": "[alembic]\n",
    "migrations/env.py": """from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db
with database.engine.connect() as connection:
    context.configure(connection=connection, target_metadata=database.metadata)
    with context.begin_transaction():
        context.run_migrations()
""",
    "migrations/versions/a1_item.py": REVISION,
    "tests/test_store.py": "def test_it():\n    pass\n",
}


async def test_flask_migrate_is_asked_within_the_application(tmp_path):
    change = {"store.py": FLASK["store.py"] + "    size = db.Column(db.Integer)\n"}
    (found,), _ = await differences(tmp_path, FLASK, change, "alembic")
    assert not found.advice and "op.add_column('item', sa.Column('size'" in found.message
    assert (await differences(tmp_path / "b", FLASK, {**change, "migrations/versions/b2_size.py": SECOND}, "alembic"))[
        0
    ] == []
