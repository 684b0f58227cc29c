"""The operations of an OpenAPI document in one form: 3.0, 3.1, 3.2, and Swagger 2 as far as it says the same.

For a child of `bounded`: the document may be anything. What has another shape than the specification's says nothing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from aurora.contract.normal_schema import Reader, Written
from aurora.contract.yaml_text import Where

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
IN_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Header parameters that OpenAPI says are ignored: media types and security state them."""
_TEMPLATE = re.compile(r"\{[^{}/]*\}")
JSON = "application/json"


class Parameter(NamedTuple):
    place: str
    """`path`, `query`, `header`, `cookie`."""
    name: str
    """Name as written."""
    required: bool
    schema: Written | None
    where: Where
    joined: bool = False
    """True if an array travels as one text, its values with commas between."""


class Body(NamedTuple):
    """The body of a request."""

    required: bool
    content: Mapping[str, Written | None]
    """Content by media type, in lower case and without its parameters; None where no schema is stated."""
    where: Where


class Response(NamedTuple):
    content: Mapping[str, Written | None]
    headers: Mapping[str, bool]
    """Name in lower case -> whether it is required."""
    where: Where
    description: str = ""


class Scheme(NamedTuple):
    """A way to authenticate, whatever the document calls it."""

    kind: str
    """`http bearer`, `oauth2`, `apiKey in header X-Key`."""
    scopes: frozenset[str]


Requirement = frozenset[Scheme]
"""Schemes that are needed together; empty: none is."""


class Operation(NamedTuple):
    method: str
    """Method in upper case."""
    path: str
    """Path as written, below the servers' base path."""
    key: str
    """The path with its parameters' names folded, without the base path: `/users/{}`."""
    operation_id: str
    deprecated: bool
    parameters: Mapping[tuple[str, str], Parameter]
    """Parameters by place and name; headers in lower case, path parameters by their number in the path."""
    body: Body | None
    responses: Mapping[str, Response]
    """Responses by status: `201`, `4XX`, `default`."""
    security: tuple[Requirement, ...] | None
    """Alternatives; empty: none is needed. None where neither operation nor root speaks of it."""
    security_where: Where
    where: Where

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


class Api(NamedTuple):
    reader: Reader
    operations: Mapping[tuple[str, str], Operation]
    """Operations by method and key."""
    bases: tuple[str, ...]
    """Base paths of the servers, each once: `/v1`; the empty one where a server has none."""
    thin: bool
    """True if no request and no response has a schema that says something, as of a document made from routes alone."""


def normal_form(document: Mapping[str, Any]) -> Api:
    return _Form(document).api()


def folded(path: str) -> str:
    """A path template without the names of its parameters."""
    return _TEMPLATE.sub("{}", path)


