"""Entries of `errors[]` told apart: an exception that nobody meant to show, or an answer to what was asked.

What is known decides in this order: what the observer in the served process heard, what a GraphQL engine says of a
result of the wrong type, the stack that a server in development adds, the words. A code alone says little: Apollo gives
`INTERNAL_SERVER_ERROR` to every error that was thrown without one, also to "Post not found".
"""

import re
from collections.abc import Sequence
from typing import Any

INTERNAL = {"INTERNAL_SERVER_ERROR", "INTERNAL_ERROR", "INTERNAL", "SERVER_ERROR", "UNEXPECTED_ERROR"}
MASKED = re.compile(
    r"(unexpected error|internal (server )?error|something went wrong|an (unexpected|unknown|internal) error[^.]*"
    r"|unknown error|server error)[.!]?",
    re.I,
)
OF_A_RESULT = re.compile(
    r"Cannot return null for non-nullable field|Expected Iterable, but did not find one|cannot represent"
    r"|Abstract type .+ must resolve to an Object type|Runtime Object type|Expected value of type .+ but got"
    r"|is not a possible type for"
)
"""The messages of GraphQL engines when a resolver's result does not fit its type; of an argument it says so without a
`path`."""
LANGUAGE = re.compile(
    # JavaScript and its drivers
    r"Cannot (read|set|destructure|access) (propert|')|is not (a function|a constructor|iterable|defined\b)"
    r"|undefined is not|Unexpected (token|end of)|is not valid JSON|Maximum call stack|Invalid time value"
    r"|E(CONNREFUSED|NOENT|PIPE|ADDRINUSE)|SQLITE_|Invalid `.*prisma|\bER_[A-Z_]{4,}|E11000 duplicate|Cast to ObjectId"
    # Python and its drivers
    r"|object has no attribute|object is not (subscriptable|callable|iterable)|NoneType|unsupported operand"
    r"|(index|assignment index) out of range|division by zero|invalid literal for|could not convert string"
    r"|unexpected keyword argument|missing \d+ required|takes \d+ positional|not supported between instances"
    r"|name '.+' is not defined|unhashable type|maximum recursion|badly formed hexadecimal|not JSON serializable"
    r"|event loop|was never awaited|not bound to a Session|greenlet_spawn|from an async context"
    r"|No row was found when|Multiple rows were found|\[Errno \d|to unpack \(expected|math domain"
    r"|\((sqlite3|psycopg2?|asyncpg|pymysql|MySQLdb)\."
    # data stores
    r"|(UNIQUE|NOT NULL|FOREIGN KEY|CHECK) constraint failed|violates [\w-]+ constraint|duplicate key value"
    r"|relation \"[^\"]+\" does not exist|column .+ does not exist|invalid input syntax for|out of range for type"
    r"|syntax error at or near|no such (table|column)|must not be negative|datatype mismatch"
    r"|not implemented\b|NotImplemented"
)
"""The messages of exceptions in the languages and their drivers, for answers that name no class."""
A_KEY = re.compile(r"'[^']{1,80}'|\d{1,20}")
"""All that Python says of a `KeyError`."""
CLASSES = {
    "TypeError", "ReferenceError", "RangeError", "SyntaxError", "URIError", "EvalError", "AssertionError",
    "NotImplementedError", "AttributeError", "NameError", "UnboundLocalError", "RecursionError", "ZeroDivisionError",
}  # fmt: skip
"""Classes of exceptions that nobody throws on purpose to a client."""
HONEST_CLASS = re.compile(
    r"(GraphQL|UserInput|Authentication|Forbidden|Validation|Zod|Yup|Permission|PermissionDenied|NotFound|DoesNotExist"
    r"|Unauthori[sz]ed|BadRequest|Conflict|Http)\w*$|DoesNotExist|NotFound|Http404|PermissionDenied|ValidationError",
)
HONEST = re.compile(
    r"not found|no such|does(n't| not) exist|already|must |invalid|required|not (allowed|permitted|authori[sz]ed"
    r"|authenticated|logged|valid)|unauthori[sz]ed|unauthenticated|forbidden|denied|access|permission|log ?in|expired"
    r"|incorrect|wrong (email|password|credential)|can(no|')t be|cannot be|too (short|long|many|large)|unknown|missing"
    r"|at least|at most|expected|unable to find|could ?n[o']t find|log(ged)? in|not a valid|exceed|unsupported|wrong",
    re.I,
)
UNAUTHENTICATED = re.compile(
    r"not (authenticated|authori[sz]ed|logged|allowed|signed)|unauthori[sz]ed|unauthenticated|forbidden|log ?in"
    r"|sign ?in|permission|access denied|invalid token|missing token|jwt|authenticat",
    re.I,
)
_PYTHON_FRAME = re.compile(r'File "([^"]+)", line (\d+), in (\S+)')
_NODE_FRAME = re.compile(r"\s*at (?:.*\()?((?:file://)?[^()]+?):(\d+):\d+\)?\s*$")
_LIBRARY = re.compile(r"site-packages|dist-packages|node_modules|^node:|/lib/python3|^<")


