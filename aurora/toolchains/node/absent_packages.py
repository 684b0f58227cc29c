"""Packages that a Node project's tests ask for and that are not installed, by what the tests say."""

import re
from collections.abc import Iterator

from aurora.toolchains.absent import Absent

_PACKAGE = re.compile(
    r"(?:Cannot find (?:module|package|dependency)|Failed to (?:resolve import|load url)|Could not resolve"
    r"|Can't resolve|Test environment|Preset|Failed to resolve entry for package)"
    r" ['\"]?((?:@[a-z0-9][\w.-]*/)?[a-z0-9][\w.-]*)"
    r"(?:/[\w./-]*)?['\"]?(?= |['\"]|$|\.|,)",
    re.M,
)
_BUILT_IN = re.compile(r"node:|(?:fs|path|http|url|util|crypto|events|stream|os|assert|child_process)$")


def absent(message: str) -> Iterator[Absent]:
    for found in _PACKAGE.finditer(message):
        name = found[1].rstrip(".")
        if not _BUILT_IN.match(name) and "/" not in name.removeprefix("@").partition("/")[2]:
            yield Absent(name, name)
