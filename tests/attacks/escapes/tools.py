"""Code of the tool user: a linter that aurora.yaml names is the repository's choice, and runs beside git."""

from contextlib import suppress

from aurora.errors import SandboxLost, ToolRefusal
from tests.attacks.escapes.attempt import PRELUDE, Attempt, Play, as_tool
from tests.attacks.escapes.ground import Ground
from tests.support.boxes import FILES

GROUP = "tools of the repository"
OTHER = "EVIL = 1\n"
GIT = """
import subprocess
def git(*argv, i=b''):
    done = subprocess.run(['git', *argv], input=i, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().strip()
"""


async def run(ground: Ground, code: str) -> None:
    done = await ground.tool(f"{PRELUDE}{GIT}{code}\nprint('OVER')")
    assert "OVER" in done.stdout, done.stderr


def noticed(code: str) -> Play:
    """The box must not be used again: a fresh container has what was committed."""

    async def play(ground: Ground) -> str:
        async with ground.own_draft() as draft:
            with suppress(SandboxLost):
                async with ground.again(draft) as used:
                    await run(used, code)
                    return f"unseen: {await used.box.read('app.py')!r}"
            async with ground.again(draft) as fresh:
                return "" if await fresh.box.read("app.py") == FILES["app.py"].encode() else "the change stayed"

    return play


def committed(code: str, path: str, content: str) -> Play:
    """The sealed draft is what the tests would see, also when the box is opened again."""

    async def play(ground: Ground) -> str:
        async with ground.own_draft() as draft:
            async with ground.again(draft) as used:
                await run(used, code)
                if await used.box.read(path) != content.encode():
                    return ""
                sealed = await used.box.seal("Change it")
                shown = await used.box.execute(["git", "show", f"{sealed.commit}:{path}"])
                if shown.stdout != content:
                    return f"the commit has {shown.stdout!r}"
            async with ground.again(draft) as restored:
                names = {entry.path for entry in await restored.box.files()}
                if path not in FILES:
                    return "" if path not in names else "it was not wiped"
                return "" if await restored.box.read(path) == FILES[path].encode() else "it was not restored"

    return play


async def repository_inside(ground: Ground) -> str:
    code = (
        "os.mkdir('sub'); open('sub/hidden.py', 'w').write('X = 1')\nfor k in ('GIT_DIR', 'GIT_WORK_TREE'): del os.environ[k]\n"
        "os.environ['GIT_AUTHOR_NAME'] = os.environ['GIT_AUTHOR_EMAIL'] = os.environ['GIT_COMMITTER_NAME'] = os.environ['GIT_COMMITTER_EMAIL'] = 'x'\n"
        "git('-C', 'sub', 'init', '-q'); git('-C', 'sub', 'add', '.'); git('-C', 'sub', 'commit', '-qm', 'x')"
    )
    async with ground.repository({}) as here:
        await run(here, code)
        try:
            sealed = await here.box.seal("Add sub")
        except ToolRefusal as refusal:
            return "" if "sub" in str(refusal) else str(refusal)
        shown = await here.box.execute(["git", "ls-tree", "-r", sealed.commit])
        return shown.stdout if "160000" in shown.stdout else ""


async def settings_above(ground: Ground) -> str:
    """ruff, black and git look for their settings in the folders above, too."""
    await run(
        ground,
        "for n in ('ruff.toml', 'pyproject.toml', '.gitignore', 'sitecustomize.py', 'app'): open('/work/' + n, 'w').write('x')",
    )
    seen = await ground.tool("import os; print(sorted(os.listdir('/work')))")
    return "" if seen.stdout.strip() == "['draft', 'git', 'private']" else seen.stdout


