"""The way a process in the sandbox ended, and what a run of a project's tests came to, parsed."""

from enum import StrEnum

from aurora.domain.findings import TestCounts
from aurora.domain.value import Value


class TestOutcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"


class FailureKind(StrEnum):
    """The reason why a test is red. The first four are the right reasons for a test that was written before its
    code."""

    ASSERTION = "assertion"
    NOT_IMPLEMENTED = "not_implemented"
    HTTP_STATUS = "http_status"
    ABSENT = "absent"
    """The code lacks what the test takes: a field of a response, a URL, a template, a table, a column."""
    IMPORT = "import"
    SYNTAX = "syntax"
    FIXTURE = "fixture"
    """Set-up or tear-down failed, or a fixture does not exist."""
    ENVIRONMENT = "environment"
    """The test environment lacks something: a service, a setting, a variable, access to the database."""
    TEST_CODE = "test_code"
    """An exception raised by the test's own lines."""
    APPLICATION = "application"
    """An exception raised by the code under test."""
    TIMEOUT = "timeout"


class TestCase(Value):
    test_id: str
    outcome: TestOutcome
    kind: FailureKind | None = None
    message: str = ""
    frame: str = ""
    """The last frame inside the repository, `path:line in function`, with its source line."""
    lacks: str = ""
    """The attribute or keyword that the test uses and code of the project does not have: right where it is planned."""
    output: str = ""
    """Captured output, cut head and tail."""
    seconds: float = 0.0


class ExecEnd(StrEnum):
    """The way a process in the sandbox ended; never a bare 137."""

    EXITED = "exited"
    OUT_OF_MEMORY = "out_of_memory"
    OUT_OF_TIME = "out_of_time"
    OUT_OF_DISK = "out_of_disk"
    TOO_MANY_PROCESSES = "too_many_processes"
    KILLED = "killed"

    @property
    def hint(self) -> str:
        """Advice for whoever wrote the code; nothing for a process that ended by itself."""
        return _HINTS[self]


_ASK = "If that much is right, use ask_architect: it is `{}` of aurora.yaml that bounds it."
_HINTS = {
    ExecEnd.EXITED: "",
    ExecEnd.OUT_OF_MEMORY: "Hold less at once: smaller data, fewer workers. " + _ASK.format("sandbox.memory_mb"),
    ExecEnd.OUT_OF_TIME: "Look for what waits or loops for ever. If that much time is right, use ask_architect.",
    ExecEnd.OUT_OF_DISK: "Write fewer or smaller files, and remove them. " + _ASK.format("sandbox.disk_mb"),
    ExecEnd.TOO_MANY_PROCESSES: "Start fewer processes and threads, and end them. " + _ASK.format("sandbox.pids"),
    ExecEnd.KILLED: "A signal ended it: look for a crash in native code, or for code that kills processes.",
}


class MeasuredFile(Value):
    """The coverage of one file, as a tool in the runner's process measured it, by numbers of lines."""

    path: str
    tool: str
    statements: frozenset[int]
    """The first line of each."""
    missing: frozenset[int]
    """Of those that did not run."""
    within: dict[int, int]
    """Further lines of a statement -> its first."""


class WitnessKind(StrEnum):
    """The events on a task's lines that an observed run saw."""

    BLOCKING = "blocking"
    """A call that blocked a running event loop."""
    REPEATED = "repeated"
    """One statement, again and again in a loop, while one request was answered."""
    STAR = "star"
    """An executed statement with a `*`."""


class Witness(Value):
    """Something that an observed run saw happen by way of a line that the task changed."""

    kind: WitnessKind
    what: str
    """The call, or the statement's text."""
    path: str
    line: int
    function: str
    certain: bool
    """True if the very line was changed, and not another one of its function or class."""
    count: int = 1
    test_id: str = ""
    """The test that ran."""
    via: tuple[str, ...] = ()
    """The project's frames, innermost first: `path:line in function`."""


class Exchange(Value):
    """One request of a test and the answer of the application, without headers, query and the request's body."""

    method: str
    path: str
    status: int
    content_type: str = ""
    """Content type as it was sent, with its parameters."""
    body: str | None = None
    """Body of a response of JSON, its whole text."""
    whole: bool = False
    """True if the body could be seen and was short enough."""
    filled: bool = False
    """True if there certainly was a body."""
    part: bool = False
    """True if the path lacks its beginning: the test's client knows nothing of where the API is mounted."""
    test_id: str = ""
    """The test that ran, its file alone, or nothing, as far as it is known."""


class Watched(Value):
    """The number of events that an observed run looked at."""

    calls: int = 0
    """Calls that may block, made while an event loop ran."""
    statements: int = 0
    libraries: tuple[str, ...] = ()
    """Those whose statements were heard."""
    exchanges: int = 0
    """HTTP exchanges between tests and application, those that are not told among them."""


class TestRun(Value):
    """One run of a project's tests, parsed."""

    cases: tuple[TestCase, ...]
    counts: TestCounts
    end: ExecEnd
    exit_code: int
    output: str
    """The runner's own output, normalised and cut."""
    collection_errors: tuple[TestCase, ...] = ()
    valid: bool = True
    why_invalid: str = ""
    notes: tuple[str, ...] = ()
    """The witnesses that the judge had to do without."""
    plugins: tuple[str, ...] = ()
    """Modules of the repository that the runner loaded as plugins, conftests among them."""
    measured: tuple[MeasuredFile, ...] = ()
    unmeasured: str = ""
    """The reason why nothing was measured although it was asked for."""
    witnesses: tuple[Witness, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    """One for each form of answer of a route."""
    watched: Watched | None = None
    """Of a run that was observed to its end."""
    unwatched: str = ""
    """The reason why nothing was observed although it was asked for."""

    @property
    def red(self) -> tuple[TestCase, ...]:
        return self.collection_errors + tuple(
            c for c in self.cases if c.outcome in (TestOutcome.FAILED, TestOutcome.ERROR)
        )
