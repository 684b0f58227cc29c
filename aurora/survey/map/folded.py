"""The tree of a repository in a bounded number of bytes: folders that matter are opened, the others counted."""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aurora.labelled import on_a_line
from aurora.survey.map.kinds import FileKind, kind_of

NAMES = 30
"""Files of one folder that are named; of the others the number."""
FOLDERS = 40
_PRIOR = {FileKind.CODE: 1.0, FileKind.CONFIG: 0.4, FileKind.TEST: 0.3, FileKind.DOCUMENT: 0.15, FileKind.BACK: 0.0}


@dataclass
class _Folder:
    path: str
    files: list[str] = field(default_factory=list)
    """Names."""
    folders: dict[str, "_Folder"] = field(default_factory=dict)
    count: int = 0
    """Files below, at any depth."""
    near: float = 0.0
    """The best score below."""
    prior: float = 0.0

    @property
    def worth(self) -> float:
        depth = self.path.count("/")
        return 3.0 * self.near + math.log1p(self.prior) - 0.5 * depth


def tree(paths: Sequence[str], scored: Mapping[str, float], room: int) -> str:
    """One line a folder, `app/users/: models.py views.py; migrations/ (41 files)`, within `room` bytes."""
    root = _grown(paths, scored)
    opened: dict[str, str] = {"": _line(root, scored)}
    left = room - len(opened[""].encode()) - 1
    waiting = [(-one.worth, one.path, one) for one in root.folders.values()]
    heapq.heapify(waiting)
    while waiting:
        _, path, folder = heapq.heappop(waiting)
        if not folder.prior and not folder.near:
            continue  # all alike, and the task speaks of none of them: their number says enough
        line = _line(folder, scored)
        if (cost := len(line.encode()) + 1) > left:
            continue
        opened[path] = line
        left -= cost
        for one in folder.folders.values():
            heapq.heappush(waiting, (-one.worth, one.path, one))
    return "\n".join(opened[path] for path in sorted(opened) if opened[path])


def _grown(paths: Sequence[str], scored: Mapping[str, float]) -> _Folder:
    root = _Folder("")
    for path in sorted(paths):
        kind = kind_of(path)
        if kind.counted_only:
            continue
        *parents, name = path.split("/")
        here, above = root, [root]
        for part in parents:
            here = here.folders.setdefault(part, _Folder(f"{here.path}{part}/"))
            above.append(here)
        here.files.append(name)
        for one in above:
            one.count += 1
            one.near = max(one.near, scored.get(path, 0.0))
            one.prior += _PRIOR[kind]
    return root


def _line(folder: _Folder, scored: Mapping[str, float]) -> str:
    names = _named(folder, scored)
    inside = sorted(folder.folders.values(), key=lambda one: one.path)
    folders = [f"{_shown(one.path.split('/')[-2])}/ ({_counted(one)})" for one in inside[:FOLDERS]]
    if len(inside) > FOLDERS:
        rest = sum(one.count for one in inside[FOLDERS:])
        folders.append(f"{len(inside) - FOLDERS} more folders ({rest} files)")
    said = "; ".join(filter(None, (" ".join(names), ", ".join(folders))))
    return f"{_shown(folder.path) or './'}: {said}" if said else ""


def _counted(folder: _Folder) -> str:
    return f"{folder.count} file{'s' * (folder.count != 1)}"


def _named(folder: _Folder, scored: Mapping[str, float]) -> list[str]:
    """The names by the alphabet; of too many those that are nearest to the task, or matter most."""
    if len(folder.files) <= NAMES:
        return [_shown(name) for name in folder.files]
    if all(kind_of(f"{folder.path}{name}") is FileKind.BACK for name in folder.files) and not folder.near:
        return [f"({len(folder.files)} files)"]

    def rank(name: str) -> tuple[float, float, str]:
        path = f"{folder.path}{name}"
        return -scored.get(path, 0.0), -_PRIOR[kind_of(path)], name

    kept = sorted(sorted(folder.files, key=rank)[:NAMES])
    return [*(_shown(name) for name in kept), f"and {len(folder.files) - NAMES} more"]


def _shown(name: str) -> str:
    """A name with blanks in it is quoted, so that it is not read as several."""
    plain = on_a_line(name)
    return f"'{plain}'" if " " in plain else plain
