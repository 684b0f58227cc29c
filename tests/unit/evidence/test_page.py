# ruff: noqa: E501  tables of words, read as a whole
"""The page of evidence, and the order of its parts: a reviewer's questions."""

from aurora.domain.evidence import Evidence
from aurora.domain.exercise import Exercised
from aurora.domain.exercise_evidence import LATER
from aurora.domain.mutants import MutantCounts
from aurora.evidence.page import Facts, Items, LogText, Section, Table
from aurora.evidence.sections import page
from tests.support.evidences import evidence


def section(of: Evidence, title: str) -> Section:
    return next(section for section in page(of, "see").sections if section.title == title)


def words(section: Section) -> str:
    lines: list[str] = []
    for block in section.blocks:
        match block:
            case Facts(rows):
                lines += [f"{name}: {text}" for name, text in rows]
            case Items(items, title, more):
                lines += [title, *(f"{item.code} {item.text}" for item in items), str(more)]
            case Table(_, rows):
                lines += [" ".join(row) for row in rows]
            case LogText(title, text, whole):
                lines += [title, text, whole]
    return "\n".join(lines)


def test_the_verdict_comes_first_then_what_a_person_must_decide() -> None:
    shown = page(evidence())
    assert shown.verdict.startswith("1a2b3c4d5e6f on aurora/shop-7f3a; 3 tests red before the code, green with it")
    assert "48 passed" in shown.verdict and "45 passed" in shown.verdict and "$0.2143" in shown.verdict
    assert [section.title for section in shown.sections][:4] == [
        "To look at first",
        "What was asked",
        "What was done",
        "Tests",
    ]
    assert not shown.good


def test_everything_nobody_decided_or_proved_stands_at_the_top() -> None:
    said = words(section(evidence(), "To look at first"))
    for one in (
        "Dockerfile", "tests/conftest.py", "frozen test was rewritten", 'nobody answered q1 "', ": Addresses", "No test checks",
        "shop/users.py:31", "no test ran: shop/users.py:40-41", "turned off: size", "test_old.py::test_order", "temperature",
    ):  # fmt: skip
        assert one in said, one


def test_a_mutation_check_that_tried_nothing_is_told_at_the_top() -> None:
    def first(killed: int) -> str:
        counts = MutantCounts(made=56, killed=killed, survived=0, untried=56 - killed)
        check = evidence().reports[0].model_copy(update={"mutants": counts, "summary": f"{counts}, 1 run in 107 s"})
        return words(section(evidence().model_copy(update={"reports": (check,)}), "To look at first"))

    assert "No mutant of the code was run" in first(0) and "56 not tried" in first(0)
    assert "No mutant of the code was tried" not in first(1)


def test_what_was_exercised_and_what_was_not_stand_apart() -> None:
    first, checks = words(section(evidence(), "To look at first")), words(section(evidence(), "Checks"))
    assert "GET /admin changed by the task and not exercised: it needs a log-in" in first
    assert "openapi.yaml not exercised, or not all of it: the log-in failed" in first
    assert "exercised by: schemathesis 4.32.5, seed 1, 4 s" in checks and "operations: 2 exercised, 1 not" in checks
    assert "POST /users yes 20 12\nGET /users  5 4" in checks, "touched ones first"
    assert (
        "Not exercised: nothing shows that these meet the contract openapi.yaml\nGET /admin it needs a log-in" in checks
    )
    assert "its own document: /openapi.json differs in 2 places" in checks


def test_what_a_later_part_makes_is_counted_and_not_listed_as_missed() -> None:
    (exercise,) = evidence().exercises
    later = tuple(Exercised(operation=f"GET /orders/{number}", left_out=LATER) for number in range(3))
    whole = exercise.model_copy(update={"operations": (*exercise.operations, *later)})
    checks = words(section(evidence().model_copy(update={"exercises": (whole,)}), "Checks"))
    assert "operations: 2 exercised, 1 not, 3 left to later parts of the plan" in checks and "/orders" not in checks


def test_a_commit_without_anything_to_decide_says_so() -> None:
    good = evidence().model_copy(
        update={
            "allowed": (), "altered_tests": (), "rewrites": (), "planned": (), "mutants": (), "flaky": (),
            "exercises": (),
            "gates_off": (), "warnings": (), "answers": type(evidence().answers)(), "reports": evidence().reports[:2],
        }
    )  # fmt: skip
    shown = page(good)
    assert shown.good and "To look at first" not in {section.title for section in shown.sections}


def test_a_commit_without_a_red_test_names_who_said_so() -> None:
    unproved = evidence().model_copy(update={"red": (), "without_red": "ada"})
    assert "no test was red first, as ada said" in page(unproved).verdict
    assert "ada said that this task has none" in words(section(unproved, "To look at first"))


def test_steps_that_were_gone_back_to_are_told_although_no_round_was_needed() -> None:
    none = evidence().model_copy(update={"rounds": 0})
    said = words(section(none, "How it got there"))
    assert "revisited: define_interfaces 2 times" in said and "0 of reflexion, 1 reflection" in said
    assert "define_interfaces 3 5 0 40,000 0 $0.09" in said, "cost by step"
    assert "all  14 31,642 88,700 3,120 $0.2143" in said
    assert "7 min 8 s" in said and "$0.0012 more" in said


def test_a_check_that_this_page_does_not_know_is_a_row_as_any_other() -> None:
    said = words(section(evidence(), "Checks"))
    assert "code_mutants passed all noticed but one; 9 mutants: 8 killed, 1 survived" in said
    assert "service_layer: It queries." in said and "size: 600 lines." in said, "advice, and what was there before"


def test_logs_say_where_all_of_them_is() -> None:
    logs = [block for block in section(evidence(), "Tests").blocks if isinstance(block, LogText)]
    assert [log.whole for log in logs] == ["", "see red", "see green"]
    assert all(log.whole == "" for log in section_without_logs())


def section_without_logs() -> list[LogText]:
    tests = next(one for one in page(evidence()).sections if one.title == "Tests")
    return [block for block in tests.blocks if isinstance(block, LogText)]


def test_long_lists_are_cut_and_say_how_many_are_left_out() -> None:
    many = evidence().model_copy(update={"red": tuple(f"t.py::test_{n}" for n in range(500))})
    (reds,) = (b for b in section(many, "Tests").blocks if isinstance(b, Items) and b.title.startswith("Red before"))
    assert len(reds.items) == 12 and reds.more == 488


def test_evidence_of_the_first_version_is_read_and_shown() -> None:
    new = {
        "version", "subject", "task", "asked_by", "changes", "contract", "contract_faults", "red_reasons", "red_log", "green_log",
        "gates", "notes", "red_against", "mutants", "open_microdollars", "wall_seconds",
    }  # fmt: skip
    old = Evidence.model_validate_json(evidence().model_dump_json(exclude=new))
    shown = page(old)
    assert old.version == 1 and shown.title == "Create users by POST /users" and "48 passed" in shown.verdict
    assert "What was done" in {section.title for section in shown.sections}
