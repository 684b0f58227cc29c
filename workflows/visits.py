"""A step whose result is checked, and that goes back with what was found: how often, and when somebody is asked.

Going round is worth its money while the findings change. The same report twice in a row says that the step has nothing
else to try, so the Architect sees the report and what the step said of its own work.
"""

import re

from activities.messages import Attempt, CheckResult, PastConversation
from aurora.domain.findings import Report, fingerprint
from aurora.domain.task import Draft
from aurora.domain.value import Digest, Value
from aurora.text import counted, fit

SAID_BYTES = 600
"""Of what a model said when it finished."""
SHOWN = 4
"""Findings in a question."""
FINDING_BYTES = 450
FOUND = 3
"""Attempts whose findings the next one is told, a line each."""
FOUND_BYTES = 200
MOST_TOKENS = 100_000
"""Of a conversation that is gone on with: attention thins out in longer ones, and some models cost more per token."""
SENT_AGAIN = 5
"""How often a visit sends its conversation: where the task's tokens don't last for that, a new one is shorter."""
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
    """Of the last report: equal for two that found the same."""
    repeated: bool = False
    """Whether the last two reports were the same."""
    found: str = ""
    """The last report, its head, for a question."""
    said: str = ""
    """What the last attempt said when it finished."""
    attempts: int = 0
    """Visits, those before the Architect's last advice counted, too."""
    history: tuple[str, ...] = ()
    """What the last attempts found, a line each."""
    conversation: PastConversation | None = None
    """Of the last attempt, to go on with: none after advice, because a stuck conversation is no good beginning."""
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
        conversation: PastConversation | None = None,
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
            conversation=conversation,
            run=run or self.run,
        )

    def attempt(self, most: int) -> Attempt:
        """The visit that comes next; `most`: visits before the Architect is asked."""
        return Attempt(number=self.attempts + 1, most=self.attempts - self.visits + most, found=self.history)

    def continued(self, tokens_left: int) -> PastConversation | None:
        """The conversation that the next visit may go on with, within the task's tokens."""
        kept = self.conversation
        if kept is None or kept.tokens > MOST_TOKENS or kept.tokens * SENT_AGAIN > tokens_left:
            return None
        return kept

    def advised(self, draft: Draft, advice: str) -> "Visits":
        """A fresh start with what the Architect said; the same report once more is still a repetition."""
        fresh = {"visits": 0, "repeated": False, "conversation": None}
        return self.model_copy(update={"draft": draft, "advice": advice, **fresh})

    def stuck(self, most: int, what: str) -> str:
        """The question that ends the going round, or nothing. `what`: `The interfaces do not import`."""
        if not self.repeated and self.visits < most:
            return ""
        why = "the same report twice in a row" if self.repeated else counted(self.visits, "attempt")
        last = f'\n\nThe last attempt said when it finished: "{self.said}"' if self.said else ""
        found = f"\n\nThe report:\n{self.found}" if self.found else ""
        return f"{what}, after {why}: {self.summary}{found}{last}\n\nAdvice, or abandon?"


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
    told = sum(1 + f.also for f in report.findings[:SHOWN])
    hidden = max(report.total, len(report.findings)) - told
    return "\n".join(lines + ([f"({hidden} more)"] if hidden > 0 else []))
