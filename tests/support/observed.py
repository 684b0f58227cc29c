"""Projects whose tests are observed: faults that a run can witness, each beside a line that is none."""

WAITING = """import asyncio
import sqlite3
import subprocess
import time
from pathlib import Path

LIMITS = ("a", "b", "c", "d")


def pause():
    time.sleep(0.001)


def helper():
    pause()


async def by_a_helpers_helper():
    helper()


async def in_a_thread():
    await asyncio.to_thread(helper)


async def reads_a_file():
    return Path(__file__).read_text(encoding="utf-8")


async def starts_a_program():
    return subprocess.run(["true"], check=True)


async def starts_one_asynchronously():
    process = await asyncio.create_subprocess_exec("true")
    await process.wait()


async def lifespan():
    time.sleep(0.001)


async def imports_late():
    import wave

    return wave


def connected():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE orders (id INTEGER, customer TEXT)")
    connection.executemany("INSERT INTO orders VALUES (?, ?)", [(n, f"c{n}") for n in range(5)])
    return connection


def one_by_one(connection):
    ids = [row[0] for row in connection.execute("SELECT id FROM orders")]
    return [connection.execute("SELECT customer FROM orders WHERE id = ?", (n,)).fetchone() for n in ids]


def at_once(connection):
    return connection.execute("SELECT id, customer FROM orders").fetchall()


def over_constants(connection):
    return [connection.execute("SELECT count(*) FROM orders WHERE customer = ?", (c,)).fetchone() for c in LIMITS]


def every_column(connection):
    return connection.execute("SELECT * FROM orders").fetchall()
"""
TESTS = """import asyncio
import time

import pytest
from app import waiting
from app.waiting import connected

COROUTINES = [
    waiting.by_a_helpers_helper, waiting.in_a_thread, waiting.reads_a_file, waiting.starts_a_program,
    waiting.starts_one_asynchronously, waiting.lifespan, waiting.imports_late,
]


@pytest.mark.parametrize("work", COROUTINES, ids=lambda work: work.__name__)
def test_a_coroutine(work):
    asyncio.run(work())


def test_what_a_test_does_itself():
    async def test():
        time.sleep(0.001)
        waiting.helper()

    asyncio.run(test())


def test_statements():
    connection = connected()
    assert len(waiting.one_by_one(connection)) == len(waiting.at_once(connection)) == 5
    assert len(waiting.over_constants(connection)) == 4
    assert len(waiting.every_column(connection)) == 5


def test_calls_of_a_test():
    connection = connected()
    for _ in range(5):
        waiting.at_once(connection)
"""
PLAIN = {
    "requirements.txt": "pytest\n",
    "app/__init__.py": "",
    "app/waiting.py": WAITING,
    "tests/test_waiting.py": TESTS,
}
