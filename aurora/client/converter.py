"""The way values become payloads: one converter for worker, Desk, Replayer and tests."""

from collections.abc import Sequence

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import CompositePayloadConverter, DataConverter, DefaultFailureConverterWithEncodedAttributes

from aurora.payloads.codec import SealedPayloads
from aurora.payloads.keys import PayloadKeys
from aurora.payloads.unreadable import UnreadableConverter, marker

STORED_ELSEWHERE = "it refers to an external storage, and there is none"


class PayloadConverter(CompositePayloadConverter):
    """JSON by pydantic, and the marker of what could not be opened."""

    def __init__(self) -> None:
        super().__init__(UnreadableConverter(), *PydanticPayloadConverter().converters.values())


class WithoutExternalStorage(DataConverter):
    """The SDK looks for references to an external storage before it asks the codec, and raises for one when there is no
    storage: one forged reference would stop a run for ever. Here a reference is a payload that can't be read."""

    async def _decode_reference_payload_sequence(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [marker(STORED_ELSEWHERE) if refers_elsewhere(payload) else payload for payload in payloads]


def refers_elsewhere(payload: Payload) -> bool:
    """Return whether the SDK would take it for a reference, in any of the forms it knows."""
    encoding, message = payload.metadata.get("encoding", b""), payload.metadata.get("messageType", b"")
    return (
        encoding == b"json/external-storage-reference"
        or (encoding == b"json/protobuf" and message.endswith(b"ExternalStorageReference"))
        or "__temporal_external_storage_reference" in payload.metadata
    )


def data_converter(keys: PayloadKeys | None = None) -> DataConverter:
    """The converter that seals everything where there are keys, failures too. Without (a cluster that was given none)
    payloads are plain JSON."""
    if keys is None:
        return WithoutExternalStorage(payload_converter_class=PayloadConverter)
    return WithoutExternalStorage(
        payload_converter_class=PayloadConverter,
        payload_codec=SealedPayloads(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
