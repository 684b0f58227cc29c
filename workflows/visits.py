"""A step whose result is checked, and that goes back with what was found: how often, and when somebody is asked.

Going round is worth its money while the findings change. The same report twice in a row says that the step has nothing
else to try, so the Architect sees the report and what the step said of its own work.
"""

import re

from activities.messages import Attempt, CheckResult
from aurora.domain.findings import Report, fingerprint
from aurora.domain.frozen_tests import Snapshot
from aurora.domain.questions import ABANDON
from aurora.domain.task import Draft
from aurora.domain.value import Digest, Value
from aurora.text import counted, fit

SAID_BYTES = 600
"""Bytes of what a model said when it finished."""
SHOWN = 4
"""Findings in a question."""
FINDING_BYTES = 450
FOUND = 3
"""Attempts whose findings the next one is told, a line each."""
FOUND_BYTES = 200
_CHANGING = re.compile(r"0x[0-9a-f]+|[0-9]+")
"""Lines, counts and addresses, which differ between two runs of the same trouble."""


class Visits(Value):
    """Back to the step with what was found, a bounded number of times."""

    draft: Draft
    visits: int = 0
    reports: tuple[Digest, ...] = ()
    advice: str = ""
    summary: str = ""
    signature: str = ""
    """Signature of the last report: equal for two that found the same."""
    repeated: bool = False
    """True if the last two reports were the same."""
    found: str = ""
    """The last report, its head, for a question."""
    said: str = ""
    """The message of the last attempt when it finished."""
    attempts: int = 0
    """Visits, those before the Architect's last advice counted, too."""
    history: tuple[str, ...] = ()
    """The findings of the last attempts, a line each."""
    fresh: bool = False
    """True if the next attempt begins a new conversation: after advice, because a stuck one is no good beginning."""
    stubs: Snapshot | None = None
    """Stubs of write_tests: the draft with its interfaces and without tests; none while the plan is believed that it
    has no interfaces."""
    run: Digest | None = None
    """Of write_tests: the last red run, whose results still count for files that did not change."""

    def after(
        self,
        draft: Draft,
        seen: CheckResult,
        said: str,
        *,
        advice: str = "",
        asked: bool = False,
        run: Digest | None = None,
    ) -> "Visits":
        """One visit further. `asked`: the Architect has been asked about this report already."""
        number = self.attempts + 1
        line = fit(f"attempt {number}: {seen.summary or seen.report.summary}", FOUND_BYTES)
        signature = signature_of(seen.report, seen.summary)
        return Visits(
            draft=draft,
            visits=self.visits + 1,
            reports=(seen.report.whole,) if seen.report.whole else (),
            advice=advice,
            summary=fit(seen.summary, 300),
            signature=signature,
            repeated=signature == self.signature and not asked,
            found=rendered(seen.report),
            said=fit(said, SAID_BYTES),
            attempts=number,
            history=(*self.history, line)[-FOUND:],
            stubs=self.stubs,
            run=run or self.run,
        )

    def attempt(self, most: int) -> Attempt:
        """The visit that comes next; `most`: visits before the Architect is asked."""
        return Attempt(number=self.attempts + 1, most=self.attempts - self.visits + most, found=self.history)

    def advised(self, draft: Draft, advice: str) -> "Visits":
        """A fresh start with what the Architect said; the same report once more is still a repetition."""
        again = {"visits": 0, "repeated": False, "fresh": True}
        return self.model_copy(update={"draft": draft, "advice": advice, **again})

    def stuck(self, most: int, what: str) -> str:
        """The question that ends the going round, or nothing. `what`: `The interfaces do not import`."""
        if not self.repeated and self.visits < most:
            return ""
        why = "the same report twice in a row" if self.repeated else counted(self.visits, "attempt")
        last = f'\n\nThe last attempt ended with these words (not verified): "{self.said}"' if self.said else ""
        found = f"\n\nThe report:\n{self.found}" if self.found else ""
        return f"{what}, after {why}: {self.summary}{found}{last}\n\nGive advice, or answer `{ABANDON}`."


def steady(text: str) -> str:
    """Equal for two texts about the same trouble."""
    return _CHANGING.sub("#", text)


def signature_of(report: Report, summary: str = "") -> str:
    heads = (f"{f.check}|{f.path}|{f.test_id}|{f.message.strip().partition(chr(10))[0]}" for f in report.findings)
    said = "|".join(sorted(steady(head) for head in heads))
    return fingerprint((report.checker, report.fingerprint, steady(summary or report.summary), said))


def rendered(report: Report) -> str:
    """Its first findings, a few lines of each."""
    lines = [
        fit(f"- {f.test_id or f.path or f.check}: {f.message.strip()}", FINDING_BYTES) for f in report.findings[:SHOWN]
    ]
    reported = sum(1 + f.also for f in report.findings[:SHOWN])
    hidden = max(report.total, len(report.findings)) - reported
    return "\n".join(lines + ([f"({hidden} more)"] if hidden > 0 else []))
