"""Folders of a repository, by their paths."""

import posixpath


def above(folder: str) -> list[str]:
    """The folder and those it lies in, up to the repository's root."""
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found
