"""The entries of /proc about other processes and the kernel."""

from tests.attacks.escapes.attempt import of_code

GROUP = "/proc"
EVERYBODY = "pids = [p for p, _ in others()] + [os.getppid(), 1]\n"

ATTEMPTS = (
    of_code(
        "environment of other processes", GROUP, "credentials given to somebody else",
        EVERYBODY + "tries(*(lambda p=p: open(f'/proc/{p}/environ', 'rb').read() for p in pids))", shown=True,
    ),
    of_code(
        "memory of other processes", GROUP, "the draft's server, or the run's own, rewritten",
        EVERYBODY + "tries(*(lambda p=p, m=m: opened(f'/proc/{p}/mem', m) for p in pids for m in (os.O_RDONLY, os.O_RDWR)))",
        shown=True,
    ),
    of_code(
        "root, folder and descriptors of other processes", GROUP, "the stream to the worker, the draft's folder",
        EVERYBODY + "tries(*(lambda p=p, w=w: os.listdir(f'/proc/{p}/{w}') for p in pids for w in ('root', 'cwd', 'fd', 'map_files')))",
        shown=True,
    ),
    of_code(
        "maps, stack and system calls of other processes", GROUP, "addresses for an exploit",
        EVERYBODY + "tries(*(lambda p=p, w=w: open(f'/proc/{p}/{w}', 'rb').read() for p in pids for w in ('maps', 'auxv', 'syscall')"
        " if os.access(f'/proc/{p}/{w}', os.R_OK)))", shown=True,
    ),
    of_code(
        "who dies first when memory is short", GROUP, "the draft's server killed instead of the tests",
        EVERYBODY + "tries(*(lambda p=p: open(f'/proc/{p}/oom_score_adj', 'w').write('500') for p in pids),"
        " lambda: os.write(os.open('/proc/self/oom_score_adj', os.O_WRONLY), b'-900'))",
    ),
    of_code("sysrq", GROUP, "a reboot of the host", "tries(lambda: opened('/proc/sysrq-trigger', os.O_WRONLY))"),
    of_code(
        "the kernel's memory and log", GROUP, "everything that runs on the host",
        "tries(lambda: open('/proc/kcore', 'rb').read(16), lambda: os.read(os.open('/proc/kmsg', os.O_NONBLOCK), 64))\n"
        "call('syslog', 103, 3, ctypes.create_string_buffer(64), 64)", shown=True,
    ),
    of_code(
        "addresses of the kernel's functions", GROUP, "half of a kernel exploit",
        "try:\n    if any(int(line.split()[0], 16) for line in open('/proc/kallsyms')): won('addresses')\nexcept OSError: pass",
    ),
    of_code(
        "keys, timers and tasks of the kernel", GROUP, "keyrings and processes of other users",
        "tries(*(lambda p=p: open(p).read() or (_ for _ in ()).throw(OSError()) for p in"
        " ('/proc/keys', '/proc/timer_list', '/proc/sched_debug', '/proc/latency_stats')))",
    ),
    of_code(
        "become another in /proc", GROUP, "user ids of one's own choosing",
        "tries(*(lambda p=p, t=t: os.write(os.open(f'/proc/self/{p}', os.O_WRONLY), t) for p, t in"
        " (('uid_map', b'0 0 1'), ('gid_map', b'0 0 1'), ('loginuid', b'0'), ('attr/exec', b'unconfined'))))",
    ),
)  # fmt: skip
