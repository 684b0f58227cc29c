"""A project whose tests need PostgreSQL and Redis, from its aurora.yaml to its results, in the real sandbox."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from activities.checks.project_tools import ProjectTools
from activities.open_workspace import OpenWorkspaceActivity
from activities.turns.brief import Brief, opening
from aurora import ports
from aurora.domain.questions import AnswerBook
from aurora.domain.runs import ExecEnd
from aurora.domain.steps import Step
from aurora.domain.task import Draft, Task, TaskRef, Uploaded
from aurora.domain.workspace import Workspace
from aurora.drivers.engine.docker_engine import connect
from aurora.drivers.git.repositories import GitRepositories
from aurora.drivers.images.base_image import present
from aurora.drivers.images.services_image import reference_of
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.errors import ServiceNotStarted
from aurora.ports import Box
from aurora.settings.policy import Policy
from aurora.settings.repository import SandboxSettings
from aurora.settings.services import SERVICES
from tests.support.boxes import DEPENDENCIES, PROJECT, SUBMITTED, containers, new_draft, python, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts

pytestmark = pytest.mark.docker

SHOP = {
    "aurora.yaml": "agents:\n  backend:\n    sandbox:\n      services: [redis, postgres]\n",
    "requirements.txt": "sqlalchemy\npsycopg[binary]\nredis\n",
    "shop/__init__.py": "",
    "shop/stock.py": """import os

import redis
from sqlalchemy import String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))
cache = redis.Redis.from_url(os.environ["REDIS_URL"])


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
""",
    # what an earlier run wrote makes each of these red: the table would be there, the keys would not be none
    "tests/test_stock.py": """import psycopg
import pytest
from shop.stock import Base, Item, cache, engine
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session


def test_items_have_one_name_each():
    assert inspect(engine).get_table_names() == []
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Item(name="tea"))
        session.commit()
        assert session.scalars(select(Item.name)).all() == ["tea"]
        session.add(Item(name="tea"))
        with pytest.raises(IntegrityError):
            session.commit()


def test_a_value_is_cached():
    assert cache.dbsize() == 0
    cache.set("tea", 3, ex=60)
    assert int(cache.get("tea")) == 3


