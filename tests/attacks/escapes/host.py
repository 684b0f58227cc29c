"""The host's files, devices, engine and kernel settings."""

from tests.attacks.escapes.attempt import of_code

GROUP = "host"

ATTEMPTS = (
    of_code(
        "the engine's socket", GROUP, "the Docker engine, so the host",
        "tries(*(lambda p=p: os.stat(p) and p for p in ('/var/run/docker.sock', '/run/docker.sock', '/run/containerd',"
        " '/run/podman/podman.sock', '/run/docker', '/var/lib/docker')))", shown=True,
    ),
    of_code(
        "a file of the host by its path", GROUP, "the user's files and keys",
        "tries(*(lambda r=r: open(r + FILE).read() for r in ('', '/host', '/mnt', '/proc/1/root', '/work/../../..', '/rootfs')))",
    ),
    of_code(
        "a writable mount of a disk", GROUP, "a file of the host's under another name",
        "for line in open('/proc/self/mountinfo'):\n"
        "    left, right = line.split(' - ')\n"
        "    if right.split()[1].startswith('/dev/') and left.split()[5].split(',')[0] == 'rw': won(line)",
    ),
    of_code(
        "write into the image", GROUP, "tools and servers of ours that run the attacker's code",
        "tries(*(lambda p=p: opened(p + '/x', os.O_WRONLY | os.O_CREAT) for p in ('/', '/etc', '/usr/bin', '/usr/lib',"
        " '/opt/aurora', '/opt/aurora/in_box', '/opt/aurora/plugins', '/opt/deps', '/opt/tools/bin', '/var/tmp', '/run', '/root')),"
        " lambda: opened('/etc/passwd', os.O_WRONLY), lambda: opened('/opt/aurora/in_box/box_server.py', os.O_WRONLY))",
        shown=True,
    ),
    of_code(
        "make a device file", GROUP, "the host's disk, block by block",
        "tries(*(lambda n=n, k=k, d=d: os.mknod('/tmp/' + n, k | 0o666, os.makedev(*d)) for n, k, d in"
        " (('disk', 0o060000, (254, 0)), ('sda', 0o060000, (8, 0)), ('mem', 0o020000, (1, 1)))))", shown=True,
    ),
    of_code(
        "open devices of the host", GROUP, "memory, disks, consoles",
        "tries(*(lambda p=p: opened('/dev/' + p) for p in ('mem', 'kmem', 'kmsg', 'port', 'sda', 'vda', 'kvm', 'fuse',"
        " 'net/tun', 'console', 'loop-control', 'uinput', 'dri/card0', 'nvidia0')))",
    ),
    of_code(
        "kernel settings that name a program", GROUP, "a program run by the host's kernel as root",
        "tries(*(lambda p=p: opened(p, os.O_WRONLY) for p in ('/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe',"
        " '/proc/sys/kernel/hotplug', '/sys/kernel/uevent_helper', '/proc/sys/fs/binfmt_misc/register', '/proc/sys/kernel/poweroff_cmd')))",
    ),
    of_code(
        "any kernel setting", GROUP, "the host's network and memory settings",
        "for folder, _, names in os.walk('/proc/sys'):\n    tries(*(lambda p=f'{folder}/{n}': opened(p, os.O_WRONLY) for n in names))",
    ),
    of_code(
        "release_agent and limits of the cgroup", GROUP, "a program run as root on the host, or limits lifted",
        "for folder, _, names in os.walk('/sys/fs/cgroup'):\n"
        "    tries(*(lambda p=f'{folder}/{n}': opened(p, os.O_WRONLY) for n in names), lambda p=folder: os.mkdir(p + '/mine'))",
    ),
    of_code(
        "write to /sys", GROUP, "hardware, power, modules' parameters",
        "for root in ('/sys/kernel', '/sys/module', '/sys/power', '/sys/class', '/sys/block', '/sys/firmware'):\n"
        "  for folder, _, names in os.walk(root):\n"
        "    if folder.count('/') < 6: tries(*(lambda p=f'{folder}/{n}': opened(p, os.O_WRONLY) for n in names))",
    ),
    of_code(
        "overwrite the program that started us", GROUP, "runc on the host (CVE-2019-5736)",
        "tries(*(lambda p=p: opened(f'/proc/{p}/exe', os.O_WRONLY) for p in ('1', os.getppid(), 'self')))",
    ),
    of_code(
        "descriptors left open by the engine", GROUP, "a folder of the host's to walk up from (CVE-2024-21626)",
        "for fd in range(3, 1024):\n"
        "    try: where = os.readlink(f'/proc/self/fd/{fd}')\n"
        "    except OSError: continue\n"
        "    if where.startswith('/') and not where.startswith(('/dev/', '/proc/')): won(where)\n"
        "if not os.getcwd().startswith('/'): won(os.getcwd())",
    ),
    of_code(
        "names and resolvers of the host", GROUP, "where this machine stands and whom it asks",
        "if os.uname().nodename != 'sandbox': won(os.uname().nodename)\n"
        "won_ = [l for l in open('/etc/resolv.conf') if l.startswith('nameserver') and '127.0.0.1' not in l]\n"
        "if won_: won(won_)", shown=True,
    ),
    of_code(
        "facts of the host's kernel", GROUP, "its command line, memory, processors, disks and build",
        "tries(*(lambda p=p: open(p).read(20) for p in ('/proc/cmdline', '/proc/meminfo', '/proc/cpuinfo', '/proc/partitions')))",
        why="Docker shows the host's /proc and /sys for reading; a runtime with a kernel of its own (gVisor, Kata) does not.",
    ),
)  # fmt: skip
