"""The base and the frozen tests in a brief, and the parts that it folds."""

import pytest

from activities.turns.brief import Brief, opening
from aurora.domain.context_report import ContextReport
from aurora.domain.findings import TestCounts
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan
from aurora.domain.planned_texts import PlannedText, PlannedTexts
from aurora.domain.questions import AnswerBook
from aurora.domain.step_notes import StepNote, StepNotes
from aurora.domain.steps import Step
from aurora.domain.workspace import Baseline, Contract, GraphQLSchema
from aurora.toolchains.runs.ids import folded
from tests.support.workspaces import DIGEST, workspace


def reported(**given) -> str:
    given.setdefault("workspace", workspace())
    return opening(Brief(answers=AnswerBook(), listing="", **given))


def frozen(path: str, text: str) -> FrozenTests:
    return FrozenTests(files={path: "0"}, test_ids=(), red=(f"{path}::test_new",), texts={path: text})


OLD = "".join(f"def test_{n}():\n    assert {n}\n\n\n" for n in range(50))
NEW = "def test_new():\n    assert False\n"
CHANGE = (
    "diff --git a/tests/test_a.py b/tests/test_a.py\nindex 1..2 100644\n--- a/tests/test_a.py\n+++ b/tests/test_a.py\n"
    f"@@ -200,3 +200,6 @@\n {OLD.splitlines()[-3]}\n" + "".join(f"+{line}\n" for line in NEW.splitlines())
)


def test_of_a_test_file_that_was_there_before_only_what_is_new_is_shown():
    brief = reported(frozen=frozen("tests/test_a.py", OLD + NEW), diff=CHANGE)
    assert "+def test_new():" in brief and "def test_7():" not in brief
    assert brief.count("def test_new()") == 1 and "what is new in it" in brief


def test_a_test_file_that_the_task_made_is_shown_whole_and_once():
    made = CHANGE.replace("index 1..2 100644\n--- a/tests/test_a.py", "new file mode 100644\n--- /dev/null")
    brief = reported(frozen=frozen("tests/test_a.py", NEW), diff=made)
    assert brief.count("def test_new()") == 1 and "+def test_new()" not in brief


def test_a_change_that_was_cut_is_not_taken_for_all_that_is_new():
    cut = CHANGE + "[… 90000 characters in all, the rest of this file is not shown …]\n"
    assert "def test_7():" in reported(frozen=frozen("tests/test_a.py", OLD + NEW), diff=cut)


def test_what_fails_at_the_base_is_named_and_a_broken_baseline_says_why():
    base = Baseline(
        counts=TestCounts(passed=3, failed=2),
        red=("tests/test_a.py::test_x", "tests/test_a.py::test_y"),
        lint=(),
        error="2 test files can't be loaded",
    )
    brief = reported(workspace=workspace().model_copy(update={"baseline": base}))
    assert "- tests/test_a.py: test_x, test_y" in brief and "No whole baseline: 2 test files can't be loaded" in brief


@pytest.mark.parametrize(
    ("root", "roots", "said"),
    [
        ("apps/api", ("apps/api/src/a.spec.ts", "apps/api/test"), True),
        ("apps/api", ("apps/api/test", "tests"), False),
        ("", ("tests",), False),
    ],
)
def test_a_brief_says_that_only_the_tests_of_one_folder_run_where_that_is_so(root, roots, said):
    line = "Only tests below `apps/api` run here, and only files below it are linted: plan every test there."
    assert (line in reported(workspace=workspace(root=root, test_roots=roots))) is said


def test_documents_that_the_task_names_stand_in_the_brief_after_the_contract():
    brief = reported(documents={"docs/limits.md": "At most 5 per second.\n```\n## The task, as it was given"})
    at = brief.index('from="docs/limits.md">')
    assert brief.index("## The contract") < at < brief.index("At most 5 per second.")
    tag = brief[brief.rindex("<data-", 0, at) + 1 : at].split()[0]
    inside = brief[at : brief.index(f"</{tag}>")]
    assert "## The task, as it was given" in inside and brief.count("## The task, as it was given") == 2


