"""Calling an activity: by its declared name, on the queue of its kind, under its own policy or that of its kind."""

from typing import Any, TypeVar

from temporalio import workflow

from aurora.domain.steps import Activity
from aurora.names import ACTIVITY_QUEUES
from aurora.text import clip
from workflows.policies import ACTIVITY_POLICIES, STEP_POLICIES

R = TypeVar("R")

SUMMARY_CHARS = 190
"""Characters of what Temporal's UI shows beside the activity."""


async def execute(activity: Activity, order: object, result: type[R], summary: str = "") -> R:
    """Run `activity` to its result. Raises `ActivityError` when its policy is used up."""
    value: R = await start(activity, order, result, summary)
    return value


def start(activity: Activity, order: object, result: type[Any], summary: str = "") -> workflow.ActivityHandle[Any]:
    return workflow.start_activity(
        activity.value,
        order,
        result_type=result,
        task_queue=ACTIVITY_QUEUES[activity.kind],
        summary=clip(summary, SUMMARY_CHARS) or None,
        **STEP_POLICIES.get(activity, ACTIVITY_POLICIES[activity.kind]),
    )
