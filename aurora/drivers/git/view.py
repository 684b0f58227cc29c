"""A user's repository as git is shown it: its objects and refs, under a configuration of ours and without hooks.

git names programs in many places: configuration and what it includes, hooks, attributes together with configuration,
the remotes of a partial clone. Each of them belongs to a git folder, so git gets another one, made for one process:
links to what is data, and a `config` that holds nothing but the few values below. The user's and the machine's own
configuration is not read either: where no program and no remote is named, nothing of it is needed.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aurora.drivers.git.place import NoRepository, Place, real
from aurora.errors import DiskFull, Refusal

DATA = ("packed-refs", "shallow")
HEADS = ("ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD")
"""Names of commits that `--base` may say."""
PLAIN = frozenset({
    "core.filemode", "core.ignorecase", "core.symlinks", "core.precomposeunicode", "core.autocrlf", "core.eol",
    "core.sharedrepository", "core.sparsecheckout", "core.sparsecheckoutcone", "index.sparse",
})  # fmt: skip
"""Settings of a repository that say how its files are written, and can't name a program or a file."""
_PLAIN_VALUE = re.compile(r"[a-z0-9]{1,10}")
HARMLESS = frozenset({"noop", "noop-v1", "partialclone", "preciousobjects", "worktreeconfig", "relativeworktrees"})
"""Extensions that change nothing of what is read here."""


@dataclass(frozen=True)
class View:
    place: Place
    settings: tuple[tuple[str, str], ...] = ()
    """Settings of the repository, as `git config --list` names them; what is not wanted of them is left out below."""

    @contextmanager
    def opened(self) -> Iterator[Path]:
        """A git folder for one process.

        Raises `NoRepository` for a repository whose parts are not what they seem, `OSError`, and `DiskFull`."""
        try:
            folder = Path(tempfile.mkdtemp(prefix="aurora-view-"))
        except OSError as error:
            raise DiskFull(f"No folder can be made that shows git a repository: {error}") from error
        try:
            self._fill(folder)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _fill(self, folder: Path) -> None:
        own, common = self.place.own, self.place.common
        (folder / "HEAD").write_text(self.place.head() + "\n")
        (folder / "objects").symlink_to(common / "objects")
        (folder / "refs").symlink_to(common / "refs")
        links = [(name, common / name) for name in DATA] + [(name, own / name) for name in HEADS]
        links += [(path.name, path) for path in own.glob("sharedindex.*")]
        links += [("info/exclude", common / "info/exclude"), ("info/sparse-checkout", own / "info/sparse-checkout")]
        if real(own / "logs/HEAD").is_relative_to(real(own)):
            # git appends to it whenever what HEAD names is written
            links += [("logs/HEAD", own / "logs/HEAD")]
        (folder / "info").mkdir()
        (folder / "logs").mkdir()
        for name, target in links:
            if not target.exists():  # a link that leads nowhere is none, as for git itself
                continue
            if not target.is_file():
                raise NoRepository(f"its {name} is no regular file")
            (folder / name).symlink_to(target)
        logged = (common / "logs/refs").is_dir()
        if logged:
            (folder / "logs/refs").symlink_to(common / "logs/refs")
        (folder / "config").write_text(self._config(logged=logged))

    def _config(self, *, logged: bool) -> str:
        lines = [f"[core]\nrepositoryformatversion = 0\nbare = true\nlogAllRefUpdates = {str(logged).lower()}\n"]
        # for the server's side of a fetch or push, which is told nothing of our command line
        lines.append("hooksPath = /dev/null\nfsmonitor = false\nalternateRefsCommand = true\n")
        lines.append("[receive]\nautogc = false\n[gc]\nauto = 0\n[maintenance]\nauto = false\n")
        for key, value in self.settings:
            if key in PLAIN and _PLAIN_VALUE.fullmatch(value.lower()):
                section, name = key.split(".")
                lines.append(f"[{section}]\n{name} = {value.lower()}\n")
        return "".join(lines)

    def environment(self, folder: Path) -> dict[str, str]:
        """Its name in the reflog is ours: whose configuration it would stand in is not read."""
        who = {"GIT_COMMITTER_NAME": "Aurora", "GIT_COMMITTER_EMAIL": "aurora@localhost"}
        return {"GIT_DIR": str(folder)} | who


def refuse_extensions(place: Place, settings: tuple[tuple[str, str], ...]) -> None:
    """Raises `Refusal` for a repository whose objects or refs are not kept as they are read here."""
    for key, value in settings:
        section, _, name = key.partition(".")
        if section != "extensions" or name in HARMLESS or (name, value.lower()) in (
            ("objectformat", "sha1"), ("refstorage", "files"),
        ):  # fmt: skip
            continue
        if name == "objectformat":
            raise Refusal(
                f"{place.top} names its objects by {value}; Aurora works with SHA-1 repositories only.",
                "Convert a clone: git clone into a repository made by `git init --object-format=sha1`.",
            )
        if name == "refstorage":
            raise Refusal(
                f"{place.top} keeps its refs as {value!r}; Aurora reads plain files only.",
                "Convert it (git refs migrate --ref-format=files), or name a clone made with --ref-format=files.",
            )
        raise Refusal(
            f"{place.top} uses the repository extension {name!r}, which Aurora does not know.",
            "Name a plain clone of it: git clone.",
        )
