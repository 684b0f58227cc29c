"""Operations of an OpenAPI document as whoever calls them sees them: what is asked for, sent and given back."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aurora.contract.positions import METHODS
from aurora.contract.references import target

_DEPTH = 20


class Operation(NamedTuple):
    method: str
    """Method in upper case."""
    path: str
    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        whole = followed(document, item)
        for method, said in whole.items() if isinstance(whole, dict) else ():
            if method in METHODS and isinstance(said, dict):
                yield Operation(method.upper(), str(path), said)


def followed(document: Mapping[str, Any], value: Any) -> Any:
    """The target of a reference inside the document, all else as it is."""
    for _ in range(_DEPTH):
        ref = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(ref, str):
            return value
        value = target(document, ref) if ref.startswith("#/") else None
    return None


def schemes(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Security schemes by name; those of OpenAPI 2 likewise."""
    components = document.get("components")
    listed = components.get("securitySchemes") if isinstance(components, dict) else document.get("securityDefinitions")
    found = {str(n): followed(document, one) for n, one in (listed.items() if isinstance(listed, dict) else ())}
    return {name: one for name, one in found.items() if isinstance(one, dict)}


def asked(document: Mapping[str, Any], operation: Operation) -> tuple[str, ...]:
    """Names of the schemes that it asks for, of its first alternative first; nothing where it is open to all."""
    required = operation.said.get("security", document.get("security"))
    listed = [one for one in required if isinstance(one, dict)] if isinstance(required, list) else []
    if not listed or any(not one for one in listed):
        return ()
    return tuple(dict.fromkeys(str(name) for one in listed for name in one))


class Sent(NamedTuple):
    schema: Any
    form: bool


def body(document: Mapping[str, Any], operation: Operation) -> Sent | None:
    """The body of the request: JSON where it takes JSON, else a form."""
    content = _content(followed(document, operation.said.get("requestBody")))
    for kind, form in (("json", False), ("x-www-form-urlencoded", True), ("form-data", True)):
        for name, one in content.items():
            if kind in name and isinstance(one, dict):
                return Sent(one.get("schema"), form)
    parameters = operation.said.get("parameters")
    given = [followed(document, one) for one in parameters] if isinstance(parameters, list) else []
    fields = [one for one in given if isinstance(one, dict) and one.get("in") == "formData"]
    if fields:
        needed = [one.get("name") for one in fields if one.get("required")]
        properties = {str(one.get("name")): one for one in fields}
        return Sent({"type": "object", "properties": properties, "required": needed}, True)
    whole = next((one for one in given if isinstance(one, dict) and one.get("in") == "body"), None)
    return None if whole is None else Sent(whole.get("schema"), False)


def answers(document: Mapping[str, Any], operation: Operation) -> Iterator[Any]:
    """Schemas of its successful responses."""
    listed = operation.said.get("responses")
    for status, one in listed.items() if isinstance(listed, dict) else ():
        response = followed(document, one)
        if not str(status).startswith("2") or not isinstance(response, dict):
            continue
        yield from (one.get("schema") for one in _content(response).values() if isinstance(one, dict))
        if "schema" in response:
            yield response["schema"]


def _content(said: Any) -> dict[str, Any]:
    content = said.get("content") if isinstance(said, dict) else None
    return {str(name): one for name, one in content.items()} if isinstance(content, dict) else {}


class Fields(NamedTuple):
    properties: dict[str, Any]
    required: frozenset[str]


def fields(document: Mapping[str, Any], schema: Any, depth: int = 0) -> Fields:
    """The fields of an object, those of `allOf` and of the first alternative included."""
    said = followed(document, schema)
    if not isinstance(said, dict) or depth > _DEPTH:
        return Fields({}, frozenset())
    listed = said.get("properties")
    found = {str(name): one for name, one in listed.items()} if isinstance(listed, dict) else {}
    needed = {str(one) for one in said.get("required", ()) if isinstance(one, str)} if _is_list(said) else set()
    parts = list(said.get("allOf", ()) or ())
    for key in ("oneOf", "anyOf"):
        parts += [one for one in said.get(key, ()) or () if _is_object(document, one)][:1]
    for part in parts:
        inner = fields(document, part, depth + 1)
        found = {**inner.properties, **found}
        needed |= inner.required
    return Fields(found, frozenset(needed))


def _is_list(said: Mapping[str, Any]) -> bool:
    return isinstance(said.get("required"), list)


def _is_object(document: Mapping[str, Any], schema: Any) -> bool:
    said = followed(document, schema)
    return isinstance(said, dict) and said.get("type") != "null"
