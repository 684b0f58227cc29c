"""Paths and files by the model's tools: what could mean another file than it shows."""

from collections.abc import Awaitable, Callable

from aurora.errors import ToolRefusal
from aurora.ports import TestCommand
from aurora.toolchains.python import pytest_runs
from aurora.tools.path_policy import PathPolicy
from tests.attacks.escapes.attempt import Attempt, Play
from tests.attacks.escapes.ground import Ground
from tests.support.boxes import FILES, workspace_of

GROUP = "paths"


def refused(*paths: str) -> Play:
    """Each path by each tool."""

    async def play(ground: Ground) -> str:
        box = ground.box
        for path in paths:
            tools = (
                box.read(path), box.write(path, b"x"), box.delete(path), box.execute(["ls"], cwd=path),
            )  # fmt: skip
            for number, attempt in enumerate(tools):
                if (number == 3 and not path.strip("./")) or not await _refuses(attempt):
                    attempt.close()
                    if number == 3 and not path.strip("./"):
                        continue
                    return f"{path!r} by tool {number}"
            if found := (await box.search("root:|.", [path])).matches:
                return f"{path!r} was searched: {found[0].text[:80]}"
        return ""

    return play


async def _refuses(attempt: Awaitable[object]) -> bool:
    try:
        await attempt
    except ToolRefusal:
        return True
    return False


def protected(*paths: str) -> Play:
    """By the policy alone, as every write is judged before the box is asked."""

    async def play(ground: Ground) -> str:
        policy = PathPolicy.of(workspace_of(ground.draft, ground.image), frozen=("tests/test_app.py",))
        allowed = [path for path in paths if policy.may_write(path) is None]
        return ", ".join(map(repr, allowed))

    return play


def with_links(play: Callable[[Ground], Awaitable[str]], **links: str) -> Play:
    async def on_its_own(ground: Ground) -> str:
        async with ground.repository({}, **links) as here:
            return await play(here)

    return on_its_own


async def through_links(ground: Ground) -> str:
    return await refused(
        "file", "out/hostname", "up/git/config", "inside", "chain", "proc/self/environ", "loop/app.py"
    )(ground)


async def collected(ground: Ground) -> str:
    """A suite must not be collected through a link: neither the file system nor itself, forty times."""
    command = pytest_runs.command(
        workspace_of(ground.draft, ground.image).toolchain, workspace_of(ground.draft, ground.image).settings
    )
    run = await ground.box.run_tests(command.model_copy(update={"seconds": 10}))
    reported = pytest_runs.parse(run, workspace_of(ground.draft, ground.image).toolchain)
    return (
        ""
        if reported.valid and reported.counts.collected == 1
        else f"{run.end}: {reported.counts} {reported.why_invalid}"
    )


SPECIAL = """
import os, socket
os.mkfifo('fifo')
socket.socket(socket.AF_UNIX).bind('socket')
os.link('app.py', 'linked.py')
os.symlink('/etc/passwd', 'secret.py')
print('OVER')
"""


async def special_files(ground: Ground) -> str:
    """Made by a tool: the box's own operations may neither hang on them nor follow them."""
    done = await ground.tool(SPECIAL)
    assert "OVER" in done.stdout, done.stderr
    for path in ("fifo", "socket", "secret.py"):
        if not await _refuses(ground.box.read(path)) or not await _refuses(ground.box.write(path, b"x")):
            return path
    if (await ground.box.search("root", ["fifo", "socket", "secret.py"])).matches:
        return "searched"
    await ground.box.write("linked.py", b"EVIL = 1\n")
    if await ground.box.read("app.py") != FILES["app.py"].encode():
        return "written through a hard link"
    await ground.tool("import os\nfor n in ('fifo', 'socket', 'linked.py', 'secret.py'): os.unlink(n)")
    return ""


async def large_and_binary(ground: Ground) -> str:
    await ground.box.write("huge.txt", b"needle\n" * 300_000)
    await ground.box.write("binary.dat", bytes(range(256)) * 40 + b"needle\n")
    try:
        if not await _refuses(ground.box.read("huge.txt")):
            return "2.1 MB were read"
        if found := (await ground.box.search("needle", ["huge.txt", "binary.dat"])).matches:
            return f"found in {found[0].path}"
    finally:
        await ground.box.delete("huge.txt")
        await ground.box.delete("binary.dat")
    return ""


