"""The breaches of an answer, known false alarms left out."""

import re
from dataclasses import replace
from typing import Any

from schemathesis import Case

from .bodies import media_type, unparsed
from .findings import Finding, finding
from .links import resolved
from .schema import REQUEST_CHECKS, RESPONSE_CHECKS, Schema, has_sound_path
from .transport import Answer, Sendable

_STATUS = "undocumented_status"
_OTHER_ROUTE = re.compile(r"%2F|%5C|%0A|%0D|/\.{1,2}(?=/|$)|//|%2E|%3B", re.IGNORECASE)


def _is_head(request: Sendable) -> bool:
    return request.method == "HEAD"


class Judge:
    """The checks of schemathesis with what this driver knows beside: how the request was meant, and who answered it."""

    def __init__(self, schema: Schema, document: dict[str, Any], known: dict[str, dict[str, Any]]) -> None:
        self._schema, self._document, self._known = schema, document, known

    def findings(
        self, name: str, case: Case, request: Sendable, answer: Answer, *, full: bool, secured: bool
    ) -> list[Finding]:
        """Breaches in `answer`; `told`: also those that are reported only, which need to know how `case` was
        generated."""
        if answer.cut or answer.status == 429 or answer.status in (408, 413, 414, 431):
            return self._server_error(name, answer)  # limits of the server, met because it is driven
        if answer.status in (401, 403) and secured and not self._documents(name, answer.status):
            return []  # the security requirement says so already
        if request.method != name.partition(" ")[0]:
            return self._other_method(name, request, answer, full)
        checks = RESPONSE_CHECKS + (REQUEST_CHECKS if full else ())
        if answer.status == 404 and not has_sound_path(case):
            return []  # routes that take numbers only pass over other texts: no operation has answered
        operation = self._known[name]
        found = [
            one
            for failure in self._schema.judged(case, answer, checks)
            if (one := finding(failure, name, answer.status, self._document, operation))
        ]
        kept = [one for one in found if not self._alarm(one, name, request, answer, found)]
        if not full or case.meta is None or not case.meta.generation.mode.is_negative:
            return kept
        said = "; the request was one that the document does not allow"
        return [replace(one, message=one.message + said) if one.breach == _STATUS else one for one in kept]

    def _alarm(self, one: Finding, name: str, request: Sendable, answer: Answer, all_of_it: list[Finding]) -> bool:
        if one.breach == "server_error":
            return answer.status in (501, 502, 503, 504) and self._documents(name, answer.status)
        if one.breach in ("content_type", "response_schema") and (
            answer.status in (204, 205, 304) or _is_head(request)
        ):
            return True  # HTTP allows no body here, whatever the document says
        if answer.status >= 500:
            return any(other.breach == "server_error" for other in all_of_it)
        if answer.status in (400, 415, 422) and unparsed(request):
            return True  # refused before any operation is asked, and documented nowhere
        if one.breach == _STATUS and answer.status == 415 and not self._of_its_kind(name, request):
            return True
        bare = request.path.partition("?")[0]
        # a path that another route, or none, answers says nothing of this operation
        return answer.status in (301, 302, 307, 308, 400, 404, 405) and bool(_OTHER_ROUTE.search(bare))

    def _server_error(self, name: str, answer: Answer) -> list[Finding]:
        if answer.status < 500:
            return []
        return [
            Finding("server_error", answer.status, "", f"`{name}` answered {answer.status}: an error of the server")
        ]

    def _other_method(self, name: str, request: Sendable, answer: Answer, full: bool) -> list[Finding]:
        """The finding for a method that the document does not name for the path: however it is refused, it is
        refused."""
        if not answer.succeeded or not full or request.method in ("HEAD", "OPTIONS", "TRACE"):
            return []
        path = name.partition(" ")[2]
        text = f"`{request.method} {path}` answered {answer.status}, and the document names no such operation"
        return [Finding("unsupported_method", answer.status, "", text)]

    def _of_its_kind(self, name: str, request: Sendable) -> bool:
        """Return whether the body's media type is one that the operation takes."""
        content = resolved(self._document, self._known[name].get("requestBody")).get("content")
        return media_type(request) in {str(kind).lower() for kind in content} if isinstance(content, dict) else False

    def _documents(self, name: str, status: int) -> bool:
        return str(status) in {str(code) for code in self._known[name].get("responses") or {}}
