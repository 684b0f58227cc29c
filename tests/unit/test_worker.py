"""The worker serves every declared activity, each on the queue of its kind, built of the dependencies it names."""

from dataclasses import fields
from typing import Any, get_type_hints

import pytest

from activities import class_of
from activities.turns.turn import Turns
from aurora import names
from aurora.domain.steps import ACTIVITIES, Activity, ActivityKind
from aurora.drivers.checkers.http_checkers import HttpCheckers
from aurora.settings.policy import Policy
from tests.support.fakes import RecordingNotifier
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemorySandbox
from worker import Dependencies, activities_on


def dependencies() -> Dependencies:
    artifacts: Any = MemoryArtifacts()
    unused: Any = None
    return Dependencies(
        artifacts=artifacts,
        sandbox=MemorySandbox(),
        repositories=unused,
        notifier=RecordingNotifier(),
        checkers=HttpCheckers(()),
        policy=Policy(),
        base_run_days=7,
        turns=Turns(artifacts, unused),
    )


def served(queue: str) -> set[str]:
    methods = activities_on(queue, dependencies())
    return {getattr(method, "__temporal_activity_definition").name for method in methods}


def test_model_steps_and_notices_have_the_key_and_all_else_the_sandbox() -> None:
    with_key = {a.value for a in ACTIVITIES if a.kind in (ActivityKind.MODEL, ActivityKind.NOTICE)}
    assert served(names.MODEL_QUEUE) == with_key
    assert served(names.SANDBOX_QUEUE) == {a.value for a in ACTIVITIES} - with_key


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_an_activity_is_given_the_dependency_its_field_is_named_and_typed_after(activity: Activity) -> None:
    offered = get_type_hints(Dependencies)
    kind = class_of(activity)
    wanted = {field.name: get_type_hints(kind)[field.name] for field in fields(kind)}
    assert wanted == {name: offered.get(name) for name in wanted}


@pytest.mark.parametrize("activity", [a for a in ACTIVITIES if a.kind is ActivityKind.MODEL])
def test_a_step_with_a_model_is_no_step_with_a_sandbox(activity: Activity) -> None:
    """The key and untrusted code never meet."""
    assert "sandbox" not in {field.name for field in fields(class_of(activity))}
