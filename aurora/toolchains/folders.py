"""Folders of a repository, by their paths."""

import posixpath

COPY = "/work/tree"
"""The place where the sandbox keeps the tests' copy of the repository; a test holds it against the image's own
place."""


def above(folder: str) -> list[str]:
    """The folder and those it lies in, up to the repository's root."""
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found
