"""git: hooks, settings, attributes, and repositories that no client of git would make."""

import os
import subprocess
from pathlib import Path

from aurora.domain.task import Draft
from aurora.errors import ArtifactError, AuroraError, ToolRefusal
from tests.attacks.escapes.attempt import Attempt, Play
from tests.attacks.escapes.ground import Ground
from tests.support.boxes import FILES
from tests.support.git_fixtures import git

GROUP = "git"
FOUND = "import os; print(os.path.lexists('/tmp/ran'))"


def planted(code: str) -> Play:
    """Something in git's folder that runs a program at a later command of git's."""

    async def play(ground: Ground) -> str:
        program = "#!/bin/sh\\ntouch /tmp/ran\\ncat\\n"
        done = await ground.tool(f"import os\ng = os.environ['GIT_DIR']\nPROGRAM = '{program}'\n{code}\nprint('OVER')")
        assert "OVER" in done.stdout, done.stderr
        await ground.box.write("planted.py", b"X = 1\n")
        for argv in (["git", "status"], ["git", "diff", "HEAD"], ["git", "check-attr", "-a", "app.py"]):
            await ground.box.execute(argv)
            if "True" in (await ground.tool(FOUND)).stdout:
                return " ".join(argv)
        await ground.box.diff()
        await ground.box.delete("planted.py")
        return "git" if "True" in (await ground.tool(FOUND)).stdout else ""

    return play


def written(*paths: str) -> Play:
    """By the model's own tools."""

    async def play(ground: Ground) -> str:
        for path in paths:
            for attempt in (ground.box.write(path, b"x"), ground.box.read(path), ground.box.delete(path)):
                try:
                    await attempt
                except ToolRefusal:
                    continue
                return path
        return ""

    return play


HOOKS = """
os.makedirs(g + '/hooks', exist_ok=True)
for name in ('post-index-change', 'pre-commit', 'reference-transaction', 'post-checkout', 'fsmonitor-watchman'):
    open(f'{g}/hooks/{name}', 'w').write(PROGRAM); os.chmod(f'{g}/hooks/{name}', 0o755)
"""
SETTINGS = """
open('/work/private/p', 'w').write(PROGRAM); os.chmod('/work/private/p', 0o755)
open('/dev/shm/p', 'w').write(PROGRAM); os.chmod('/dev/shm/p', 0o755)
with open(g + '/config', 'a') as file:
    file.write('[core]\\n\\tfsmonitor = touch /tmp/ran\\n\\tsshCommand = touch /tmp/ran\\n\\tpager = touch /tmp/ran\\n'
               '\\teditor = touch /tmp/ran\\n[filter "x"]\\n\\tclean = touch /tmp/ran; cat\\n\\tsmudge = touch /tmp/ran; cat\\n'
               '[diff "x"]\\n\\ttextconv = touch /tmp/ran; cat\\n\\tcommand = touch /tmp/ran\\n[diff]\\n\\texternal = touch /tmp/ran\\n')
os.unlink(g + '/info/attributes')
open(g + '/info/attributes', 'w').write('* filter=x diff=x\\n')
"""
ELSEWHERE = """
import shutil
other = '/dev/shm/other'
shutil.copytree(g, other)
with open(other + '/config', 'a') as file:
    file.write('[filter "x"]\\n\\tclean = touch /tmp/ran; cat\\n[core]\\n\\tfsmonitor = touch /tmp/ran\\n')
open(g + '/commondir', 'w').write(other)
"""


async def in_the_copy(ground: Ground) -> str:
    """A `.git` of the tests' own beside their code."""
    await ground.tests(
        "import os, subprocess\nsubprocess.run(['git', 'init', '-q', '.'])\nos.makedirs('.git/hooks', exist_ok=True)\n"
        "open('.git/hooks/pre-commit', 'w').write('#!/bin/sh\\ntouch /tmp/ran\\n')\nopen('.gitattributes', 'w').write('* filter=x\\n')"
    )
    names = {entry.path for entry in await ground.box.files()}
    return str(names - set(FILES)) if names - set(FILES) else ""


async def attributes(ground: Ground) -> str:
    """Written past the host's own git, which would follow them."""
    folder = ground.folder / "attributes"
    folder.mkdir()
    git(folder, "init", "-q")
    hostile = b"* text=auto eol=crlf ident filter=evil diff=evil working-tree-encoding=UTF-16\n"
    files = {b".gitattributes": hostile, b"app.py": b"VALUE = 1\n", b"id.txt": b"$Id$\n"}
    draft = await draft_of_tree(
        ground, folder, [("100644", name, git_object(folder, "blob", text)) for name, text in files.items()]
    )
    async with ground.on(draft) as here:
        for name, text in files.items():
            if await here.box.read(name.decode()) != text:
                return "bytes changed on the way in"
        await here.box.write("dos.txt", b"a\r\nb\n")
        sealed = await here.box.seal("Add dos.txt")
        shown = await here.box.execute(["git", "cat-file", "-p", f"{sealed.commit}:dos.txt"])
        return "" if shown.stdout == "a\r\nb\n" else "bytes changed on the way out"


