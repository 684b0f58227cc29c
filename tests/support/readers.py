"""The effects of a hostile text on its reader, as functions that a child can be given."""

import ctypes
import os
import re
from pathlib import Path

from aurora import bounded
from aurora.errors import Reason, Refusal, RefusalCode, ToolRefusal


def honest(text: str) -> int:
    return len(text)


def catastrophic(marker: str = "") -> bool:
    """A pattern of a contract document: minutes, in C, where no signal handler of Python's runs in time."""
    if marker:
        Path(marker).write_text(str(os.getpid()))
    return re.match(r"(a|a)*$", "a" * 40 + "b") is not None


def swallowing() -> int:
    big = []
    while True:
        big.append("x" * 50_000_000)


def segfaulting() -> int:
    return ctypes.string_at(0)[0]


def endless(depth: int = 0) -> int:
    return endless(depth + 1)


def long_number(digits: int) -> int:
    return int("9" * digits)


def wrong_type(value: str) -> int:
    return value + 1  # type: ignore[operator]


def flooding(size: int) -> str:
    return "x" * size


def lying() -> int:
    return "not a number"  # type: ignore[return-value]


def refusing() -> int:
    raise Refusal("it is wrong", "fix it", code=RefusalCode.FORBIDDEN, reason=Reason.BASE)


def tool_refusing() -> int:
    raise ToolRefusal("use another")


def surrogates(text: str) -> str:
    return text


def environment() -> dict[str, str]:
    """All that a child could find of its own process and of those above it that it shares memory or files with."""
    raw = Path("/proc/self/environ").read_bytes() + Path(f"/proc/{os.getppid()}/environ").read_bytes()
    return {"os": repr(dict(os.environ)), "proc": raw.decode(errors="replace")}


def open_files() -> list[str]:
    found = []
    for fd in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{fd}"))
        except OSError:
            continue
    return found


def pids() -> tuple[int, int]:
    return os.getpid(), os.getppid()


def asking(names: list[str]) -> list[str]:
    return [str(bounded.ask("text", name)) for name in names]


def asking_then_hanging() -> bool:
    bounded.ask("text", "a")
    return catastrophic()


def ending(code: int) -> int:
    os._exit(code)


def siblings() -> list[int]:
    """Other children of the same fork server that use the processor."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            # state, parent, and ticks of user time
            if int(fields[1]) == os.getppid() and fields[0] != "Z" and int(fields[11]) > 50:
                found.append(int(name))
    return found


def asking_for(what: str) -> str:
    return str(bounded.ask(what))


def expendable() -> int:
    return int(Path("/proc/self/oom_score_adj").read_text())
