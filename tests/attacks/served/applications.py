"""Each application with what must be said of it. The driver asks it once and tells what it got."""

from dataclasses import dataclass

from aurora.domain.runs import ExecEnd
from aurora.ports import ServeCommand
from tests.support.served import command, order, python

ASKS = order(
    "try: said = ask('/')\nexcept Exception as error: said = [0, type(error).__name__]\nprint(json.dumps(said)[:200])"
)
READS_ALL = order(
    "import urllib.request as r\nbody = r.urlopen('http://127.0.0.1:8123', timeout=20).read()\nprint(len(body))"
)
WAITS = order("import time\ntry: ask('/')\nexcept Exception: pass\ntime.sleep(600)")


@dataclass(frozen=True)
class Application:
    name: str
    command: ServeCommand
    order: bytes = ASKS
    ends: tuple[ExecEnd, ...] = (ExecEnd.EXITED,)
    not_ready: str = ""
    """A piece of the reason."""
    result: str = ""
    """A piece of what the driver told."""
    driver_said: str = ""
    slow: bool = False
    """Left to `make served`."""


def when_asked(code: str, **more: object) -> ServeCommand:
    lines = "".join(f"    {line}\n" for line in code.strip().splitlines())
    return command(f"def answer(self):\n{lines}    return 'hello'\nService.answer = answer\nserve()", **more)


MEMORY = "held = bytearray(900 << 20)\nfor at in range(0, len(held), 4096): held[at] = 1"
DISK = "with open('big', 'wb') as file:\n    while True: file.write(bytes(1 << 20)); file.flush()"
BOMB = """
import signal, time
if os.fork() == 0:
    os.setsid()
    while True:
        try: os.fork()
        except OSError: pass
time.sleep(1)
"""
DEAF = """
import signal
if os.fork() == 0:
    os.setsid()
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    os.closerange(3, 64)
    while True: pass
"""
ENDLESS = """
self.send_response(200)
self.end_headers()
while True: self.wfile.write(bytes(1 << 20))
"""
LOUD = "for _ in range(2_000): os.write(1, b'x' * 100_000); os.write(2, b'y' * 100_000)"
LITTER = """
import socket
for folder in ('/tmp', '/dev/shm', '/work/tree', '/tmp/tests'):
    os.makedirs(folder + '/left/deep', exist_ok=True)
    os.symlink('/work/private', folder + '/link')
    socket.socket(socket.AF_UNIX).bind(folder + '/socket')
    os.chmod(folder + '/left', 0)
"""
FORGES = """
import glob, json, stat
found = json.dumps({"driver": "forged", "seen": []}) + chr(10)
for number in range(3, 64):
    try: stat.S_ISSOCK(os.fstat(number).st_mode) or os.write(number, found.encode())
    except OSError: pass
for path in glob.glob('/proc/[0-9]*/fd/1') + glob.glob('/proc/[0-9]*/fd/[3-9]'):
    try:
        if os.stat(os.path.dirname(os.path.dirname(path))).st_uid == os.getuid(): continue
        open(path, 'w').write(found)
    except OSError: pass
"""
APPLICATIONS = (
    Application("kills all of its user when asked", when_asked("os.kill(-1, 9)"), ends=(ExecEnd.KILLED,), result="hello"),
    Application("kills its server", when_asked("os.kill(os.getppid(), 9)"), ends=(ExecEnd.KILLED,), result="hello"),
    Application("kills its server before it is ready", command("os.kill(os.getppid(), 9)\nserve()"), ends=(ExecEnd.KILLED,), not_ready="broke off"),
    Application("ends in the middle of a request", when_asked("os._exit(3)"), result="[0, "),
    Application("ends while the driver waits", when_asked("os._exit(3)"), WAITS, driver_said="out of time", slow=True),
    Application("stops itself", when_asked("os.kill(os.getpid(), 19)"), result="[0, ", slow=True),
    Application("never answers", when_asked("import time; time.sleep(600)"), result="[0, "),
    Application("fills memory when asked", when_asked(MEMORY), ends=(ExecEnd.OUT_OF_MEMORY,), result="[0, "),
    Application("fills memory before it is ready", command(MEMORY), ends=(ExecEnd.OUT_OF_MEMORY,), not_ready="ended with exit code 137", slow=True),
    Application("fills the disk when asked", when_asked(DISK), ends=(ExecEnd.EXITED,), result="[0, ", slow=True),
    Application("fills the disk in a command before it", command(prepare=(python(DISK),)), ends=(ExecEnd.OUT_OF_DISK,), not_ready="No space left"),
    Application("a bomb", when_asked(BOMB, seconds=20), ends=(ExecEnd.EXITED, ExecEnd.KILLED, ExecEnd.TOO_MANY_PROCESSES), result="[", slow=True),
    Application("a bomb before it is ready", command(BOMB + "serve()", ready_seconds=5), ends=(ExecEnd.EXITED, ExecEnd.TOO_MANY_PROCESSES, ExecEnd.OUT_OF_TIME), driver_said="takes all processes", slow=True),
    Application("deaf to every signal", command(DEAF + "serve()"), result="hello"),
    Application("an endless response", when_asked(ENDLESS, seconds=15), ends=(ExecEnd.EXITED, ExecEnd.OUT_OF_MEMORY), result="[200, "),
    Application("an endless response that is read whole", when_asked(ENDLESS), READS_ALL, ends=(ExecEnd.OUT_OF_MEMORY,), driver_said="the driver did not come to its end"),
    Application("gigabytes of output", when_asked(LOUD), result="hello", slow=True),
    Application("output without end", command("import threading\nthreading.Thread(target=serve, daemon=True).start()\nwhile True: os.write(1, b'x' * 65_536)"), result="hello", slow=True),
    Application("a header without end", command(print_header=python("while True: os.write(1, b'x' * 65_536)"), seconds=6), not_ready="time for it was over", slow=True),
    Application("leaves files wherever it may", when_asked(LITTER), result="hello"),
    Application("writes a result of its own", when_asked(FORGES), result='[200, "hello"]'),
)  # fmt: skip
