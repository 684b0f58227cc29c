"""The things that outlive a run: processes first, then whatever else the kernel keeps."""

from tests.attacks.escapes.attempt import Attempt, Play, as_tests, as_tool
from tests.attacks.escapes.ground import Ground

GROUP = "survivors"

SPAWN = {
    "a session of its own": "subprocess.Popen(['setsid', 'sleep', '777'])",
    "a double fork": """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir('/'); os.umask(0)
        for fd in range(256):
            try: os.close(fd)
            except OSError: pass
        os.execvp('sleep', ['sleep', '777'])
    os._exit(0)
os.wait()
""",
    "a loop that ignores every signal": """
if os.fork() == 0:
    os.setsid()
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    os.closerange(0, 64)
    while True: pass
""",
    "a stopped process": "p = subprocess.Popen(['setsid', 'sleep', '777'])\ntime.sleep(0.05)\nos.kill(p.pid, signal.SIGSTOP)",
    "a chain that forks while it is killed": """
if os.fork() == 0:
    os.setsid()
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if os.fork(): os._exit(0)
""",
    "a bomb": """
if os.fork() == 0:
    os.setsid()
    while True:
        try: os.fork()
        except OSError: pass
time.sleep(0.3)
""",
    "output held open": "subprocess.Popen(['setsid', 'sh', '-c', 'trap \\'\\' TERM HUP INT PIPE; while :; do sleep 1; done'])",
}
SEEN = """
for name in os.listdir("/proc"):
    if name.isdigit() and int(name) not in (os.getpid(), os.getppid()):
        try:
            status = open(f"/proc/{name}/status").read()
            line = open(f"/proc/{name}/cmdline", "rb").read()
        except OSError: continue
        user = int(status.split("Uid:")[1].split()[0])
        zombie = "State:\\tZ" in status
        if user == USER and not zombie and b"_server as s" not in line: won(f"{name} {line[:80]}")
"""


def left(code: str) -> Play:
    """Both users start it; after each exec a look from the other's side must find none of it."""

    async def play(ground: Ground) -> str:
        first = await as_tests(code, then="USER = 1002\n" + SEEN, may_die=True)(ground)
        if first:
            return first
        first = await as_tool(code, may_die=True)(ground)
        return first or await as_tool("USER = 1000\n" + SEEN)(ground)

    return play


IPC = """
libc.shmat.restype = ctypes.c_void_p
segment = libc.shmget(0x4711, 1 << 20, 0o1666)
libc.shmat(segment, None, 0)
libc.msgget(0x4711, 0o1666); libc.semget(0x4711, 1, 0o1666)
assert segment >= 0
"""
IPC_SEEN = """
for kind in ("shm", "msg", "sem"):
    for line in open("/proc/sysvipc/" + kind).read().splitlines()[1:]: won(f"{kind}: {line[:80]}")
"""


async def tool_to_tests(ground: Ground) -> str:
    done = await ground.tool(
        "import os\nfor f in ('/tmp', '/dev/shm', '/work/private'): open(f + '/letter', 'w').write('x')\n"
        "os.makedirs(os.environ['HOME'] + '/.config/ruff')\nprint('OVER')"
    )
    assert "OVER" in done.stdout, done.stderr
    seen = await ground.tool(
        "import os; print([n for f in ('/tmp', '/dev/shm', '/work/private') for n in os.listdir(f) if n != 'tests'])"
    )
    return "" if seen.stdout.strip() == "[]" else seen.stdout


ATTEMPTS = (
    *(
        Attempt(name, GROUP, "code that runs on beside the next exec, against draft or tests", left(code))
        for name, code in SPAWN.items()
    ),
    Attempt(
        "System V shared memory, queues and semaphores", GROUP, "memory held for good, a letter to the next run",
        as_tests(IPC, then=IPC_SEEN),
    ),
    Attempt(
        "POSIX message queues", GROUP, "a letter to the next run",
        as_tests(
            "assert libc.mq_open(b'/letter', os.O_CREAT | os.O_RDWR, 0o666, None) >= 0\nopen('/dev/mqueue/other', 'w').close()",
            then="if os.listdir('/dev/mqueue'): won(os.listdir('/dev/mqueue'))",
        ),
    ),
    Attempt(
        "files wherever one may write", GROUP, "the same, on disk",
        as_tests(
            "for f in ('/tmp', '/dev/shm', '/work/tree', '/tmp/tests', '/work/tree/tests'):\n"
            "    os.makedirs(f + '/left/deep'); open(f + '/left/deep/x', 'w').close(); os.chmod(f + '/left', 0)\n"
            "    os.mkfifo(f + '/fifo'); os.symlink('/etc', f + '/link'); socket.socket(socket.AF_UNIX).bind(f + '/socket')",
            then="for f in ('/tmp', '/dev/shm', '/work/tree', '/tmp/tests', '/work/tree/tests'):\n"
            "    for n in ('left', 'fifo', 'link', 'socket'):\n        if os.path.lexists(f'{f}/{n}'): won(f'{f}/{n}')",
        ),
    ),
    Attempt(
        "folders too deep for a path", GROUP, "a sweep that breaks off, and what it leaves",
        as_tests(
            "os.mkdir('deep'); os.chdir('deep')\nfor _ in range(2500): os.mkdir('d' * 100); os.chdir('d' * 100)\n"
            "open('x', 'w').write('x')",
            then="if os.path.lexists('deep'): won('left')",
        ),
    ),
    Attempt("what a tool leaves for the tests", GROUP, "a full disk, a letter", tool_to_tests),
)  # fmt: skip
