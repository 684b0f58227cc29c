"""Processes that ran in the sandbox: how a run of tests or a served application is started, and how it ended."""

from typing import Any

from pydantic import Field

from aurora.domain.runs import ExecEnd
from aurora.domain.sealed_events import SealedEvents
from aurora.domain.value import Value


class Execution(Value):
    """One process in the sandbox, ended."""

    end: ExecEnd
    exit_code: int
    stdout: str
    stderr: str
    cut: bool = False
    """True if output past the bound was dropped."""
    seconds: float = 0.0


class TestCommand(Value):
    """The way the judge outside starts a run of tests in a throwaway copy, as the test user."""

    argv: tuple[str, ...]
    cwd: str = ""
    env: dict[str, str] = Field(default_factory=dict)
    seconds: int = 600
    output_bytes: int = 2_000_000
    sealed: bool = False
    """True if the runner's plugin seals its events with a key that it is given; a line without a seal is `forged`."""
    instead: dict[str, str] = Field(default_factory=dict)
    """Texts that files of the copy have instead of the draft's, by path: for a run of test mutants."""
    protected: tuple[str, ...] = ()
    """Files of the copy that nothing in it may change, data files too; code and configuration never may."""
    watched: bool = False
    """True if `TestExecution.written` is told."""
    reserved: tuple[str, ...] = ()
    """Names, without suffix, that only the judge's own modules may have: see `TestExecution.impostors`."""


class TestExecution(Execution):
    events: tuple[dict[str, Any], ...] = ()
    """Events that the runner's plugin reported over a pipe of its own, in order of arrival."""
    sealed_events: SealedEvents | None = None
    """The same, not read yet."""
    impostors: tuple[str, ...] = ()
    """Paths of the tree whose name is reserved: they could be loaded in place of the judge's plugin."""
    planted: tuple[str, ...] = ()
    """Files made during the run that are loaded beside or in the place of a protected one."""
    written: tuple[str, ...] = ()
    """Files of the draft that the run wrote to; told when it is watched."""

    def read_events(self) -> tuple[dict[str, Any], ...]:
        """Its events. For a child of `bounded`: code under test can write millions of them."""
        return self.events if self.sealed_events is None else self.sealed_events.events()


class ServeCommand(Value):
    """The way the application is served in a throwaway copy, as the test user, and driven from outside its process."""

    argv: tuple[str, ...]
    prepare: tuple[tuple[str, ...], ...] = ()
    """Commands before it, each to its end; one that fails ends the run."""
    cwd: str = ""
    env: dict[str, str] = Field(default_factory=dict)
    port: int
    ready_seconds: int = 60
    """The seconds until it must accept connections on `port`, the commands before it included."""
    print_header: tuple[str, ...] = ()
    """Command of the project that prints the value of the log-in header; it runs when the service is ready."""
    watched: bool = False
    """True if each response tells in the header X-Aurora-Statements how many SQL statements its request took: where
    the application's framework and database driver are known to the observer, and as it says itself."""
    seconds: int = 300
    """Seconds for everything together."""


class ServedExercise(Execution):
    """The result of serving and driving an application. `end`, `exit_code`, `stdout` and `stderr` are the served
    process's; of one that never got ready because a command before it failed, that command's; exit code 127 where
    nothing could be started."""

    result: bytes = b""
    """The driver's output: JSON of `ExerciseResult`, or nothing where it did not come to an end."""
    alive: bool = False
    """True if it still ran when the driver was done; its exit code is 0 then."""
    not_ready: str = ""
    """The reason why the application was never exercised: a command before it failed, it ended, it does not listen."""
    driver_said: str = ""
    """The driver's standard error, its end, where there is no result."""
