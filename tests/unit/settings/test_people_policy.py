"""aurora.yaml shuts nobody out and lets silence decide nothing early: whoever can push can write it."""

import pytest

from aurora.settings.policy import Policy, cap
from aurora.settings.repository import ArchitectSettings, BackendSettings, BudgetSettings, seconds


def capped(policy: Policy | None = None, by: str = "ada", **architect: object) -> tuple[ArchitectSettings, str]:
    settings = BackendSettings(architect=ArchitectSettings(**architect))
    changed, warnings = cap(settings, policy or Policy(), by)
    ArchitectSettings.model_validate_json(changed.architect.model_dump_json())  # it travels
    return changed.architect, " ".join(warnings)


# ── who may answer ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_repository_that_lets_only_a_stranger_answer_does_not_shut_its_owner_out() -> None:
    architect, said = capped(answered_by=("mallory",))
    assert architect.answered_by == ("mallory", "ada")
    assert "'ada' handed the task in" in said


def test_an_owner_without_a_name_is_not_shut_out_either() -> None:
    architect, said = capped(by="", answered_by=("mallory",))
    assert architect.answered_by == ()
    assert "without a name" in said


def test_a_list_that_names_the_owner_is_kept_as_it_is() -> None:
    architect, said = capped(answered_by=("bob", "ada"))
    assert (architect.answered_by, said) == (("bob", "ada"), "")


def test_a_long_list_has_room_for_the_owner() -> None:
    architect, _ = capped(answered_by=tuple(f"p{n}" for n in range(50)))
    assert len(architect.answered_by) == 50 and architect.answered_by[-1] == "ada"


def test_a_long_name_is_compared_as_it_is_asked_for() -> None:
    architect, _ = capped(by="ü" * 80, answered_by=("bob",))
    assert architect.answered_by[0] == "bob" and len(architect.answered_by[1].encode()) <= 60


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ((), ""),
        (("bob",), "'ada' may answer as well"),
        (("bob", "eve"), "'eve' may not answer on this worker"),
        (("eve",), "'eve' may not answer on this worker"),
    ],
)
def test_whom_the_worker_names_may_always_answer_and_nobody_else(asked: tuple[str, ...], says: str) -> None:
    architect, said = capped(Policy(answered_by=("ada", "bob")), by="carol", answered_by=asked)
    assert architect.answered_by == ("ada", "bob")
    assert says in said


# ── who is asked ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_questions_are_passed_on_only_to_whom_the_worker_lists() -> None:
    architect, said = capped(Policy(answered_by=("ada", "bob")), escalation=("eve", "bob"))
    assert architect.escalation == ("bob",)
    assert "'eve' is not asked" in said


def test_without_a_list_of_the_worker_a_repository_names_its_own_people() -> None:
    assert capped(escalation=("bob", "platform")) == (ArchitectSettings(escalation=("bob", "platform")), "")


# ── silence ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_default_answer_after_six_seconds_is_put_off_for_hours_and_told() -> None:
    architect, said = capped(on_silence="default", remind="3s")
    assert architect.remind == "2h"
    assert "3s raised to 2h" in said and "without an answer for 4h" in said


@pytest.mark.parametrize("people", [0, 1, 3, 10])
@pytest.mark.parametrize("remind", ["1s", "59s", "11m", "90m"])
def test_however_many_rungs_a_ladder_has_it_lasts_the_minimum(people: int, remind: str) -> None:
    names = tuple(f"p{n}" for n in range(people))
    architect, _ = capped(on_silence="default", remind=remind, escalation=names)
    assert seconds(architect.remind) * (2 + people) >= 4 * 3600


def test_a_default_after_a_day_is_kept_and_told() -> None:
    architect, said = capped(on_silence="default")
    assert architect == ArchitectSettings(on_silence="default")
    assert "without an answer for 2d" in said


def test_a_worker_may_let_silence_decide_nothing() -> None:
    architect, said = capped(Policy(silence_decides=False), on_silence="default", remind="24h")
    assert architect.on_silence == "wait"
    assert "not permitted" in said


def test_an_operator_may_allow_quick_silence() -> None:
    architect, _ = capped(Policy(min_silence="1s", min_remind="1s"), on_silence="default", remind="3s")
    assert architect.remind == "3s"


def test_reminders_have_a_floor() -> None:
    architect, said = capped(remind="1s")
    assert architect.remind == "10m" and "min_remind" in said
    assert capped(remind="30m") == (ArchitectSettings(remind="30m"), "")


def test_a_task_does_not_end_before_anybody_could_answer() -> None:
    settings, warnings = cap(BackendSettings(budget=BudgetSettings(idle="5s")), Policy(), "ada")
    assert settings.budget.idle == "4h"
    assert "5s raised to 4h" in warnings[0]
    kept = BackendSettings(budget=BudgetSettings(idle="7d"))
    assert cap(kept, Policy(), "ada") == (kept, ())
    assert cap(kept, Policy(max_idle="1h"), "ada")[0].budget.idle == "1h"


def test_a_worker_may_have_every_plan_approved() -> None:
    architect, said = capped(Policy(approve_plan=True))
    assert architect.approve_plan and "approval" in said


def test_many_names_make_one_warning() -> None:
    settings = BackendSettings(architect=ArchitectSettings(answered_by=tuple(f"p{n}" for n in range(50))))
    _, warnings = cap(settings, Policy(answered_by=("ada",)), "ada")
    assert len(warnings) == 2 and "and 45 more" in warnings[0]
