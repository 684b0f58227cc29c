"""The shapes of a credential: a few shapes of high precision, used to refuse edits and to redact output.

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


_WORDS = re.compile(
    r"(?i)example|your|change[-_ ]?(?:me|it|this)|placeholder|dummy|sample|insert|replace|redacted|not[-_]?a?[-_]?real"
    r"|(?:key|token|secret|password)[-_ ]?(?:here|goes)|[x*.]{8}|x{5}|[<{][\w -]*(?:key|token|secret|password)"
)
_EXPRESSION = re.compile(
    r"[$%]?[{<(].*"  # ${TOKEN}, {token}, <token>, $(cat token)
    r"|[$%]\w.*"  # $TOKEN, %TOKEN%, %s
    r"|.*[({]"  # getenv(, f-strings
    r"|(?:os|process|env|environ|import|config|conf|settings|self|this|ctx|context|app|request|req|secrets|vault|user"
    r"|args|options|opts|params|props|data|auth|creds|credentials)[?!]?\.[A-Za-z_.?!]+[;)]*"
)
_NEXT_NAME = re.compile(
    r"[\"'`][\s;,)]*(?:(?:const|let|var|export)\s+)*[\w.]+\s*(?::[^=\n]{1,40})?[:=]\s*[bBrRuUfF(]{0,3}[\"'`]?"
)
_LETTERS = re.compile(r"[A-Za-z0-9+/]{4}")
_NAMED = re.compile(r"[a-z]+(?:[-_.:][a-z]+)*|[A-Z]+(?:[-_.:][A-Z]+)*")
_ORDINARY = frozenset(("password", "passwd", "passphrase", "username", "password1", "password123", "pass1234"))


def is_placeholder(value: str, *, named: bool = False) -> bool:
    """Return whether what stands in a credential's place is none: an example, a name to be replaced, or code that looks
    the value up. `named`: whether plain words (`test-token`, `access_token`) are none either."""
    if _WORDS.search(value) or _EXPRESSION.match(value) or value.lower() in _ORDINARY:
        return True
    return named and _NAMED.fullmatch(value) is not None


def is_no_key(body: str) -> bool:
    """Return whether what stands between the lines of a private key is none: code that names those lines, or dots."""
    return len(body) < 400 and (_NEXT_NAME.fullmatch(body) is not None or _LETTERS.search(body) is None)


def found_in(text: str) -> Iterator[Credential]:
    """Every credential in order of place; documentation's own (`…EXAMPLE`) are not."""
    for match in _PATTERN.finditer(text):
        if "EXAMPLE" not in match.group():
            yield Credential(_SHAPES[int((match.lastgroup or "k0")[1:])][0], match.group(), match.start())
