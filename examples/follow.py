"""Submit a task from Python, follow it to its end, and answer its questions from stdin.

Run it beside a running `aurora dev`, with the same environment (AURORA_HOME, the key of the model's service):

    python examples/follow.py path/to/repository "Create a POST /users endpoint"

`open_client` starts the daemon when nothing runs yet, so `aurora dev` may be left out. The exit code is 0 for a commit.
"""

import asyncio
import getpass
import os
import sys

from aurora.bootstrap import open_client
from aurora.client.client import AuroraClient
from aurora.client.submit import LocalSource, TaskRequest
from aurora.domain.outcome import OutcomeKind
from aurora.errors import Refusal


async def main(repository: str, text: str) -> int:
    client = await open_client()
    submitted = await client.submit(TaskRequest(text, LocalSource(repository), submitted_by=getpass.getuser()))
    for note in submitted.notes:
        print(f"note: {note}")
    print(f"task {submitted.task_id} on {submitted.branch}", flush=True)
    async for event in client.follow(submitted.task_id):
        print(f"{event.kind:<10} {event.what}  {event.text}".rstrip(), flush=True)
        if event.kind == "changed":  # its phase, or the questions that are open
            await answer_open_questions(client, submitted.task_id)
    outcome = (await client.view(submitted.task_id)).outcome
    assert outcome is not None, "the last event was the task's end"
    print(f"{outcome.kind.value}: {outcome.summary}")
    return 0 if outcome.kind is OutcomeKind.COMMITTED else 1


async def answer_open_questions(client: AuroraClient, task_id: str) -> None:
    """Ask here; at the end of stdin a question is left to whoever answers it elsewhere."""
    for question in (await client.view(task_id)).questions:
        print(f"? {question.text}  {' | '.join(question.options)}", flush=True)
        line = await asyncio.to_thread(sys.stdin.readline)
        if line.strip():
            await client.answer(task_id, question.id, line.strip(), by=getpass.getuser())


if __name__ == "__main__":
    try:
        code = asyncio.run(main(*sys.argv[1:3]))
    except Refusal as refusal:
        print(f"{refusal.code}: {refusal.what}\n{refusal.hint}", file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads of Temporal's SDK can abort an interpreter that ends by itself (sdk-python #300)
