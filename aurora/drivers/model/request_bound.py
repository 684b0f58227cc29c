"""The most that a request can cost."""

from aurora.drivers.model import prices
from aurora.ports import ModelRequest


def upper_bound(request: ModelRequest, input_tokens: int) -> int:
    """The upper bound in microdollars: input at the dearest rate, and all the output that is permitted."""
    return prices.dearest_cost(request.model, input_tokens, request.max_tokens, for_an_hour=_keeps_an_hour(request))


def _keeps_an_hour(request: ModelRequest) -> bool:
    """Return whether any breakpoint asks for the one-hour cache, whose writes cost more."""
    blocks = [*request.tools, *request.system]
    for message in request.messages:
        content = message["content"]
        blocks += content if isinstance(content, list | tuple) else []
    return any((block.get("cache_control") or {}).get("ttl") == "1h" for block in blocks)
