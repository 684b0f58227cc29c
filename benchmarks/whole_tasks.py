"""A kept task handed in, its questions answered, followed to its end, for every benchmark of whole tasks."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from aurora.client.desk import Desk
from aurora.domain.questions import Question
from aurora.domain.task import Task
from aurora.domain.view import TaskView
from tests.support.house import House

Answer = Callable[[Desk, str, Question], Awaitable[None]]
"""The way a benchmark deals with an open question of a task."""


async def to_its_end(
    home: House, repository: Path, text: str, task_id: str, answer: Answer, **env: str
) -> tuple[Task, TaskView]:
    """`env`: variables of the worker, which is started for it and stopped after it."""
    try:
        home.start_worker(**env)
        task = await home.submit(repository, text, task_id)
        answers = asyncio.create_task(_answer_all(home.desk, task.id, answer))
        try:
            return task, await home.end(task.id)
        finally:
            answers.cancel()
    finally:
        home.stop()


async def _answer_all(desk: Desk, task_id: str, answer: Answer) -> None:
    while True:
        for question in (await desk.view(task_id)).questions:
            await answer(desk, task_id, question)
        await asyncio.sleep(1)
