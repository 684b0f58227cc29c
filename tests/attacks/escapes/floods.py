"""More than there is: each must end by a name that a model can act on, and the box must go on."""

from aurora import ports
from aurora.domain.runs import ExecEnd
from aurora.errors import SandboxLost, ToolRefusal
from tests.attacks.escapes.attempt import Attempt, Play
from tests.attacks.escapes.ground import Ground

GROUP = "floods"


def bounded(code: str, *ends: ExecEnd, seconds: int = 15) -> Play:
    """Won when the run ended otherwise, or when the box was lost by it."""

    async def play(ground: Ground) -> str:
        run = await ground.tests("import ctypes, itertools, os, socket, sys, threading, time\n" + code, seconds)
        after = await ground.tests("print('alive')")
        if after.stdout != "alive\n":
            return f"the next run: {after.end}"
        return "" if run.end in ends else f"it ended {run.end} with {run.exit_code}: {run.stderr[-200:]}"

    return play


SMALL_ONES = """
open("/proc/self/oom_score_adj", "w").write("0")
for _ in range(45):
    if os.fork() == 0:
        mine = bytearray(9 << 20)
        for at in range(0, len(mine), 4096): mine[at] = 1
        time.sleep(30)
time.sleep(5)
"""
SYSTEM_V = """
libc = ctypes.CDLL(None)
libc.shmat.restype, libc.shmdt.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
for _ in range(60):
    segment = libc.shmget(0, 16 << 20, 0o1600)
    if segment < 0: sys.exit("no space left on device: Errno 28")
    at = libc.shmat(segment, None, 0)
    if at == ctypes.c_void_p(-1).value: continue
    ctypes.memset(at, 1, 16 << 20)
    libc.shmdt(at)
"""


BOMB = """
import signal
parent = os.getppid()
while True:
    try: os.fork()
    except OSError:
        try: os.kill(parent, signal.SIGKILL)
        except OSError: time.sleep(600)
"""


async def bomb_without_a_judge(ground: Ground) -> str:
    """The server that would end it is killed first, and no process is left to start another one with."""
    async with ground.own_draft() as draft:
        try:
            async with ground.again(draft) as here:
                run = await here.tests("import os, time\n" + BOMB, 5)
                after = await here.tests("print('alive')")
                return "" if after.stdout == "alive\n" else f"{run.end}, then {after.end}"
        except SandboxLost:
            return "the container was lost"


async def output(ground: Ground) -> str:
    code = "import os\nfor _ in range(4000): os.write(1, b'x' * 65536); os.write(2, b'y' * 65536)"
    run = await ground.box.run_tests(ports.TestCommand(argv=("python", "-c", code), output_bytes=100_000, seconds=20))
    return "" if run.cut and len(run.stdout) + len(run.stderr) < 210_000 else f"{len(run.stdout)} bytes, cut: {run.cut}"


async def events(ground: Ground) -> str:
    code = "import os\nfd = int(os.environ['AURORA_EVENTS_FD'])\nfor _ in range(700): os.write(fd, b'\\n' * 60000)"
    run = await ground.tests(code)
    reported = run.read_events()
    last = reported[-1] if reported else {}
    return "" if len(reported) < 500_000 and last.get("t") == "cut" else f"{len(reported)} events read"


async def nested(ground: Ground) -> str:
    code = (
        "import os\nos.write(int(os.environ['AURORA_EVENTS_FD']), b'[' * 60000 + b'\\n' + b'{\"a\":' * 9000 + b'\\n')"
    )
    run = await ground.tests(code)
    reported = run.read_events()
    return "" if reported and all(event["t"] == "garbled" for event in reported) else str(reported)[:100]


async def by_the_model(ground: Ground) -> str:
    written = []
    try:
        for number in range(12):
            await ground.box.write(f"big{number}.bin", bytes(8_000_000))
            written.append(number)
    except ToolRefusal as refusal:
        said = str(refusal)
    else:
        said = ""
    for number in written:
        await ground.box.delete(f"big{number}.bin")
    return "" if "disk is full" in said else f"{len(written)} files written"


