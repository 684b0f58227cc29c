"""Out over the network: there is none but loopback."""

from tests.attacks.escapes.attempt import of_code

GROUP = "network"
LINK = """
body = struct.pack("=BxHiII", 0, 0, 0, 0, 0) + struct.pack("=HH", 8, 3) + b"xx0\\0"
body += struct.pack("=HHHH", 16, 18, 10, 1) + b"dummy\\0\\0\\0"
try:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        netlink.settimeout(2)
        netlink.sendto(struct.pack("=IHHII", 16 + len(body), 16, 0x605, 1, 0) + body, (0, 0))
        answer = netlink.recv(4096)
        if struct.unpack("=i", answer[16:20])[0] not in (-errno.EPERM, -errno.EACCES):
            won("the kernel took up a new network device")
except OSError:
    pass
"""

ATTEMPTS = (
    of_code(
        "ask a name server", GROUP, "data carried out in names",
        "socket.setdefaulttimeout(3)\ntries(lambda: socket.getaddrinfo('example.com', 443))",
    ),
    of_code(
        "datagram to a public name server", GROUP, "data carried out by UDP",
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ntries(lambda: s.sendto(b'x', ('8.8.8.8', 53)))", shown=True,
    ),
    of_code(
        "connect to a public address", GROUP, "a download, an upload, a shell from outside",
        "tries(*(lambda a=a: socket.create_connection(a, 2) for a in (('1.1.1.1', 443), ('1.1.1.1', 53))))",
    ),
    of_code(
        "connect over IPv6", GROUP, "a way out that a filter for IPv4 overlooks",
        "tries(lambda: socket.create_connection(('2606:4700:4700::1111', 443), 2))",
    ),
    of_code(
        "connect to the cloud's metadata address", GROUP, "the machine's own cloud credentials",
        "tries(lambda: socket.create_connection(('169.254.169.254', 80), 2),"
        " lambda: socket.create_connection(('fd00:ec2::254', 80), 2))",
    ),
    of_code(
        "connect to a listener on the host", GROUP, "services that trust the local network",
        "tries(lambda: socket.create_connection((ADDRESS, PORT), 2), lambda: socket.create_connection(('127.0.0.1', PORT), 2))",
        shown=True,
    ),
    of_code(
        "connect to the engine over TCP", GROUP, "the Docker engine, so the host",
        "tries(*(lambda p=p: socket.create_connection((ADDRESS, p), 1) for p in (2375, 2376, 22)))",
    ),
    of_code(
        "abstract unix socket of the host", GROUP, "containerd, D-Bus and the like, which file permissions don't guard",
        "s = socket.socket(socket.AF_UNIX)\ntries(lambda: s.connect('\\0' + ABSTRACT))\n"
        "if ABSTRACT in open('/proc/net/unix').read(): won('seen')",
    ),
    of_code(
        "raw and packet sockets", GROUP, "forged packets, other containers' traffic",
        "tries(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1), lambda: socket.socket(17, socket.SOCK_RAW, 768))",
        shown=True,
    ),
    of_code(
        "vsock to the hypervisor", GROUP, "the machine that this machine runs on",
        "tries(lambda: socket.socket(40, socket.SOCK_STREAM))",
    ),
    of_code(
        "rare socket families", GROUP, "kernel code that few look at: AF_ALG, AF_CAN, AF_TIPC, AF_XDP, Bluetooth",
        "tries(*(lambda f=f, k=k: socket.socket(f, k) for f in (4, 5, 9, 29, 30, 31, 38, 39, 41, 43, 44) for k in (1, 2, 3, 5)))",
        shown=True,
    ),
    of_code("make a network device", GROUP, "a way out of one's own making", LINK, shown=True),
)  # fmt: skip
