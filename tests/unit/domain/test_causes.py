"""Many tests that fail for one cause: the cause and its advice once, with the tests; the rest by itself."""

from activities.turns.brief import render_report
from aurora.domain.causes import LISTED, grouped
from aurora.domain.findings import Finding, Report, ReportStatus, Weight
from workflows.visits import rendered

FILE = "tests/test_new.py"


def finding(name: str, said: str, path: str = FILE, line: int = 1, hint: str = "Use fixtures that exist.") -> Finding:
    return Finding(check="red", path=path, line=line, message=said, hint=hint, test_id=f"{FILE}::{name}")


def refused(*findings: Finding) -> Report:
    return Report(checker="red", status=ReportStatus.FAILED, findings=findings, total=len(findings))


MANY = [finding(f"test_{n}", f"[test_code] KeyError: 'id'\nat {FILE}:{n}", line=n) for n in range(40)]


def test_forty_tests_with_one_cause_are_one_finding_that_names_them():
    (one,) = grouped(MANY)
    assert one.also == 39 and one.message.startswith(
        "[test_code] KeyError: 'id'\n(So do 39 other tests: test_1, test_2, "
    )
    assert one.message.count("test_") == 2 + LISTED and "and 27 more)" in one.message


def test_one_other_test_is_told_as_one():
    (one,) = grouped(MANY[:2])
    assert "(So does 1 other test: test_1)" in one.message


def test_the_model_reads_the_cause_and_its_advice_once_and_nothing_is_said_to_be_hidden():
    shown = render_report(refused(*MANY, finding("test_z", "[fixture] fixture 'x' not found")))
    assert shown.count("KeyError") == 1 and shown.count("How to fix it") == 2 and "not shown" not in shown


def test_a_question_says_the_cause_once_and_counts_the_tests_that_it_leaves_out():
    heads = grouped(MANY)
    report = refused(*heads).model_copy(update={"total": 45})
    said = rendered(report)
    assert said.count("KeyError") == 1 and "39 other tests" in said and said.endswith("(5 more)")


def test_a_fixture_that_is_missing_is_one_cause_although_each_test_is_shown_with_its_source():
    said = "[fixture] file tests/test_new.py, line {}\n  def {}(clinet):\nE       fixture 'clinet' not found"
    found = [finding(f"test_{n}", said.format(n, f"test_{n}"), line=n) for n in range(3)]
    assert [one.also for one in grouped(found)] == [2]


def test_other_values_other_places_in_the_application_and_other_advice_are_other_causes():
    found = [
        finding("test_a", "[assertion] assert 404 == 201"),
        finding("test_b", "[assertion] assert 500 == 201"),
        finding("test_c", "[application] KeyError: 'x'", path="app.py", line=3),
        finding("test_d", "[application] KeyError: 'x'", path="app.py", line=9),
        finding("test_e", "[application] KeyError: 'x'", path="app.py", line=9, hint="Another."),
    ]
    assert grouped(found) == tuple(found)


def lint(path: str, line: int, message: str = "Line too long (121 > 120)", check: str = "lint:E501") -> Finding:
    return Finding(check=check, path=path, line=line, message=message)


def test_a_rule_that_is_broken_in_many_places_is_told_once_with_its_places():
    found = [lint("a.py", 3), lint("a.py", 8, "Line too long (140 > 120)"), lint("b.py", 4), lint("a.py", 9)]
    (one,) = grouped(found)
    assert (one.path, one.line, one.also) == ("a.py", 3, 3)
    assert "(The same at a.py:8, 9; b.py:4)" in one.message


def test_findings_that_differ_in_more_than_a_number_stay_each_by_itself():
    found = [
        lint("a.py", 3),
        lint("a.py", 3, check="lint:W505"),
        lint("a.py", 3, "undefined name 'x1'"),
        lint("a.py", 3, "undefined name 'x2'"),
        lint("a.py", 3).model_copy(update={"hint": "Break it."}),
        lint("a.py", 3).model_copy(update={"weight": Weight.ADVICE}),
    ]
    assert grouped(found) == tuple(found)


def test_places_beyond_a_bound_are_counted():
    (one,) = grouped([lint(f"app/{n}.py", n) for n in range(100)])
    assert one.also == 99 and "; and 59 more)" in one.message and len(one.message) < 4_000
