"""How a process in the sandbox ended, and what a run of a project's tests came to, parsed."""

from enum import StrEnum

from aurora.domain import Census, Frozen


class TestOutcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"


class FailureKind(StrEnum):
    """Why a test is red. The first three are the right reasons for a test that was written before its code."""

    ASSERTION = "assertion"
    NOT_IMPLEMENTED = "not_implemented"
    HTTP_STATUS = "http_status"
    IMPORT = "import"
    SYNTAX = "syntax"
    FIXTURE = "fixture"
    """Set-up or tear-down failed, or a fixture does not exist."""
    TEST_CODE = "test_code"
    """An exception raised by the test's own lines."""
    APPLICATION = "application"
    """An exception raised by the code under test."""
    TIMEOUT = "timeout"


class TestCase(Frozen):
    node: str
    outcome: TestOutcome
    kind: FailureKind | None = None
    message: str = ""
    frame: str = ""
    """The last frame inside the repository, `path:line in function`, with its source line."""
    output: str = ""
    """Captured output, cut head and tail."""
    seconds: float = 0.0


class ExecEnd(StrEnum):
    """How a process in the sandbox ended; never a bare 137."""

    EXITED = "exited"
    OUT_OF_MEMORY = "out_of_memory"
    OUT_OF_TIME = "out_of_time"
    OUT_OF_DISK = "out_of_disk"
    TOO_MANY_PROCESSES = "too_many_processes"
    KILLED = "killed"


class TestRun(Frozen):
    """One run of a project's tests, parsed."""

    cases: tuple[TestCase, ...]
    census: Census
    end: ExecEnd
    exit_code: int
    output: str
    """The runner's own output, normalised and cut."""
    collection_errors: tuple[TestCase, ...] = ()
    valid: bool = True
    why_invalid: str = ""

    @property
    def red(self) -> tuple[TestCase, ...]:
        return self.collection_errors + tuple(
            c for c in self.cases if c.outcome in (TestOutcome.FAILED, TestOutcome.ERROR)
        )
