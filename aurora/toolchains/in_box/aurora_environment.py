"""Check whether an exception says that what the tests run in lacks something: a service, a setting, a variable, a mark.

Neither the behaviour nor the code of the test is to blame then, and a red test of that kind shows nothing of either.
What a mock raised is no such thing: a test that plays an outage wants to see what the code makes of it.

Standard library only, Python 3.8 and later.
"""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Iterator
from pathlib import Path

UNREACHABLE = (errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH)
NOT_REACHED = re.compile(
    r"Connection refused|All connection attempts failed|Connect call failed"
    r"|[Cc]ould not connect to|[Cc]an't connect to|connection to server at"
    r"|Name or service not known|[Nn]ame resolution|nodename nor servname|getaddrinfo failed"
    r"|unable to open database file|password authentication failed|Access denied for user|no pg_hba\.conf entry"
    r"|(database|role) \"[^\"]+\" does not exist|Unknown database '"
)
OF_SERVICES = re.compile(
    r"Operational|Connect|Interface|Database|Network|Unavailable|Transport|ServerSelection|URLError"
)
"""Names of exceptions that are raised about a service."""
NOT_ALLOWED = re.compile(
    r"Database access not allowed|Database (queries|connections) to '[^']*' are not allowed"
    r"|^Working outside of (application|request) context|[Ss]ettings are not configured"
    r"|doesn't declare an explicit app_label|^no running event loop$|^Event loop is closed|no current event loop"
    r"|attached to a different loop|^Session backend did not open a session|A secret key has not been set"
)
UNSET = re.compile(
    r"Set the \w+ environment variable|required to be set as the environment variable"
    r"|environment variable .{0,60}(not set|missing|required)"
    r"|Environment variable .{0,60}(not set|not found|missing|is required)|environment is not set"
)
SETTING = re.compile(r"\bsettings?\b|SECRET_KEY|DATABASES|\bENGINE\b|ALLOWED_HOSTS|environment", re.IGNORECASE)
OF_SETTINGS = ("UndefinedValueError", "EnvError", "EnvValidationError", "AppRegistryNotReady")
MOCKS = ("unittest/mock.py", "mock/mock.py", "respx/", "responses/", "pytest_httpx/", "requests_mock/", "aioresponses/")


def lacked(exc: BaseException) -> bool:
    """Never raises."""
    try:
        return not mocked(exc) and any(_says_so(one) for one in _causes(exc))
    except Exception:  # noqa: BLE001 - of odd exceptions: anything
        return False


def mocked(exc: BaseException) -> bool:
    """Return whether a mock raised it, or what it was raised from."""
    return any(
        _inner(one).endswith(MOCKS[:2]) or any(part in _inner(one) for part in MOCKS[2:]) for one in _causes(exc)
    )


def variable(exc: BaseException) -> bool:
    """Return whether a variable of the environment was asked for that nobody set here."""
    if isinstance(exc, KeyError) and Path(_inner(exc)).name in ("os.py", "<frozen os>"):
        return True
    return type(exc).__name__ in OF_SETTINGS[:3] or bool(UNSET.search(str(exc)[:2000])) or _of_pydantic_settings(exc)


def _says_so(exc: BaseException) -> bool:
    text, name = str(exc)[:4000], type(exc).__name__
    if variable(exc) or name in OF_SETTINGS or NOT_ALLOWED.search(text):
        return True
    if name == "ImproperlyConfigured" and SETTING.search(text):
        return True
    if isinstance(exc, socket.gaierror) or (isinstance(exc, OSError) and exc.errno in UNREACHABLE):
        return True
    return bool(OF_SERVICES.search(name) and NOT_REACHED.search(text))


def _of_pydantic_settings(exc: BaseException) -> bool:
    if type(exc).__name__ != "ValidationError":
        return False
    return any("pydantic_settings" in Path(name).parts for name in _files(exc))


def _causes(exc: BaseException) -> Iterator[BaseException]:
    for _ in range(10):
        yield exc
        inner = getattr(exc, "reason", None)  # of a URLError
        cause = exc.__cause__ or (inner if isinstance(inner, BaseException) else None)
        if cause is None:
            return
        exc = cause


def _files(exc: BaseException) -> Iterator[str]:
    step = exc.__traceback__
    while step is not None:
        yield step.tb_frame.f_code.co_filename
        step = step.tb_next


def _inner(exc: BaseException) -> str:
    found = ""
    for found in _files(exc):  # noqa: B007 - the last one
        pass
    return found.replace("\\", "/")
