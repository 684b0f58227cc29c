"""The process ends before its time, or its exit code is another one."""

from tests.attacks.forgeries.forgery import Witness, seen

ALL = "django vitest node"
AT_TOP = "import victim\n\ndef test_red():\n    assert victim.value() == 1\n"

FORGERIES = (
    seen(Witness.RUN, "end the process well inside a test", also=ALL, victim="import os\ndef value(): os._exit(0)\n"),
    seen(Witness.RUN, "end the process well when imported", also=ALL, red=AT_TOP, victim="import os\nos._exit(0)\n"),
    seen(Witness.RUN, "sys.exit when imported", also="django", red=AT_TOP, victim="import sys\nsys.exit(0)\n"),
    seen(Witness.RUN, "end the process well at its end", also=ALL,
         victim="import atexit, os\natexit.register(os._exit, 0)\ndef value(): return 0\n"),
    seen(Witness.RUN, "print what pytest prints and end", also=ALL,
         victim="import os\ndef value():\n    os.write(1, b'2 passed in 0.01s\\n')\n    os._exit(0)\n"),
    seen(Witness.RESULT, "leave by SystemExit", also="django", victim="import sys\ndef value(): sys.exit(0)\n"),
    seen(Witness.RUN, "leave by pytest.exit", victim="import pytest\ndef value(): pytest.exit('done', returncode=0)\n"),
    seen(Witness.RUN, "leave by libc's _exit through ctypes", also="django",
         victim="import ctypes\ndef value(): ctypes.CDLL(None)._exit(0)\n"),
    seen(Witness.RUN, "become another program by exec", also="django",
         victim="import os\ndef value(): os.execv('/bin/true', ['true'])\n"),
    seen(Witness.RUN, "end by a signal handler", also="django node",
         victim="import os, signal, time\ndef value():\n    signal.signal(signal.SIGALRM, lambda *a: os._exit(0))\n"
         "    signal.setitimer(signal.ITIMER_REAL, 0.01)\n    time.sleep(5)\n    return 1\n"),
    seen(Witness.RUN, "end by faulthandler's time-out",
         victim="import faulthandler, time\ndef value():\n    faulthandler.dump_traceback_later(0.1, exit=True)\n    time.sleep(5)\n    return 1\n"),
    seen(Witness.RUN, "turn the exit code in a hook",
         conftest="import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_sessionfinish(session): session.exitstatus = 0\n"),
    seen(Witness.RUN, "kill the runner from a child", also=ALL,
         victim="import os, signal\ndef value():\n    if os.fork() == 0: os.kill(os.getppid(), signal.SIGKILL); os._exit(0)\n    import time; time.sleep(5)\n"),
    seen(Witness.RUN, "kill the server that started the run", also=ALL,
         victim="import os, signal\ndef value():\n    pid = os.getpid()\n    parent = int(open(f'/proc/{pid}/stat').read().split()[3])\n"
         "    os.kill(parent, signal.SIGKILL)\n    os._exit(0)\n"),
    seen(Witness.RUN, "go on in a forked child, the parent ends well", also="django",
         victim="import os\ndef value():\n    if os.fork(): os._exit(0)\n    return 1\n"),
    seen(Witness.RESULT, "raise what is no Exception", also="django", victim="def value():\n    raise GeneratorExit\n"),
)  # fmt: skip