async def one_large_write(ground: Ground) -> str:
    try:
        await ground.box.write("huge.bin", bytes(17_000_000))
    except ToolRefusal:
        return ""
    return "17 MB written at once"


async def tool_flood(ground: Ground) -> str:
    run = await ground.box.execute(["timeout", "1", "yes"])
    return "" if run.cut and len(run.stdout) < 2_200_000 else f"{len(run.stdout)} bytes"


async def endless_pattern(ground: Ground) -> str:
    await ground.box.write("a.txt", b"a" * 60 + b"!\n")
    try:
        await ground.box.search(r"(a+)+$", ["a.txt"])
    except ToolRefusal:
        return ""
    finally:
        await ground.box.delete("a.txt")
    return "it ended"


ATTEMPTS = (
    Attempt("memory", GROUP, "the host's memory",
            bounded("x = bytearray(900 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1", ExecEnd.OUT_OF_MEMORY)),
    Attempt("memory in many small processes that die last", GROUP, "the draft's server killed instead, and a task that retries for ever",
            bounded(SMALL_ONES, ExecEnd.OUT_OF_MEMORY)),
    Attempt("memory that belongs to no process", GROUP, "the whole container killed, and a task that retries for ever",
            bounded(SYSTEM_V, ExecEnd.OUT_OF_DISK, ExecEnd.OUT_OF_MEMORY, ExecEnd.EXITED)),
    Attempt("disk", GROUP, "the host's disk",
            bounded("f = open('big', 'wb')\nwhile True: f.write(bytes(1 << 20)); f.flush()", ExecEnd.OUT_OF_DISK)),
    Attempt("a file larger than any may be", GROUP, "the host's disk",
            bounded("os.truncate(os.open('sparse', os.O_CREAT | os.O_RDWR), 1 << 40)", ExecEnd.OUT_OF_DISK)),
    Attempt("inodes", GROUP, "the kernel's memory, file by empty file",
            bounded("for n in itertools.count(): open(f'f{n}', 'w').close()", ExecEnd.OUT_OF_DISK)),
    Attempt("inodes of /tmp", GROUP, "the same",
            bounded("for n in itertools.count(): os.mkdir(f'/tmp/f{n}')", ExecEnd.OUT_OF_DISK)),
    Attempt("/dev/shm", GROUP, "the host's memory",
            bounded("f = open('/dev/shm/big', 'wb')\nwhile True: f.write(bytes(1 << 20)); f.flush()", ExecEnd.OUT_OF_DISK, ExecEnd.OUT_OF_MEMORY)),
    Attempt("a fork bomb", GROUP, "the host's process table",
            bounded("while True:\n    if os.fork() == 0: time.sleep(600)", ExecEnd.TOO_MANY_PROCESSES)),
    Attempt("a fork bomb that kills its judge", GROUP, "a container lost, and a turn that is lost at each try", bomb_without_a_judge),
    Attempt("threads", GROUP, "the same",
            bounded("for _ in range(500): threading.Thread(target=time.sleep, args=(600,)).start()", ExecEnd.TOO_MANY_PROCESSES, seconds=4)),
    Attempt("descriptors", GROUP, "the host's file table",
            bounded("keep = []\nwhile True: keep.append(socket.socket())", ExecEnd.EXITED)),
    Attempt("time, with every signal ignored", GROUP, "a worker that waits for ever",
            bounded("import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
                    "while True: pass", ExecEnd.OUT_OF_TIME, seconds=1)),
    Attempt("output", GROUP, "the worker's memory", output),
    Attempt("output of a tool", GROUP, "the worker's memory", tool_flood),
    Attempt("events", GROUP, "the worker's memory, many times the bytes sent", events),
    Attempt("events nested without end", GROUP, "an exception in the judge", nested),
    Attempt("files by the model", GROUP, "a task that can't be sealed", by_the_model),
    Attempt("one huge file by the model", GROUP, "the worker's memory", one_large_write),
    Attempt("a pattern without end", GROUP, "a search that never ends", endless_pattern, slow=True),
)  # fmt: skip
