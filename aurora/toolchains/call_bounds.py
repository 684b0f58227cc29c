"""Variables that bound how often a client may call: whoever exercises an application calls it far more often."""

import re
from collections.abc import Iterable, Mapping

LIFTED = "1000000"
_BOUND = re.compile(r"(^|_)(RATE_?LIMIT\w*|THROTTL\w*|LIMITER\w*)", re.IGNORECASE)
_OF_TIME = re.compile(
    r"(?<!PER)_(WINDOW|M?S|SECS?|SECONDS?|MIN|MINUTES?|HOURS?|TTL|PERIOD|INTERVAL|DURATION|DELAY|BLOCK\w*|TIME\w*)(_|$)",
    re.IGNORECASE,
)
_OF_CALLS = re.compile(r"_(MAX|LIMIT|REQUESTS|POINTS|CALLS|COUNT|HITS|RATE|PER_\w+)$")
_NUMBER = re.compile(r"\d+")
_RATE = re.compile(r"\d+(?=\s*(?:/|per\b))")
"""Of `100/minute` and `200 per day; 50 per hour`."""
_NAME = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")


def lifted(variables: Mapping[str, str], texts: Iterable[str] = ()) -> dict[str, str]:
    """Those of `variables` that are such bounds, set where nobody meets them; and those that only the code names."""
    found: dict[str, str] = {}
    for name, value in variables.items():
        if not _bounds(name):
            continue
        if _NUMBER.fullmatch(value):
            found[name] = LIFTED
        elif _RATE.search(value):
            found[name] = _RATE.sub(LIFTED, value)
    named = {name for text in texts for name in _NAME.findall(text)} - set(variables)
    unset = sorted(name for name in named if _bounds(name) and _OF_CALLS.search(name))
    return {**found, **dict.fromkeys(unset, LIFTED)}


def _bounds(name: str) -> bool:
    return _BOUND.search(name) is not None and _OF_TIME.search(name) is None
