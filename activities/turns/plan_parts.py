"""A plan in parts: what draft_plan is told of it, what is refused, and how a step of one part is told of the others."""

from collections.abc import Callable, Sequence

from activities.turns import contract_shown, result_tools
from aurora.domain.finished_parts import FinishedParts
from aurora.domain.frozen_tests import EarlierTests, FrozenTests
from aurora.domain.plan import TITLE_BYTES, Plan
from aurora.domain.plan_splitting import faults, limits
from aurora.domain.workspace import Workspace
from aurora.labelled import labelled, on_a_line
from aurora.ports import Block, TaskArtifacts
from aurora.text import counted, fit

SHOWN = 6
SAID_BYTES = 240


def words(workspace: Workspace) -> str:
    """Said with draft_plan where the contract has more operations than a plan may have in one piece; else empty."""
    contract, bounds = workspace.contract, workspace.settings.parts
    if contract is None or len(contract.operations) <= bounds.operations:
        return ""
    return (
        f"The contract has {len(contract.operations)} operations. A plan of more than {bounds.operations} of them has "
        f"`parts`. Parts required: {limits(bounds)}. Each part is made by itself, in the order given: interfaces, then "
        "tests, which are frozen, then code, with the tests of the parts before it kept green. So a part needs "
        "nothing that a later one makes, has test files of its own, and holds operations that belong together. The "
        "first may be a foundation without tests and operations: wiring, settings, tables that several parts use. "
        "`title` is a few words, `summary` a commit's subject. Give `files`, `tests` and `operations` in the parts "
        "alone and leave those of the whole plan empty; a file that a later part adds symbols to is named there again, "
        "with those only; `operation` of a test names the one that it is about."
    )


async def judge(artifacts: TaskArtifacts, workspace: Workspace, uses: Sequence[Block]) -> Callable[[Plan], str]:
    """Says of the plan among these calls what it is sent back with, as `refused` does."""
    given = next((use.get("input") for use in uses if use["name"] == result_tools.PLAN.name), None)
    plan = result_tools.PLAN.read(given) if given is not None else None
    sizes = await contract_shown.sizes_of(artifacts, workspace, plan) if isinstance(plan, Plan) else ()
    return lambda plan: refused(plan, workspace, sizes)


def refused(plan: Plan, workspace: Workspace, sizes: Sequence[int] = ()) -> str:
    """The reply that sends a plan back; empty where it is cut as it must be. `sizes` as in `cutting.faults`."""
    found = faults(plan, workspace.settings.parts, sizes)
    if not found:
        return ""
    more = (f"And {len(found) - SHOWN} more.",) if len(found) > SHOWN else ()
    lines = "\n- ".join(("Not accepted. Fix this and give the whole plan again:", *found[:SHOWN], *more))
    return lines if plan.parts else f"{lines}\n\n{_HOW}"


_HOW = (
    "Each part has `title`, `summary`, `operations`, `files` and `tests`; then leave those of the whole plan empty. A "
    "part needs nothing that a later one makes, and has test files of its own. The first may be a foundation without "
    "tests."
)


def others(plan: Plan, part: int, finished: FinishedParts) -> str:
    """A line for each of the other parts, for a step of part `part`; empty for a plan without parts."""
    if not part:
        return ""
    done = {one.number: one for one in finished.parts}
    lines = []
    for number, planned in enumerate(plan.parts, 1):
        title = on_a_line(planned.title, TITLE_BYTES)
        about = f"{counted(len(planned.operations), 'operation')}, {counted(len(planned.files), 'file')}"
        if number == part:
            lines.append(f"{number}. {title}: this one")
        elif number in done:
            said = " ".join(fit(done[number].said, SAID_BYTES).split())
            lines.append(f"{number}. {title}: done, {about}" + (f"; its coder said: {said}" if said else ""))
        elif number < part:
            lines.append(f"{number}. {title}: done, {about}")
        else:
            lines.append(f"{number}. {title}: to come, {about}")
    head = (
        f"{fit(plan.summary, 200)}\nThis is part {part} of {len(plan.parts)}: do what its plan says and nothing of a "
        "later part. What earlier parts made may be used and changed; their tests stay green."
    )
    return f"{head}\n{labelled(chr(10).join(lines), 'step draft_plan')}"


def earlier_tests(frozen: FrozenTests) -> str:
    """A line for each part whose tests are frozen and green."""
    return "\n".join(_earlier(one) for one in frozen.earlier)


def _earlier(one: EarlierTests) -> str:
    counts = f"{counted(one.tests, 'test')} in {counted(len(one.files), 'file')}"
    return f"Of part {one.part} ({on_a_line(one.title, TITLE_BYTES)}): {counts}, frozen and green; they stay green."
