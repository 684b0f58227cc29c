"""Names that client and worker share, each once: clients start and signal by name and import no workflow."""

from typing import Final

from aurora.domain.steps import ActivityKind

WORKFLOW: Final = "BackendTask"
NOTICE_WORKFLOW: Final = "TaskNotice"
"""Tells a task's outcome to whoever is named, for as long as that takes; the task itself has ended."""

WORKFLOW_QUEUE: Final = "aurora"
MODEL_QUEUE: Final = "aurora-model"
SANDBOX_QUEUE: Final = "aurora-sandbox"

ACTIVITY_QUEUES: Final = {
    ActivityKind.MODEL: MODEL_QUEUE,
    ActivityKind.SANDBOX: SANDBOX_QUEUE,
    ActivityKind.RECORD: SANDBOX_QUEUE,
    ActivityKind.CHECKPOINT: SANDBOX_QUEUE,
    ActivityKind.NOTICE: MODEL_QUEUE,
}
"""Activities are named in `aurora.domain.steps`, each with its kind."""

# updates
ANSWER: Final = "answer"
CONTROL: Final = "control"
# signals
ANSWER_SIGNAL: Final = "answer_signal"
CLARIFY: Final = "clarify"
# queries
VIEW: Final = "view"

NOT_PERMITTED: Final = "NotPermitted"
"""The type of an update's failure when whoever sent it may not do that."""

# what a task leaves among its artifacts, by name
RECORD: Final = "record.json"
"""A `TaskView` with its outcome."""
AUDIT: Final = "audit.json"
"""A list of `AuditEntry`, oldest first."""
DIFF: Final = "diff.patch"
EVIDENCE: Final = "evidence.json"
REQUEST: Final = "request.json"
"""The request under the key that names the task; none for a task without a key."""

# search attributes, all Keyword or Int; never a word of the task's text
REPOSITORY: Final = "AuroraRepository"
PHASE: Final = "AuroraPhase"
WAITS_FOR: Final = "AuroraWaitsFor"
"""Kinds of the open questions; empty when none is open."""
ASKS: Final = "AuroraAsks"
"""Whom the open questions wait for now; empty when none is open."""
TENANT: Final = "AuroraTenant"
SEARCH_ATTRIBUTES: Final = {
    REPOSITORY: "Keyword",
    PHASE: "Keyword",
    WAITS_FOR: "KeywordList",
    ASKS: "KeywordList",
    TENANT: "Keyword",
}


def notice_id(task_id: str) -> str:
    return f"aurora-notice-{task_id}"


def workflow_id(task_id: str) -> str:
    return f"aurora-task-{task_id}"
