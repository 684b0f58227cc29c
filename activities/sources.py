"""What a clause may stand in: the task, the Architect's answers, the contract document at the base commit."""

from activities.keeping import answers_of
from aurora.domain import Draft
from aurora.ports import TaskArtifacts
from aurora.workspace import Workspace


async def sources(artifacts: TaskArtifacts, draft: Draft, workspace: Workspace) -> list[tuple[str, str]]:
    """(place, text) of each. An assumption that silence let stand is nobody's answer, and a question is the asker's."""
    book = await answers_of(artifacts, draft)
    found = [("the task", workspace.task.text)]
    found += [("an answer of the Architect", exchange.text) for exchange in book.exchanges if not exchange.silent]
    if workspace.contract is not None:
        text = (await artifacts.get(workspace.contract.digest)).decode("utf-8", "replace")
        found.append((workspace.contract.path, text))
    return found
