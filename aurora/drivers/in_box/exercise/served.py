"""The document that the application serves of itself."""

import json

from .records import Order
from .report import Report
from .transport import NoAnswer, Sendable, ServiceDied, Transport


def look(order: Order, wire: Transport, report: Report) -> None:
    """Tell the first of the order's paths, at the root and below the base path, that answers an OpenAPI document."""
    at_root = Transport(order.address, order)
    for path in order.documents:
        for one, prefix in ((at_root, ""), (wire, order.base_path.rstrip("/"))):
            try:
                answer = one.send(Sendable("GET", path, {"Accept": "application/json, application/yaml, */*"}))
            except (NoAnswer, ServiceDied):
                continue
            text = answer.text()
            if answer.status == 200 and not answer.cut and _is_openapi(text):
                report.served_document, report.served_at = text, prefix + path
                return
            if not prefix and not order.base_path:
                break


def _is_openapi(text: str) -> bool:
    try:
        said = json.loads(text)
    except ValueError:
        head = text.lstrip()[:4_000]
        return head.startswith(("openapi:", '"openapi":', "swagger:")) or "\nopenapi:" in head
    return isinstance(said, dict) and ("openapi" in said or "swagger" in said) and "paths" in said
