"""The choice of a reply to a request. The same request gets the same reply again; only a new one moves the scenario
on."""

from typing import NamedTuple, Protocol

from aurora.messages_double.asked import Asked
from aurora.messages_double.refusal import Refused
from aurora.messages_double.scenario import Exchange, Fault, Need, Reply, Scenario


class Part(NamedTuple):
    """The reply that is played for one request; a fault comes instead of the reply, but what was generated is the
    reply's."""

    name: str
    reply: Reply
    fault: Fault | None = None


class Player(Protocol):
    live: bool
    """True if a reply may be long in coming, so that a stream must be kept alive."""

    async def play(self, asked: Asked) -> Part:
        """Raises `Refused`."""


class ScenarioPlayer:
    live = False

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._bound: dict[str, int] = {}
        self._used: dict[tuple[str | None, str | None], set[int]] = {}
        self._faults: dict[str, int] = {}

    async def play(self, asked: Asked) -> Part:
        index = self._bound.get(asked.digest)
        if index is None:
            index = self._next(asked)
            _check(self._scenario.replies[index], asked)
            self._used.setdefault(self._track(asked), set()).add(index)
            self._bound[asked.digest] = index
        exchange = self._scenario.replies[index]
        played = self._faults.get(asked.digest, 0)
        if exchange.fault is not None and played < exchange.fault.times:
            self._faults[asked.digest] = played + 1
            return Part(exchange.name, exchange.reply, exchange.fault)
        return Part(exchange.name, exchange.reply)

    def _track(self, asked: Asked) -> tuple[str | None, str | None]:
        """Requests of one track share one run through the scenario."""
        return (asked.task, asked.step) if self._scenario.by_step else (None, None)

    def _next(self, asked: Asked) -> int:
        used = self._used.get(self._track(asked), set())
        for index, exchange in enumerate(self._scenario.replies):
            if index not in used and _fits(exchange, asked):
                return index
        whose = f"step {asked.step!r} of task {asked.task!r}" if self._scenario.by_step else "this request"
        raise Refused(
            f"scenario is exhausted: no reply is left for {whose} ({len(used)} played). "
            f"The request ends with: {asked.last_text[:300]!r}"
        )


def _fits(exchange: Exchange, asked: Asked) -> bool:
    when = exchange.when
    return (
        when.step in (None, asked.step)
        and when.model in (None, asked.model)
        and (when.system_contains is None or when.system_contains in asked.system)
        and (when.text_contains is None or when.text_contains in asked.text)
    )


def _check(exchange: Exchange, asked: Asked) -> None:
    missing = [said for need in exchange.requires if (said := _missing(need, asked))]
    if missing:
        raise Refused(
            f"scenario reply {exchange.name!r} does not fit this request: {'; '.join(missing)}. "
            f"The request ends with: {asked.last_text[-300:]!r}"
        )


def _missing(need: Need, asked: Asked) -> str:
    """The error, or nothing."""
    if need.absent is not None:
        return f"it must not contain {need.absent!r}" if need.absent in asked.text else ""
    for wanted, where, place in (
        (need.text, asked.text, "the request"),
        (need.tool_result, asked.tool_results(), "any tool result"),
        (need.last_tool_result, asked.tool_results(last=True), "the last turn's tool results"),
        (need.last, asked.last_text, "the last turn"),
    ):
        if wanted is not None and wanted not in where:
            return f"{wanted!r} is missing in {place}"
    return ""
