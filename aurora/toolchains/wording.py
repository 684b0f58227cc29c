"""The wording of prompts and findings in a language: one value a runner, in the language's package, so that no step
speaks of Python to somebody who writes TypeScript."""

from collections.abc import Mapping

from aurora.domain.runs import FailureKind
from aurora.domain.value import Value


class Wording(Value):
    """Words for `$name` in the prompts; whole sentences where a language has its own rule."""

    blocking: str
    """Calls that never stand where an event loop runs."""
    catching: str
    """The careless way to catch everything."""
    typing: str
    """The way a signature is written down."""
    stub: str
    """The body of an interface."""
    stubbed: str
    """The way a test that meets a stub fails."""
    importing: str
    """The way interfaces that do not import are fixed."""
    naming: str
    """The reason why a file of tests may have given none."""
    running: str
    """The reasons that keep a new test from being run."""
    red: Mapping[FailureKind, str]
    """The way a test that is red for a wrong reason is fixed."""
    test_tool: str
    """The name under which the model is offered the test runner."""

    def of_prompts(self) -> dict[str, str]:
        """The names that the prompts may use."""
        return {
            name: getattr(self, name) for name in ("blocking", "catching", "typing", "stub", "stubbed", "test_tool")
        }
