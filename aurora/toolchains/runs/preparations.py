"""The preparations that a suite needs (generated, downloaded, started), read from the messages of its red tests.

The runner's own words name a file that is missing or an address; a person needs to hear which preparation is meant and
what can be done here.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple


class Preparation(NamedTuple):
    sign: re.Pattern[str]
    sentence: str
    """One sentence without its full stop: the cause, and what can be done."""


_KNOWN = (
    Preparation(
        re.compile(
            r"Prisma Client could not locate the Query Engine|PrismaClientInitializationError:[^\n]*Query Engine"
            r"|binaries\.prisma\.sh"
        ),
        "Prisma's query engine is not installed: a script of its package downloads it from binaries.prisma.sh, which "
        'the image could not reach; a client generated with `engineType = "client"` and a driver adapter needs none',
    ),
    Preparation(
        re.compile(
            r"['\"]\.prisma/client|@prisma/client did not initialize yet|run [`'\"]?(?:npx )?prisma generate\b"
            r"|Failed to (?:load url|resolve import) ['\"]?\S*(?:generated/prisma|prisma/generated)\b"
            r"|Cannot find (?:module|package) ['\"][^'\"\n]*(?:generated/prisma|prisma/generated)\b"
            r"|['\"]@prisma/client['\"]+ (?:has no exported member|does not provide an export)"
        ),
        "the Prisma client is not generated: `prisma generate` makes it, and neither the image's installation nor the "
        "test command runs that; a client that the generator's `output` puts inside the repository can be committed, "
        "otherwise tests that import it can't be loaded here",
    ),
    Preparation(
        re.compile(r"fastdl\.mongodb\.org|MongoBinaryDownload|MongoMemoryServer\b[^\n]*(?:[Dd]ownload|binary)"),
        "mongodb-memory-server downloads a MongoDB while the tests run, and the sandbox has no network; an image that "
        "AURORA_BASE_IMAGE names may hold `mongod`, with its path in test_env as MONGOMS_SYSTEM_BINARY",
    ),
    Preparation(
        re.compile(
            r"Executable doesn't exist at [^\n]*(?:ms-playwright|chrom|firefox|webkit)|npx playwright install"
            r"|\bplaywright install\b|Could not find (?:Chrome|Chromium|Firefox) \(ver"
        ),
        "the tests start a browser, which Playwright or Puppeteer downloads; the image has none, and an image that "
        "AURORA_BASE_IMAGE names may hold one",
    ),
    Preparation(
        re.compile(
            r"Could not find a working container runtime strategy|Error while fetching server API version"
            r"|testcontainers[^\n]*(?:docker|Docker)[^\n]*(?:not|fail)"
        ),
        "the tests start containers, and the sandbox has no Docker engine; PostgreSQL and Redis can run beside them "
        "(`sandbox: {services: [postgres]}`), at the address that the environment names",
    ),
    Preparation(
        re.compile(r"TEST_DATABASE_PREFIX \+ (?:self\.connection\.settings_dict|database_name)\b"),
        "Django's settings give their database no NAME: they read it from a variable that is not set, and what they "
        "read can be set as `project: {test_env: {NAME: value}}`",
    ),
)

_DOWNLOADED = re.compile(r"fastdl\.mongodb\.org|MongoBinaryDownload")
_SERVERS = {
    "MongoDB": re.compile(
        r"querySrv \w+ _mongodb|Mongo(?:ose)?(?:ServerSelection|Network)Error|pymongo\.errors\.ServerSelectionTimeout"
        r"|ECONNREFUSED[^\n]*:27017|:27017[^\n]*[Cc]onnection refused|Operation `\w+\.\w+\(\)` buffering timed out"
    ),
    "MySQL": re.compile(
        r"Can't connect to (?:local )?(?:MySQL|MariaDB) server|ECONNREFUSED[^\n]*:3306|:3306[^\n]*[Cc]onnection refused"
    ),
    "RabbitMQ": re.compile(r"ECONNREFUSED[^\n]*:5672|pika\.exceptions\.AMQPConnectionError|:5672[^\n]*refused"),
}
"""The messages of their clients about one that does not answer."""


def found(texts: Iterable[str]) -> tuple[str, ...]:
    """A sentence for each preparation that some of these texts miss, without a full stop."""
    read = tuple(texts)
    reported = [known.sentence for known in _KNOWN if _seen(known.sign, read)]
    servers = [name for name, sign in _SERVERS.items() if _seen(sign, read)]
    if "MongoDB" in servers and _seen(_DOWNLOADED, read):
        servers.remove("MongoDB")  # what is not downloaded does not answer, either
    if servers:
        reported.append(
            f"the tests connect to {' and '.join(servers)}, which the sandbox does not run (PostgreSQL and Redis it "
            "can); an image that AURORA_BASE_IMAGE names may hold what the tests start themselves"
        )
    return tuple(reported)


def _seen(sign: re.Pattern[str], texts: Iterable[str]) -> bool:
    return any(sign.search(text) for text in texts)
