"""Every error Aurora raises on purpose.

AuroraError
├── Refusal                 bad input, refused at once: who, where, what to do next; nothing was started
│   ├── EndedBefore             a task that has its record was started again, by a start that somebody kept
│   ├── NoToolchain             how the project is installed and tested can't be determined (`aurora.survey`)
│   └── OutOfBounds             a text that takes more time or memory than its reader has, or breaks its reader
├── ExternalError            a broken world: never the draft's fault
│   ├── Transient           Temporal retries it, after `retry_after` seconds when the other side named a delay
│   │   ├── EndpointError     model endpoint unreachable, overloaded, cut or silent
│   │   ├── EngineError       the Docker engine does not answer
│   │   ├── SandboxLost         a container was killed, removed or lost in mid-use
│   │   ├── ServiceNotStarted   a service that the tests need did not come up; carries its log's tail
│   │   └── NoticeError       a webhook did not take a notice
│   └── Lasting             retrying alone will not help: the task waits with a question of kind `outage`
│       ├── CredentialsRefused
│       ├── QuotaExhausted
│       ├── ModelGone
│       ├── EngineForbidden
│       ├── EngineUnbounded     the Docker engine can't bound what a container takes of the machine
│       ├── RuntimeUnknown      the worker's settings name a runtime that the Docker engine does not have
│       └── DiskFull
├── RequestRefused          the model's service refused the request itself (HTTP 400/413/422): an internal error
├── ImageBuildFailed        the project's dependencies do not install; carries the log's tail
├── ArtifactError
│   ├── ArtifactMissing
│   └── ArtifactCorrupt
└── ToolRefusal             a tool call of the model was refused: an answer to the model, not a failure
"""

from enum import StrEnum


class AuroraError(Exception):
    """Base of all; `str()` is fit to be shown to a person."""

    may_be_billed: bool = False
    """Of a model call that ended so: whether it may stand on the service's invoice all the same."""


class RefusalCode(StrEnum):
    """The kind of a refusal, for programs: a surface maps it to its own, as an exit code or an HTTP status."""

    INVALID = "invalid"
    """The input, or the place it names, can't be worked with; the same input is refused again."""
    NOT_FOUND = "not_found"
    """There is no such task, question or result."""
    CONFLICT = "conflict"
    """Not in the state that the task is in now."""
    UNREACHABLE = "unreachable"
    """A server or worker does not answer; the same may be tried again later."""
    FORBIDDEN = "forbidden"
    """Whoever asks, or this worker, may not do it."""


class Reason(StrEnum):
    """The exact thing that was refused, where a surface knows what helps: the CLI names a command or an option for
    it."""

    REPOSITORY = "repository"
    """Another repository has to be named."""
    BASE = "base"
    """Another base commit has to be named."""
    TASK_TEXT = "task_text"
    """The task is no text."""
    UNKNOWN_TASK = "unknown_task"
    TASK_ENDED = "task_ended"
    TASK_STATE = "task_state"
    """The task refuses it as it stands."""
    NOTHING_MADE = "nothing_made"
    """The task has no such result yet."""
    NO_QUESTION = "no_question"
    SEVERAL_QUESTIONS = "several_questions"
    """One of them has to be named."""
    NOT_TAKEN = "not_taken"
    """No worker took it in time; nothing is lost."""
    NO_SERVER = "no_server"
    """No Temporal server is named."""
    SERVER_SILENT = "server_silent"
    KEY_USED = "key_used"
    """The caller's key names another request already."""
    OTHER_KEYS = "other_keys"
    """The daemon runs with other payload keys."""


class Refusal(AuroraError):
    """Input that is refused before anything starts.

    `what` says what is wrong and where, `hint` what to do next. Neither names a command or an option: a surface adds
    its own by `code`, `reason` and, where it is about one, `task_id`.
    """

    def __init__(
        self,
        what: str,
        hint: str = "",
        *,
        code: RefusalCode = RefusalCode.INVALID,
        reason: Reason | None = None,
        task_id: str = "",
    ) -> None:
        super().__init__(f"{what}\n{hint}" if hint else what)
        self.what = what
        self.hint = hint
        self.code = code
        self.reason = reason
        self.task_id = task_id


class OutOfBounds(Refusal):
    """A text can't be read within the bounds of its reader; the same text would end the same way again."""


class EndedBefore(Refusal):
    """The task has ended and left its record; what it left must stay as it is."""


class ExternalError(AuroraError):
    """Something outside is broken; costs no round and no turn."""


class TransientError(ExternalError):
    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EndpointError(TransientError):
    """Not billed only when the service itself said that it did no work (429, 529, connection refused)."""

    def __init__(self, message: str, *, retry_after: float | None = None, may_be_billed: bool = True) -> None:
        super().__init__(message, retry_after=retry_after)
        self.may_be_billed = may_be_billed


class EngineError(TransientError): ...


class SandboxLost(TransientError): ...


class ServiceNotStarted(TransientError): ...


class NoticeError(TransientError): ...


class CheckerError(TransientError):
    """A checker that the operator set up could not be asked, or gave no answer that can be read."""


class PersistentError(ExternalError): ...


class CredentialsRefused(PersistentError): ...


class QuotaExhausted(PersistentError): ...


class ModelGone(PersistentError): ...


class EngineForbidden(PersistentError): ...


class EngineUnbounded(PersistentError): ...


class RuntimeUnknown(PersistentError): ...


class DiskFull(PersistentError): ...


class RequestRefused(AuroraError): ...


class ImageBuildFailed(AuroraError):
    def __init__(self, message: str, log_tail: str) -> None:
        super().__init__(message)
        self.log_tail = log_tail


class ArtifactError(AuroraError): ...


class ArtifactMissing(ArtifactError): ...


class ArtifactCorrupt(ArtifactError): ...


class ToolRefusal(AuroraError):
    """Nothing was changed; the message tells the model what to do instead."""
