"""A call of report_blocked: what it reports, and what is known beside the model's words."""

from typing import Any

from aurora.domain.contradiction import CLAUSE_BYTES, Reported
from aurora.domain.environment import FACTS_BYTES, EnvironmentKind, EnvironmentReport
from aurora.domain.workspace import Workspace
from aurora.labelled import unlabelled
from aurora.ports import Message
from aurora.text import fit
from aurora.tools.schemas import TEST_TOOLS

_RUNS = frozenset({*TEST_TOOLS, "run_linter"})
BASELINE_BYTES = 400


def read(given: dict[str, Any], *, of_tests: bool, facts: str) -> Reported | EnvironmentReport | str:
    """The report, or why it can't be taken. `of_tests`: the step works under frozen tests. `facts`: what is known."""
    kind, clause, test, why, missing = (
        str(given.get(name) or "").strip() for name in ("kind", "clause", "test", "why", "missing")
    )
    environment: EnvironmentKind | None = (
        "missing_tool" if kind == "missing_tool" else "environment" if kind == "environment" else None
    )
    if environment is not None:
        if not missing or not why:
            return "Nothing was reported: name what is `missing`, and say in `why` what you tried and what it printed."
        return EnvironmentReport.of(environment, missing, why, facts)
    if not of_tests:
        return (
            "No report about a test is taken in this step: use ask_architect for what nobody settled, or the kinds "
            "`environment` and `missing_tool` for what is missing here."
        )
    if not clause or not test:
        return "Nothing was reported: quote the `clause`, and give the `test`'s id."
    if len(clause.encode("utf-8", "replace")) > CLAUSE_BYTES:
        return "The clause is too long: quote the one sentence that the test contradicts."
    return Reported.of(test, clause, why)


def known(workspace: Workspace, messages: list[Message]) -> str:
    """The way the tests were at the base commit, and the head of the last run of tests or linters in the
    conversation."""
    baseline = workspace.baseline
    base = f"At the base commit: {baseline.counts}."
    if baseline.why_invalid:
        base += f" {baseline.why_invalid}"
    base = fit(base, BASELINE_BYTES)
    name, text = _last_run(messages)
    if not text:
        return f"{base}\nNo test and no linter was run in this conversation."
    return f"{base}\nThe last {name} in this conversation said:\n" + fit(text, FACTS_BYTES - BASELINE_BYTES - 100)


def _last_run(messages: list[Message]) -> tuple[str, str]:
    names: dict[str, str] = {}
    last = ("", "")
    for block in (block for message in messages for block in message["content"]):
        if block.get("type") == "tool_use" and block["name"] in _RUNS:
            names[block["id"]] = block["name"]
        elif block.get("type") == "tool_result" and block["tool_use_id"] in names:
            texts = [part.get("text", "") for part in block["content"] if isinstance(part, dict)]
            last = (names[block["tool_use_id"]], unlabelled("\n".join(texts)))
    return last
