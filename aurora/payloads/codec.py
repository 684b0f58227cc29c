"""Sealed payloads: AES-GCM with a key that Temporal does not have, bound to the namespace and the task.

What Temporal stores, shows and passes on can be neither read nor made by somebody without the key, and what was sealed
for one workflow opens in no other. docs/operating/security.md says what that holds and what it does not.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from aurora.payloads.keys import PayloadKeys
from aurora.payloads.unreadable import marker

ENCODING = b"binary/encrypted"
KEY_ID = "encryption-key-id"
NONCE_BYTES = 12
FORMAT = b"aurora payload 1"
NOT_SEALED = "it was not sealed with a key of this installation"
BROKEN = "it was altered, or sealed for another task"


class SealedPayloads(PayloadCodec, WithSerializationContext):
    def __init__(self, keys: PayloadKeys, namespace: str = "", workflow_id: str = "") -> None:
        self._keys = keys
        self._bound = (namespace, workflow_id)

    def with_context(self, context: SerializationContext) -> "SealedPayloads":
        """Bound to the workflow that the payload is an input or output of: an activity's is that of its workflow."""
        match context:
            case WorkflowSerializationContext() | ActivitySerializationContext():
                return SealedPayloads(self._keys, context.namespace, context.workflow_id or "")
        return self

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Never raises: a payload that can't be opened gives a marker (`aurora.payloads.unreadable`)."""
        return [self.open(payload) for payload in payloads]

    def seal(self, payload: Payload) -> Payload:
        key_id, nonce = self._keys.current, os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._keys.keys[key_id]).encrypt(nonce, payload.SerializeToString(), self._context(key_id))
        return Payload(metadata={"encoding": ENCODING, KEY_ID: key_id.encode()}, data=nonce + sealed)

    def open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return marker(NOT_SEALED)
        key_id = payload.metadata.get(KEY_ID, b"").decode("utf-8", "replace")
        key = self._keys.keys.get(key_id)
        if key is None:
            return marker(NOT_SEALED)
        nonce, sealed = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        try:
            return Payload.FromString(AESGCM(key).decrypt(nonce, sealed, self._context(key_id)))
        except (InvalidTag, DecodeError, ValueError):
            return marker(BROKEN)

    def name(self, text: str) -> str:
        """A name for `text` that tells nothing of it to whoever has no key."""
        return hmac.new(self._keys.keys[self._keys.current], FORMAT + text.encode(), hashlib.sha256).hexdigest()

    def _context(self, key_id: str) -> bytes:
        """Each part with its length before it, so that no two contexts are the same bytes."""
        parts = (FORMAT, key_id.encode(), *(part.encode("utf-8", "surrogatepass") for part in self._bound))
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