def git_object(folder: Path, kind: str, content: bytes) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), "hash-object", "-t", kind, "-w", "--literally", "--stdin"],
        input=content, capture_output=True, check=True, env=os.environ,
    )  # fmt: skip
    return done.stdout.decode().strip()


async def draft_of_tree(ground: Ground, folder: Path, entries: list[tuple[str, bytes, str]]) -> Draft:
    tree = git_object(folder, "tree", b"".join(m.encode() + b" " + n + b"\0" + bytes.fromhex(h) for m, n, h in entries))
    who = b"A <a@b> 1790000000 +0000"
    commit = git_object(
        folder, "commit", b"tree " + tree.encode() + b"\nauthor " + who + b"\ncommitter " + who + b"\n\nx\n"
    )
    objects = subprocess.run(
        ["git", "-C", str(folder), "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"],
        capture_output=True, check=True, env=os.environ,
    ).stdout  # fmt: skip
    pack = subprocess.run(
        ["git", "-C", str(folder), "pack-objects", "--stdout", "-q"],
        input=objects, capture_output=True, check=True, env=os.environ,
    ).stdout  # fmt: skip
    task = ground.draft.task.model_copy(update={"id": f"t-{folder.name}"})
    digest = await ground.artifacts.of(task).put(pack)
    return ground.draft.model_copy(
        update={"task": task, "base": commit, "commit": commit, "base_pack": digest, "bundle": None}
    )


def impossible(name: str) -> Play:
    """A commit whose tree has an entry of this name: git never writes one, a pack can hold one."""

    async def play(ground: Ground) -> str:
        folder = ground.folder / "evil"
        folder.mkdir()
        git(folder, "init", "-q")
        blob = git_object(folder, "blob", b"evil\n")
        inner = git_object(folder, "tree", b"100755 pre-commit\0" + bytes.fromhex(blob))
        link = git_object(folder, "blob", b"/work/git")
        entries = {
            "dotdot": [("40000", b"..", inner)],
            "slash": [("100644", b"../git/hooks/pre-commit", blob)],
            "absolute": [("100644", b"/work/git/config", blob)],
            "git": [("40000", b".git", inner)],
            "case": [("40000", b".GiT", inner)],
            "hfs": [("40000", ".g\u200cit".encode(), inner)],
            "ntfs": [("40000", b"git~1", inner)],
            "twice": [("120000", b"a", link), ("40000", b"a", inner)],
        }[name]  # fmt: skip
        draft = await draft_of_tree(ground, folder, entries)
        try:
            async with ground.on(draft) as here:
                found = await here.tool(
                    "import os; print([p for p in ('/work/git/hooks', '/work/pre-commit', '/work/git/pre-commit') if os.path.lexists(p)])"
                )
                return "" if found.stdout.strip() == "[]" and name == "twice" else f"restored; {found.stdout}"
        except ArtifactError:
            return ""
        except AuroraError as error:
            return f"{type(error).__name__}: {error}"

    return play


ATTEMPTS = (
    Attempt(".git by the model's tools", GROUP, "hooks and settings of the draft's repository",
            written(".git/config", ".git/hooks/pre-commit", "src/.git/config", ".git", ".git/objects/info/alternates")),
    Attempt(".git in other spellings", GROUP, "the same on a disk that folds names",
            written(".GIT/config", ".Git/hooks/x", "git~1/config", "GIT~1/x", ".g\u200cit/config", ".git\u200d/x", ".git /config",
                    ".git./config", ".git::$INDEX_ALLOCATION/config", "\ufeff.git/config")),
    Attempt("a repository made by the tests", GROUP, "hooks run when the draft is sealed", in_the_copy),
    Attempt("attributes of the repository", GROUP, "filters run, bytes changed", attributes),
    Attempt("hooks planted by a tool", GROUP, "code run at every later command of git", planted(HOOKS)),
    Attempt("settings and filters planted by a tool", GROUP, "code run at every later command of git", planted(SETTINGS)),
    Attempt("git's folder pointed elsewhere", GROUP, "settings that nobody looks at", planted(ELSEWHERE)),
    *(
        Attempt(f"a tree with {what}", GROUP, "a file written outside the tree when the draft is restored", impossible(name))
        for name, what in (
            ("dotdot", "`..`"), ("slash", "a `/` in a name"), ("absolute", "an absolute name"), ("git", "`.git`"), ("case", "`.GiT`"),
            ("hfs", "`.git` as HFS+ reads it"), ("ntfs", "`.git` as NTFS reads it"), ("twice", "one name as link and folder"),
        )
    ),
)  # fmt: skip
