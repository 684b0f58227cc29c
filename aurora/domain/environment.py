"""A model's report that it can't go on where it works: something of the environment is broken or missing."""

from typing import Literal

from aurora.domain.value import Value
from aurora.text import fit

MISSING_BYTES = 200
WHY_BYTES = 1_000
FACTS_BYTES = 1_500

EnvironmentKind = Literal["environment", "missing_tool"]


class EnvironmentReport(Value):
    """A report that the environment lacks something; what is missing and why it matters are the model's words; `facts`
    are ours."""

    kind: EnvironmentKind
    """environment: tests can't run, a service, variable or file is missing. missing_tool: a command or package is."""
    missing: str
    """In one line: it stands in sentences of ours."""
    why: str = ""
    facts: str = ""
    """The end of the last run in this conversation, and the state of the tests at the base commit."""

    @classmethod
    def of(cls, kind: EnvironmentKind, missing: str, why: str, facts: str = "") -> "EnvironmentReport":
        """The value within the size that may travel in a history; longer texts are cut, and say so."""
        return cls(
            kind=kind,
            missing=fit(" ".join(missing.split()), MISSING_BYTES),
            why=fit(why, WHY_BYTES),
            facts=fit(facts, FACTS_BYTES),
        )

    @property
    def key(self) -> str:
        """Equal for two reports of the same thing."""
        return f"{self.kind}: {' '.join(self.missing.casefold().split())}"
