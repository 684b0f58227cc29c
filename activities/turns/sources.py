"""The texts that may hold a clause: the task, the Architect's answers, the contract and the GraphQL schema at the
base."""

from activities.turns.contract_shown import words
from aurora.domain.task import Draft
from aurora.domain.workspace import Workspace
from aurora.ports import TaskArtifacts
from aurora.stored_values import answers_of


async def sources(artifacts: TaskArtifacts, draft: Draft, workspace: Workspace) -> list[tuple[str, str]]:
    """(place, text) of each. An assumption that silence let stand is nobody's answer, and a question is the asker's."""
    book = await answers_of(artifacts, draft)
    found = [("the task", workspace.task.text)]
    found += [("an answer of the Architect", exchange.text) for exchange in book.exchanges if not exchange.silent]
    if revises := workspace.task.revises:
        found.append((f"the record of task {revises.task_id}", (await artifacts.get(revises.record)).decode()))
    if workspace.contract is not None:
        found += [(workspace.contract.path, text) for text in await words(artifacts, workspace.contract)]
    if workspace.graphql is not None:
        text = (await artifacts.get(workspace.graphql.digest)).decode("utf-8", "replace")
        found.append((workspace.graphql.path, text))
    return found
