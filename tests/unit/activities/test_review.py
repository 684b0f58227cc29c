"""The review before the commit: what it is shown, and which of its findings come back."""

from typing import Any

from temporalio.testing import ActivityEnvironment

from activities.messages import TurnReply
from activities.review import ReviewActivity
from activities.turns.conversation import load
from aurora.domain.findings import Report, ReportStatus
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.questions import Exchange
from aurora.domain.steps import Step
from aurora.stored_values import fetch, keep, tell
from tests.support.desk_of_one import Table, plan, table

DIFF = """diff --git a/app/users.py b/app/users.py
--- a/app/users.py
+++ b/app/users.py
@@ -1,1 +1,2 @@
+def create_user(name, notify=True):
+    return name
diff --git a/tests/test_users.py b/tests/test_users.py
--- /dev/null
+++ b/tests/test_users.py
@@ -0,0 +1,1 @@
+def test_a_user_is_created(): assert secret_of_the_test
"""


def answer(*findings: dict[str, str]) -> dict[str, Any]:
    return {"json": {"findings": list(findings), "summary": "Looked at."}}


def finding(quote: str, kind: str = "beyond_task") -> dict[str, str]:
    return {"kind": kind, "path": "app/users.py", "quote": quote, "problem": "Nobody asked.", "change": "Remove it."}


async def reviewed(at: Table, said: str = "") -> TurnReply:
    draft = await at.draft(plan=plan())
    artifacts = at.kept()
    tests = FrozenTests(
        files={"tests/test_users.py": "0" * 64},
        test_ids=("tests/test_users.py::test_a_user_is_created",),
        red=("tests/test_users.py::test_a_user_is_created",),
        texts={"tests/test_users.py": "secret_of_the_test"},
    )
    gates = await keep(artifacts, Report(checker="gates", status=ReportStatus.PASSED, summary="secrets, size"))
    draft = draft.shown(await artifacts.put(DIFF.encode())).model_copy(update={"frozen": await keep(artifacts, tests)})
    if said:
        draft = await tell(artifacts, draft, (Exchange(question=None, text=said, by="ada"),))
    order = await at.order(Step.REVIEW, draft=draft, reports=(gates,))
    return await ActivityEnvironment().run(ReviewActivity(at.turns, at.artifacts).review, order)


async def test_a_grounded_finding_is_a_failing_report_and_a_guess_is_dropped() -> None:
    async with table(answer(finding("notify=True"), finding("notify=False"))) as at:
        reply = await reviewed(at)
        assert reply.report is not None and reply.report.whole is not None
        assert (reply.report.status, reply.report.total) == (ReportStatus.FAILED, 1)
        assert reply.report.summary == "1 finding, 1 dropped: their quotes do not occur in the file"
        (kept,) = (await fetch(at.kept(), reply.report.whole, Report)).findings
        assert (kept.check, kept.path, kept.hint) == ("review: beyond task", "app/users.py", "Remove it.")


async def test_a_review_without_findings_passes() -> None:
    async with table(answer()) as at:
        reply = await reviewed(at)
        assert reply.report is not None and reply.report.passed


async def test_the_reviewer_sees_names_of_tests_and_gates_but_no_test_s_text() -> None:
    async with table(answer()) as at:
        reply = await reviewed(at)
        asked = (await load(at.kept(), reply.conversation))[0]["content"][0]["text"]
    assert "- tests/test_users.py: test_a_user_is_created" in asked and "passed: secrets, size" in asked
    assert "+def create_user(name, notify=True):" in asked and "secret_of_the_test" not in asked


async def test_a_rule_without_a_test_is_told_and_sends_nothing_back() -> None:
    """Who fixes code may not write tests."""
    rule = finding("A taken address is refused with 409", "unnamed_rule")
    async with table(answer(rule)) as at:
        reply = await reviewed(at, "A taken address is refused with 409.")
        assert reply.report is not None and reply.report.whole is not None
        assert reply.report.passed and reply.report.summary == "0 findings, 1 rule without a test"
        whole = await fetch(at.kept(), reply.report.whole, Report)
        assert [one.check for one in whole.notes] == ["review: unnamed rule"]
