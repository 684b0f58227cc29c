"""The owner of the process at the other end of a TCP connection on this machine, by the kernel's table of sockets."""

import socket
import struct
from io import FileIO
from pathlib import Path
from typing import Self

ESTABLISHED = b"01"
TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
TRIES = 3
"""The table is read in pieces while it changes: an entry may be missed."""


class SocketOwners:
    """Opened in one network namespace it shows that one's sockets, wherever its process goes."""

    def __init__(self, tables: list[FileIO]) -> None:
        self._tables = tables

    @classmethod
    def here(cls) -> Self:
        return cls([FileIO(path) for path in TABLES if Path(path).exists()])

    def close(self) -> None:
        for table in self._tables:
            table.close()

    def of(self, client: tuple[str, int], server: tuple[str, int]) -> int | None:
        """The user id of whoever holds the client's end; None when nobody is seen to hold it open."""
        wanted = {(form(*client), form(*server)) for form in (_v4, _v6)}
        for _ in range(TRIES):
            for table in self._tables:
                table.seek(0)
                for line in table.readall().splitlines()[1:]:
                    field = line.split()
                    # a socket that nobody holds any more is shown as root's, without an inode
                    if (field[1], field[2]) in wanted and field[3] == ESTABLISHED and field[9] != b"0":
                        return int(field[7])
        return None


def _v4(host: str, port: int) -> bytes:
    return b"%08X:%04X" % (struct.unpack("=I", socket.inet_aton(host))[0], port)


def _v6(host: str, port: int) -> bytes:
    """An IPv4 address as an IPv6 socket shows it."""
    return b"0000000000000000%08X" % struct.unpack("=I", b"\0\0\xff\xff")[0] + _v4(host, port)
