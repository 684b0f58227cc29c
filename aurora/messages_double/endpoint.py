"""The HTTP endpoint: `/v1/messages` streamed or not, `/v1/messages/count_tokens`, `/v1/models`."""

import asyncio
from collections.abc import AsyncGenerator
from json import JSONDecodeError
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aurora.messages_double import protocol
from aurora.messages_double.asked import Asked
from aurora.messages_double.caching import Billed, PromptCache
from aurora.messages_double.catalogue import MODELS, described
from aurora.messages_double.event_stream import EventStream
from aurora.messages_double.faults import broken, error_answer, sent
from aurora.messages_double.ledger import Ledger
from aurora.messages_double.play import Part, Player
from aurora.messages_double.refusal import Refused, error_body
from aurora.messages_double.sections import counted
from aurora.messages_double.strictness import check_headers, check_request

PING_SECONDS: Final = 5.0
"""Seconds between signs of life while a reply is awaited."""


class Endpoint:
    """`key` None takes any key."""

    def __init__(
        self, player: Player, ledger: Ledger, *, key: str | None = None, ping_seconds: float = PING_SECONDS
    ) -> None:
        self._player = player
        self._ledger = ledger
        self._key = key
        self._ping = ping_seconds
        self._cache = PromptCache()

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/messages", self._messages, methods=["POST"]),
                Route("/v1/messages/count_tokens", self._count, methods=["POST"]),
                Route("/v1/models", self._models, methods=["GET"]),
                Route("/v1/models/{model}", self._model, methods=["GET"]),
            ],
            exception_handlers={Refused: _refused},
        )

    async def _messages(self, request: Request) -> Response:
        facts: dict[str, Any] = {"path": request.url.path}
        try:
            body = await self._body(request)
            facts["model"] = body.get("model") if isinstance(body, dict) else None
            check_request(body)
            asked = Asked(body)
            facts = self._facts(request, asked)
            if self._player.live and body.get("stream"):
                billed = self._cache.bill(body)
                return EventStream(self._awaited(asked, billed, facts), lambda: self._left(facts))
            part = await self._player.play(asked)
            return self._answer(asked, part, facts | {"reply": part.name})
        except Refused as refused:
            self._refuse(facts, refused)
            raise

    def _answer(self, asked: Asked, part: Part, facts: dict[str, Any]) -> Response:
        fault = part.fault
        if fault is not None and fault.status is not None:
            self._ledger.write(outcome="fault", fault=fault.status, **facts)
            return error_answer(fault)
        protocol.content(asked, part.reply)  # an impossible reply is refused before anything is cached or billed
        billed = self._cache.bill(asked.body)
        whole = protocol.message(asked, part.reply, billed)
        if fault is not None:
            # the input was read, and what was generated until the break is billed whether it arrives or not
            events = sent(fault, protocol.opening(asked, billed), whole)
            usage = billed.usage(protocol.made(events, whole))
            self._ledger.write(outcome="fault", fault=_name(fault), usage=usage, **facts)
            return EventStream(broken(fault, events), lambda: self._left(facts))
        self._ledger.write(outcome="replied", usage=whole["usage"], **facts)
        if not asked.body.get("stream"):
            return JSONResponse(whole, headers={"request-id": "req_double"})
        return EventStream(_stream(protocol.opening(asked, billed), whole), lambda: self._left(facts))

    async def _awaited(self, asked: Asked, billed: Billed, facts: dict[str, Any]) -> AsyncGenerator[bytes, None]:
        """A stream that is kept alive by pings until its reply comes."""
        playing = asyncio.ensure_future(self._player.play(asked))
        try:
            yield protocol.encode(protocol.opening(asked, billed))
            while not (await asyncio.wait({playing}, timeout=self._ping))[0]:
                yield protocol.encode({"type": "ping"})
        except (asyncio.CancelledError, GeneratorExit):
            # the reader left before the reply: its input was read all the same
            self._ledger.write(outcome="disconnected", usage=billed.usage(1), **facts)
            raise
        finally:
            playing.cancel()
        try:
            part = playing.result()
            whole = protocol.message(asked, part.reply, billed)
        except Refused as refused:
            self._ledger.write(outcome="refused", why=str(refused), usage=billed.usage(1), **facts)
            yield protocol.encode(error_body(refused.kind, str(refused)))
            return
        self._ledger.write(outcome="replied", reply=part.name, usage=whole["usage"], **facts)
        for event in protocol.remainder(whole):
            yield protocol.encode(event)

    async def _count(self, request: Request) -> Response:
        try:
            body = await self._body(request)
            check_request(body, counting=True)
        except Refused as refused:
            self._refuse({"path": request.url.path}, refused)
            raise
        self._ledger.write(outcome="counted", **self._facts(request, Asked(body)))
        return JSONResponse({"input_tokens": counted(body)})

    async def _models(self, request: Request) -> Response:
        check_headers(request.headers, self._key)
        listed = [described(model) for model, known in MODELS.items() if known.lifecycle != "retired"]
        ends = {"first_id": listed[0]["id"], "last_id": listed[-1]["id"]}
        return JSONResponse({"data": listed, "has_more": False, **ends})

    async def _model(self, request: Request) -> Response:
        check_headers(request.headers, self._key)
        model = request.path_params["model"]
        if model not in MODELS:
            raise Refused(f"model: {model}", kind="not_found_error")
        return JSONResponse(described(model))

    async def _body(self, request: Request) -> Any:
        check_headers(request.headers, self._key)
        try:
            return await request.json()
        except (JSONDecodeError, UnicodeDecodeError) as error:
            raise Refused(f"the request body is not valid JSON: {error}") from error

    def _facts(self, request: Request, asked: Asked) -> dict[str, Any]:
        known = {"digest": asked.digest, "model": asked.model, "step": asked.step, "task": asked.task}
        return {"path": request.url.path, **known}

    def _refuse(self, facts: dict[str, Any], refused: Refused) -> None:
        self._ledger.write(outcome="refused", **facts, status=refused.status, why=str(refused))

    def _left(self, facts: dict[str, Any]) -> None:
        # a line of its own, under a path of its own: the call it belongs to has its line, and is counted once
        self._ledger.write(outcome="disconnected", **facts | {"path": "disconnect"})


async def _refused(request: Request, error: Exception) -> Response:  # noqa: ARG001  starlette's signature
    assert isinstance(error, Refused)
    return JSONResponse(error_body(error.kind, str(error)), status_code=error.status)


async def _stream(start: protocol.Event, whole: dict[str, Any]) -> AsyncGenerator[bytes, None]:
    yield protocol.encode(start)
    for event in protocol.remainder(whole):
        yield protocol.encode(event)


def _name(fault: Any) -> str:
    given = fault.model_dump(exclude_defaults=True, exclude={"times"})
    return str(next(iter(given)))
