"""Notices over HTTP: one signed POST a try, no redirect followed. Temporal retries, so nothing here does.

| the receiver says             | it means                                              | refused at            |
|-------------------------------|-------------------------------------------------------|-----------------------|
| 2xx                           | taken                                                 |                       |
| 408, 425, 429, 5xx, no answer | not now                                               | try 600, in 2-5 days  |
| 410                           | wants nothing of this                                 | try 1                 |
| any other                     | a wrong address or secret, a receiver in mid-deploy   | try 10, in 15 minutes |

A person is waiting behind a wrong address, so it is not believed at once; and no escalation waits behind it for ever.
"""

import asyncio
import hashlib
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import httpx2

from aurora.domain.notices import Notice, Reception
from aurora.drivers.retry_after import retry_after
from aurora.drivers.webhooks import message
from aurora.errors import NoticeError
from aurora.network_errors import connection_error
from aurora.settings.webhooks import Webhook
from aurora.text import fit

ANSWER_SECONDS: Final = 20.0
"""Seconds for one try as a whole; the specification says 15 to 30."""
CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 1.0
READ_BYTES: Final = 400
"""Bytes of what a receiver says when it takes no notice: for the operator's eyes."""

GONE: Final = 410
NOT_NOW: Final = frozenset({408, 425, 429})
REFUSALS_TRIED: Final = 10
OUTAGE_TRIED: Final = 600

FIRST_DELAY: Final = 5.0
LONGEST_DELAY: Final = 600.0
"""Seconds. With the jitter on top it stays below the 15 minutes that any delay is cut to when Temporal is told it:
cut there, all would come back at one time."""
LONGEST_JITTER: Final = 240.0


class WebhookNotifier:
    """Port `Notifier`. A client a try: no cookie and no half-dead connection is carried from one to the next."""

    def __init__(self, webhooks: Sequence[Webhook], *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._webhooks = {webhook.name: webhook for webhook in webhooks}
        self._seconds = answer_seconds

    def webhooks(self, notice: Notice) -> Sequence[str]:
        return [name for name, webhook in self._webhooks.items() if webhook.takes(notice.event, notice.to)]

    def tells(self, event: str) -> bool:
        return any(event in webhook.events for webhook in self._webhooks.values())

    async def tell(self, webhook: str, notice: Notice, *, attempt: int) -> Reception:
        attempted = _Try(self._webhooks[webhook], notice, attempt)
        try:
            keys = attempted.webhook.keys()
        except ValueError as error:  # names the variable, never a value
            return attempted.not_taken(f"it has no secret to sign with: {error}", REFUSALS_TRIED)
        try:
            status, asked, said = await self._post(attempted.webhook, notice, keys)
        except httpx2.InvalidURL:
            return attempted.not_taken("its address is no URL that can be asked", REFUSALS_TRIED)
        except (httpx2.HTTPError, TimeoutError) as error:
            return attempted.not_taken(connection_error(error), OUTAGE_TRIED)
        if 200 <= status < 300:
            return Reception(webhook=webhook, taken=True, said=str(status))
        if status in NOT_NOW or status >= 500:
            return attempted.not_taken(said, OUTAGE_TRIED, asked)
        return attempted.not_taken(said, 1 if status == GONE else REFUSALS_TRIED)

    async def _post(self, webhook: Webhook, notice: Notice, keys: Sequence[bytes]) -> tuple[int, float | None, str]:
        """Status, delay asked for, and of anything but a success what was said."""
        content = message.body(notice)
        headers = message.headers(notice, content, keys, int(time.time()))
        timeout = httpx2.Timeout(self._seconds, connect=min(CONNECT_SECONDS, self._seconds))
        async with (
            # httpx2's own time-outs are for each read: a receiver that sends a byte a second would pass them
            asyncio.timeout(self._seconds),
            httpx2.AsyncClient(
                verify=trusted(),
                timeout=timeout,
                follow_redirects=False,
                proxy=webhook.through(),
                trust_env=False,  # neither a proxy nor a .netrc that somebody set up for something else
            ) as client,  # fmt: skip
            client.stream("POST", webhook.url.get_secret_value(), content=content, headers=headers) as response,
        ):
            said = "" if response.is_success else await _said(response)
            return response.status_code, retry_after(response.headers), said


@dataclass(frozen=True)
class _Try:
    webhook: Webhook
    notice: Notice
    attempt: int

    def not_taken(self, said: str, tries: int, asked: float | None = None) -> Reception:
        """Refused, for good. Raises `NoticeError` before the last of so many tries."""
        name = self.webhook.name
        if self.attempt >= tries:
            return Reception(webhook=name, taken=False, said=fit(said, READ_BYTES))
        delay = delayed(f"{self.notice.message_id}/{name}", self.attempt, asked)
        raise NoticeError(f"webhook {name!r} at {self.webhook.where} did not take a notice: {said}", retry_after=delay)


def delayed(who: str, attempt: int, asked: float | None) -> float:
    """Seconds until the next try: exponential with full jitter, on top of what the receiver asked for, if it did.

    The jitter is a digest and not chance: different for each message and try, and the same when asked again."""
    ceiling = min(FIRST_DELAY * 2.0 ** min(attempt - 1, 20), LONGEST_DELAY)
    share = int.from_bytes(hashlib.sha256(f"{who}/{attempt}".encode()).digest()[:6], "big") / 2**48
    if asked is None:
        return 1.0 + share * (ceiling - 1.0)
    return min(asked, LONGEST_DELAY) + 1.0 + share * (min(max(ceiling, asked / 4), LONGEST_JITTER) - 1.0)


def _redirected(response: httpx2.Response) -> str:
    """Whoever answers so may send a signed notice anywhere: it is said where to, and not done."""
    try:
        to = urlsplit(response.headers["location"])
        where = f"{to.scheme or 'http'}://{to.hostname or ''}" if to.netloc or to.scheme else "another path of its own"
    except ValueError:
        where = "no address"
    return fit(
        f"{response.status_code} a redirect to {where}, which is not followed: name the last address", READ_BYTES
    )


async def _said(response: httpx2.Response) -> str:
    """The status and the first words of the body, if they come at once."""
    if response.has_redirect_location:
        return _redirected(response)
    read = b""
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in response.aiter_raw(READ_BYTES):
                read += chunk[: READ_BYTES - len(read)]
                if len(read) >= READ_BYTES:
                    break
    except (httpx2.HTTPError, TimeoutError):
        pass  # the status was the answer; the words are a courtesy
    words = " ".join(read.decode("utf-8", "replace").split())
    return fit(f"{response.status_code} {words}".strip(), READ_BYTES)


@cache
def trusted() -> ssl.SSLContext:
    """Loaded once: the authorities' file takes longer to read than a notice to send."""
    return httpx2.create_ssl_context()
