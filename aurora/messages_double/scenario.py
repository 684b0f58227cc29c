"""A scenario file: what the double replies, in order, and what each reply needs to find in its request.

model_note: scripted
by_step: true                 # replies in order within each step of each task; else in order over everything
replies:
  - name: write_code 1
    when: {step: write_code, system_contains: ..., model: ..., text_contains: ...}
    requires: ["text of the request", {tool_result: ...}, {last_tool_result: ...}, {last: ...}, {absent: ...}]
    fault: {status: 429, retry_after: 1, times: 2}
    reply: {thinking: ..., text: ..., tool_calls: [{name: ..., input: {}}], json: {}, stop_reason: ..., usage: {}}
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

StopReason = Literal[
    "end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded"
]
"""As the service names them."""


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class When(Strict):
    """All of what is given must hold for a reply to be considered."""

    step: str | None = None
    system_contains: str | None = None
    text_contains: str | None = None
    model: str | None = None


class Need(Strict):
    """Exactly one of them."""

    text: str | None = None
    tool_result: str | None = None
    last_tool_result: str | None = None
    last: str | None = None
    """In the newest turn of the user, tool results included."""
    absent: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, data: Any) -> Any:
        return {"text": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _one(self) -> "Need":
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("give exactly one of text, tool_result, last_tool_result, last, absent")
        return self


class Fault(Strict):
    """A fault that is played `times` times for one request, before its reply. Exactly one kind of fault."""

    status: int | None = Field(default=None, ge=400, le=599)
    message: str = ""
    retry_after: float | str | None = None
    """Seconds, or an HTTP date."""
    retry_after_ms: int | None = None
    should_retry: bool | None = None
    cut_after_events: int | None = Field(default=None, ge=0)
    hang: bool = False
    """Begins, and is silent from then on."""
    malformed: bool = False
    error_event: str | None = None
    """A stream that begins well and then carries an error of this type, as `overloaded_error`."""
    times: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _one(self) -> "Fault":
        kinds = [
            self.status is not None,
            self.cut_after_events is not None,
            self.hang,
            self.malformed,
            self.error_event is not None,
        ]
        if sum(kinds) != 1:
            raise ValueError("give exactly one of status, cut_after_events, hang, malformed, error_event")
        return self


class ToolCall(Strict):
    name: str
    input: dict[str, Any] = Field(default_factory=dict)


class ScriptedUsage(Strict):
    output_tokens: int = Field(ge=0)


class Reply(Strict):
    thinking: str | None = None
    text: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    structured: Any = Field(default=None, alias="json")
    """Becomes the text block; must satisfy the request's own schema."""
    stop_reason: StopReason | None = None
    refusal: str | None = None
    usage: ScriptedUsage | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Reply":
        if self.text is not None and self.structured is not None:
            raise ValueError("give text or json, not both")
        says = self.thinking or self.text or self.tool_calls or self.structured is not None
        if not says and self.stop_reason != "refusal":
            raise ValueError("the reply is empty: give text, json or tool_calls")
        return self


class Exchange(Strict):
    name: str = ""
    when: When = When()
    requires: tuple[Need, ...] = ()
    fault: Fault | None = None
    reply: Reply


class Scenario(Strict):
    model_note: str = "scripted"
    by_step: bool = False
    replies: tuple[Exchange, ...]

    @model_validator(mode="after")
    def _named(self) -> "Scenario":
        unstepped = [i for i, exchange in enumerate(self.replies) if self.by_step and exchange.when.step is None]
        if unstepped:
            raise ValueError(f"by_step needs `when: {{step: ...}}` in each reply; missing in replies {unstepped}")
        seen: dict[str, int] = {}
        named = []
        for index, exchange in enumerate(self.replies):
            step = exchange.when.step or "reply"
            seen[step] = seen.get(step, 0) + 1
            name = exchange.name or (f"{step} {seen[step]}" if exchange.when.step else f"reply {index + 1}")
            named.append(exchange.model_copy(update={"name": name}))
        object.__setattr__(self, "replies", tuple(named))
        return self


class BadScenario(ValueError):
    """The message says file, place and reason for each fault found."""


def load(path: Path) -> Scenario:
    """Raises `BadScenario`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadScenario(f"{path}: {error}") from error
    return parse(read_yaml(text, str(path)), str(path))


def read_yaml(text: str, source: str) -> Any:
    """Raises `BadScenario`."""
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise BadScenario(f"{source}: {error}") from error


def parse(data: Any, source: str = "scenario") -> Scenario:
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        raise BadScenario(explain(error, source)) from error


def explain(error: ValidationError, source: str) -> str:
    lines = [f"{source}: {'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}" for e in error.errors()]
    return "\n".join(lines)
