"""The activities of a task: a file each, under the name that `aurora.domain.steps` declares."""

from importlib import import_module
from typing import Any

from aurora.domain.steps import Activity


def class_of(activity: Activity) -> type[Any]:
    """The class in `activities/<name>.py` that has a method of that name. Raises `LookupError`."""
    module = import_module(f"activities.{activity}")
    for found in vars(module).values():
        if isinstance(found, type) and found.__module__ == module.__name__ and hasattr(found, activity.value):
            return found
    raise LookupError(f"activities/{activity}.py: no class has a method {activity.value!r}; write it there")
