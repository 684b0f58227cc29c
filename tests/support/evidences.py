# ruff: noqa: E501  texts, read as a whole
"""Evidence of a small task, with something of everything; `HOSTILE` in the words of whoever can write words."""

from aurora.domain.evidence import VERSION, Allowed, Evidence, FileChange, Log
from aurora.domain.exercise import Exercised
from aurora.domain.exercise_evidence import ContractExercise
from aurora.domain.findings import Finding, Report, ReportStatus, TestCounts, Weight
from aurora.domain.frozen_tests import Rewrite
from aurora.domain.mutants import CodeMutant, MutantCounts, MutantOutcome
from aurora.domain.outcome import Usage
from aurora.domain.plan import CoveredBehaviour, Plan, PlannedFile
from aurora.domain.questions import AnswerBook, Exchange, Question, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.view import StepSpend
from aurora.text import fit

DIGEST = "sha256:" + "d" * 64
HOSTILE = (
    (
        "<script>alert(1)</script> <img src=x onerror=alert(1)> </pre></code></details> & \"quoted\" 'so'\n\n"
        "# heading\n- item\n1. one\n> quote\n| a | b |\n```\ncode\n```\n    indented\n[link](javascript:alert(1)) ![p](https://evil.example/p.png)\n"
        "**bold** _it_ ~~no~~ `code` <!-- hidden --> &lt; \\* $x$ :tada: @everyone @org/team Closes #1, fixes owner/x#2 GH-3 !4 "
        "https://evil.example/o/r/issues/4 www.evil.example a@evil.example [skip ci] 0123456789abcdef0123456789abcdef01234567\n"
        "Signed-off-by: Linus <l@h>\n/merge\n\x1b[2J\x1b]0;title\x07\u202ereversed\u200b\x00 \ud83d end"
    )
    .encode("utf-8", "replace")
    .decode()
)


