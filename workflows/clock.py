"""The workflow's own time: the same at every replay."""

from temporalio import workflow


def now() -> int:
    """Whole seconds since the epoch."""
    return int(workflow.now().timestamp())
