from tests.support.gate_cases import Case

TEST = b"def test_a():\n    assert 1\n"
FROZEN = {"tests/test_users.py": TEST}
BAD = [
    Case("altered", "tests/test_users.py", frozen=FROZEN, tree={"tests/test_users.py": TEST + b"# more\n"}),
    Case("gone", "app/users.py", frozen=FROZEN, says="was changed or removed"),
]
GOOD = [
    Case("as it was frozen", "tests/test_users.py", frozen=FROZEN, tree=FROZEN),
    Case("nothing is frozen yet", "tests/test_users.py", tree=FROZEN),
]