def evidence(words: str = "") -> Evidence:
    """With `words` in every place that holds somebody's words; in ordinary ones without."""

    def said(ordinary: str) -> str:
        return words or ordinary

    def short(ordinary: str) -> str:
        return fit(words, 400) or ordinary

    question = Question(
        id="q1",
        kind=QuestionKind.MISSING_SPEC,
        step=Step.CHECK_CONTEXT,
        asked_at=0,
        text=said("What does POST /users answer for an address that is taken?"),
    )
    known = Finding(check="size", path="shop/app.py", line=3, message=said("600 lines."), weight=Weight.KNOWN)
    advice = Finding(
        check="service_layer", path="shop/users.py", line=12, message=said("It queries."), weight=Weight.ADVICE
    )
    log = Log(text=said("FFF [100%]\nE   AttributeError: no 'create_user'\n3 failed in <duration>\n"), whole=DIGEST)
    usage = Usage(
        input_tokens=21_402,
        output_tokens=3_120,
        cache_read_tokens=88_700,
        cache_write_tokens=10_240,
        microdollars=214_300,
        calls=14,
    )
    passed = ReportStatus.PASSED
    return Evidence(
        version=VERSION,
        task_id="shop-7f3a",
        commit="1a2b3c4d5e6f" + "0" * 28,
        base="b" * 40,
        branch="aurora/shop-7f3a",
        subject=said("Create users by POST /users"),
        task=said("Add POST /users: 201 with the user, 409 when the address is taken."),
        asked_by=said("ada"),
        plan=Plan(
            summary=said("Create users by POST /users"),
            reasoning=said("A user is an address and a name; the address is unique whatever its case."),
            files=(PlannedFile(path="shop/users.py", purpose=said("the service and its route")),),
            tests=(),
            operations=("POST /users",),
            dependencies=("fastapi",),
            risks=(said("Two requests at once: the unique index decides."),),
        ),
        answers=AnswerBook(
            exchanges=(
                Exchange(question=question, text=said("409, with a problem document."), by=said("grace")),
                Exchange(question=None, text=said("Names may be empty."), by="ada", id="c1"),
                Exchange(question=question, text=said("Addresses are compared without case."), silent=True),
            )
        ),
        changes=(
            FileChange(path="shop/users.py", added=48, removed=2),
            FileChange(path="tests/test_users.py", added=61, removed=0, kind="new"),
            FileChange(path=said("docs/logo.png"), kind="new"),
        ),
        contract="openapi.yaml",
        red=(
            "tests/test_users.py::test_created",
            "tests/test_users.py::test_taken",
            said("tests/test_users.py::test_x"),
        ),
        red_reasons={
            "tests/test_users.py::test_created": said("AttributeError: module 'shop.users' has no 'create_user'")
        },
        red_log=log,
        green_log=Log(text=said("48 passed in <duration>\n"), whole=DIGEST),
        red_against={"tests/test_users.py::test_case": said("shop/users.py:12: `casefold` -> `lower`")},
        mutants=(
            CodeMutant(
                path="shop/users.py",
                line=31,
                function="create_user",
                operator="compare",
                before=said("len(name) > 80"),
                after=said("len(name) >= 80"),
                outcome=MutantOutcome.SURVIVED,
            ),
        ),
        exercises=(
            ContractExercise(
                document="openapi.yaml",
                driver="schemathesis 4.32.5",
                seed=1,
                seconds=4.2,
                touched=("POST /users", "GET /admin"),
                operations=(
                    Exercised(operation="GET /admin", left_out=said("it needs a log-in and there is no recipe")),
                    Exercised(operation="GET /users", requests=5, succeeded=4),
                    Exercised(operation="POST /users", requests=20, succeeded=12),
                ),
                compared=said("/openapi.json differs in 2 places from openapi.yaml"),
                why_not=said("the log-in failed: POST /login answered 401"),
            ),
        ),
        allowed=(Allowed(path="Dockerfile", kind="container", asked_by="the task", words=said("Add a Dockerfile.")),),
        altered_tests=("tests/conftest.py",),
        gates=("syntax", "bill_of_materials", "service_layer", "secrets"),
        gates_off=("size",),
        notes=(known, advice),
        planned=(
            CoveredBehaviour(
                planned=1,
                path="tests/test_users.py",
                behaviour=said("A new address gives 201."),
                tests=("tests/test_users.py::test_created",),
            ),
            CoveredBehaviour(
                planned=2,
                path="tests/test_users.py",
                behaviour=said("Two requests at once."),
                left_out=said("It needs a second process."),
            ),
        ),
        green_before=("tests/test_users.py::test_list_as_before",),
        frozen_files={"tests/test_users.py": "0" * 64},
        rewrites=(
            Rewrite(
                test="tests/test_users.py::test_taken",
                clause=said("409 when the address is taken"),
                decided_by="check",
                before=said("assert r.status_code == 400"),
                after=said("assert r.status_code == 409"),
            ),
        ),
        baseline=TestCounts(collected=46, passed=45, failed=1),
        baseline_red=("tests/test_old.py::test_clock",),
        baseline_run="base run of 2026-11-30 21:03 UTC, kept",
        flaky=("tests/test_old.py::test_order",),
        reports=(
            Report(checker="lint", status=passed, summary="2 files clean"),
            Report(checker="gates", status=passed, summary="syntax, bill_of_materials; off: size"),
            Report(
                checker="tests",
                status=passed,
                summary=short("48 passed; test mutants: 3 frozen tests red where made to fail"),
                counts=TestCounts(collected=49, passed=48, failed=1),
                coverage="changed lines covered 38 of 40 (coverage 7.6); not run: shop/users.py:40-41",
            ),
            Report(
                checker="code_mutants",
                status=passed,
                summary="all noticed but one",
                mutants=MutantCounts(made=9, killed=8, survived=1, untried=0),
            ),
        ),
        rounds=1,
        usage=usage,
        open_microdollars=1_200,
        wall_seconds=428,
        steps=(
            StepSpend(step="check_context", visits=1, turns=1, usage=Usage(input_tokens=4_000, output_tokens=200)),
            StepSpend(
                step="define_interfaces", visits=3, turns=5, usage=Usage(cache_read_tokens=40_000, microdollars=90_000)
            ),
            StepSpend(step="write_code", visits=1, turns=4, said=short("The list of users has no paging; left alone.")),
            StepSpend(step="reflect", visits=1, turns=1),
            StepSpend(step="fix_code", visits=1, turns=3),
        ),
        model="claude-opus-5-5",
        warnings=(said("temperature is not sent to this model"),),
        diff=DIGEST,
    )
