"""The preparations that a suite needs and the sandbox does not have, read from its red tests."""

import pytest

from aurora.domain import runs
from aurora.domain.findings import TestCounts
from aurora.toolchains.node.absent_packages import absent
from aurora.toolchains.runs import baseline_errors, environment_signs, preparations

PRISMA, ENGINE, MONGODB = "`prisma generate` makes it", "binaries.prisma.sh", "MONGOMS_SYSTEM_BINARY"
SERVER = "the tests connect to {}, which the sandbox does not run"
GREEN = runs.TestCase(test_id="tests/unit.test.js > adds", outcome=runs.TestOutcome.PASSED)


def run(*cases: runs.TestCase, loading: str = "") -> runs.TestRun:
    errors = (
        (runs.TestCase(test_id="tests/loans.test.js", outcome=runs.TestOutcome.ERROR, message=loading),)
        if loading
        else ()
    )
    return runs.TestRun(
        cases=cases, counts=TestCounts(), end=runs.ExecEnd.EXITED, exit_code=1, output="", collection_errors=errors
    )


@pytest.mark.parametrize(
    ("message", "reported"),
    [
        ("Error: Cannot find module '.prisma/client/default' from 'node_modules/@prisma/client/default.js'", PRISMA),
        ('Error: @prisma/client did not initialize yet. Please run "prisma generate" and try again.', PRISMA),
        ("Error: Cannot find module '../generated/prisma/client.js' imported from /work/tree/src/db.ts", PRISMA),
        ('Error: Failed to resolve import "@/generated/prisma" from "src/db.ts". Does the file exist?', PRISMA),
        ("TS2305: Module '\"@prisma/client\"' has no exported member 'PrismaClient'.", PRISMA),
        (
            "SyntaxError: The requested module '@prisma/client' does not provide an export named 'PrismaClient'",
            PRISMA,
        ),
        ('Prisma Client could not locate the Query Engine for runtime "debian-openssl-3.0.x".', ENGINE),
        ('DownloadError: Download failed for url "https://fastdl.mongodb.org/linux/mongodb-8.2.6.tgz"', MONGODB),
        (
            "browserType.launch: Executable doesn't exist at /home/a/.cache/ms-playwright/chromium/chrome",
            "a browser",
        ),
        ("Error: Could not find Chrome (ver. 127.0.6533.88). This can occur if either", "a browser"),
        ("Error: Could not find a working container runtime strategy", "no Docker engine"),
        (
            "docker.errors.DockerException: Error while fetching server API version: ('Connection')",
            "no Docker",
        ),
        (
            'return TEST_DATABASE_PREFIX + self.connection.settings_dict["NAME"]\nTypeError: can only concatenate str',
            "no NAME",
        ),
        ("Error: querySrv ECONNREFUSED _mongodb._tcp.shop.example.net", SERVER.format("MongoDB")),
        ("MongooseServerSelectionError: connect ECONNREFUSED ::1:27017, 127.0.0.1:27017", SERVER.format("MongoDB")),
        ("pymongo.errors.ServerSelectionTimeoutError: localhost:27017: [Errno 111]", SERVER.format("MongoDB")),
        ("OperationalError: (2003, \"Can't connect to MySQL server on 'db'\")", SERVER.format("MySQL")),
        (
            "MongoBinaryDownload.ts:622 getaddrinfo EAI_AGAIN\nMongooseServerSelectionError: connect ECONNREFUSED",
            MONGODB,
        ),
    ],
)
def test_the_preparation_that_is_missing_is_told(message: str, reported: str) -> None:
    (said,) = preparations.found([message])
    assert reported in said


@pytest.mark.parametrize(
    "message",
    [
        "Error: Cannot find module '../src/prisma/client' from 'tests/db.test.js'",
        "Cannot find module '@prisma/client' from 'src/db.js'",
        "PrismaClientKnownRequestError: Unique constraint failed on the fields: (`email`)",
        "MongoServerError: E11000 duplicate key error collection: shop.users",
        "AssertionError: expected 'docker' to equal 'podman'",
    ],
)
def test_a_missing_module_or_a_failed_query_is_no_missing_preparation(message: str) -> None:
    assert preparations.found([message]) == ()


def test_the_cause_stands_before_the_files_that_can_not_be_loaded() -> None:
    unloaded = run(loading="Error: Cannot find module '.prisma/client/default' from 'src/db.js'")
    signs = environment_signs.read(unloaded, absent, frozenset({"src", "tests"}))
    said = baseline_errors.error(unloaded, (), signs)
    assert said.startswith("the Prisma client is not generated: ") and "; 1 test file can't be loaded: " in said
    assert "Prisma" not in baseline_errors.remark(unloaded, signs)


def test_red_tests_beside_green_ones_are_remarked_with_their_cause() -> None:
    message = 'DownloadError: Download failed for url "https://fastdl.mongodb.org/linux/mongodb.tgz", Details:'
    partly = run(
        runs.TestCase(test_id="tests/auth.test.js > logs in", outcome=runs.TestOutcome.FAILED, message=message), GREEN
    )
    signs = environment_signs.read(partly, absent, frozenset({"src", "tests"}))
    assert baseline_errors.error(partly, (), signs) == ""
    assert baseline_errors.remark(partly, signs).startswith("mongodb-memory-server downloads a MongoDB")
