"""The OpenAPI document: read, validated, and its operations named. OpenAPI 3.0, 3.1, 3.2 and Swagger 2.0.

References to other files or addresses are never followed: the document comes from a repository nobody trusts. With such
references the structure is validated, but not what needs them resolved; `external` lists them, so that it can be said.
"""

import re
from typing import Any

from openapi_spec_validator import (
    OpenAPIV2SpecValidator,
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)

from aurora.contract import faults
from aurora.contract.guess import find
from aurora.contract.references import external, target
from aurora.contract.yaml_text import Where, lines_of, parse
from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.text import clip

__all__ = ["ContractDocument", "NotOpenAPI", "find", "load"]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
VERSIONS = (
    ("swagger", r"2\.0", OpenAPIV2SpecValidator),
    ("openapi", r"3\.0\.\d+.*", OpenAPIV30SpecValidator),
    ("openapi", r"3\.1\.\d+.*", OpenAPIV31SpecValidator),
    ("openapi", r"3\.2\.\d+.*", OpenAPIV32SpecValidator),
)


class NotOpenAPI(Refusal):
    """A document of another kind."""


class ContractDocument(Value):
    path: str
    version: str
    """What the document says of itself: `3.1.0`, `2.0`."""
    title: str
    operations: tuple[str, ...]
    """`METHOD /path`, sorted. Those behind an external reference are not known."""
    external: tuple[str, ...] = ()
    """References that lead out of the document and were not followed."""
    faults: tuple[str, ...] = ()
    """What is wrong in it, each with its line and JSON pointer. It binds all the same."""
    raw: dict[str, Any]

    @property
    def warnings(self) -> tuple[str, ...]:
        if not self.external:
            return self.faults
        shown = ", ".join(self.external[:3]) + (" …" if len(self.external) > 3 else "")
        said = f"{self.path} refers to other documents, which were not followed or checked: {shown}"
        return (*self.faults, clip(said))


def load(text: str, path: str) -> ContractDocument:
    """Raises `Refusal` for what can't be read as OpenAPI; of a document that can be, `faults` says what is wrong."""
    document, node = parse(text, path)
    if not isinstance(document, dict):
        raise NotOpenAPI(f"{path}: not an OpenAPI document: no mapping at its top.", "Is this the right file?")
    version, validator, doubts = recognised(document, path)
    outside = external(document)
    found = [*doubts, *faults.faults(document, validator, resolvable=not outside)]
    if found and node is None:
        node = lines_of(text)
    info = document.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    return ContractDocument(
        path=path,
        version=version,
        title=str(title or ""),
        operations=operations(document),
        external=outside,
        faults=faults.said(path, found, node),
        raw=document,
    )


def recognised(document: dict[str, Any], path: str) -> tuple[str, Any, list[tuple[Where, str]]]:
    """(version, its validator, doubts). Raises `Refusal` for what is no OpenAPI, or of no version that is known."""
    for key, pattern, validator in VERSIONS:
        value = document.get(key)
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value, validator, []
        # YAML takes `3.1` and `2.0` for numbers
        if isinstance(value, float | str) and re.match(pattern, f"{value}.0" if key == "openapi" else str(value)):
            exact = str(value) if key == "swagger" else f"{value}.0"
            document[key] = exact
            return exact, validator, [((key,), f"`{key}: {value}` should be text: '{exact}'")]
    said = next((f"{key}: {document[key]!r}" for key in ("openapi", "swagger") if key in document), None)
    if said is None:
        raise NotOpenAPI(
            f"{path}: not an OpenAPI document: neither `openapi` nor `swagger` at its top.", "Is it the right file?"
        )
    raise Refusal(
        f"{path}: `{said}` is no version that is known.",
        "Write it as text: openapi: '3.1.0' (3.0 to 3.2), or swagger: '2.0'.",
    )


def operations(document: dict[str, Any]) -> tuple[str, ...]:
    named = []
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        ref = item.get("$ref") if isinstance(item, dict) else None
        shared = target(document, ref) if isinstance(ref, str) and ref.startswith("#/") else None
        keys = [*(shared if isinstance(shared, dict) else ()), *(item if isinstance(item, dict) else ())]
        named += [f"{key.upper()} {path}" for key in keys if key in METHODS and path.startswith("/")]
    return tuple(sorted(set(named)))
