"""The delay that the other side asks for: `retry-after`, in seconds or as a date, and its finer cousin."""

import email.utils
import math
import time
from collections.abc import Mapping
from typing import Final

MAX_RETRY_AFTER: Final = 3600.0
"""Seconds; a service that names a longer delay is asked again after this one."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from `retry-after-ms`, or `retry-after` in seconds or as an HTTP date; never negative."""
    delay = _number(headers.get("retry-after-ms"))
    if delay is not None:
        return _bounded(delay / 1000)
    text = headers.get("retry-after")
    delay = _number(text)
    if delay is not None:
        return _bounded(delay)
    try:
        date = email.utils.parsedate_tz(text) if text else None
        return None if date is None else _bounded(email.utils.mktime_tz(date) - time.time())
    except (ValueError, OverflowError):  # a month 13, a year 99999: the other side's clock is its own affair
        return None


def _bounded(delay: float) -> float:
    return min(max(delay, 0.0), MAX_RETRY_AFTER)


def _number(text: str | None) -> float | None:
    try:
        number = None if text is None else float(text)
    except ValueError:
        return None
    return None if number is None or math.isnan(number) else number