def unexpected(error: dict[str, Any], observed: Sequence[dict[str, Any]] = ()) -> str:
    """The sign of an exception that nobody meant to show; empty for an honest error.

    `heard`: exceptions of the request that the observer told: `raised` (class), `deliberate`, `at`, `said`."""
    message = str(error.get("message", ""))
    extensions = error.get("extensions") if isinstance(error.get("extensions"), dict) else {}
    assert isinstance(extensions, dict)
    if isinstance(error.get("path"), list) and OF_A_RESULT.search(message):
        return "a result that its type rules out"
    for one in observed:
        if one.get("path") == error.get("path") or (str(one.get("said", "")) == message and message):
            return _judged(str(one.get("raised", "")), bool(one.get("deliberate")), str(one.get("at", "")))
    stack = _stack(extensions)
    if stack and (said := _by_stack(stack)) is not None:
        return said
    if MASKED.fullmatch(message.strip()):
        return "the server's words for an exception that it masks"
    code = str(extensions.get("code", ""))
    if code and code.upper() not in INTERNAL:
        return ""
    if LANGUAGE.search(message) or A_KEY.fullmatch(message.strip()):
        return "an exception's words"
    if code and not HONEST.search(message):
        return f"code {code}"
    return ""


def is_about_log_in(error: dict[str, Any]) -> bool:
    extensions = error.get("extensions")
    code = str(extensions.get("code", "")) if isinstance(extensions, dict) else ""
    return code.upper() in ("UNAUTHENTICATED", "FORBIDDEN", "UNAUTHORIZED") or bool(
        UNAUTHENTICATED.search(str(error.get("message", "")))
    )


def _judged(raised: str, deliberate: bool, at: str) -> str:
    name = raised.rpartition(".")[2]
    if name in CLASSES or not (deliberate or HONEST_CLASS.search(name)):
        return f"{raised}{f' raised at {at}' if at else ''}"
    return ""


def _stack(extensions: dict[str, Any]) -> list[str]:
    exception, original = extensions.get("exception"), extensions.get("originalError")
    for found in (
        extensions.get("stacktrace"),
        exception.get("stacktrace") if isinstance(exception, dict) else None,
        original.get("stack") if isinstance(original, dict) else None,
        extensions.get("stack"),
    ):
        if isinstance(found, str):
            return found.splitlines()
        if isinstance(found, list) and found:
            return [line for one in found for line in str(one).splitlines()]
    return []


def _by_stack(lines: list[str]) -> str | None:
    """None where it says nothing."""
    frames = [at for at, line in enumerate(lines) if _PYTHON_FRAME.search(line)]
    if frames:
        last = _PYTHON_FRAME.search(lines[frames[-1]])
        assert last is not None
        after = lines[frames[-1] + 1].strip() if frames[-1] + 1 < len(lines) else ""
        name = next(
            (line.partition(":")[0].strip() for line in reversed(lines) if line and not line.startswith(" ")), ""
        )
        deliberate = not _LIBRARY.search(last[1]) and after.startswith("raise")
        return _judged(name, deliberate, f"{last[1].rpartition('/')[2]}:{last[2]}")
    head = lines[0].strip() if lines else ""
    thrown = re.match(r"\[?([A-Za-z_$][\w$.]*)", head)
    frame = next((found for line in lines if (found := _NODE_FRAME.match(line))), None)
    if thrown is None or frame is None:
        return None
    return _judged(thrown[1], not _LIBRARY.search(frame[1]), f"{frame[1].rpartition('/')[2]}:{frame[2]}")
