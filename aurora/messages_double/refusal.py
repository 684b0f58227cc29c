"""The double's refusals, in the service's own form."""

from typing import Any, Final

STATUS: Final = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
TYPE_OF: Final = {status: kind for kind, status in STATUS.items()}


class Refused(Exception):
    """Becomes an HTTP answer with the service's error JSON."""

    def __init__(self, message: str, *, kind: str = "invalid_request_error") -> None:
        super().__init__(message)
        self.kind = kind

    @property
    def status(self) -> int:
        return STATUS[self.kind]


def error_body(kind: str, message: str, request_id: str = "req_double") -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}