def test_extensions_and_databases_of_its_own_can_be_made():
    with psycopg.connect(autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE DATABASE test_shop")
    with psycopg.connect(dbname="test_shop") as connection:
        assert connection.execute("SELECT 'ä' < 'z', current_setting('server_encoding')").fetchone() == (False, "UTF8")
""",
}
CONNECT = """
import json, os, psycopg, redis
def asked(*given, **words):
    with psycopg.connect(*given, **words) as connection:
        return connection.execute("SELECT current_user || '@' || current_database()").fetchone()[0]
told = {
    "by the environment": asked(),
    "with the password": asked(host="127.0.0.1", user="postgres", password="postgres", dbname="test"),
    "without one": asked("host=localhost user=postgres dbname=postgres"),
    "over IPv6": asked("host=::1"),
    "by the socket": asked("host=/tmp"),
    "redis": [redis.Redis(host=host).ping() for host in ("localhost", "127.0.0.1")],
}
for key in ("PGPASSWORD", "PGUSER"):
    del os.environ[key]
told["trusted"] = asked("user=postgres")
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Opened:
    artifacts: MemoryArtifacts
    sandbox: DockerSandbox
    draft: Draft
    workspace: Workspace


@pytest.fixture(scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Opened]:
    artifacts = MemoryArtifacts()
    sandbox = DockerSandbox(artifacts)
    draft = await new_draft(artifacts, tmp_path_factory.mktemp("services") / "shop", SHOP)
    source = Uploaded(base=draft.base, pack=draft.base_pack, label="shop")
    task = Task(id=draft.task.id, text="Add prices", source=source, submitted_at=SUBMITTED)
    opening = await OpenWorkspaceActivity(artifacts, sandbox, GitRepositories(artifacts), Policy()).open_workspace(task)
    assert opening.opened is not None, opening.questions
    draft = opening.opened.draft
    workspace = Workspace.model_validate_json(await artifacts.of(draft.task).get(draft.workspace))
    yield Opened(artifacts, sandbox, draft, workspace)
    await sandbox.close()
    assert containers(draft.task) == []


@pytest.fixture
async def box(shop: Opened) -> AsyncIterator[Box]:
    async with shop.sandbox.open(shop.draft, shop.workspace) as opened:
        yield opened


async def printed(box: Box, code: str, **env: str) -> str:
    run = await box.run_tests(python(code, **env))
    assert run.exit_code == 0, run.stderr
    return run.stdout.strip()


async def test_a_project_that_asks_for_services_is_green_each_time_its_tests_run(shop: Opened, box: Box) -> None:
    green = shop.workspace.baseline
    assert (green.counts.passed, green.red, len(green.green)) == (3, (), 3)
    again = await ProjectTools(shop.artifacts.of(shop.draft.task), shop.workspace, Step.RUN_TESTS).tests(box, ())
    assert (again.valid, again.counts.passed, again.red) == (True, 3, ()), again.output


async def test_postgres_takes_every_usual_way_to_connect(box: Box) -> None:
    assert json.loads(await printed(box, CONNECT)) == {
        "by the environment": "postgres@test",
        "with the password": "postgres@test",
        "without one": "postgres@postgres",
        "over IPv6": "postgres@test",
        "by the socket": "postgres@test",
        "redis": [True, True],
        "trusted": "postgres@test",
    }


async def test_what_the_command_itself_says_of_an_address_wins(box: Box) -> None:
    code = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_PORT'])"
    assert await printed(box, code, DATABASE_URL="sqlite://") == "sqlite:// 6379"


async def test_nothing_of_a_service_is_left_when_the_run_is_over(box: Box) -> None:
    assert await printed(box, "import os; print(sorted(os.listdir('/tmp/services')))") == str(
        ["postgres", "postgres.log", "redis", "redis.log"]
    )
    left = await box.execute(["sh", "-c", "ls -A /tmp /dev/shm; grep -lE 'redis|postgres' /proc/[0-9]*/comm"])
    assert [line for line in left.stdout.split() if "services" in line or "PGSQL" in line or "comm" in line] == []


async def test_a_run_that_killed_everything_leaves_the_next_one_fresh_services(box: Box) -> None:
    killing = "import os, redis; redis.Redis().set('a', 1); open('/tmp/left', 'w'); os.kill(-1, 9); os._exit(0)"
    assert (await box.run_tests(python(killing))).end is ExecEnd.KILLED
    looking = "import os, psycopg, redis; psycopg.connect(); print(redis.Redis().keys(), os.path.exists('/tmp/left'))"
    assert await printed(box, looking) == "[] False"


async def test_a_database_that_fills_the_disk_is_named(box: Box) -> None:
    filling = "create table big as select repeat(md5(n::text), 30) as line from generate_series(1, 10000000) n"
    code = f"import psycopg; psycopg.connect().execute('{filling}')"
    assert (await box.run_tests(python(code))).end is ExecEnd.OUT_OF_DISK


async def test_a_service_that_ends_before_it_is_ready_is_named_with_its_log(shop: Opened) -> None:
    code = """
import socket, sys
sys.path.insert(0, "/opt/aurora")
from in_box import services
taken = socket.create_server(("127.0.0.1", 6379))
try:
    services.start({"redis": 6379})
except services.NotStarted as failed:
    print(failed)
"""
    plain = shop.workspace.settings.model_copy(update={"sandbox": SandboxSettings()})
    async with shop.sandbox.open(shop.draft, shop.workspace.model_copy(update={"settings": plain})) as box:
        reported = await printed(box, code)
    assert reported.startswith("redis ended with exit code 1 before it was ready; its log ends:\n"), reported
    assert "Address already in use" in reported


async def test_a_service_that_does_not_start_is_no_result_of_the_tests(shop: Opened, tmp_path: Path) -> None:
    cramped = SandboxSettings(memory_mb=256, disk_mb=64, pids=64, services=("postgres",))
    draft = await new_draft(shop.artifacts, tmp_path / "shop", SHOP)
    with pytest.raises(ServiceNotStarted, match=r"postgres can't be started: .*No space left on device"):
        async with shop.sandbox.open(draft, workspace_of(draft, shop.workspace.image, cramped)) as box:
            await box.run_tests(python("print('never')"))
    assert containers(draft.task) == []


async def test_who_asks_for_no_service_has_none_in_the_image(shop: Opened, tmp_path: Path) -> None:
    image = await shop.sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    draft = await new_draft(shop.artifacts, tmp_path / "shop", SHOP)
    code = """
import glob, os, shutil
print([shutil.which("redis-server"), *glob.glob("/usr/lib/postgresql*"), *glob.glob("/opt/services*")],
      [key for key in os.environ if key.startswith(("PG", "REDIS", "DATABASE"))])
"""
    try:
        async with shop.sandbox.open(draft, workspace_of(draft, image)) as box:
            assert await printed(box, code) == "[None] []"
    finally:
        await shop.sandbox.release(draft.task)


async def test_tasks_that_ask_for_one_set_of_services_at_once_share_its_image(tmp_path: Path) -> None:
    artifacts, said = MemoryArtifacts(), list[str]()
    sandbox = DockerSandbox(artifacts, progress=said.append)
    image = reference_of(await sandbox.base(), ("redis",))
    if present(connect(), image):
        connect().images.remove(image)
    asked = SandboxSettings(services=("redis",))

    async def pong(number: int) -> str:
        draft = await new_draft(artifacts, tmp_path / str(number), {"a.py": ""})
        async with sandbox.look(draft, asked, None, SUBMITTED) as box:
            return (await box.run_tests(ports.TestCommand(argv=("redis-cli", "ping")))).stdout

    try:
        assert await asyncio.gather(pong(1), pong(2)) == ["PONG\n", "PONG\n"]
    finally:
        await sandbox.close()
    assert len([line for line in said if "adding redis" in line]) == 1


def test_a_model_is_told_of_the_services_and_their_variables(shop: Opened) -> None:
    reported = opening(Brief(workspace=shop.workspace, answers=AnswerBook(), listing=""))
    for name in ("postgres", "redis"):
        assert name in shop.workspace.settings.sandbox.services
        assert f"{name} on 127.0.0.1:{SERVICES[name].port} (" in reported
    assert "DATABASE_URL" in reported
