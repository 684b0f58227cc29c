"""Values of our own for the requests of a log-in: the user that is registered and logs in."""

import re
from collections.abc import Mapping
from typing import Any

from aurora.contract.operations import fields, followed

PASSWORD = "Aurora-2026-made-up"  # noqa: S105 - of a user in an empty data store that is thrown away
EMAIL = "aurora@example.com"
NAME = "aurora"
_BY_NAME = (
    (re.compile(r"e?mail(address)?|emailid|identifier|useroremail|(user(name)?or)email|login(id|name)?"), EMAIL),
    (re.compile(r"(.*)(password|passwd|pwd|passphrase)(.*)|pass"), PASSWORD),
    (re.compile(r"(user|nick|display|account|screen)_?name|user|handle|username|userid"), NAME),
    (re.compile(r"(full|real)?name"), "Aurora Example"),
    (re.compile(r"(first|given|fore)name"), "Aurora"),
    (re.compile(r"(last|family|sur)name"), "Example"),
    (re.compile(r"(phone|mobile|telephone)(number)?"), "+12025550123"),
    (re.compile(r"granttype"), "password"),
)  # fmt: skip
_BY_FORMAT = {
    "email": EMAIL, "date": "1990-01-01", "date-time": "1990-01-01T00:00:00Z", "uri": "https://example.com",
    "url": "https://example.com", "uuid": "00000000-0000-4000-8000-000000000001", "password": PASSWORD,
}  # fmt: skip
_IDENTITY = re.compile(r"e?mail|user_?name|login|identifier|.*password.*|user|pass", re.IGNORECASE)
_NAMING = re.compile(r"e?mail|user_?name|login|identifier|user", re.IGNORECASE)
_PASSWORD = re.compile(r".*password.*|pass", re.IGNORECASE)
_DEPTH = 4


def is_password(name: str) -> bool:
    return re.fullmatch(r".*(password|passwd|pwd|passphrase).*|pass|pin", name, re.IGNORECASE) is not None


def value(document: Mapping[str, Any], name: str, schema: Any, depth: int = 0) -> Any:
    """A value of the schema for a property of this name; what the document gives as an example where it gives one."""
    said = followed(document, schema)
    said = said if isinstance(said, dict) else {}
    plain = re.sub(r"[^a-z]", "", name.lower())
    kind = _type(said)
    if isinstance(said.get("enum"), list) and said["enum"]:
        return said["enum"][0]
    if kind in ("", "string"):
        known = next((one for pattern, one in _BY_NAME if pattern.fullmatch(plain)), None)
        if known is not None and (kind == "string" or not fields(document, said).properties):
            return _long(known, said)
    for key in ("example", "default"):
        if said.get(key) is not None and kind not in ("object", ""):
            return said[key]
    listed = said.get("anyOf") or said.get("oneOf")
    if kind == "" and isinstance(listed, list) and listed:
        return value(document, name, listed[0], depth + 1) if depth < _DEPTH else None
    match kind:
        case "integer" | "number":
            least = said.get("minimum")
            return least if isinstance(least, int | float) and least > 1 else 1
        case "boolean":
            return True
        case "array":
            return []
        case "string":
            return _long(_BY_FORMAT.get(str(said.get("format")), NAME), said)
    return of_object(document, said, depth + 1) if depth < _DEPTH else {}


def of_object(document: Mapping[str, Any], schema: Any, depth: int = 0) -> dict[str, Any]:
    """The properties that are required; what names a user in it, too, where nothing required does; all where it
    requires nothing."""
    found = fields(document, schema)
    enough = any(_NAMING.fullmatch(name) for name in found.required)
    more = _PASSWORD if enough else _IDENTITY
    names = [n for n in found.properties if n in found.required or (more.fullmatch(n) and _sendable(found, n))]
    names = names or [name for name in found.properties if _sendable(found, name)]
    return {name: value(document, name, found.properties[name], depth) for name in names}


def _sendable(found: Any, name: str) -> bool:
    said = found.properties[name]
    return not (isinstance(said, dict) and said.get("readOnly"))


def _type(said: Mapping[str, Any]) -> str:
    kind = said.get("type")
    if isinstance(kind, list):
        return next((str(one) for one in kind if one != "null"), "")
    return str(kind or "")


def _long(text: str, said: Mapping[str, Any]) -> str:
    """Not shorter than the schema allows, and not longer."""
    least, most = said.get("minLength"), said.get("maxLength")
    if isinstance(least, int) and len(text) < least <= 200:
        text += "x" * (least - len(text))
    return text[:most] if isinstance(most, int) and most > 0 else text
