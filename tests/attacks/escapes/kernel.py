"""System calls: our profile is Docker's default without what a backend's tests never need. Numbers are x86-64's."""

from tests.attacks.escapes.attempt import Attempt, of_code

GROUP = "system calls"
BAD = "-1, -1, -1, -1, -1"


def calls(name: str, wins: str, /, *, shown: bool = False, **numbers: str) -> Attempt:
    """`numbers`: a call's name to its number and arguments; arguments that do no harm where the call is allowed."""
    code = "\n".join(
        f"call({call!r}, {given if ',' in given else f'{given}, {BAD}'})" for call, given in numbers.items()
    )
    return of_code(name, GROUP, wins, code, shown=shown)


I386 = """
import mmap
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex("b814000000cd80c3"))
got = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
if got > 0: won(f"getpid by int 0x80: {got}")
"""
X32 = "got = libc.syscall(0x40000000 + 39)\nif got > 0: won(f'getpid of x32: {got}')"
CAPABILITIES = """
lines = dict(line.split(":\\t") for line in open("/proc/self/status") if ":\\t" in line)
for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
    if int(lines[name], 16): won(f"{name} {lines[name]}")
if lines["NoNewPrivs"].strip() != "1" or lines["Seccomp"].strip() != "2": won("unguarded")
header, data = struct.pack("=Ii", 0x20080522, 0), struct.pack("=6I", *[0xffffffff] * 6)
call("capset", 126, header, data)
"""
SETUID = """
import glob
for program in ("/usr/bin/su", "/usr/bin/mount", "/usr/bin/passwd", "/usr/bin/newgrp", "/usr/bin/chsh"):
    if os.path.exists(program):
        argv = {"su": ["-c", "id -u"], "newgrp": ["root"]}.get(program.rsplit("/")[-1], ["-h"])
        done = subprocess.run([program, *argv], capture_output=True, text=True, input="id -u\\n", timeout=10)
        if done.stdout.strip() == "0": won(program)
copy = "/tmp/mine"
with open(copy, "wb") as target: target.write(open("/usr/bin/id", "rb").read())
os.chmod(copy, 0o6755)
if subprocess.run([copy, "-u"], capture_output=True, text=True).stdout.strip() != str(os.getuid()): won("id")
tries(*(lambda u=u: os.setuid(u) for u in (0, 1000, 1001)), lambda: os.setgid(1000), lambda: os.setgroups([0]))
"""
TERMINAL = """
import fcntl
tries(lambda: opened("/dev/tty"), lambda: opened("/dev/console"), lambda: opened("/dev/tty0"))
for fd in (0, 1, 2): tries(lambda: fcntl.ioctl(fd, 0x5412, b"x"), lambda: fcntl.ioctl(fd, 0x541c, b"\\x02"))
"""

ATTEMPTS = (
    calls("io_uring", "reads and writes past the list of system calls", shown=True,
          setup="425, 1, 0", enter="426", register="427"),
    calls("ptrace", "another process steered", shown=True, ptrace="101, 0, 0, 0, 0"),
    calls("memory of another process by call", "another process read and written", shown=True,
          readv="310, 1, 0, 0, 0, 0, 0", writev="311, 1, 0, 0, 0, 0, 0", getfd="438", madvise="440", kcmp="312, 1, 1, 0, 0, 0"),
    calls("keyrings", "keys of the host's kernel, which no namespace divides", shown=True,
          keyctl="250, 0, -3, 0", add_key="248", request_key="249"),
    calls("user namespaces", "root over a namespace, the way into most kernel exploits", shown=True,
          unshare="272, 0x10000000", clone3="435, 0, 0", setns="308"),
    of_code("user namespace by clone", GROUP, "the same by the older call",
            "got = libc.syscall(56, 0x10000011, 0, 0, 0, 0)\nif got == 0: os._exit(0)\nif got > 0: won('clone')"),
    calls("other namespaces", "a mount table, a network, a process tree of one's own", shown=True,
          mounts="272, 0x20000", net="272, 0x40000000", pids="272, 0x20000000", ipc="272, 0x8000000", uts="272, 0x4000000",
          cgroup="272, 0x2000000", time="272, 0x80"),
    calls("mount", "read-only things made writable, the host's disk in view", shown=True,
          mount="165", umount="166", pivot_root="155", fsopen="430", fspick="433", open_tree="428", move_mount="429",
          fsmount="432", setattr="442"),
    calls("chroot", "a setuid program that believes a forged /etc", shown=True, chroot="161, b'/'"),
    calls("bpf, perf and userfaultfd", "kernel memory by its own tools", shown=True,
          bpf="321", perf="298", userfaultfd="323, 0"),
    calls("open by handle", "files of the host's disk by number (\"shocker\")", shown=True,
          open="304", name="303"),
    calls("kernel modules and kexec", "code in the kernel",
          init="175", finit="313", delete="176", load="246", file="320"),
    calls("clock", "expired certificates and tokens, wrong logs on the host",
          settime="227", settimeofday="164", adjtimex="159", clock_adjtime="305"),
    calls("reboot, swap, accounting, quota, host name", "the machine itself",
          reboot="169", swapon="167", swapoff="168", quotactl="179", acct="163, -1", hostname="170, -1, -1", domain="171, -1, -1"),
    calls("input and output ports, LDT", "hardware, and old holes of the processor's",
          iopl="172, 3", ioperm="173", modify_ldt="154, 1, 0, 0"),
    calls("watch and mark the file system", "what others open", shown=True, fanotify="300, 0, 0", cookie="212"),
    calls("memory hidden from the kernel, NUMA", "secrets kept from who looks, neighbours disturbed", shown=True,
          secret="447, 0", move_pages="279", mbind="237", migrate="256"),
    calls("personality", "an address space without randomness", shown=True,
          no_random="135, 0x40000", readable="135, 0x400000"),
    of_code("32-bit calls", GROUP, "a list of system calls with other numbers", I386, may_die=True, shown=True),
    of_code("x32 calls", GROUP, "the same calls under numbers that a list forgets", X32, may_die=True),
    of_code("capabilities", GROUP, "a piece of root's power", CAPABILITIES, shown=True),
    of_code("setuid programs of the image", GROUP, "root inside the container", SETUID),
    of_code("type into a terminal", GROUP, "commands in the shell of who started us (TIOCSTI)", TERMINAL),
)  # fmt: skip
