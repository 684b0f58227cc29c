"""Git inside the sandbox: the draft's tree restored, sealed and shown. No hook, filter or attribute is ever run."""

import os
import shutil
import signal
import subprocess
from typing import Any

from . import git_folder, limits, places
from .safe_paths import Refused

BRANCH = "refs/heads/draft"
IDENTITY = {"NAME": "Aurora", "EMAIL": "aurora@localhost"}
MAX_DIFF = 8_000_000

CONFIG = {
    "core.hooksPath": "/dev/null",
    "core.attributesFile": "/dev/null",
    "core.fsmonitor": "false",
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "core.symlinks": "true",
    "core.autocrlf": "false",
    "core.safecrlf": "false",
    "core.quotePath": "false",
    "core.pager": "cat",
    "core.fsync": "none",
    "core.commitGraph": "false",
    "core.multiPackIndex": "false",
    "diff.external": "",
    "commit.gpgSign": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "pack.threads": "1",
    "protocol.allow": "never",
    "protocol.file.allow": "always",
    "fetch.fsckObjects": "true",
    "advice.detachedHead": "false",
    "init.defaultBranch": "draft",
}


def environment() -> dict[str, str]:
    """The environment that a tool of the tool user sees; git finds the draft's folder through it and nothing else."""
    env = {
        "PATH": places.PATH,
        "HOME": places.PRIVATE,
        "TMPDIR": places.PRIVATE,
        "XDG_CACHE_HOME": f"{places.PRIVATE}/cache",
        "LANG": "C.UTF-8",
        "RUFF_NO_CACHE": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_DIR": places.GIT,
        "GIT_WORK_TREE": places.DRAFT,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",  # looking changes nothing, not even the index
        "GIT_CONFIG_COUNT": str(len(CONFIG)),
    }
    for number, (key, value) in enumerate(CONFIG.items()):
        env[f"GIT_CONFIG_KEY_{number}"] = key
        env[f"GIT_CONFIG_VALUE_{number}"] = value
    return env


class GitFailed(Exception):
    """git refused what should work: the objects given are not what they were said to be, or the disk is full."""

    def __init__(self, message: str, *, too_large: bool = False) -> None:
        super().__init__(message)
        self.too_large = too_large
        """It takes more than the sandbox has: a file over the disk's size, or memory that the kernel took back."""


def git(*argv: str, stdin: bytes = b"", extra: dict[str, str] | None = None, check: bool = True) -> bytes:
    killed = limits.oom_kills()
    done = subprocess.run(
        ["git", *argv],
        input=stdin,
        capture_output=True,
        cwd=places.DRAFT,
        env={**environment(), **(extra or {})},
        check=False,
    )
    if check and done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-600:] or f"it ended with {done.returncode}"
        starved = done.returncode == -signal.SIGKILL and limits.oom_kills() > killed
        if starved:
            said = "its memory was used up"
        raise GitFailed(f"git {argv[0]}: {said}", too_large=starved or done.returncode == -signal.SIGXFSZ)
    return done.stdout if not done.returncode else b""


def prepare() -> None:
    os.umask(0o022)
    for path in (places.DRAFT, places.PRIVATE):
        os.makedirs(path, mode=0o700, exist_ok=True)
        os.chmod(path, 0o700)
    if not os.path.exists(f"{places.GIT}/HEAD"):
        shutil.rmtree(places.GIT, ignore_errors=True)
        os.makedirs(places.GIT, mode=0o700)
        git("init", "--quiet", "--template=")
        os.chmod(places.GIT, 0o700)
    git_folder.straighten()


def has(commit: str) -> bool:
    return bool(git("rev-parse", "--quiet", "--verify", f"{commit}^{{tree}}", check=False))


_HARMLESS = ",".join(
    f"{fault}=ignore"
    for fault in (
        "missingEmail", "badEmail", "badName", "missingNameBeforeEmail", "missingSpaceBeforeEmail",
        "missingSpaceBeforeDate", "badDate", "badDateOverflow", "badTimezone", "zeroPaddedDate", "multipleAuthors",
        "gitmodulesUrl", "gitmodulesPath", "gitmodulesUpdate", "gitmodulesName",
    )
)  # fmt: skip
"""Oddities of who wrote a commit and when, left by importers and old tools: nobody can fix a published commit.
Likewise what `git submodule` would act on: it is never run here, and no draft changes what its base says of them."""


def import_base(commits: list[str], pack: bytes) -> None:
    """The parents of the pack's commits count as absent: git must know so before it checks that everything linked is
    there."""
    with open(f"{places.GIT}/shallow", "w", encoding="ascii") as file:
        file.write("".join(f"{commit}\n" for commit in commits))
    git("index-pack", "--stdin", f"--strict={_HARMLESS}", stdin=pack)


