"""The payloads and failures of a history, for whoever reads events as they are."""

import json
from dataclasses import dataclass
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client
from temporalio.converter import WorkflowSerializationContext

from aurora.payloads.codec import SealedPayloads
from aurora.payloads.unreadable import Unreadable, why_unreadable


@dataclass(frozen=True)
class HistoryPayloads:
    codec: SealedPayloads | None = None
    """None: they are plain."""

    @classmethod
    def of(cls, client: Client, workflow_id: str) -> "HistoryPayloads":
        codec = client.data_converter.payload_codec
        if not isinstance(codec, SealedPayloads):
            return cls()
        return cls(codec.with_context(WorkflowSerializationContext(client.namespace, workflow_id)))

    def value(self, payload: Payload) -> Any:
        """The content of a JSON payload; None for any other, `Unreadable` for one that can't be opened."""
        if self.codec is not None:
            payload = self.codec.open(payload)
            if why := why_unreadable(payload):
                return Unreadable(why)
        try:
            return json.loads(payload.data)
        except (ValueError, RecursionError):
            return None

    def message(self, failure: Failure) -> str:
        """The failure's own words, wherever they stand. One that Temporal itself made is plain."""
        if failure.HasField("encoded_attributes"):
            attributes = self.value(failure.encoded_attributes)
            if isinstance(attributes, dict) and isinstance(attributes.get("message"), str):
                return str(attributes["message"])
        return failure.message
