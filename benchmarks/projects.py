"""Backends maintained by others: pinned, from archives that carry their tests; and how one becomes a repository."""

import re
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.git_fixtures import git


@dataclass(frozen=True)
class Project:
    requirement: str
    """`name==version` of PyPI's source distributions, `name@version` of npm's packages."""
    framework: str
    task: str = ""
    """The task that is scripted test-first and committed, beside the counts; most have none."""
    scenario: str = ""
    host: tuple[str, ...] = ()
    """The project's own runner, to start it on the host where the sandbox starts the tests by another."""
    runner: str = ""
    """The runner, where one project is tested by several: which of them this row is about."""
    settings: str = ""
    """An aurora.yaml, as its owner would write it where the defaults do not do."""

    @property
    def of_npm(self) -> bool:
        return "==" not in self.requirement

    @property
    def name(self) -> str:
        return self.requirement.rpartition("@" if self.of_npm else "==")[0]

    @property
    def title(self) -> str:
        return f"{self.requirement} ({self.runner})" if self.runner else self.requirement

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


BORP = ("borp",)
REDIS = "agents:\n  backend:\n    sandbox:\n      services: [redis]\n"
TESTED = "agents:\n  backend:\n    commands:\n      test: [{}]\n"
PROJECTS = (
    Project("fastify@5.12.8", "Fastify", host=BORP),
    Project("@fastify/rate-limit@11.2.0", "Fastify", settings=REDIS),
    Project("@fastify/jwt@10.2.8", "Fastify"),
    Project("@fastify/autoload@6.5.0", "Fastify", runner="borp", settings=TESTED.format("borp"), host=BORP),
    Project("@fastify/autoload@6.5.0", "Fastify", runner="vitest", settings=TESTED.format("vitest, run")),
    Project("@fastify/autoload@6.5.0", "Fastify", runner="jest", settings=TESTED.format("jest")),
    Project("mercurius@16.10.1", "Fastify", host=(*BORP, "--timeout", "300000", "test/**/*.test.js")),
    Project("express-fileupload@1.5.2", "Express"),
    Project("@godaddy/terminus@4.12.1", "Express"),
    Project("passport-jwt@4.0.1", "Express"),
    Project("pino-http@11.0.0", "node:http"),
    Project("starlette==1.10.0", "Starlette"),
    Project("starlette==1.0.0", "Starlette"),
    Project("sse-starlette==3.7.0", "Starlette"),
    Project(
        "fastapi-users==15.0.5",
        "FastAPI",
        task="JWT secrets: generate_jwt and decode_jwt must refuse an empty secret (an empty str, bytes or SecretStr) "
        "with a ValueError whose message says that the secret is empty, before anything is signed or read. Secrets "
        "that are not empty keep working as they do.",
        scenario="fastapi-users",
    ),
    Project("django-filter==26.2", "Django"),
    Project("djangorestframework==3.18.3", "Django"),
    Project("django-environ==0.14.0", "Django"),
    Project("flask==3.1.3", "Flask"),
    Project("flask-cors==6.0.5", "Flask"),
    Project("flask-httpauth==4.8.1", "Flask"),
    Project("flask-wtf==1.3.0", "Flask"),
    Project(
        "httpbin==0.10.2", "Flask", task='Add GET /ping: it answers 200 with {"ping": "pong"}.', scenario="httpbin"
    ),
)


def fetched(project: Project, folder: Path) -> Path:
    """The archive as a repository of one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    if project.of_npm:
        argv = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder), project.requirement]
    else:
        argv = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", project.name]
        argv += ["--dest", str(folder), project.requirement]
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    archive = next(path for path in folder.iterdir() if path.name.endswith((".tar.gz", ".tgz")))
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    tree = next(path for path in folder.iterdir() if path.is_dir())
    if project.settings:
        (tree / "aurora.yaml").write_text(project.settings)
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", "-A", "-f")
    git(tree, "commit", "-q", "-m", project.requirement)
    return tree
