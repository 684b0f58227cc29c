"""The whole house on real parts: dev server, worker process, Docker engine, git; only the replies are scripted."""

import asyncio
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.client import Client

from aurora.client.desk import Desk
from aurora.domain.task import Task, TaskRef, Uploaded
from aurora.domain.view import TaskView
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.drivers.engine.docker_engine import connect
from aurora.drivers.git.local_repository import LocalRepository
from aurora.drivers.sandbox.sandbox_container import of_task
from tests.support import worker_process
from tests.support.git_fixtures import git
from tests.support.sealing import sealing_in
from tests.support.worker_process import KEY as KEY

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


def shop(folder: Path) -> Path:
    """The example service."""
    return repository_of(EXAMPLES / "shop", folder)


def repository_of(source: Path, folder: Path) -> Path:
    """A project as a repository with a history, as every repository has that is worth a task."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Before the shop")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "The shop as it is")
    return folder


@dataclass
class House:
    home: Path
    address: str
    endpoint: str
    desk: Desk
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self, **more: str) -> subprocess.Popen[bytes]:
        """`more`: variables of its environment."""
        env = worker_process.environment(self.home, self.address, self.endpoint) | sealing_in(self.home) | more
        worker = worker_process.start(env, self.home / f"worker-{len(self.workers)}.log")
        self.workers.append(worker)
        return worker

    async def submit(self, repository: Path, text: str, task_id: str) -> Task:
        local = await LocalRepository.open(str(repository))
        imported = await local.import_base()
        pack = await self.desk.artifacts.of(TaskRef(id=task_id)).put(imported.pack)
        source = Uploaded(base=imported.base, pack=pack, label=imported.label, path=imported.path)
        task = Task(id=task_id, text=text, source=source, submitted_at=int(time.time()))
        await self.desk.start(task)
        return task

    async def question(self, task_id: str) -> str:
        """Until a question is open; its id."""
        while True:
            view = await self.desk.view(task_id)
            assert view.outcome is None, view.outcome
            if view.questions:
                return view.questions[0].id
            await asyncio.sleep(0.5)

    async def end(self, task_id: str) -> TaskView:
        while True:
            view = await self.desk.view(task_id)
            if view.outcome is not None:
                return view
            await asyncio.sleep(0.5)

    def stop(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
                worker.wait(30)


def house(home: Path, client: Client, endpoint: str) -> House:
    home.mkdir(parents=True, exist_ok=True)
    address = client.service_client.config.target_host
    return House(home, address, endpoint, Desk(client, ObjectArtifacts(str(home / "artifacts"))))


def containers(task_id: str) -> list[str]:
    return [one["Id"] for one in of_task(connect(), TaskRef(id=task_id))]
