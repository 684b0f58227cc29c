"""What prompts and findings call things in a language: one value a runner, in the language's package, so that no step
speaks of Python to somebody who writes TypeScript."""

from collections.abc import Mapping

from aurora.domain.runs import FailureKind
from aurora.domain.value import Value


class Wording(Value):
    """Words for `$name` in the prompts; whole sentences where a language has its own rule."""

    blocking: str
    """What never stands where an event loop runs."""
    catching: str
    """The careless way to catch everything."""
    typing: str
    """How a signature is written down."""
    stub: str
    """What the body of an interface does."""
    stubbed: str
    """How a test that meets a stub fails."""
    importing: str
    """How interfaces that do not import are mended."""
    naming: str
    """Why a file of tests may have given none."""
    running: str
    """What keeps a new test from being run."""
    red: Mapping[FailureKind, str]
    """How a test that is red for a wrong reason is mended."""
    test_tool: str
    """The name under which the model is offered the test runner."""

    def of_prompts(self) -> dict[str, str]:
        """What the prompts may name."""
        return {
            name: getattr(self, name) for name in ("blocking", "catching", "typing", "stub", "stubbed", "test_tool")
        }
