"""Links between operations: those that the document declares, and those that paths and names suggest."""

import re
import urllib.parse
from dataclasses import dataclass
from typing import Any

from . import pointers

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
ENVELOPES = 3
"""Objects and lists around what a response holds."""
OF_ENVELOPE = 8
"""Properties of an object that may be an envelope: one of more is a thing, whose parts have names of their own."""
_BRACES = re.compile(r"{([^{}]+)}")


@dataclass(frozen=True)
class Value:
    """One value that a link carries over."""

    at: str
    """`path:id`, `query:name`, `header:name`, `cookie:name`, `body:/pointer`."""
    expression: str


@dataclass(frozen=True)
class Link:
    source: str
    status: str
    """Status as the document says it: `201`, `2XX`, `default`."""
    target: str
    values: tuple[Value, ...]

    def fits(self, status: int) -> bool:
        return self.status == "default" or self.status.upper() in (str(status), f"{status // 100}XX")


@dataclass(frozen=True)
class Outcome:
    """The data of a request and its answer: all that an expression can read."""

    path_parameters: dict[str, str]
    query: dict[str, Any]
    sent: Any
    received: Any
    headers: dict[str, list[str]]


def evaluate(expression: Any, outcome: Outcome) -> Any:
    """The value of a runtime expression; raises `Missing` where it has none. Any other text stands for itself."""
    if not isinstance(expression, str) or not expression.startswith("$"):
        return expression
    where, _, pointer = expression.partition("#")
    if where == "$response.body":
        return pointers.get(outcome.received, pointer)
    if where == "$request.body":
        return pointers.get(outcome.sent, pointer)
    kind, _, name = where.rpartition(".")
    if kind == "$response.header":
        values = outcome.headers.get(name.lower())
        if not values:
            raise pointers.Missing(expression)
        if name.lower() == "location" and pointer == "last":
            return urllib.parse.unquote(urllib.parse.urlsplit(values[0]).path.rstrip("/").rpartition("/")[2])
        return values[0]
    held = {"$request.path": outcome.path_parameters, "$request.query": outcome.query}.get(kind, {})
    if name not in held:
        raise pointers.Missing(expression)
    return held[name]


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every operation by its name, `POST /users`; a path item's own parameters are put before its operations'."""
    found: dict[str, dict[str, Any]] = {}
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if not isinstance(item, dict):
            continue
        for method in METHODS:
            said = item.get(method)
            if isinstance(said, dict):
                shared = item.get("parameters") or []
                found[f"{method.upper()} {path}"] = {**said, "parameters": [*shared, *(said.get("parameters") or [])]}
    return found


def names_in(path: str) -> list[str]:
    """Parameters of a path template, in their order."""
    return _BRACES.findall(path)


def declared(document: dict[str, Any]) -> list[Link]:
    """Links that the document itself declares in its responses."""
    known = operations(document)
    by_id = {said["operationId"]: name for name, said in known.items() if isinstance(said.get("operationId"), str)}
    found: list[Link] = []
    for source, said in known.items():
        responses = said.get("responses")
        for status, response in responses.items() if isinstance(responses, dict) else ():
            held = resolved(document, response).get("links")
            for link in held.values() if isinstance(held, dict) else ():
                link = resolved(document, link)
                target = by_id.get(str(link.get("operationId"))) or _by_reference(str(link.get("operationRef") or ""))
                values = link_values(link, names_in(target.partition(" ")[2]) if target in known else [])
                if target in known and values:
                    found.append(Link(source, str(status), target, values))
    return found


def link_values(link: dict[str, Any], in_path: list[str]) -> tuple[Value, ...]:
    """The values that a Link Object carries over, to an operation with these parameters in its path."""
    values: list[Value] = []
    parameters = link.get("parameters")
    for name, expression in parameters.items() if isinstance(parameters, dict) else ():
        place, dot, bare = str(name).partition(".")
        if not dot or place not in ("path", "query", "header", "cookie"):
            place, bare = ("path" if name in in_path else "query"), str(name)
        values.append(Value(f"{place}:{bare}", expression))
    body = link.get("requestBody")
    if body is not None:
        values += [Value(f"body:{pointers.joined(path)}", held) for path, held in pointers.leaves(body)]
    return tuple(values)


def _by_reference(reference: str) -> str:
    parts = pointers.steps(reference.partition("#")[2])
    if len(parts) < 3 or parts[0] != "paths":
        return ""
    path = urllib.parse.unquote(parts[1])
    return f"{parts[2].upper()} {path}"


def resolved(document: dict[str, Any], value: Any) -> dict[str, Any]:
    """`value`, or what its `$ref` in this document names; an empty mapping where there is nothing."""
    for _ in range(20):
        if not isinstance(value, dict):
            return {}
        reference = value.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#"):
            return value
        try:
            value = pointers.get(document, urllib.parse.unquote(reference[1:]))
        except pointers.Missing:
            return {}
    return {}


def by_path(known: dict[str, dict[str, Any]], document: dict[str, Any]) -> list[Link]:
    """Links by the shape of paths: `/users/{id}` takes what `POST /users`, `PUT /users/{id}` or `GET /users` give."""
    found: list[Link] = []
    for target in known:
        path = target.partition(" ")[2]
        parts = path.split("/")
        for at, part in enumerate(parts):
            names = names_in(part)
            if len(names) != 1:
                continue
            collection = "/".join(parts[:at])
            inherited = [name for before in parts[:at] for name in names_in(before)]
            for source in (f"POST {collection}", f"POST {collection}/", f"GET {collection}", f"GET {collection}/"):
                if source in known and source != target:
                    kept = tuple(Value(f"path:{name}", f"$request.path.{name}") for name in inherited)
                    found += [
                        Link(source, "2XX", target, (*kept, Value(f"path:{names[0]}", expression)))
                        for expression in _distinct(
                            guesses(names[0], collection), documented(names[0], document, known[source])
                        )
                    ]
    return found


def guesses(name: str, collection: str) -> list[str]:
    """Places that may hold the value of the path parameter `name`, likeliest first: in a response or its request."""
    last = collection.rstrip("/").rpartition("/")[2].strip("{}")
    single = last[:-3] + "y" if last.endswith("ies") else last.removesuffix("s")
    bare, keys = _bare(name), _keys(name)
    spots = ["", "/data", f"/{single}", f"/{bare}", "/result", "/item"]
    lists = ["/*", "/data/*", f"/{last}/*", "/items/*", "/results/*", "/content/*", "/rows/*", "/records/*"]
    found = [f"$response.body#{spot}/{key}" for spot in [*spots, *lists] for key in keys]
    return [*found, "$response.header.Location#last", f"$request.body#/{name}", f"$request.body#/{bare}"]


def documented(name: str, document: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """Places that may hold the value of the path parameter `name` by the schema of a successful response, whatever the
    envelope is called: `/responseObject/*/id`."""
    keys, found = _keys(name), []
    responses = operation.get("responses")
    for status, response in responses.items() if isinstance(responses, dict) else ():
        content = resolved(document, response).get("content")
        if str(status).startswith("2") and isinstance(content, dict):
            for media in content.values():
                schema = media.get("schema") if isinstance(media, dict) else None
                found += _holding(schema, document, keys, "", 0)
    return [f"$response.body#{pointer}" for pointer in found]


def _holding(schema: Any, document: dict[str, Any], keys: list[str], at: str, depth: int) -> list[str]:
    """Pointers to these properties, the outer ones first."""
    said = resolved(document, schema)
    held = said.get("properties")
    properties = held if isinstance(held, dict) else {}
    found = [f"{at}/{key}" for key in keys if key in properties]
    if depth < ENVELOPES:
        for name, one in properties.items() if len(properties) <= OF_ENVELOPE else ():
            found += _holding(one, document, keys, at + pointers.joined([name]), depth + 1)
        if isinstance(said.get("items"), dict):
            found += _holding(said["items"], document, keys, f"{at}/*", depth + 1)
        for part in said["allOf"] if isinstance(said.get("allOf"), list) else ():
            found += _holding(part, document, keys, at, depth + 1)
    return found


def _keys(name: str) -> list[str]:
    """Properties that may hold the value of the path parameter `name`, likeliest first."""
    bare = _bare(name)
    keys = list(dict.fromkeys([name, "id", f"{bare}_id", f"{bare}Id", "_id", "uuid", "pk", "slug", "key", "name"]))
    if bare != name:
        keys.remove("name")
    elif name not in ("name", "slug", "key"):
        keys = [key for key in keys if key not in ("name", "slug", "key")]
    return keys


def _bare(name: str) -> str:
    return re.sub(r"(_id|Id|ID|_pk|_uuid)$", "", name)


def _distinct(*lists: list[str]) -> list[str]:
    return list(dict.fromkeys(one for each in lists for one in each))


def placed(at: str, path: str) -> str:
    """The segment that holds a path parameter: what is written down has no template."""
    kind, _, name = at.partition(":")
    if kind != "path":
        return at
    return f"path:{next(index for index, part in enumerate(path.split('/')) if name in names_in(part))}"
