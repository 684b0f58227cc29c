"""Each place by the product's own way: the brief, the tools, the reports."""

from typing import Any

from activities.turns.brief import Brief, opening
from activities.turns.contract_shown import of_views
from aurora.contract.views import Views
from aurora.domain.findings import Finding, Report, ReportStatus, TestCounts
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan
from aurora.domain.questions import AnswerBook, Exchange
from aurora.domain.runs import ExecEnd, FailureKind, TestCase, TestOutcome, TestRun
from aurora.domain.step_notes import StepNote, StepNotes
from aurora.domain.steps import Step
from aurora.domain.workspace import Contract
from aurora.survey import named_documents, repository_map
from tests.attacks.injections.lure import Lure, Place
from tests.support.tools_on import AllowingChecks, refused, tools_on, used
from tests.support.workspaces import DIGEST, uploaded, workspace


class LintingChecks(AllowingChecks):
    """As `AllowingChecks`, with a linter that says `message`."""

    message = ""

    async def lint(self, box: Any, paths: Any) -> Report:
        return _report(self.message)


async def shown(lure: Lure) -> str:
    """The text of a lure that a model is sent."""
    if lure.place in _IN_BRIEF:
        return opening(Brief(**{**_PLAIN, **await _brief(lure)}))
    return await _by_tool(lure)


_IN_BRIEF = (
    Place.TASK,
    Place.DOCUMENT,
    Place.CONTRACT,
    Place.ANSWER,
    Place.MAP,
    Place.DIFF,
    Place.FROZEN,
    Place.PLAN,
    Place.NOTE,
    Place.REPORT,
)
_PLAIN: dict[str, Any] = {"workspace": workspace(), "answers": AnswerBook(), "listing": "app.py"}


async def _brief(lure: Lure) -> dict[str, Any]:
    text = lure.text
    match lure.place:
        case Place.TASK:
            return {"workspace": workspace(uploaded(text=text))}
        case Place.DOCUMENT:
            return {"documents": {lure.path: await _document(lure)}}
        case Place.CONTRACT:
            contract = Contract(
                path=lure.path, digest=DIGEST, operations=("GET /parcels",), faults=(f"line 1: {text}",)
            )
            return {
                "workspace": workspace().model_copy(update={"contract": contract}),
                "contract": of_views(contract, Views(whole=text)),
            }
        case Place.ANSWER:
            return {"answers": AnswerBook(exchanges=(Exchange(question=None, text=text, by="ada"),))}
        case Place.MAP:
            on, tree = tools_on({lure.path: "", "parcels/price.py": ""})
            return {"listing": await repository_map.taken("The price of a parcel.", sorted(tree), 0, on.box)}
        case Place.DIFF:
            return {"diff": text}
        case Place.FROZEN:
            frozen = FrozenTests(files={lure.path: "0"}, test_ids=(), red=(f"{lure.path}::x",), texts={lure.path: text})
            return {"frozen": frozen}
        case Place.PLAN:
            return {"plan": Plan(summary=text, reasoning=text, files=(), tests=(), risks=(text,))}
        case Place.NOTE:
            return {"notes": StepNotes(notes=(StepNote(step=Step.WRITE_TESTS, said=text),)), "last": text}
        case _:
            return {"reports": (_report(text),)}


async def _document(lure: Lure) -> str:
    """As the survey keeps a document that a task names."""
    kept: list[bytes] = []

    async def text(_: str) -> str:
        return lure.text

    async def store(content: bytes) -> str:
        kept.append(content)
        return DIGEST

    await named_documents.read([lure.path], text, store)
    return kept[0].decode()


async def _by_tool(lure: Lure) -> str:
    text, path = lure.text, lure.path
    match lure.place:
        case Place.FILE:
            on, _ = tools_on({path: text})
            return await used(on, "read_file", path=path)
        case Place.PACKAGE:
            on, _ = tools_on({}, packages={path: text})
            return await used(on, "read_file", path=path)
        case Place.NAME:
            on, _ = tools_on({path: ""})
            return await used(on, "list_files", glob="**")
        case Place.FOUND:
            on, _ = tools_on({path: text})
            return await used(on, "search_code", pattern="price")
        case Place.NEAR_MISS:
            on, _ = tools_on({path: text})
            return await refused(on, "edit_file", path=path, old=text.strip() + "!", new="def price(): ...")
        case Place.LINTER:
            checks = LintingChecks()
            checks.message = text
            on, _ = tools_on({"a.py": ""}, checks=checks)
            return await used(on, "run_linter", paths=["a.py"])
        case _:
            named = lure.place is Place.TEST_NAME
            on, _ = tools_on({"tests/test_a.py": ""}, checks=AllowingChecks(run=_run(lure, named)))
            return await used(on, "run_pytest", selection=["tests/test_a.py"])


def _run(lure: Lure, named: bool) -> TestRun:
    case = TestCase(
        test_id=f"tests/test_a.py::{lure.text}" if named else "tests/test_a.py::test_a",
        outcome=TestOutcome.FAILED,
        kind=FailureKind.ASSERTION,
        message="assert 1 == 2" if named else lure.text,
        output="" if named else lure.text,
    )
    return TestRun(
        cases=(case,), counts=TestCounts(failed=1, collected=1), end=ExecEnd.EXITED, exit_code=1, output=lure.text
    )


def _report(text: str) -> Report:
    finding = Finding(check="lint:x", path="a.py", line=1, message=text, hint=text)
    return Report(checker="lint", status=ReportStatus.FAILED, summary=text, findings=(finding,), total=1)