async def settings_at_home(ground: Ground) -> str:
    await run(
        ground,
        "h = os.environ['HOME']\nfor n in ('.config/git', '.config/ruff', '.config/black', 'cache'): os.makedirs(f'{h}/{n}')\n"
        "open(h + '/.config/git/ignore', 'w').write('*.py'); open(h + '/.gitconfig', 'w').write('[core]')\n"
        "os.makedirs(os.environ['GIT_DIR'] + '/info', exist_ok=True); open(os.environ['GIT_DIR'] + '/info/exclude', 'w').write('*.py')",
    )
    await ground.box.write("new_one.py", b"X = 1\n")
    names = {entry.path for entry in await ground.box.files()}
    await ground.box.delete("new_one.py")
    left = await ground.tool("import os; print(os.listdir(os.environ['HOME']))")
    return "" if "new_one.py" in names and left.stdout.strip() == "[]" else f"{names} {left.stdout}"


def opened_door(door: str, through: str) -> Play:
    """A tool opens the draft to the tests' user; they try to go through."""

    async def play(ground: Ground) -> str:
        async with ground.repository({}) as here:
            await run(here, door)
            seen = await here.tests(PRELUDE + through + "\nprint('OVER')")
            assert "OVER" in seen.stdout, seen.stderr
            return "; ".join(line for line in seen.stdout.splitlines() if line.startswith("WON"))

    return play


async def special_files(ground: Ground) -> str:
    """Pipes and sockets that a tool leaves in the tree: staging and sealing must neither hang on them nor break."""
    async with ground.repository({}) as here:
        await run(
            here,
            "os.mkfifo('fifo'); os.mkfifo('tests/test_fifo.py'); socket.socket(socket.AF_UNIX).bind('socket')\n"
            "os.symlink('/nowhere', 'dangling'); os.symlink('self', 'self')",
        )
        seen = await here.tests(
            "import os; print([n for n in ('fifo', 'socket', 'tests/test_fifo.py') if os.path.lexists(n)])"
        )
        if seen.stdout.strip() != "[]":
            return f"{seen.end}: {seen.stdout}"
        sealed = await here.box.seal("Add links")
        shown = await here.box.execute(["git", "ls-tree", "-r", "--name-only", sealed.commit])
        return "fifo" if "fifo" in shown.stdout else ""


async def kills_the_server(ground: Ground) -> str:
    """A named loss, never a hang or half a draft; a fresh container goes on."""
    async with ground.own_draft() as draft:
        try:
            async with ground.again(draft) as used:
                await used.box.write("half.py", b"X = 1\n")
                await used.tool("import os, signal; os.kill(os.getppid(), signal.SIGKILL)")
                return "nobody noticed"
        except SandboxLost:
            pass
        async with ground.again(draft) as fresh:
            return "half a draft" if "half.py" in {entry.path for entry in await fresh.box.files()} else ""


ACCESS_LIST = "struct.pack('<I', 2) + b''.join(struct.pack('<HHI', *e) for e in ((1, 7, 0xffffffff), (2, 7, 1002), (4, 7, 0xffffffff), (16, 7, 0xffffffff), (32, 5, 0xffffffff)))"
WRITES = "tries(lambda: opened('app.py', os.O_WRONLY), lambda: opened('/work/draft/app.py', os.O_WRONLY), lambda: os.listdir('/work/draft'), lambda: os.listdir('/work/git'))"

