"""The kind of a file, told by its path: what a map names, what it only counts, and what stands back."""

import re
from enum import StrEnum


class FileKind(StrEnum):
    CODE = "code"
    CONFIG = "config"
    """Manifests, settings, entry points of tools."""
    TEST = "test"
    DOCUMENT = "document"
    BACK = "back"
    """Alike and many: migrations, translations, recorded data. Named where the task speaks of them."""
    PICTURE = "picture"
    FONT = "font"
    LOCK = "lock file"
    GENERATED = "generated file"

    @property
    def counted_only(self) -> bool:
        return self in _COUNTED


_COUNTED = frozenset((FileKind.PICTURE, FileKind.FONT, FileKind.LOCK, FileKind.GENERATED))
_PICTURE = re.compile(
    r"(?i)\.(?:png|jpe?g|gif|svg|webp|avif|ico|bmp|tiff?|psd|ai|sketch|mp[34]|wav|ogg|mov|webm|pdf|icns|heic)$"
)
_FONT = re.compile(r"(?i)\.(?:woff2?|[ot]tf|eot)$")
_LOCK = re.compile(
    r"(?i)(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|bun\.lockb|go\.sum|[^/]+\.lock"
    r"|[^/]+[-.]lock\.(?:ya?ml|json|txt))$"
)
_GENERATED = re.compile(
    r"(?i)(?:^|/)(?:node_modules|__pycache__|\.next|__generated__|dist-info|\.yarn/(?:cache|releases|plugins))/"
    r"|\.(?:min\.[cm]?js|min\.css|map|bundle\.js|pyc|mo|snap)$|_pb2(?:_grpc)?\.pyi?$|\.(?:pb|gen|generated)\.[a-z]+$"
)
_BACK = re.compile(
    r"(?i)(?:^|/)(?:migrations?|alembic/versions|versions|locales?|lang|i18n|l10n|translations?|cassettes|fixtures"
    r"|__snapshots__|snapshots|vendor|vendored|third[_-]party|static|assets|public|testdata|changelogs?|changes|seeds?)/"
    r"|\.(?:po|pot|xlf|csv|tsv|jsonl|ndjson|sql|har|css|s[ac]ss|less|html?|jinja2?|mjml|ejs|hbs|ipynb)$"
)
_TEST = re.compile(
    r"(?i)(?:^|/)(?:tests?|__tests__|spec|specs|e2e|testing)/|(?:^|/)(?:test_[^/]*|conftest|tests)\.py$"
    r"|_test\.[a-z]+$|\.(?:test|spec|e2e-spec)\.[^/.]+$"
)
_CODE = re.compile(r"(?i)\.(?:pyi?|[mc]?[jt]sx?|vue|svelte|go|rs|java|kt|rb|php|cs|graphql|gql|proto|prisma|sh)$")
_CONFIG = re.compile(
    r"(?i)(?:^|/)(?:dockerfile[^/]*|makefile|justfile|procfile|pipfile|\.env\.[^/]*|[^/]+\.(?:toml|cfg|ini|ya?ml|json5?))$"
)
_OFTEN = re.compile(
    r"(?i)(?:^|/)(?:pyproject\.toml|package\.json|manage\.py|setup\.(?:py|cfg)|(?:main|app|server|index|application|asgi|wsgi"
    r"|urls|routes?|router|settings|config|schema|models|conftest|app\.module|main\.module)\.(?:py|[mc]?[jt]s)"
    r"|openapi[^/]*\.(?:ya?ml|json)|readme[^/]*|contributing[^/]*|agents\.md|architecture[^/]*)$"
)
"""Manifests, entry points, routes, conventions: asked for in most tasks."""


def kind_of(path: str) -> FileKind:
    for pattern, kind in (
        (_PICTURE, FileKind.PICTURE),
        (_FONT, FileKind.FONT),
        (_LOCK, FileKind.LOCK),
        (_GENERATED, FileKind.GENERATED),
        (_BACK, FileKind.BACK),
        (_TEST, FileKind.TEST),
        (_CODE, FileKind.CODE),
        (_CONFIG, FileKind.CONFIG),
    ):
        if pattern.search(path):
            return kind
    return FileKind.DOCUMENT


def often_read(path: str) -> bool:
    return _OFTEN.search(path) is not None
