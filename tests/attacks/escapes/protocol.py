"""The messages between worker and box: arguments, names, answers, events, packs. Each end is named, and the box goes
on."""

import os
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

from aurora import ports
from aurora.errors import ArtifactError, Refusal, ToolRefusal
from aurora.toolchains.python import pytest_runs
from tests.attacks.escapes.attempt import Attempt
from tests.attacks.escapes.ground import Ground
from tests.attacks.escapes.repository import draft_of_tree, git_object
from tests.support.boxes import workspace_of
from tests.support.git_fixtures import git

GROUP = "protocol"


async def _refused(call: Awaitable[object]) -> bool:
    try:
        await call
    except ToolRefusal:
        return True
    return False


async def odd_arguments(ground: Ground) -> str:
    box = ground.box
    half, nul = "\ud800", "a\0b"
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "a NUL": lambda: box.execute(["ls", nul]),
        "half a surrogate pair": lambda: box.execute(["ls", half]),
        "three million characters": lambda: box.execute(["ls", "x" * 3_000_000]),
        "100,000 arguments": lambda: box.execute(["ls", *(["y" * 40] * 100_000)]),
        "a NUL for the tests": lambda: box.run_tests(ports.TestCommand(argv=("python", "-c", nul))),
        "half a pair for the tests": lambda: box.run_tests(ports.TestCommand(argv=("python", "-c", half))),
        "a long argument for the tests": lambda: box.run_tests(
            ports.TestCommand(argv=("python", "-c", "x" * 3_000_000))
        ),
        "a variable with a NUL": lambda: box.run_tests(ports.TestCommand(argv=("python",), env={"A": nul})),
        "half a pair in a path": lambda: box.read(half),
        "half a pair written": lambda: box.write(f"x/{half}.py", b""),
        "half a pair in a folder": lambda: box.execute(["ls"], cwd=half),
        "half a pair in a message": lambda: _sealed(ground, half),
        "a pattern without end": lambda: box.search("(" * 5000, ["app.py"]),
    }
    for name, call in calls.items():
        if not await _refused(call()):
            return name
    alive = await ground.tests("print('alive')")
    return "" if alive.stdout == "alive\n" else f"the next run: {alive.end}"


async def _sealed(ground: Ground, message: str) -> None:
    await ground.box.write("sealed.py", b"X = 1\n")
    try:
        await ground.box.seal(message)
    finally:
        await ground.box.delete("sealed.py")


ODD = """
import json, os
fd = int(os.environ['AURORA_EVENTS_FD'])
odd = (None, True, -1, 1e308, [], {}, [[]], {'a': []}, 'x' * 5000, '\\ud800', '\\x00', 'passed', 'failed', '../../etc/passwd')
kinds = ('begin', 'collected', 'start', 'result', 'collect_error', 'internal_error', 'session', 'cut', 'garbled', [], None)
n = 0
for key in ('node', 'when', 'outcome', 'seconds', 'kind', 'message', 'frame', 'line_text', 'output', 'exit', 'base', 'sub', 'seq', 't'):
    for value in odd:
        for kind in kinds:
            event = {'seq': n, 't': kind, 'node': 'a.py::b', 'when': 'teardown', 'outcome': 'passed', 'seconds': 0, 'exit': 0, key: value}
            os.write(fd, json.dumps(event).encode() + b'\\n'); n += 1
os.write(fd, b'{"t": "result", "seconds": ' + b'9' * 5000 + b'}\\n{"t": NaN}\\n"text"\\n\\xff\\xfe\\n[]\\n' + b'{"node": "\\\\ud800\\\\udc00\\\\ud800"}\\n')
"""


async def odd_events(ground: Ground) -> str:
    """The judge must come to a verdict over whatever it is told, and one that can be stored."""
    run = await ground.tests(ODD)
    assert len(run.read_events()) > 2000, run.stderr
    reported = pytest_runs.parse(run, workspace_of(ground.draft, ground.image).toolchain)
    reported.model_dump_json()
    return "a green run" if reported.valid and not reported.red else ""


async def long_answer(ground: Ground) -> str:
    """Names that together are longer than any answer may be."""
    deep = "/".join(["d" * 250] * 15)
    done = await ground.tool(
        f"import os\nos.makedirs({deep!r}); here = os.getcwd()\nfor part in {deep!r}.split('/'): os.chdir(part)\n"
        "for n in range(2400): open(f'{n:04}' + 'x' * 200, 'w').close()\nprint('OVER')"
    )
    assert "OVER" in done.stdout, done.stderr
    try:
        refused = await _refused(ground.box.files())
    finally:
        await ground.tool("import shutil; shutil.rmtree('d' * 250)")
    return "" if refused else "it came whole"


def unpacked(make: Callable[[Path], list[tuple[str, bytes, str]]]) -> Callable[[Ground], Awaitable[str]]:
    """A small pack of a large tree: the box says that it does not fit, and is gone."""

    async def play(ground: Ground) -> str:
        folder = ground.folder / "bomb"
        folder.mkdir()
        git(folder, "init", "-q")
        draft = await draft_of_tree(ground, folder, make(folder))
        try:
            async with ground.on(draft) as here:
                return f"restored: {len(await here.box.files())} files"
        except Refusal as refusal:
            return "" if "does not fit" in str(refusal) else str(refusal)
        except ArtifactError as error:
            return f"misnamed: {error}"

    return play


def _large_file(folder: Path) -> list[tuple[str, bytes, str]]:
    with (folder / "zeros").open("wb") as file:
        file.truncate(400 << 20)
    done = subprocess.run(
        ["git", "-c", "core.bigFileThreshold=1m", "-C", str(folder), "hash-object", "-w", "zeros"],
        capture_output=True, check=True, env=os.environ,
    )  # fmt: skip
    (folder / "zeros").unlink()
    return [("100644", b"zeros", done.stdout.decode().strip())]


def _trees_of_trees(folder: Path) -> list[tuple[str, bytes, str]]:
    """Ten times ten times ten ...: 10^9 files of one object each level."""
    here, mode = git_object(folder, "blob", b"x\n"), "100644"
    for _ in range(9):
        here = git_object(
            folder, "tree", b"".join(mode.encode() + b" %d\0" % n + bytes.fromhex(here) for n in range(10))
        )
        mode = "40000"
    return [("40000", b"bomb", here)]


ATTEMPTS = (
    Attempt("arguments that are none", GROUP, "the draft's server broken by a sentence of the model's", odd_arguments, slow=True),
    Attempt("events of every wrong shape", GROUP, "an exception in the judge, or a green run", odd_events),
    Attempt("an answer longer than any may be", GROUP, "a stream that breaks at each try", long_answer),
    Attempt("a small pack of one huge file", GROUP, "the machine's memory", unpacked(_large_file), slow=True),
    Attempt("a small pack of a billion files", GROUP, "the machine's memory, a restore that never ends", unpacked(_trees_of_trees), slow=True),
)  # fmt: skip
