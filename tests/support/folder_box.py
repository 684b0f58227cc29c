"""A folder with a git repository, for a gate that asks its box: no Docker."""

import subprocess
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from aurora.domain.runs import ExecEnd
from aurora.errors import ToolRefusal
from aurora.ports import Execution, FileEntry


class FolderBox:
    def __init__(self, root: Path, tree: Mapping[str, bytes], base: Mapping[str, bytes] | None = None) -> None:
        """`base`: files of the base commit; the tree is committed on top of it, as a draft is."""
        self.root = root
        subprocess.run(["git", "init", "-q", str(root)], check=True)
        self._commit(base or {})
        self._commit(tree)

    def _commit(self, files: Mapping[str, bytes]) -> None:
        for path, content in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_bytes(content)
        author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        for argv in (["add", "--force", "--all"], [*author, "commit", "--quiet", "--allow-empty", "--message=a"]):
            subprocess.run(["git", *argv], cwd=self.root, check=True)

    async def diff(self) -> str:
        return (await self.execute(["git", "diff", "HEAD~1", "HEAD"])).stdout

    async def read(self, path: str) -> bytes:
        if not (self.root / path).is_file():
            raise ToolRefusal(f"there is no file {path!r}")
        return (self.root / path).read_bytes()

    async def files(self) -> Sequence[FileEntry]:
        found = (path for path in sorted(self.root.rglob("*")) if path.is_file() and ".git" not in path.parts)
        return [FileEntry(path=str(path.relative_to(self.root)), size=path.stat().st_size) for path in found]

    async def contents(self, paths: Sequence[str], *, limit: int) -> Mapping[str, bytes]:
        found, left = dict[str, bytes](), limit
        for path in paths:
            if not (self.root / path).is_file():
                continue
            content = (self.root / path).read_bytes()
            left -= len(content)
            if left < 0:
                break
            found[path] = content
        return found

    async def digests(self, paths: Sequence[str]) -> Mapping[str, str]:
        there = {path: self.root / path for path in paths if (self.root / path).is_file()}
        return {path: sha256(place.read_bytes()).hexdigest() for path, place in there.items()}

    async def execute(self, argv: Sequence[str], *, cwd: str = "", seconds: int = 120, stdin: bytes = b"") -> Execution:
        run = subprocess.run(argv, cwd=self.root / cwd, input=stdin, capture_output=True, timeout=seconds, check=False)
        out, err = run.stdout.decode(errors="replace"), run.stderr.decode(errors="replace")
        return Execution(end=ExecEnd.EXITED, exit_code=run.returncode, stdout=out, stderr=err)
