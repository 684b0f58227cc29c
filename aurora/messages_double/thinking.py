"""Signatures of thinking blocks: bound to the block's own text and to everything that came before its message."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from aurora.messages_double.refusal import Refused
from aurora.messages_double.sections import blocks_of, sections

_SEAL: Final = "messages-double/1"


def signature(thinking: str, prefix: Mapping[str, Any]) -> str:
    """`prefix` is a request whose messages are those before the block's message."""
    digest = hashlib.sha256(f"{_SEAL}\0{thinking}".encode())
    for section in sections(prefix):
        digest.update(section.content.encode() + b"\0")
    return "sig_" + digest.hexdigest()


def check_signatures(body: Mapping[str, Any]) -> None:
    """Raises `Refused` for a thinking block that was altered, or whose prefix was."""
    for index, message in enumerate(body["messages"]):
        for at, block in enumerate(blocks_of(message["content"])):
            if block.get("type") != "thinking":
                continue
            prefix = {**body, "messages": body["messages"][:index]}
            if block["signature"] != signature(block["thinking"], prefix):
                raise Refused(
                    f"messages.{index}.content.{at}: Invalid `signature` in `thinking` block: the block, or what "
                    "came before it, is not what the service sent and saw"
                )
