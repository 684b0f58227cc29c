"""Logs: JSON lines when nobody watches, else lines for a person. Never a credential."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(r"(api_?key|token|secret|password|authorization|credential)", re.IGNORECASE)
_COUNTED = re.compile(r"tokens$")
_SECRET_TEXT = re.compile(
    r"sk-[A-Za-z0-9_-]{8,}|whsec_[A-Za-z0-9+/=]{8,}|gh[pousr]_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}"
    r"|(?<=[Bb]earer )[A-Za-z0-9._~+/-]{8,}|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
)


def redacted(value: Any) -> Any:
    """`value` with whatever looks like a credential replaced, in nested values too."""
    if isinstance(value, str):
        return _SECRET_TEXT.sub(HIDDEN, value)
    if isinstance(value, dict):
        return {k: HIDDEN if _names_a_secret(str(k)) and v else redacted(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(item) for item in value]
    return value


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The structlog processor."""
    cleaned = redacted(dict(event))
    assert isinstance(cleaned, dict)
    return cleaned


def configure(*, json_lines: bool | None = None, level: str = "info") -> None:
    """Set up structlog on stderr; JSON unless stderr is a terminal."""
    as_json = json_lines if json_lines is not None else not sys.stderr.isatty()
    render: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    # a traceback becomes text first, so that redaction sees it; the console renders its own
    as_text: list[structlog.typing.Processor] = [structlog.processors.format_exc_info] if as_json else []
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *as_text,
            redact,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _names_a_secret(name: str) -> bool:
    return bool(_SECRET_NAMES.search(name)) and not _COUNTED.search(name)
