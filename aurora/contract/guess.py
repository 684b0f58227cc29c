"""Files that could be the contract document by their names. A guess: only what turns out to be OpenAPI binds."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

STEMS = ("openapi", "swagger", "api-spec", "openapi-spec", "api")
SUFFIXES = (".yaml", ".yml", ".json")
FOLDERS = ("", "docs", "doc", "api", "spec", "specs", "openapi", "contract", "contracts", "schema")
_ELSEWHERE = re.compile(
    r"(^|/)(\.[^/]+|node_modules|bower_components|vendor(s|ed)?|third[-_]?party|external|upstream|site-packages|venv|env"
    r"|dist|build|out|target|coverage|__\w+__|(test|spec)[-_]?(data|files|fixtures)|fixtures?|tests?|e2e|mocks?|stubs?"
    r"|snapshots?|golden|cassettes?|examples?|samples?|demos?|templates?|skeletons?|clients?|sdks?|integrations?"
    r"|partners?|providers|k8s|kubernetes|helm|charts?|argocd|kustomize|frontend)(/|$)"
)
"""Folders of other people's documents, of examples, and of what a build makes."""


def find(paths: Sequence[str], root: str = "") -> tuple[str, ...]:
    """Paths that by their name could be the contract document of the project in the folder `root`, best first."""
    ranked = [(rank, path) for path in paths if (rank := _rank(path, root)) is not None]
    return tuple(path for _, path in sorted(ranked))


def elsewhere(folder: str) -> bool:
    """Return whether a folder, in lower case, is one of those of other people's documents."""
    return _ELSEWHERE.search(folder) is not None


def _rank(path: str, root: str) -> tuple[bool, bool, int, int, int] | None:
    inside = bool(root) and path.startswith(f"{root}/")
    name = PurePosixPath(path.removeprefix(f"{root}/").lower() if inside else path.lower())
    stem, folder = name.stem, "" if str(name.parent) == "." else str(name.parent)
    if name.suffix not in SUFFIXES or stem not in STEMS or _ELSEWHERE.search(folder):
        return None
    if stem == "api" and folder not in FOLDERS[:7]:
        return None
    known = FOLDERS.index(folder) if folder in FOLDERS else len(FOLDERS)
    far = known == len(FOLDERS)
    if root and far and not inside:
        return None  # another project's
    return (bool(root) and not inside, far, STEMS.index(stem), known + len(name.parts) * far,
            SUFFIXES.index(name.suffix))  # fmt: skip
