from tests.support.gate_cases import Case

BAD = [
    Case("a device", "app/aux.py", b"x = 1\n"),
    Case("a folder in another case", "App/other.py", b"x = 1\n"),
    Case("a file in another case", "app/USERS.py", b"x = 1\n"),
    Case("a colon", "app/a:b.py"),
    Case("a package beside a module", "app/users/__init__.py", says="an import can't tell it from"),
]
GOOD = [Case("a new name", "app/new.py"), Case("a test", "tests/test_users.py")]
OLD = [Case("a file that is there already", "app/aux.py", "x = 2\n", "x = 1\n")]
