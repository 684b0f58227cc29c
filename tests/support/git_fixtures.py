"""Real repositories for tests, made with the git command line as a person would."""

import os
import subprocess
from pathlib import Path

IDENTITY = {
    "GIT_AUTHOR_NAME": "A Person", "GIT_AUTHOR_EMAIL": "person@example.org", "GIT_COMMITTER_NAME": "A Person",
    "GIT_COMMITTER_EMAIL": "person@example.org", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def git(folder: Path, *args: str, stdin: bytes = b"") -> str:
    run = subprocess.run(
        ["git", "-C", str(folder), *args], input=stdin, capture_output=True, check=False, env=os.environ | IDENTITY
    )
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout.decode().strip()


def commit(folder: Path, message: str = "Change", **files: str) -> str:
    """Write files (`__` for `.`, `___` for `/`) and commit them."""
    for name, content in files.items():
        path = folder / name.replace("___", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def repository(folder: Path, *options: str) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main", *options)
    commit(folder, "First", app__py="print(1)\n", src___api__py="x = 1\n")
    commit(folder, "Second", app__py="print(2)\n")
    return folder


def draft_bundle(work: Path, base: str, **files: str) -> tuple[str, bytes]:
    """(commit, bundle base..commit) made in a clone, as a sandbox makes it."""
    clone = work.parent / f"{work.name}-sandbox-{os.urandom(4).hex()}"
    subprocess.run(["git", "clone", "-q", "--no-local", work, clone], check=True, env=os.environ | IDENTITY)
    git(clone, "checkout", "-q", "-B", "draft", base)
    made = commit(clone, "Add users", **(files or {"users__py": "users = []\n"}))
    file = clone / "b.bundle"
    git(clone, "bundle", "create", "-q", str(file), "draft", f"^{base}")
    return made, file.read_bytes()