class _Form:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.reader = Reader(document)
        self.old = "swagger" in document
        components = _dict(document.get("components"))
        self.schemes = _dict(document.get("securityDefinitions") or components.get("securitySchemes"))

    def api(self) -> Api:
        operations = {(one.method, one.key): one for one in self._operations()}
        return Api(self.reader, operations, self._bases(), self._thin(operations.values()))

    def _bases(self) -> tuple[str, ...]:
        if self.old:
            return (str(self.document.get("basePath") or "").rstrip("/"),)
        found = [base_path(server) for server in _list(self.document.get("servers")) if isinstance(server, dict)]
        return tuple(dict.fromkeys(found)) or ("",)

    def _thin(self, operations: Any) -> bool:
        return not any(
            written is not None and not self.reader.schema(written).says_nothing
            for one in operations
            for content in [one.body.content if one.body else {}, *(each.content for each in one.responses.values())]
            for written in content.values()
        )

    def _operations(self) -> Iterator[Operation]:
        for path, item in _dict(self.document.get("paths")).items():
            found = self.reader.resolved(Written(item, ("paths", path)))
            for method in METHODS if path.startswith("/") and isinstance(found.value, dict) else ():
                if isinstance(found.value.get(method), dict):
                    yield self._operation(path, method, found)

    def _operation(self, path: str, method: str, item: Written) -> Operation:
        operation, where = item.value[method], (*item.where, method)
        raw = [*self._raw_parameters(item.value, item.where), *self._raw_parameters(operation, where)]
        security, security_where = self._security(operation, where)
        return Operation(
            method=method.upper(),
            path=path,
            key=folded(path),
            operation_id=str(operation.get("operationId") or ""),
            deprecated=operation.get("deprecated") is True,
            parameters=self._parameters(path, raw),
            body=self._old_body(operation, raw) if self.old else self._body(operation, where),
            responses=self._responses(operation, where),
            security=security,
            security_where=security_where,
            where=where,
        )

    def _raw_parameters(self, value: Mapping[str, Any], where: Where) -> Iterator[Written]:
        for n, one in enumerate(_list(value.get("parameters"))):
            found = self.reader.resolved(Written(one, (*where, "parameters", n)))
            if isinstance(found.value, dict) and isinstance(found.value.get("name"), str):
                yield found

    def _parameters(self, path: str, raw: list[Written]) -> dict[tuple[str, str], Parameter]:
        numbers = {name[1:-1]: str(n) for n, name in enumerate(_TEMPLATE.findall(path))}
        found = {}
        for value, where in raw:
            place, name = str(value.get("in")), value["name"]
            key = name.lower() if place == "header" else numbers.get(name, name) if place == "path" else name
            if place in ("path", "query", "header", "cookie") and not (place == "header" and key in IN_HEADERS):
                required = value.get("required") is True or place == "path"
                joined = value.get("explode") is False or (self.old and value.get("collectionFormat") in (None, "csv"))
                schema = self._parameter_schema(value, where)
                found[place, key] = Parameter(place, name, required, schema, where, joined)
        return found

    def _parameter_schema(self, value: dict[str, Any], where: Where) -> Written | None:
        if self.old:
            return Written({key: inner for key, inner in value.items() if key not in ("in", "name", "required")}, where)
        if "schema" in value:
            return Written(value["schema"], (*where, "schema"))
        for media, content in _dict(value.get("content")).items():
            if isinstance(content, dict) and "schema" in content:
                return Written(content["schema"], (*where, "content", media, "schema"))
        return None

    def _body(self, operation: dict[str, Any], where: Where) -> Body | None:
        found = self.reader.resolved(Written(operation.get("requestBody"), (*where, "requestBody")))
        if not isinstance(found.value, dict):
            return None
        return Body(found.value.get("required") is True, self._content(found.value, found.where), found.where)

    def _old_body(self, operation: dict[str, Any], raw: list[Written]) -> Body | None:
        """The body in Swagger 2, where it is a parameter, or several that make a form."""
        consumes = _list(operation.get("consumes") or self.document.get("consumes"))
        for value, where in raw:
            if value.get("in") == "body":
                schema = Written(value.get("schema"), (*where, "schema")) if "schema" in value else None
                medias = [media_type(str(one)) for one in consumes] or [JSON]
                return Body(value.get("required") is True, dict.fromkeys(medias, schema), where)
        form = [(value, where) for value, where in raw if value.get("in") == "formData"]
        if not form:
            return None
        required = [value["name"] for value, _ in form if value.get("required") is True]
        fields = {value["name"]: self._field(value) for value, _ in form}
        schema = Written({"type": "object", "properties": fields, "required": required}, form[0][1])
        medias = [media_type(str(one)) for one in consumes] or ["application/x-www-form-urlencoded"]
        return Body(bool(required), dict.fromkeys(medias, schema), form[0][1])

    @staticmethod
    def _field(value: dict[str, Any]) -> dict[str, Any]:
        if value.get("type") == "file":
            return {"type": "string", "format": "binary"}
        return {key: inner for key, inner in value.items() if key not in ("in", "name", "required")}

    def _content(self, value: Mapping[str, Any], where: Where) -> dict[str, Written | None]:
        found: dict[str, Written | None] = {}
        for media, content in _dict(value.get("content")).items():
            said = isinstance(content, dict) and "schema" in content
            found[media_type(media)] = (
                Written(content["schema"], (*where, "content", media, "schema")) if said else None
            )
        return found

    def _responses(self, operation: dict[str, Any], where: Where) -> dict[str, Response]:
        responses = {}
        produces = [media_type(str(one)) for one in _list(operation.get("produces") or self.document.get("produces"))]
        for status, response in _dict(operation.get("responses")).items():
            found = self.reader.resolved(Written(response, (*where, "responses", status)))
            if status.startswith("x-") or not isinstance(found.value, dict):
                continue
            content = self._content(found.value, found.where)
            if self.old and "schema" in found.value:
                content = dict.fromkeys(produces or [JSON], Written(found.value["schema"], (*found.where, "schema")))
            headers = {
                str(name).lower(): _dict(self.reader.resolved(Written(header, ())).value).get("required") is True
                for name, header in _dict(found.value.get("headers")).items()
            }
            said = str(found.value.get("description") or "")
            responses[status.upper() if status != "default" else status] = Response(content, headers, found.where, said)
        return responses

    def _security(self, operation: dict[str, Any], where: Where) -> tuple[tuple[Requirement, ...] | None, Where]:
        said, place = operation.get("security"), (*where, "security")
        if not isinstance(said, list):
            said, place = self.document.get("security"), ("security",)
        if not isinstance(said, list):
            return None, where
        alternatives = tuple(
            dict.fromkeys(
                frozenset(self._scheme(name, scopes) for name, scopes in one.items())
                for one in said
                if isinstance(one, dict)
            )
        )
        return alternatives, place

    def _scheme(self, name: str, scopes: Any) -> Scheme:
        scheme = _dict(self.reader.resolved(Written(self.schemes.get(name), ())).value)
        kind = str(scheme.get("type") or name)
        if kind == "http":
            kind = f"http {str(scheme.get('scheme')).lower()}"
        elif kind == "basic":
            kind = "http basic"
        elif kind == "apiKey":
            kind = f"apiKey in {scheme.get('in')} {str(scheme.get('name')).lower()}"
        return Scheme(kind, frozenset(str(scope) for scope in _list(scopes)))


def base_path(server: Mapping[str, Any]) -> str:
    """The base path of a server's address, with the defaults of its variables."""
    url = str(server.get("url") or "")
    for name, variable in _dict(server.get("variables")).items():
        url = url.replace(f"{{{name}}}", str(_dict(variable).get("default", "")))
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    return f"/{path.strip('/')}" if path.strip("/") else ""


def media_type(written: str) -> str:
    return written.partition(";")[0].strip().lower()


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
