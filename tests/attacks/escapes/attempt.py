"""One attempt: its name, its group, what it would win, and how it is played."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.attacks.escapes.ground import Ground

Play = Callable[[Ground], Awaitable[str]]
"""Gives what was won; nothing when it was held. A play that ends in the middle raises."""

PRELUDE = """
import ctypes, errno, os, signal, socket, struct, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)

def won(what):
    print("WON", what, flush=True)

def tries(*actions):
    # an action that raises no OSError has won; what it gives says what
    for number, action in enumerate(actions):
        try:
            got = action()
        except OSError:
            continue
        won(f"{number}: {got!r}"[:200])

def call(name, number, *given):
    # a call that the kernel took up has won, even when it then complained of what it was given
    if libc.syscall(number, *given) != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
        won(name)

def others():
    # (pid, user) of every process that is not this user's
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/status") as status:
                    user = int(next(line for line in status if line.startswith("Uid")).split()[1])
            except OSError:
                continue
            if user != os.getuid():
                yield int(name), user

def opened(path, flags=os.O_RDONLY):
    fd = os.open(path, flags | os.O_NONBLOCK)
    os.close(fd)
    return path
"""
OVER = "\nprint('OVER', flush=True)\n"


def always() -> bool:
    return True


@dataclass(frozen=True)
class Attempt:
    name: str
    group: str
    wins: str
    """A sentence: what a success would give."""
    play: Play
    why: str = ""
    """Why it is not held; empty for what is."""
    only_where: Callable[[], bool] = always
    """True if this machine has the weakness: not every kernel and engine does, and then it must be held."""
    shown: str = ""
    """Code of a play whose success is also seen where nothing holds: see `test_the_suite_sees_an_escape`."""

    slow: bool = False
    """Takes over three seconds, or more of a machine than a run of all tests should ask for."""

    @property
    def held(self) -> bool:
        return not self.why


def judged(stdout: str, stderr: str, *, may_die: bool) -> str:
    """The gain that the code claimed. It must say that it came to its end, else nothing is known of it."""
    wins = [line.removeprefix("WON ") for line in stdout.splitlines() if line.startswith("WON ")]
    if not wins and not may_die:
        assert "OVER" in stdout, f"the attempt broke off:\n{stdout[-500:]}\n{stderr[-1500:]}"
    return "; ".join(wins)


def as_tests(code: str, *, then: str = "", seconds: int = 20, may_die: bool = False) -> Play:
    """Code of the test user, by a run of tests; `then` is a second run's, which may see what the first one left."""

    async def play(ground: Ground) -> str:
        run = await ground.tests(PRELUDE + ground.facts + code + OVER, seconds)
        won = judged(run.stdout, run.stderr, may_die=may_die)
        if then and not won:
            later = await ground.tests(PRELUDE + ground.facts + then + OVER, seconds)
            won = judged(later.stdout, later.stderr, may_die=False)
        return won

    return play


def as_tool(code: str, *, may_die: bool = False) -> Play:
    """Code of the tool user, as a linter that aurora.yaml names would run."""

    async def play(ground: Ground) -> str:
        run = await ground.tool(PRELUDE + ground.facts + code + OVER)
        return judged(run.stdout, run.stderr, may_die=may_die)

    return play


def of_code(
    name: str, group: str, wins: str, code: str, *, shown: bool = False, why: str = "",
    only_where: Callable[[], bool] = always, **how: bool,
) -> Attempt:  # fmt: skip
    """By the test user, which is whom untrusted code runs as."""
    control = PRELUDE + code + OVER if shown else ""
    return Attempt(name, group, wins, as_tests(code, **how), why, only_where, control)