ATTEMPTS = (
    Attempt("memory and descriptors of the draft's server", GROUP, "the stream to the worker",
            as_tool("p = os.getppid()\nassert p > 1\ntries(*(lambda w=w: open(f'/proc/{p}/{w}', 'rb').read(9) for w in ('mem', 'environ', 'maps', 'auxv', 'fd/0', 'fd/2')),"
                    " lambda: os.listdir(f'/proc/{p}/fd'), lambda: os.readlink(f'/proc/{p}/cwd'))")),
    Attempt("end the draft's server", GROUP, "a task that hangs, or goes on with half a draft", kills_the_server),
    Attempt("say that a changed file is unchanged", GROUP, "tests of one file, a commit of another",
            committed(f"git('update-index', '--skip-worktree', 'app.py'); git('update-index', '--assume-unchanged', 'app.py'); open('app.py', 'w').write({OTHER!r})",
                      "app.py", OTHER)),
    Attempt("give the index another file's times", GROUP, "the same",
            committed(f"open('app.py', 'w').write({OTHER!r}); old = git('rev-parse', 'HEAD:app.py')\n"
                      "git('update-index', 'app.py')\nnew = git('hash-object', 'app.py')\n"
                      "i = os.environ['GIT_DIR'] + '/index'\nraw = open(i, 'rb').read().replace(bytes.fromhex(new), bytes.fromhex(old))[:-20]\n"
                      "import hashlib\nopen(i, 'wb').write(raw + hashlib.sha1(raw).digest())\n"
                      "os.unlink(os.environ['GIT_DIR'] + f'/objects/{new[:2]}/{new[2:]}')", "app.py", OTHER)),
    Attempt("hide a new file from git", GROUP, "tests that need a file which nobody gets",
            committed("open('new.py', 'w').write('X = 1\\n'); open(os.environ['GIT_DIR'] + '/info/exclude', 'w').write('new.py\\n')", "new.py", "X = 1\n")),
    Attempt("another content under an object's hash", GROUP, "a draft restored as something else",
            noticed("h = git('hash-object', 'app.py')\nimport glob, hashlib, zlib\ng = os.environ['GIT_DIR']\n"
                    "os.makedirs(f'{g}/objects/{h[:2]}', exist_ok=True)\nopen(f'{g}/objects/{h[:2]}/{h[2:]}', 'wb').write(zlib.compress(b'blob 9\\0EVIL = 1\\n'))")),
    Attempt("replace an object by another", GROUP, "another file under the hash that was checked",
            noticed("old = git('rev-parse', 'HEAD:app.py'); git('update-ref', 'refs/replace/' + old, git('hash-object', '-w', '--stdin', i=b'EVIL = 1'))")),
    Attempt("move the draft's branch", GROUP, "a parent that nobody checked",
            noticed("t = git('mktree'); c = git('-c', 'user.name=x', '-c', 'user.email=x', 'commit-tree', t); git('update-ref', 'refs/heads/draft', c)")),
    Attempt("objects of another repository", GROUP, "content that no bundle holds",
            noticed("g = os.environ['GIT_DIR']; os.makedirs('/dev/shm/o/info'); open(g + '/objects/info/alternates', 'w').write('/dev/shm/o\\n')\n"
                    "open(g + '/packed-refs', 'w').write('# pack-refs with: peeled fully-peeled sorted\\n' + git('rev-parse', 'HEAD') + ' refs/heads/other\\n')")),
    Attempt("a repository inside the tree", GROUP, "tests that see files which the commit has not", repository_inside),
    Attempt("settings in the folders above", GROUP, "a linter that overlooks", settings_above),
    Attempt("settings at home", GROUP, "files hidden from git, a linter that overlooks", settings_at_home),
    Attempt("open the draft's folders to the tests", GROUP, "code under test that writes the draft",
            opened_door("for p in ('/work', '/work/draft', '/work/git', '/work/private'): os.chmod(p, 0o777)", WRITES)),
    Attempt("open the draft's files to the tests", GROUP, "the draft written through the links in the copy",
            opened_door("os.chmod('app.py', 0o666); os.chmod('src/shop.py', 0o666)", WRITES + "\ntries(lambda: opened('src/shop.py', os.O_WRONLY))")),
    Attempt("open them by an access list", GROUP, "the same, unseen by `ls -l`",
            opened_door(f"for p in ('app.py', '/work/draft', '/work/git'):\n    try: os.setxattr(p, 'system.posix_acl_access', {ACCESS_LIST})\n    except OSError as e: assert e.errno == errno.EOPNOTSUPP, e", WRITES)),
    Attempt("leave a program that runs as its owner", GROUP, "the tool user's rights for the tests",
            opened_door("import shutil\nshutil.copy('/usr/bin/id', 'myid'); os.chmod('myid', 0o6755)",
                        "if subprocess.run(['./myid', '-u'], capture_output=True, text=True).stdout.strip() != '1002': won('another user')")),
    Attempt("pipes, sockets and links in the tree", GROUP, "a run or a commit that never ends", special_files),
)  # fmt: skip
