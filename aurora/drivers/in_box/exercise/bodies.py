"""A request's body as the parser of a framework sees it, before any operation is asked."""

import json

from .transport import Sendable


def media_type(request: Sendable) -> str:
    said = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    return said.partition(";")[0].strip().lower()


def unparsed(request: Sendable) -> bool:
    """Return whether the body says that it is JSON and is none, or none that Express parses: an object or an array."""
    if "json" not in media_type(request):
        return False
    try:
        return not isinstance(json.loads(request.body.decode()), dict | list)
    except (ValueError, RecursionError):
        return True
