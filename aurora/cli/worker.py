"""aurora worker: one worker in the foreground, for a cluster or beside a daemon."""

import os
import sys

import typer

from aurora.bootstrap.installation import Installation
from aurora.bootstrap.self_exec import argv_of
from aurora.cli.ending import perform
from aurora.cli.process_end import finish


def register(app: typer.Typer) -> None:
    app.command("worker")(worker)


def worker() -> None:
    """Run a worker for all three task queues in the foreground, until SIGTERM."""

    async def work() -> int:
        installation = Installation.found()
        if installation.embedded:
            endpoint = await installation.daemon.ensure()
            os.environ |= {"TEMPORAL_ADDRESS": endpoint.address, "TEMPORAL_NAMESPACE": "default"}
        sys.stdout.flush()
        # the worker is a program of its own: this process becomes it
        os.execv(sys.executable, argv_of("worker"))  # noqa: S606

    perform(work)
    finish(0)
