"""The OpenAPI document: read, validated, and its operations named. OpenAPI 3.0, 3.1, 3.2 and Swagger 2.0.

References to other files or addresses are never followed: the document comes from a repository nobody trusts. With such
references the structure is validated, but not what needs them resolved; `external` lists them, so that it can be said.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from jsonschema.exceptions import ValidationError, relevance
from openapi_spec_validator import (
    OpenAPIV2SpecValidator,
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)
from referencing.exceptions import Unresolvable
from ruamel.yaml.nodes import Node

from aurora.contract.checks import meaning, structure
from aurora.contract.references import dangling, external, pointer, target
from aurora.contract.yaml_text import Where, line_of, parse
from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.text import clip

SHOWN = 5
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
VERSIONS = (
    ("swagger", r"2\.0", OpenAPIV2SpecValidator),
    ("openapi", r"3\.0\.\d+.*", OpenAPIV30SpecValidator),
    ("openapi", r"3\.1\.\d+.*", OpenAPIV31SpecValidator),
    ("openapi", r"3\.2\.\d+.*", OpenAPIV32SpecValidator),
)
STEMS = ("openapi", "swagger", "api-spec", "openapi-spec", "api")
SUFFIXES = (".yaml", ".yml", ".json")
FOLDERS = ("", "docs", "doc", "api", "spec", "specs", "openapi", "contract", "contracts", "schema")


class ContractDocument(Value):
    path: str
    version: str
    """What the document says of itself: `3.1.0`, `2.0`."""
    title: str
    operations: tuple[str, ...]
    """`METHOD /path`, sorted. Those behind an external reference are not known."""
    external: tuple[str, ...] = ()
    """References that lead out of the document and were not followed."""
    raw: dict[str, Any]

    @property
    def warnings(self) -> tuple[str, ...]:
        if not self.external:
            return ()
        shown = ", ".join(self.external[:3]) + (" …" if len(self.external) > 3 else "")
        return (clip(f"{self.path} refers to other documents, which were not followed or checked: {shown}"),)


def load(text: str, path: str) -> ContractDocument:
    """Raises `Refusal` that says where (line, JSON pointer) and why: the first five errors."""
    document, node = parse(text, path)
    if not isinstance(document, dict):
        raise Refusal(f"{path}: not an OpenAPI document: no mapping at its top.", "Is this the right file?")
    version, validator = recognised(document, path)
    outside = external(document)
    errors = list(invalid(document, validator, resolvable=not outside))
    if errors:
        raise refusal(path, errors, node)
    title = document["info"]["title"]
    return ContractDocument(
        path=path, version=version, title=title, operations=operations(document), external=outside, raw=document
    )


def find(paths: Sequence[str]) -> tuple[str, ...]:
    """Paths that by their name could be the contract document, best first."""
    ranked = [(rank, path) for path in paths if (rank := rank_of(path)) is not None]
    return tuple(path for _, path in sorted(ranked))


def rank_of(path: str) -> tuple[int, int, int, int] | None:
    name = PurePosixPath(path.lower())
    stem, folder = name.stem, str(name.parent).removeprefix(".")
    if name.suffix not in SUFFIXES or stem not in STEMS:
        return None
    if stem == "api" and folder not in FOLDERS[:7]:
        return None
    known = FOLDERS.index(folder) if folder in FOLDERS else len(FOLDERS)
    return (known == len(FOLDERS), STEMS.index(stem), known + len(name.parts) * (known == len(FOLDERS)),
            SUFFIXES.index(name.suffix))  # fmt: skip


def recognised(document: dict[str, Any], path: str) -> tuple[str, Any]:
    for key, pattern, validator in VERSIONS:
        if isinstance(document.get(key), str) and re.fullmatch(pattern, document[key]):
            return document[key], validator
    said = next((f"{key}: {document[key]!r}" for key in ("openapi", "swagger") if key in document), None)
    if said is None:
        raise Refusal(
            f"{path}: not an OpenAPI document: neither `openapi` nor `swagger` at its top.", "Is it the right file?"
        )
    raise Refusal(
        f"{path}: `{said}` is no version that is known.",
        "Write it as text: openapi: '3.1.0' (3.0 to 3.2), or swagger: '2.0'.",
    )


def invalid(document: dict[str, Any], validator: Any, *, resolvable: bool) -> Iterator[tuple[Where, str]]:
    """(where, why). What needs references resolved is looked at only in a document whose structure is right."""
    wrong = [closest(error) for error in structure(validator).iter_errors(document)]
    yield from ((tuple(error.absolute_path), clip(error.message, 240)) for error in wrong)
    astray = list(dangling(document))
    yield from ((where, f"refers to nothing: {ref}") for where, ref in astray)
    if wrong or astray or not resolvable:
        return
    try:
        checks = meaning(validator)(document)
        yield from ((tuple(e.absolute_path), clip(e.message, 240)) for e in checks.root_validator(checks.schema_path))
    except (Unresolvable, ValueError, LookupError, TypeError, re.error) as error:
        yield (), clip(f"could not be validated: {type(error).__name__}: {error}", 240)
    except RecursionError:
        yield (), "its schemas refer to each other without end"


def closest(error: ValidationError) -> ValidationError:
    """Of the alternatives that all failed, the deepest: "is not valid under any of" helps nobody."""
    while error.context:
        error = max(error.context, key=lambda inner: (len(inner.absolute_path), relevance(inner)))
    return error


def refusal(path: str, errors: list[tuple[Where, str]], node: Node | None) -> Refusal:
    lines = []
    for where, why in list(dict.fromkeys(errors))[:SHOWN]:
        line = line_of(node, where)
        lines.append(f"  {path}{f':{line}' if line else ''} at {pointer(where)}: {why}")
    count = len(dict.fromkeys(errors))
    more = f"\n  and {count - SHOWN} more" if count > SHOWN else ""
    return Refusal(f"{path} is not a valid OpenAPI document:\n" + "\n".join(lines) + more, "Mend it and try again.")


def operations(document: dict[str, Any]) -> tuple[str, ...]:
    named = []
    for path, item in (document.get("paths") or {}).items():
        ref = item.get("$ref") if isinstance(item, dict) else None
        shared = target(document, ref) if isinstance(ref, str) and ref.startswith("#/") else None
        keys = [*(shared if isinstance(shared, dict) else ()), *(item if isinstance(item, dict) else ())]
        named += [f"{key.upper()} {path}" for key in keys if key in METHODS and path.startswith("/")]
    return tuple(sorted(set(named)))
