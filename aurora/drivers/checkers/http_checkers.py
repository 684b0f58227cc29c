"""Checkers over HTTP: one signed POST, an answer read up to a bound, no redirect followed. Temporal retries."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import httpx2

from aurora.drivers.retry_after import retry_after
from aurora.drivers.webhooks.message import signed_headers
from aurora.drivers.webhooks.notifier import trusted
from aurora.errors import CheckerError
from aurora.network_errors import connection_error
from aurora.settings.checkers import Checker
from aurora.text import fit

ANSWER_BYTES: Final = 1_000_000
CONNECT_SECONDS: Final = 10.0


class HttpCheckers:
    """Port `Checkers`. A client a request: no cookie is carried from one task to the next."""

    def __init__(self, checkers: Sequence[Checker]) -> None:
        self._checkers = {checker.name: checker for checker in checkers}

    def names(self) -> Sequence[str]:
        return tuple(self._checkers)

    def is_required(self, name: str) -> bool:
        return name in self._checkers and self._checkers[name].required

    async def ask(self, name: str, message_id: str, content: bytes) -> bytes:
        checker = self._checkers[name]
        try:
            keys = checker.keys()
            return await self._post(checker, signed_headers(message_id, content, keys, int(time.time())), content)
        except ValueError as error:  # names the variable, never a value
            raise _error(checker, f"it has no secret to sign with: {error}") from None
        except httpx2.InvalidURL:
            raise _error(checker, "its address is no URL that can be asked") from None
        except (httpx2.HTTPError, TimeoutError) as error:
            raise _error(checker, connection_error(error)) from None

    async def _post(self, checker: Checker, headers: dict[str, str], content: bytes) -> bytes:
        timeout = httpx2.Timeout(checker.seconds, connect=min(CONNECT_SECONDS, checker.seconds))
        async with (
            # httpx2's own time-outs are for each read: an answer of a byte a second would pass them
            asyncio.timeout(checker.seconds),
            httpx2.AsyncClient(
                verify=trusted(), timeout=timeout, follow_redirects=False, proxy=checker.through(), trust_env=False
            ) as client,
            client.stream("POST", checker.url.get_secret_value(), content=content, headers=headers) as response,
        ):
            if not response.is_success:
                raise _error(checker, f"it answered {response.status_code}", retry_after(response.headers))
            read = bytearray()
            async for chunk in response.aiter_raw(65_536):
                read += chunk
                if len(read) > ANSWER_BYTES:
                    raise _error(checker, f"its answer is over {ANSWER_BYTES:,} bytes")
            return bytes(read)


def _error(checker: Checker, said: str, after: float | None = None) -> CheckerError:
    what = f"checker {checker.name!r} at {checker.where} can't be asked: {fit(said, 300)}"
    return CheckerError(what, retry_after=after)
