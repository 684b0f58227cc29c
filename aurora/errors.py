"""Every error Aurora raises on purpose.

AuroraError
├── Refusal                 bad input, refused at once: who, where, what to do next; nothing was started
│   ├── EndedBefore             a task that has its record was started again, by a start that somebody kept
│   └── OutOfBounds             a text that takes more time or memory than its reader has, or breaks its reader
├── WorldTrouble            a broken world: never the draft's fault
│   ├── Transient           Temporal retries it, after `retry_after` seconds when the other side named a delay
│   │   ├── EndpointTrouble     model endpoint unreachable, overloaded, cut or silent
│   │   ├── EngineTrouble       the Docker engine does not answer
│   │   ├── SandboxLost         a container was killed, removed or lost in mid-use
│   │   ├── ServiceNotStarted   a service that the tests need did not come up; carries its log's tail
│   │   └── NoticeTrouble       a webhook did not take a notice
│   └── Lasting             retrying alone will not help: the task waits with a question of kind `outage`
│       ├── CredentialsRefused
│       ├── QuotaExhausted
│       ├── ModelGone
│       ├── EngineForbidden
│       ├── EngineUnbounded     the Docker engine can't bound what a container takes of the machine
│       ├── RuntimeUnknown      the worker's settings name a runtime that the Docker engine does not have
│       └── DiskFull
├── RequestRefused          the model's service refused the request itself (HTTP 400/413/422): a bug of ours
├── ImageBuildFailed        the project's dependencies do not install; carries the log's tail
├── ArtifactTrouble
│   ├── ArtifactMissing
│   └── ArtifactCorrupt
└── ToolRefusal             a tool call of the model was refused: an answer to the model, not a failure
"""


class AuroraError(Exception):
    """Base of all; `str()` is fit to be shown to a person."""

    may_be_billed: bool = False
    """Of a model call that ended so: whether it may stand on the service's invoice all the same."""


class Refusal(AuroraError):
    """Input that is refused before anything starts.

    `what` says what is wrong and where, `hint` what to do next; `exit_code` is the CLI's.
    """

    def __init__(self, what: str, hint: str = "", *, exit_code: int = 2) -> None:
        super().__init__(f"{what}\n{hint}" if hint else what)
        self.what = what
        self.hint = hint
        self.exit_code = exit_code


class OutOfBounds(Refusal):
    """A text can't be read within the bounds of its reader; the same text would end the same way again."""


class EndedBefore(Refusal):
    """The task has ended and left its record; what it left must stay as it is."""


class WorldTrouble(AuroraError):
    """Something outside is broken; costs no round and no turn."""


class Transient(WorldTrouble):
    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EndpointTrouble(Transient):
    """Not billed only when the service itself said that it did no work (429, 529, connection refused)."""

    def __init__(self, message: str, *, retry_after: float | None = None, may_be_billed: bool = True) -> None:
        super().__init__(message, retry_after=retry_after)
        self.may_be_billed = may_be_billed


class EngineTrouble(Transient): ...


class SandboxLost(Transient): ...


class ServiceNotStarted(Transient): ...


class NoticeTrouble(Transient): ...


class Lasting(WorldTrouble): ...


class CredentialsRefused(Lasting): ...


class QuotaExhausted(Lasting): ...


class ModelGone(Lasting): ...


class EngineForbidden(Lasting): ...


class EngineUnbounded(Lasting): ...


class RuntimeUnknown(Lasting): ...


class DiskFull(Lasting): ...


class RequestRefused(AuroraError): ...


class ImageBuildFailed(AuroraError):
    def __init__(self, message: str, log_tail: str) -> None:
        super().__init__(message)
        self.log_tail = log_tail


class ArtifactTrouble(AuroraError): ...


class ArtifactMissing(ArtifactTrouble): ...


class ArtifactCorrupt(ArtifactTrouble): ...


class ToolRefusal(AuroraError):
    """Nothing was changed; the message tells the model what to do instead."""
