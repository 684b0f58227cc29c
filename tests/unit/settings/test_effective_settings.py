"""aurora.yaml's settings as a task runs with them: models resolved first, then held to the worker's policy."""

from datetime import date

import pytest

from aurora.errors import Refusal, RefusalCode
from aurora.settings.effective import effective_settings
from aurora.settings.policy import Policy
from aurora.settings.repository import BackendSettings, BudgetSettings
from aurora.settings.repository_file import Loaded

OLD, SUCCESSOR = "claude-sonnet-4-5", "claude-sonnet-5-5"
BEFORE, AFTER = date(2026, 11, 29), date(2026, 11, 30)


def test_a_retired_model_whose_successor_is_permitted_is_permitted() -> None:
    loaded = Loaded(BackendSettings(model=OLD, models={"reflect": OLD}))
    effective = effective_settings(loaded, Policy(models=(SUCCESSOR,)), AFTER, "ada")
    assert (effective.settings.model, effective.settings.models) == (SUCCESSOR, {"reflect": SUCCESSOR})


def test_a_model_that_is_not_retired_yet_is_held_to_the_policy_by_its_own_name() -> None:
    with pytest.raises(Refusal, match="does not permit") as refused:
        effective_settings(Loaded(BackendSettings(model=OLD)), Policy(models=(SUCCESSOR,)), BEFORE, "ada")
    assert refused.value.code is RefusalCode.FORBIDDEN


def test_a_retired_model_whose_successor_is_not_permitted_is_refused_by_the_successors_name() -> None:
    with pytest.raises(Refusal, match=f"model is '{SUCCESSOR}'"):
        effective_settings(Loaded(BackendSettings(model=OLD)), Policy(models=(OLD,)), AFTER, "ada")


def test_warnings_of_the_file_of_models_and_of_caps_stand_in_the_order_of_their_making() -> None:
    loaded = Loaded(BackendSettings(model=OLD, budget=BudgetSettings(dollars=50)), ("the file is odd.",))
    said = effective_settings(loaded, Policy(max_dollars=20), AFTER, None).warnings
    assert [text.split()[0] for text in said] == ["the", "model", "budget.dollars:"]
