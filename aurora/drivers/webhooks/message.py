"""A notice as it travels: JSON, named and signed as the Standard Webhooks specification says.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md. Signed here in a line of
`hmac` rather than by its package: that takes strings where the receiver must check bytes, and only one secret."""

import base64
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from aurora.domain.notices import Notice
from aurora.settings.webhooks import NoticeEvent

TYPES: Final[dict[NoticeEvent, str]] = {
    "on_question": "task.question",
    "on_reminder": "task.reminder",
    "on_outcome": "task.outcome",
}


def body(notice: Notice) -> bytes:
    """The same bytes for every try: what changes with the try stands in the headers."""
    due = datetime.fromtimestamp(notice.at, UTC).isoformat().replace("+00:00", "Z")
    whole = {
        "type": TYPES[notice.event],
        "timestamp": due,
        "data": notice.model_dump(mode="json", exclude={"event", "at"}),
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def headers(notice: Notice, content: bytes, keys: Sequence[bytes], sent_at: int) -> dict[str, str]:
    return signed_headers(notice.message_id, content, keys, sent_at)


def signed_headers(message_id: str, content: bytes, keys: Sequence[bytes], sent_at: int) -> dict[str, str]:
    """`sent_at` is the time of this try, seconds since the epoch: receivers drop what is minutes old as a replay."""
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "aurora-backend-agent",
        "accept-encoding": "identity",  # an answer is read a few bytes deep: nothing is to be unpacked
        "webhook-id": message_id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": " ".join(signature(key, message_id, sent_at, content) for key in keys),
    }


def signature(key: bytes, message_id: str, sent_at: int, content: bytes) -> str:
    signed = hmac.digest(key, f"{message_id}.{sent_at}.".encode() + content, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"
