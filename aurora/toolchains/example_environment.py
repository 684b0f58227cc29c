"""Variables for the tests that a project's own example files name: proposed to a person, never set unasked."""

import re
from collections.abc import Awaitable, Callable, Collection

from aurora.domain.value import Value
from aurora.settings.test_environment import assignments, error_in

FILES = (".env.test", ".env.testing", ".env.example", ".env.sample", ".env.template", ".env.dist", "env.example")
"""The first that names a variable has its value. Never `.env`: its values are somebody's own."""
DUMMY = "dummy"
MOST = 40
_SECRET_NAME = re.compile(
    r"(^|_)(SECRET|KEY|TOKEN|PASSWORD|PASSWD|PASS|PWD|CREDENTIALS?|DSN|AUTH|SALT|PRIVATE)(_|$)", re.I
)
_SIGNING_KEY = re.compile(r"(\w+_)?(SECRET_KEY|(JWT|SESSION|COOKIE|APP|AUTH)_SECRET)|JWT_KEY|APP_KEY", re.I)
"""Keys that an application signs with itself: without a value it does not start, and any value will do."""
_PLACEHOLDER = re.compile(
    r"(change|replace|insert|your|example|dummy|test|sample|placeholder|secret|password|none|null|todo|xxx+|\.\.\.|<.*>"
    r"|dev|local|postgres|admin|root|user|guest|fake|foo|bar|123)",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"(DATABASE|DB|REDIS|POSTGRES|PG|MYSQL|MONGO|RABBITMQ|AMQP|BROKER|CELERY|KAFKA|ELASTIC\w*)(_|$)", re.I
)

_SERVED = re.compile(r"(postgres|mysql|mariadb|redis|amqp|mongodb|kafka|nats|memcached?)[\w+]*://", re.IGNORECASE)


class Example(Value):
    variables: dict[str, str]
    files: tuple[str, ...]
    """Those that variables came from."""
    left_out: tuple[str, ...]
    """A name and why it is not proposed, each a sentence."""


async def read(paths: Collection[str], text: Callable[[str], Awaitable[str | None]], root: str) -> Example:
    """Read the `.env` of the project's folder, then of the repository's."""
    places = dict.fromkeys(f"{folder}/{name}" if folder else name for folder in (root, "") for name in FILES)
    variables: dict[str, str] = {}
    files: list[str] = []
    left_out: dict[str, str] = {}
    for path in places:
        found = (await text(path) or "") if path in paths else ""
        for name, value in _pairs(found).items():
            if name in variables or name in left_out or len(variables) >= MOST:
                continue
            if (_SERVICE.match(name) and not value.startswith(("sqlite", "file:"))) or _SERVED.match(value):
                left_out[name] = f"{name} tells where a service is: see sandbox.services"
            elif why := error_in(name, DUMMY if _looks_secret(name, value) else value):
                left_out[name] = f"{name} {why}"
            else:
                variables[name] = DUMMY if _looks_secret(name, value) else value
                files += [path] if path not in files else []
    return Example(variables=variables, files=tuple(files), left_out=tuple(left_out.values()))


def _pairs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in assignments(text.splitlines()[:500]):
        if "$" not in value and len(value) <= 400 and value.isprintable():
            found.setdefault(name, value)
    return found


def _looks_secret(name: str, value: str) -> bool:
    """Return whether a value may be somebody's own, or a signing key has none; then only its name is proposed."""
    if not value:
        return _SIGNING_KEY.fullmatch(name) is not None
    if error_in("A", value):
        return True
    address = re.search(r"://[^/@\s:]+:([^/@\s]+)@", value)
    secret = address[1] if address else value if _SECRET_NAME.search(name) else ""
    random = len(value) >= 20 and re.fullmatch(r"[A-Za-z0-9+/=_-]+", value) and len(set(value)) >= 12
    mixed = bool(random and re.search(r"[0-9]", value) and re.search(r"[A-Za-z]", value))
    return bool(mixed or (len(secret) >= 8 and not _PLACEHOLDER.search(secret)))
