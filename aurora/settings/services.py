"""Services that a project's tests may ask for by `sandbox.services`: where they listen and what tests are told of them.

The names in the environment are those of libpq (`PG*`), of the official images (`POSTGRES_*`) and of the hosting
platforms (`DATABASE_URL`, `REDIS_URL`): what projects read already.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aurora.errors import Refusal
from aurora.settings.repository import ServiceName
from aurora.settings.yaml_document import parse

HOST = "127.0.0.1"
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


@dataclass(frozen=True)
class Service:
    package: str
    """Debian's."""
    port: int
    environment: dict[str, str]
    images: tuple[str, ...]
    """Names of images in a compose file that are this service."""
    clients: frozenset[str]
    """Packages of PyPI and npm that speak to it and to nothing else."""
    disk_mb: int
    """The least `sandbox.disk_mb` with which it starts: a quarter of the disk holds temporary files, its data too."""


SERVICES: dict[ServiceName, Service] = {
    "postgres": Service(
        package="postgresql",
        port=5432,
        environment={
            "DATABASE_URL": f"postgresql://postgres:postgres@{HOST}:5432/test",
            "PGHOST": HOST,
            "PGPORT": "5432",
            "PGUSER": "postgres",
            "PGPASSWORD": "postgres",
            "PGDATABASE": "test",
            "POSTGRES_HOST": HOST,
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "postgres",
            "POSTGRES_DB": "test",
        },
        images=("postgres", "postgresql"),
        clients=frozenset(
            {
                "psycopg",
                "psycopg2",
                "psycopg2-binary",
                "psycopg-binary",
                "asyncpg",
                "aiopg",
                "pg8000",
                "pg",
                "postgres",
                "pg-promise",
                "slonik",
            }
        ),
        disk_mb=256,
    ),
    "redis": Service(
        package="redis-server",
        port=6379,
        environment={"REDIS_URL": f"redis://{HOST}:6379/0", "REDIS_HOST": HOST, "REDIS_PORT": "6379"},
        images=("redis",),
        clients=frozenset(
            {"redis", "aioredis", "django-redis", "channels-redis", "ioredis", "connect-redis", "bullmq"}
        ),
        disk_mb=64,
    ),
}


def environment(names: Iterable[ServiceName]) -> dict[str, str]:
    return {key: value for name in names for key, value in SERVICES[name].environment.items()}


def described(name: ServiceName) -> str:
    """`redis on 127.0.0.1:6379 (REDIS_URL, REDIS_HOST, REDIS_PORT)`."""
    service = SERVICES[name]
    return f"{name} on {HOST}:{service.port} ({', '.join(service.environment)})"


def spoken_to(requirements: Iterable[str]) -> dict[ServiceName, str]:
    """Service -> the package among these requirement lines that is a client of it: a hint, no proof of a need."""
    names = [found[0].lower().replace("_", "-") for line in requirements if (found := _NAME.match(line))]
    clients = {name: [one for one in names if one in service.clients] for name, service in SERVICES.items()}
    return {name: found[0] for name, found in clients.items() if found}


def composed(text: str, path: str) -> tuple[ServiceName, ...]:
    """The services of ours that a compose file runs, by image; nothing for one that can't be read: this is a hint, no
    input."""
    try:
        document: Any = parse(text, path).value
    except Refusal:
        return ()
    listed = document.get("services") if isinstance(document, dict) else None
    entries = listed.values() if isinstance(listed, dict) else ()
    images = [str(entry.get("image", "")) for entry in entries if isinstance(entry, dict)]
    found = {image.rpartition("/")[2].partition(":")[0].partition("@")[0] for image in images}
    return tuple(name for name, service in SERVICES.items() if found.intersection(service.images))
