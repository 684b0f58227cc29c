"""What a credential looks like: a few shapes of high precision, used to refuse edits and to redact output.

Entropy guesses are left out on purpose: a refused edit must be right, and hashes in tests are not keys.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Credential(NamedTuple):
    kind: str
    text: str
    start: int


_SHAPES: tuple[tuple[str, str], ...] = (
    ("private key", r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
    ("Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    ("OpenAI key", r"\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,}"),
    ("AWS access key", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})"),
    ("GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("Slack webhook", r"hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{20,}"),
    ("Google key", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("Stripe key", r"\b[rs]k_live_[A-Za-z0-9]{20,}"),
    ("PyPI token", r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{20,}"),
    ("npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
)
_PATTERN = re.compile("|".join(f"(?P<k{i}>{shape})" for i, (_, shape) in enumerate(_SHAPES)))


def found_in(text: str) -> Iterator[Credential]:
    """Every credential in order of place; documentation's own (`…EXAMPLE`) are not."""
    for match in _PATTERN.finditer(text):
        if "EXAMPLE" not in match.group():
            yield Credential(_SHAPES[int((match.lastgroup or "k0")[1:])][0], match.group(), match.start())
