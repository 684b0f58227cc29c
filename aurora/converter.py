"""How values become payloads: one converter for worker, Desk, Replayer and tests."""

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter


def data_converter() -> DataConverter:
    """JSON by pydantic; nothing else may stand between a value and Temporal."""
    return pydantic_data_converter