@pytest.mark.parametrize(
    ("ids", "lines"),
    [
        ((), []),
        (("t/a.py::T::x[1]", "t/a.py::T::x[2]", "t/a.py::y"), ["- t/a.py: T::x (2 cases), y"]),
        (("t/a.py::x[1]",), ["- t/a.py: x[1]"]),
        (("t/a.py",), ["- t/a.py"]),
        (
            ("a.test.ts > users > one, two", "a.test.ts > users > three"),
            ["- a.test.ts: users > one, two; users > three"],
        ),
        (tuple(f"t/a.py::t{n}" for n in range(7)), ["- t/a.py: t0, t1, t2, t3, t4", "- and 2 more tests"]),
    ],
)
def test_test_ids_are_folded_by_file_and_function(ids, lines):
    assert folded(ids, 5) == lines


def test_what_earlier_steps_found_out_reaches_who_did_not_hear_it():
    notes = StepNotes().with_note(StepNote(step=Step.DEFINE_INTERFACES, said="I left paging out."))
    notes = notes.with_note(StepNote(step=Step.WRITE_TESTS, said="First.")).with_note(
        StepNote(step=Step.WRITE_TESTS, said="The clock can't be set.")
    )
    context = ContextReport(summary="All is said.", missing=(), open_points=("Amounts are in cents, as in prices.py.",))
    plan = Plan(summary="Add x", reasoning="Callers pass ids.", files=(), tests=(), risks=("Old rows lack a date.",))
    brief = reported(notes=notes, context=context, plan=plan, last="The clock can't be set.")
    for said in ("I left paging out.", "in cents, as in prices.py", "Callers pass ids.", "Old rows lack a date."):
        assert brief.count(said) == 1
    assert "First." not in brief
    assert brief.count("The clock can't be set.") == 1  # it has a section of its own already


def test_a_planned_file_that_is_shown_whole_stands_in_the_brief_once():
    head = "diff --git a/app/a.py b/app/a.py\nnew file mode 100644\n--- /dev/null\n+++ b/app/a.py\n"
    diff = f"{head}@@ -0,0 +1 @@\n+def f(): ...\n"
    texts = PlannedTexts(commit="a" * 40, files={"app/a.py": PlannedText(text="def f(): ...")})
    brief = reported(diff=diff, planned_texts=texts)
    assert brief.count("def f(): ...") == 1 and 'from="app/a.py">' in brief
    part = PlannedTexts(commit="a" * 40, files={"app/a.py": PlannedText(text="def f(): ...", whole=False)})
    assert reported(diff=diff, planned_texts=part).count("def f(): ...") == 2


def test_a_planned_test_that_is_frozen_stands_in_the_brief_once():
    texts = PlannedTexts(commit="a" * 40, files={"tests/test_a.py": PlannedText(text=NEW)})
    brief = reported(frozen=frozen("tests/test_a.py", NEW), planned_texts=texts)
    assert brief.count(NEW) == 1 and "The planned files" not in brief
    assert reported(frozen=frozen("tests/test_b.py", OLD), planned_texts=texts).count(NEW) == 1


@pytest.mark.parametrize(
    ("source", "said"), [(True, "which the task may change"), (False, "the service must conform to it")]
)
def test_a_graphql_schema_stands_in_the_brief_with_what_may_be_done_to_it(source, said):
    schema = GraphQLSchema(
        path="schema.graphql",
        digest=DIGEST,
        files=("schema.graphql",),
        faults=("schema.graphql:1: why",),
        source=source,
    )
    space = workspace().model_copy(update={"graphql": schema})
    brief = opening(
        Brief(workspace=space, answers=AnswerBook(), listing="", graphql="type Query { a: Int }", graphql_cut=True)
    )
    part = brief[brief.index("## The GraphQL schema") :]
    assert said in part and "schema.graphql:1: why" in part and "type Query { a: Int }" in part
    assert "read the rest with search_code" in part and "`Mutation.addUser`" in part
    assert "## The contract" not in brief
    both = space.model_copy(update={"contract": Contract(path="openapi.yaml", digest=DIGEST, operations=())})
    assert "## The contract" in opening(Brief(workspace=both, answers=AnswerBook(), listing=""))
