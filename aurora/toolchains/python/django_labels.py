"""Folders that Django's runner must be given: discovery enters packages only, and a folder of apps often is none."""

from collections.abc import Iterable

from aurora.toolchains.python.tree import PythonTree


def needed(tree: PythonTree, files: Iterable[str]) -> tuple[str, ...]:
    """The labels needed from the folder that the runner starts in; none where discovery reaches a test by itself, and
    none for a test beside which there is no package, whose name nobody knows. `files`: test modules, from the
    repository's root."""
    prefix = f"{tree.root}/" if tree.root else ""
    found: set[str] = set()
    for path in files:
        folders = path.removeprefix(prefix).split("/")[:-1]
        ways = ["/".join(folders[: depth + 1]) for depth in range(len(folders))]
        closed = [way for way in ways if f"{prefix}{way}/__init__.py" not in tree.paths]
        if not closed:
            return ()
        if closed[-1] != ways[-1]:
            found.add(closed[-1])
    return tuple(sorted(one for one in found if not any(one.startswith(f"{other}/") for other in found)))
