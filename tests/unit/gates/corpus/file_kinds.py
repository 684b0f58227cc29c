from aurora.gates.context import EXECUTABLE, LINK, NOTHING, REGULAR, SUBMODULE
from tests.support.gate_cases import Case

BAD = [
    Case("a symbolic link", "app/link.py", None, mode=LINK),
    Case("a submodule", "vendored", None, mode=SUBMODULE),
    Case("a new executable", "app/run.py", b"x = 1\n", mode=EXECUTABLE),
    Case("an executable bit", "app/users.py", b"x = 2\n", "x = 1\n", mode=EXECUTABLE),
    Case("an executable bit lost", "bin/run.py", b"x = 2\n", "x = 1\n", before_mode=EXECUTABLE),
    Case("a file in a link's place", "app/users.py", b"x = 2\n", before_mode=LINK),
    Case("a link that is gone", "app/link.py", None, "x", before_mode=LINK, mode=NOTHING),
    Case("a test that is gone", "tests/test_old.py", None, "x", mode=NOTHING),
    Case("a mode that git has not", "app/users.py", b"x", "y", mode="100664"),
]
GOOD = [
    Case("a new file", "app/new.py", b"x = 1\n"),
    Case("a changed file", "app/users.py", b"x = 2\n", "x = 1\n"),
    Case("a file that was removed", "app/old.py", None, "x", mode=NOTHING),
    Case("an executable that stays one", "bin/run.py", b"x = 2\n", "x = 1\n", EXECUTABLE, EXECUTABLE),
]
OLD = [Case("a regular file as before", "app/users.py", b"x = 1\n", "x = 1\n", REGULAR)]