def import_bundle(commit: str, bundle: bytes) -> None:
    path = f"{places.PRIVATE}/draft.bundle"
    with open(path, "wb") as file:
        file.write(bundle)
    try:
        git("bundle", "unbundle", path)
    finally:
        os.unlink(path)
    if not has(commit):
        raise GitFailed(f"the bundle does not hold {commit}")


def restore(base: str, commit: str) -> str:
    """Bring the tree to exactly `commit`; else say what must be imported first: `base` or `bundle`."""
    if not has(base):
        return "base"
    if not has(commit):
        return "bundle"
    for lock in ("index.lock", "HEAD.lock", f"{BRANCH}.lock"):
        if os.path.exists(f"{places.GIT}/{lock}"):
            os.unlink(f"{places.GIT}/{lock}")
    git("update-ref", BRANCH, commit)
    git("symbolic-ref", "HEAD", BRANCH)
    git("reset", "--quiet", "--hard", commit)
    git("clean", "-ffdxq")
    return ""


def head() -> str:
    return git("rev-parse", "HEAD").decode().strip()


def tree_of(commit: str) -> str:
    return git("rev-parse", f"{commit}^{{tree}}").decode().strip()


def forget_index() -> None:
    """Files are compared by content again: an index that somebody else wrote may call a changed file unchanged, or hide
    one from the commit that the tests have seen."""
    if os.path.lexists(f"{places.GIT}/index"):
        os.unlink(f"{places.GIT}/index")
    git("read-tree", "HEAD")


def _add_all() -> None:
    try:
        git("add", "--all")
    except GitFailed as error:
        if "does not have a commit checked out" in str(error):
            raise Refused(f"a folder of the tree is a git repository of its own: {error}") from error
        raise


def _no_repository_inside(parent: str, tree: str) -> None:
    """git would commit such a folder as a bare number, and leave out its files, which the tests have seen."""
    changed = git("diff-tree", "-r", "-z", "--no-renames", parent, tree).split(b"\0")
    for facts, path in zip(changed[::2], changed[1::2], strict=False):
        if facts.split(b" ")[1:2] == [b"160000"]:
            name = path.decode(errors="replace")
            raise Refused(f"{name!r} is a git repository of its own: its files can't be committed")


def seal(base: str, parent: str, message: str, seconds: int, limit: int) -> tuple[dict[str, Any], bytes]:
    """Commit the tree onto `parent`. Gives {"commit"} and the bundle base..commit; both empty-handed when unchanged.

    A bundle over `limit` bytes is refused."""
    _add_all()
    tree = git("write-tree").decode().strip()
    _no_repository_inside(parent, tree)
    if tree == tree_of(parent):
        if parent != head():
            git("update-ref", BRANCH, parent)
        return {"commit": parent, "changed": False}, b""
    who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in IDENTITY.items()}
    when = {f"GIT_{role}_DATE": f"@{seconds} +0000" for role in ("AUTHOR", "COMMITTER")}
    text = message.strip().encode() + b"\n"
    commit = git("commit-tree", tree, "-p", parent, stdin=text, extra={**who, **when}).decode().strip()
    git("update-ref", BRANCH, commit)
    bundle = git("bundle", "create", "--quiet", "-", BRANCH, f"^{base}")
    if len(bundle) > limit:
        raise Refused(
            f"the draft's changes take {len(bundle)} bytes packed, over the bound of {limit}: "
            "write less; large files do not belong to a backend's source"
        )
    return {"commit": commit, "changed": True}, bundle


def in_submodule(path: str) -> str:
    """The submodule that a path lies in or is; empty for none. git would leave a file there out of every commit."""
    parts = path.split("/")
    folders = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    for entry in git("ls-tree", "-z", "HEAD", "--", *folders).split(b"\0"):
        if entry.startswith(b"160000"):
            return entry.partition(b"\t")[2].decode(errors="replace")
    return ""


def diff(base: str) -> bytes:
    _add_all()
    whole = git("diff", "--cached", "--no-ext-diff", "--no-textconv", "--no-color", base)
    if len(whole) <= MAX_DIFF:
        return whole
    end = whole.rfind(b"\n", 0, MAX_DIFF) + 1
    return whole[:end] + f"[… {len(whole) - end} more bytes of the diff are left out …]\n".encode()


def names() -> list[bytes]:
    """Tracked files and new ones that the repository does not ignore."""
    found = git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return sorted({name for name in found.split(b"\0") if name})


def ignored(path: str) -> bool:
    return bool(git("check-ignore", "--", path, check=False))
