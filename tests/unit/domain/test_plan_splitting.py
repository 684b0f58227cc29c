"""A large plan is cut as its size asks for; a small one is left alone."""

from typing import Any

import pytest

from aurora.domain.plan import Plan
from aurora.domain.plan_splitting import faults, why_cut
from aurora.settings.repository import PartsSettings

BOUNDS = PartsSettings(operations=2, tests=3, files=2, contract_bytes=40_000)


def part(title: str, operations: list[str], **more: Any) -> dict[str, Any]:
    given = {
        "title": title,
        "summary": f"Add {title}",
        "operations": operations,
        "files": [{"path": f"app/{title}.py", "purpose": title, "symbols": [title]}],
        "tests": [{"path": f"tests/test_{title}.py", "behaviour": "it answers", "operation": operations[0]}]
        if operations
        else [],
    }
    return given | more


def plan(*parts: dict[str, Any], **more: Any) -> Plan:
    return Plan.model_validate({"summary": "Build it", "files": [], "tests": [], "parts": list(parts), **more})


USERS = part("users", ["POST /users", "GET /users/{id}"])
ORDERS = part("orders", ["POST /orders"])


def test_a_plan_in_parts_names_everything_once_and_is_the_same_when_it_was_kept() -> None:
    cut = plan(part("base", []), USERS, ORDERS)
    assert [file.path for file in cut.files] == ["app/base.py", "app/users.py", "app/orders.py"]
    assert cut.operations == ("POST /users", "GET /users/{id}", "POST /orders")
    assert [test.path for test in cut.tests] == ["tests/test_users.py", "tests/test_orders.py"]
    assert Plan.model_validate_json(cut.model_dump_json()) == cut
    assert faults(cut, BOUNDS) == ()
    assert [one.title for one in cut.shape.parts] == ["base", "users", "orders"]
    assert [(one.operations, one.has_tests) for one in cut.shape.parts] == [(0, False), (2, True), (1, True)]


def test_a_part_is_a_plan_of_its_own() -> None:
    cut = plan(USERS, ORDERS, reasoning="because", dependencies=["fastapi"])
    orders = cut.of_part(2)
    assert (orders.summary, orders.operations, orders.parts) == ("Add orders", ("POST /orders",), ())
    assert orders.reasoning == "because" and orders.dependencies == ("fastapi",)
    assert cut.of_part(0) is cut


def test_what_was_given_for_the_whole_plan_too_counts_once() -> None:
    cut = plan(USERS, ORDERS, operations=["POST /users"], files=USERS["files"], tests=[
        {"path": "tests/test_users.py", "behaviour": "it answers"}
    ])  # fmt: skip
    assert len(cut.files) == 2 and len(cut.tests) == 2 and faults(cut, BOUNDS) == ()


def test_a_small_plan_needs_no_parts_and_files_alone_cut_none() -> None:
    files = [{"path": f"app/{n}.py", "purpose": "renamed"} for n in range(90)]
    small = Plan.model_validate({"summary": "s", "files": files, "tests": [], "operations": ["GET /a"]})
    assert why_cut(small, BOUNDS) == "" and faults(small, BOUNDS) == ()


def test_a_large_one_in_one_piece_is_told_how_to_cut_it() -> None:
    large = Plan.model_validate({"summary": "s", "files": [], "tests": [], "operations": ["A /", "B /", "C /"]})
    assert faults(large, BOUNDS) == (
        "The plan has 3 operations (at most 2) for one piece: cut it into `parts`, at most 2 operations, 3 planned "
        "tests and 2 files each.",
    )


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (plan(USERS), "One part is the whole plan"),
        (plan(USERS, part("orders", ["POST /users"])), "In more than one part are the operations `POST /users`"),
        (plan(USERS, ORDERS, operations=["GET /health"]), "In no part are the operations `GET /health`"),
        (plan(USERS, ORDERS, files=[{"path": "app/x.py", "purpose": ""}]), "In no part are the files `app/x.py`"),
        (
            plan(USERS, ORDERS, tests=[{"path": "tests/test_x.py", "behaviour": "it is fast"}]),
            "In no part are the tests `it is fast`",
        ),
        (plan(USERS, part("orders", ["POST /orders"], tests=USERS["tests"])), "has tests in `tests/test_users.py`"),
        (plan(USERS, part("orders", ["POST /orders"], files=USERS["files"])), "are the files `app/users.py`"),
        (plan(USERS, part("Users ", ["POST /orders"])), "More than one part is called `users`"),
        (plan(USERS, part("tables", [])), "Part 2 (tables) plans no test: only the first"),
        (plan(part("orders", ["POST /orders"], tests=[]), USERS), "has operations and plans no test of them"),
        (plan(part("none", [], files=[]), USERS), "names neither files nor tests"),
        (plan(USERS, part("orders", ["A /", "B /", "C /"])), "Part 2 (orders) has 3 operations (at most 2): cut it"),
    ],
)
def test_a_bad_cut_is_told_so_that_it_can_be_mended(cut: Plan, said: str) -> None:
    assert any(said in fault for fault in faults(cut, BOUNDS)), faults(cut, BOUNDS)


def test_a_later_part_may_name_a_file_again_for_what_it_adds() -> None:
    again = [{"path": "app/users.py", "purpose": "totals", "symbols": ["total"]}]
    assert faults(plan(USERS, part("orders", ["POST /orders"], files=again)), BOUNDS) == ()


def test_a_file_of_which_only_bodies_change_may_stand_in_each_part() -> None:
    wiring = [{"path": "app/main.py", "purpose": "the new routers are wired in"}]
    parts = (part(title, [f"GET /{title}"], files=wiring) for title in ("users", "orders", "items"))
    assert faults(plan(*parts), BOUNDS) == ()


def test_a_part_of_which_the_contract_says_too_much_is_cut_further_unless_it_is_one_operation() -> None:
    cut = plan(USERS, ORDERS)
    sizes = (50_000, 50_000)
    assert faults(cut, BOUNDS, sizes) == (
        "Part 1 (users) has 50,000 bytes of the contract (at most 40,000): cut it further.",
    )