async def archives(ground: Ground) -> str:
    """Archives with names that climb: the box keeps them as bytes and unpacks none; a test that unpacks one is held in
    the copy."""
    code = """
import io, os, tarfile, zipfile
with tarfile.open('evil.tar', 'w') as tar:
    for name in ('../../work/draft/evil.py', '/work/draft/evil.py', '../draft/evil.py'):
        entry = tarfile.TarInfo(name); entry.size = 1
        tar.addfile(entry, io.BytesIO(b'x'))
    link = tarfile.TarInfo('inside'); link.type = tarfile.SYMTYPE; link.linkname = '/work/draft'
    tar.addfile(link)
    entry = tarfile.TarInfo('inside/evil.py'); entry.size = 1
    tar.addfile(entry, io.BytesIO(b'x'))
tar = tarfile.open('evil.tar')
for member in tar.getmembers():
    try: tar.extract(member, '.')
    except OSError: pass
print('OVER')
"""
    run = await ground.box.run_tests(TestCommand(argv=("python", "-c", code), seconds=20))
    assert "OVER" in run.stdout, run.stderr
    return "evil.py" if any("evil" in entry.path for entry in await ground.box.files()) else ""


ATTEMPTS = (
    Attempt("`..`", GROUP, "files outside the draft", refused("../git/config", "app/../../etc/passwd", "..", "src/../../private/x", "./../git/HEAD")),
    Attempt("absolute paths", GROUP, "files of the image", refused("/etc/passwd", "/work/draft/app.py", "//etc/passwd", "/proc/self/environ")),
    Attempt("look-alike prefixes", GROUP, "a neighbour whose name begins as the draft's does",
            refused("../draft-evil/x", "/work/draftx/app.py", "/workspace/app.py", "/work/../workspace/x")),
    Attempt("NUL and line breaks", GROUP, "a name cut short on its way", refused("app.py\0.txt", "a\nb", "a\rb", "\0", "src/\n../x")),
    Attempt("very long names", GROUP, "a check that reads only the beginning", refused("a" * 256, "é" * 128, "x/" * 3 + "b" * 300)),
    Attempt("empty names and the root itself", GROUP, "the tree as a whole", refused("", ".", "./", "//")),
    Attempt("symbolic links of the repository", GROUP, "files outside the draft",
            with_links(through_links, file="/etc/passwd", out="/etc", up="../..", inside="app.py", chain="file", proc="/proc", loop=".")),
    Attempt("a link up out of the tree, collected", GROUP, "a run that walks the whole file system until its time is over",
            with_links(collected, up="../..")),
    Attempt("links in a circle, collected", GROUP, "a suite that is collected forty times", with_links(collected, here=".", **{"tests/above": ".."})),
    Attempt("FIFO, socket, hard link and link made by a tool", GROUP, "a read that hangs, a write to another file", special_files),
    Attempt("huge and binary files", GROUP, "the worker's memory, a conversation full of noise", large_and_binary),
    Attempt("archives with names that climb", GROUP, "files outside the copy", archives),
    Attempt("case and Unicode of protected names", GROUP, "settings, tests' configuration, frozen tests",
            protected("aurora.yaml", "AURORA.YAML", "Aurora.Yml", "PYTEST.INI", "pyproject.TOML", "Tests/Test_App.py", "tests/test_app.py",
                      ".GitHub/workflows/ci.yml", "Conftest.py", "tests/CONFTEST.py", "setup.CFG", "\uff41urora.yaml\u200b", "aurora.yaml\u200b",
                      "aurora.yaml ", "aurora.yaml.", "./aurora.yaml", "x/../aurora.yaml", "tests//test_app.py", "tests/./test_app.py",
                      "SITECUSTOMIZE.py", "a.PTH", ".gitATTRIBUTES", "\u017fetup.cfg")),
    Attempt("modules that stand before pytest's own", GROUP, "a runner of the draft's making, and a judge that listens to it",
            protected("pytest.py", "pytest/__init__.py", "_pytest/runner.py", "pluggy.py", "pluggy/__init__.py", "aurora_pytest_events.py",
                      "src/aurora_pytest_events.py", "AURORA_pytest_events.py", "iniconfig.py", "aurora_pytest_events/__init__.py",
                      "aurora_events.py", "src/aurora_pytest_sentinels.py", "aurora_unittest_events.py", "aurora_django_events.py")),
)  # fmt: skip
