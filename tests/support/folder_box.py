"""A folder with a git repository, for a gate that asks its box: no Docker."""

import subprocess
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from aurora.domain.runs import ExecEnd
from aurora.ports import Execution, FileEntry


class FolderBox:
    def __init__(self, root: Path, tree: Mapping[str, bytes]) -> None:
        self.root = root
        subprocess.run(["git", "init", "-q", str(root)], check=True)
        for path, content in tree.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)

    async def files(self) -> Sequence[FileEntry]:
        found = (path for path in sorted(self.root.rglob("*")) if path.is_file() and ".git" not in path.parts)
        return [FileEntry(path=str(path.relative_to(self.root)), size=path.stat().st_size) for path in found]

    async def digests(self, paths: Sequence[str]) -> Mapping[str, str]:
        there = {path: self.root / path for path in paths if (self.root / path).is_file()}
        return {path: sha256(place.read_bytes()).hexdigest() for path, place in there.items()}

    async def execute(self, argv: Sequence[str], *, cwd: str = "", seconds: int = 120, stdin: bytes = b"") -> Execution:
        run = subprocess.run(argv, cwd=self.root / cwd, input=stdin, capture_output=True, timeout=seconds, check=False)
        out, err = run.stdout.decode(errors="replace"), run.stderr.decode(errors="replace")
        return Execution(end=ExecEnd.EXITED, exit_code=run.returncode, stdout=out, stderr=err)
