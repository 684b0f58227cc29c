"""The messages to steps about a plan in parts."""

from activities.turns import plan_parts
from activities.turns.brief import Brief, made
from aurora.domain.finished_parts import FinishedPart, FinishedParts
from aurora.domain.frozen_tests import EarlierTests, FrozenTests
from aurora.domain.plan import Plan
from aurora.domain.questions import AnswerBook
from aurora.domain.workspace import Contract, Workspace
from aurora.settings.repository import BackendSettings, PartsSettings
from tests.support.workspaces import DIGEST, workspace

THREE = Plan.model_validate(
    {
        "summary": "Build it",
        "files": [],
        "tests": [],
        "parts": [
            {
                "title": title,
                "summary": f"Add {title}",
                "operations": [f"GET /{title}", f"POST /{title}"],
                "files": [{"path": f"app/{title}.py", "purpose": f"all of {title}"}],
                "tests": [
                    {"path": f"tests/test_{title}.py", "behaviour": f"{title} work", "operation": f"GET /{title}"}
                ],
            }
            for title in ("users", "orders", "bills")
        ],
    }
)
DONE = FinishedPart(number=1, title="users", said="Users are\nstored.", commit="a" * 40)


def of_contract(operations: int, bound: int = 20) -> Workspace:
    contract = Contract(path="openapi.yaml", digest=DIGEST, operations=tuple(f"GET /{n}" for n in range(operations)))
    settings = BackendSettings(parts=PartsSettings(operations=bound))
    return workspace().model_copy(update={"contract": contract, "settings": settings})


def test_parts_are_spoken_of_where_the_contract_is_large_only() -> None:
    assert plan_parts.words(of_contract(20)) == "" and plan_parts.words(workspace()) == ""
    said = plan_parts.words(of_contract(63))
    assert "Parts required: at most 20 operations, 120 planned tests and 40 files each" in said


def test_a_refused_plan_says_how_it_is_cut() -> None:
    flat = Plan(summary="s", files=(), tests=(), operations=THREE.operations)
    said = plan_parts.refused(flat, of_contract(6, 4))
    assert "The plan has 6 operations (at most 4) for one piece" in said and "`summary`, `operations`" in said
    assert plan_parts.refused(THREE, of_contract(6, 4)) == ""


def test_a_step_sees_its_part_and_a_line_for_each_other() -> None:
    frozen = FrozenTests(
        files={"tests/test_users.py": "1"},
        test_ids=("tests/test_users.py::t",),
        red=(),
        earlier=(EarlierTests(part=1, title="users", files=("tests/test_users.py",), tests=1),),
    )
    brief = Brief(
        workspace=workspace(),
        answers=AnswerBook(),
        listing="",
        plan=THREE.of_part(2),
        other_parts=plan_parts.others(THREE, 2, FinishedParts(parts=(DONE,))),
        frozen=frozen,
    )
    reported = made(brief)
    for said in (
        "This is part 2 of 3",
        "1. users: done, 2 operations, 1 file; its coder said: Users are stored.",
        "2. orders: this one",
        "3. bills: to come, 2 operations, 1 file",
        "1. tests/test_orders.py: orders work (GET /orders)",
        "Of part 1 (users): 1 test in 1 file, frozen and green; they stay green.",
    ):
        assert said in reported, reported
    assert "all of users" not in reported and "bills work" not in reported and "must turn green" not in reported


def test_a_plan_without_parts_says_nothing_of_them() -> None:
    assert plan_parts.others(THREE.of_part(1), 0, FinishedParts()) == ""
