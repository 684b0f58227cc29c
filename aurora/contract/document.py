"""The OpenAPI document: read, validated, and its operations named. OpenAPI 3.0, 3.1, 3.2 and Swagger 2.0.

References to other files of the repository are followed through texts that the caller reads; those that lead out of it,
or to an address, never: the document comes from a repository nobody trusts. `external` lists them, so that it can be
said.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from openapi_spec_validator import (
    OpenAPIV2SpecValidator,
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)

from aurora.contract import faults
from aurora.contract.bundling import bundled
from aurora.contract.gathering import Texts, gathered
from aurora.contract.guess import find
from aurora.contract.locations import Files, Place
from aurora.contract.positions import METHODS
from aurora.contract.references import target
from aurora.contract.yaml_text import Where, parse
from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.text import clip

__all__ = ["ContractDocument", "NotOpenAPI", "Read", "find", "load", "opened", "validator_of"]
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
    """The document's own statement of its version: `3.1.0`, `2.0`."""
    title: str
    operations: tuple[str, ...]
    """`METHOD /path`, sorted."""
    external: tuple[str, ...] = ()
    """References that lead out of the repository, or to an address, and were not followed."""
    faults: tuple[str, ...] = ()
    """Its faults, each with its file, line and JSON pointer. It binds all the same."""
    files: tuple[str, ...] = ()
    """Files of the repository that it consists of, its own path first."""
    raw: dict[str, Any]
    """With its other files drawn in: every reference leads inside."""

    @property
    def warnings(self) -> tuple[str, ...]:
        return (*self.faults, *unfollowed(self.path, self.external))


class Read(NamedTuple):
    """A document that was read and not yet validated."""

    path: str
    version: str
    title: str
    operations: tuple[str, ...]
    external: tuple[str, ...]
    files: tuple[str, ...]
    raw: dict[str, Any]
    origins: dict[Where, Place]
    """Origins as of a `Bundle`."""
    doubts: tuple[tuple[Place, str], ...]
    """Doubts about how it was written."""


def nothing(paths: Sequence[str]) -> Mapping[str, str | None]:
    """Texts where there is the one document and nothing else."""
    return dict.fromkeys(paths)


def opened(text: str, path: str, texts: Texts = nothing) -> Read:
    """Raises `Refusal` for what can't be read as OpenAPI, `NotOpenAPI` for another kind of document."""
    document, _ = parse(text, path)
    if not isinstance(document, dict):
        raise NotOpenAPI(f"{path}: not an OpenAPI document: no mapping at its top.", "Is this the right file?")
    version, _, doubts = recognised(document, path)
    files: Files = gathered(document, path, texts)
    try:
        bundle = bundled(files)
    except RecursionError:
        raise Refusal(f"{path}: nested too deep.", "Fix the file and try again.") from None
    info = bundle.document.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    return Read(
        path=path,
        version=version,
        title=str(title or ""),
        operations=operations(bundle.document),
        external=bundle.outside,
        files=tuple(files.used),
        raw=bundle.document,
        origins=bundle.origins,
        doubts=(*((Place(path, where), why) for where, why in doubts), *bundle.faults),
    )


def load(text: str, path: str, texts: Texts = nothing) -> ContractDocument:
    """Raises `Refusal` for what can't be read as OpenAPI; of a document that can be, `faults` says what is wrong."""
    read = opened(text, path, texts)
    found = faults.faults(read.raw, validator_of(read.raw, path))
    own = {path: text}
    said = faults.said(path, found, read.doubts, read.origins, lambda paths: {**texts(paths), **own})
    return ContractDocument(
        path=path,
        version=read.version,
        title=read.title,
        operations=read.operations,
        external=read.external,
        faults=said,
        files=read.files,
        raw=read.raw,
    )


def unfollowed(path: str, external: tuple[str, ...]) -> tuple[str, ...]:
    """The notes about references that were not followed."""
    if not external:
        return ()
    shown = ", ".join(external[:3]) + (" …" if len(external) > 3 else "")
    return (clip(f"{path} refers to other documents, which were not followed or checked: {shown}"),)


def validator_of(document: dict[str, Any], path: str) -> Any:
    """The library's validator of the document's version. Raises `Refusal`."""
    return recognised(document, path)[1]


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
        named += [f"{key.upper()} {path}" for key in path_item(document, item) if key in METHODS and path[:1] == "/"]
    return tuple(sorted(set(named)))


def path_item(document: dict[str, Any], item: Any) -> dict[str, Any]:
    """A path's item with what it refers to; what stands beside the reference goes first."""
    ref = item.get("$ref") if isinstance(item, dict) else None
    shared = target(document, ref) if isinstance(ref, str) and ref.startswith("#/") else None
    return {**(shared if isinstance(shared, dict) else {}), **(item if isinstance(item, dict) else {})}
