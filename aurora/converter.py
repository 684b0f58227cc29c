"""How values become payloads: one converter for worker, Desk, Replayer and tests."""

from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import CompositePayloadConverter, DataConverter, DefaultFailureConverterWithEncodedAttributes

from aurora.payload_codec import SealedPayloads
from aurora.payload_keys import PayloadKeys
from aurora.unreadable import UnreadableConverter


class PayloadConverter(CompositePayloadConverter):
    """JSON by pydantic, and the marker of what could not be opened."""

    def __init__(self) -> None:
        super().__init__(UnreadableConverter(), *PydanticPayloadConverter().converters.values())


def data_converter(keys: PayloadKeys | None = None) -> DataConverter:
    """With keys everything is sealed, failures too. Without (a cluster that was given none) payloads are plain JSON."""
    if keys is None:
        return DataConverter(payload_converter_class=PayloadConverter)
    return DataConverter(
        payload_converter_class=PayloadConverter,
        payload_codec=SealedPayloads(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
