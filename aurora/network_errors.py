"""The cause of a failed connection in plain words, whichever library raised it.

Libraries nest the system's error in wrappers of their own and print them as a debugger would. Nobody who reads
`tonic::transport::Error(Transport, ConnectError(...))` should have to find the words in it.
"""

import errno
import re
from collections.abc import Iterator

from aurora.text import clip

NO_ANSWER = "no answer in time"
LONGEST = 200

_BY_ERRNO = {
    errno.ECONNREFUSED: "connection refused",
    errno.ENOENT: "there is no such socket",
    errno.EACCES: "permission denied",
    errno.ECONNRESET: "the connection was closed",
    errno.EPIPE: "the connection was closed",
    errno.ETIMEDOUT: NO_ANSWER,
    errno.EHOSTUNREACH: "the host can't be reached",
    errno.ENETUNREACH: "the network can't be reached",
}
_BY_TEXT = (
    (r"connection ?refused|all connection attempts failed", "connection refused"),
    (
        r"dns error|failed to lookup|name or service not known|nodename nor servname|name resolution|getaddrinfo",
        "the host name can't be resolved",
    ),
    (r"no route to host|hostunreachable", "the host can't be reached"),
    (r"network is unreachable|networkunreachable", "the network can't be reached"),
    (r"certificate|unknownissuer|notvalidforname", "the TLS certificate is not trusted, or is for another name"),
    (r"invalidmessage|invalidcontenttype|wrong_version_number|record layer|handshake", "the TLS handshake failed"),
    (r"http status code|grpc-status header missing|frame with invalid size", "another kind of server answers there"),
    (r"no such file or directory", "there is no such socket"),
    (r"permission denied", "permission denied"),
    (r"timed out|timeout|deadline", NO_ANSWER),
    (
        r"broken ?pipe|connection ?(was )?(closed|reset|aborted)|stream closed|disconnected|incomplete|eof\b"
        r"|operation was canceled",
        "the connection was closed",
    ),
)
_BY_STATUS = {
    "DEADLINE_EXCEEDED": NO_ANSWER,
    "UNAUTHENTICATED": "the credentials were not accepted",
    "PERMISSION_DENIED": "the credentials do not allow it",
    "RESOURCE_EXHAUSTED": "it is overloaded, or a rate limit is reached",
    "UNIMPLEMENTED": "the server does not know this request: it is too old, or no Temporal server",
}
"""By the name of a gRPC status."""
_FOR_A_DEBUGGER = re.compile(r"::|\w\(|\w \{|<[\w.]+ object|0x[0-9a-f]{6}|\('")


def connection_error(error: BaseException) -> str:
    """The reason why there was no connection, or no answer, without a full stop."""
    chain = list(_chain(error))
    for link in chain:
        if isinstance(link, OSError) and link.errno in _BY_ERRNO:
            return _BY_ERRNO[link.errno]
    for link in chain:
        status = getattr(getattr(link, "status", None), "name", "")  # no import: temporalio takes half a second
        if said := _BY_STATUS.get(status):
            return said
    text = " ".join(f"{type(link).__name__} {link}" for link in chain).lower()
    for pattern, said in _BY_TEXT:
        if re.search(pattern, text):
            return said
    return readable(str(error)) or "the connection failed"


def readable(text: str) -> str:
    """The first line of a library's message; nothing where it was printed for a debugger."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return "" if _FOR_A_DEBUGGER.search(first) else clip(first, LONGEST).rstrip(".")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies behind it: causes, and errors that libraries pass on as arguments."""
    seen, left = set[int](), [error]
    while left:
        link = left.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        behind = [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]
        left += [one for one in behind if isinstance(one, BaseException)]
