"""Failures of schemathesis as breaches, with the place in the response and words that a coder can act on."""

import re
from dataclasses import dataclass
from typing import Any

from . import pointers
from .links import resolved

_LONGEST = 300
_NO_ZONE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?")


@dataclass(frozen=True)
class Finding:
    breach: str
    status: int
    where: str
    message: str


def finding(
    failure: Any, name: str, status: int, document: dict[str, Any], operation: dict[str, Any]
) -> Finding | None:
    """`failure` as a finding; None for a kind that is not told."""
    kind = type(failure).__name__
    said = f"`{name}` answered {status}"
    documented = ", ".join(sorted(str(code) for code in operation.get("responses") or {})) or "none"
    if kind in ("ServerError", "ContentTypeServerError"):
        return Finding("server_error", status, "", f"{said}: an error of the server, whatever was sent")
    if kind == "UndefinedStatusCode":
        return Finding(
            "undocumented_status", status, "", f"{said}, which the document does not name (it names {documented})"
        )
    if kind in ("UndefinedContentType", "MissingContentType", "MalformedMediaType"):
        return Finding("content_type", status, "", f"{said} {_content_type(failure)}")
    if kind == "JsonSchemaError" and _only_without_zone(failure):
        return None
    if kind == "JsonSchemaError":
        if "header" in failure.title.lower():
            return Finding(
                "response_headers", status, "", f"{said} with a header that breaks its schema: {_short(failure)}"
            )
        where = pointers.general(tuple(failure.instance_path))
        text, missing = _schema_words(failure)
        named = schema_named(document, operation, status)
        place = f" (`{named}`)" if named else ""
        return Finding("response_schema", status, where + missing, f"{said} with {text}{place}")
    if kind in ("MalformedJson", "ContentDeserializationError", "DiscriminatorMismatch"):
        return Finding(
            "response_schema", status, "", f"{said} with a body that is not what it is documented as: {_short(failure)}"
        )
    if kind == "MissingHeaders":
        names = ", ".join(f"`{header}`" for header in failure.missing_headers)
        return Finding("response_headers", status, "", f"{said} without {names}, which the document requires")
    if kind in ("AcceptedNegativeData", "MissingHeaderNotRejected"):
        detail = failure.message.partition("Invalid component: ")[2].partition("\n")[0]
        return Finding(
            "negative_data_accepted", status, "", f"{said} to a request that the document does not allow: {detail}"
        )
    if kind == "RejectedPositiveData":
        return Finding("positive_data_refused", status, "", f"{said} to a request that the document allows")
    if kind in ("UnsupportedMethodResponse", "AllowHeaderMismatch"):
        return Finding("unsupported_method", status, "", f"{said}: {_short(failure)}")
    return None


def _only_without_zone(failure: Any) -> bool:
    """Return whether a time only lacks its zone: Python writes them so by itself, and clients read them all the
    same."""
    text = failure.instance
    return isinstance(text, str) and bool(_NO_ZONE.fullmatch(text)) and '"date-time"' in str(failure._raw_message)


def _content_type(failure: Any) -> str:
    defined = ", ".join(getattr(failure, "defined_content_types", None) or getattr(failure, "media_types", None) or ())
    if type(failure).__name__ == "MissingContentType":
        return f"without a content type; the document says {defined}"
    actual = getattr(failure, "content_type", "") or getattr(failure, "actual", "")
    return f"as `{actual}`; the document says {defined or getattr(failure, 'defined', '')}"


def _schema_words(failure: Any) -> tuple[str, str]:
    """The error, and the addition to the place for a property that is missing or too many."""
    raw = str(getattr(failure, "_raw_message", "") or failure.message.partition("\n")[0])
    place = pointers.joined(tuple(failure.instance_path))
    at = f"`{place}`" if place else "the body"
    inside = f" in `{place}`" if place else ""
    missing = re.fullmatch(r'"(.*)" is a required property', raw, re.DOTALL)
    if missing:
        return f"`{missing[1]}` missing{inside}, which the document requires", "/" + missing[1]
    extra = re.match(r"Additional properties are not allowed \((.*) (?:was|were) unexpected\)", raw, re.DOTALL)
    if extra:
        return f"{extra[1]}{inside}, which the document does not allow", ""
    return f"{at} not as documented: {raw[:_LONGEST]}", ""


def _short(failure: Any) -> str:
    return " ".join(str(failure.message).split())[:_LONGEST]


def schema_named(document: dict[str, Any], operation: dict[str, Any], status: int) -> str:
    """Pointer of the component that documents the response's body; empty where it has no name."""
    responses = operation.get("responses") or {}
    said = responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")
    content = resolved(document, said).get("content")
    for media in content.values() if isinstance(content, dict) else ():
        schema = media.get("schema") if isinstance(media, dict) else None
        while isinstance(schema, dict):
            if isinstance(schema.get("$ref"), str):
                return str(schema["$ref"]).removeprefix("#")
            schema = schema.get("items")
    return ""
