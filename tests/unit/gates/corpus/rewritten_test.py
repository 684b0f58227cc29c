from aurora.domain.contradiction import Contradiction
from aurora.toolchains.python.single_test import find
from tests.support.gate_cases import Case

PATH = "tests/test_prices.py"
BEFORE = "import shop\n\n\ndef test_a():\n    assert shop.a() == 1\n\n\ndef test_b():\n    assert shop.b() == 1\n"
WHERE = find(BEFORE, "test_a")
assert WHERE is not None
CASE = Contradiction(
    test=f"{PATH}::test_a", path=PATH, name="test_a", clause="c", why="w", before=WHERE.source, rest=WHERE.rest
)
BAD = [
    Case("another test", PATH, BEFORE.replace("b() == 1", "b() == 2"), BEFORE, thawed=CASE, says="differs outside"),
    Case("the test is gone", PATH, BEFORE.replace("test_a", "test_c"), BEFORE, thawed=CASE, says="no single such test"),
    Case("an import", PATH, "import os\n" + BEFORE, BEFORE, thawed=CASE),
]
GOOD = [
    Case("the test itself", PATH, BEFORE.replace("a() == 1", "a() == 2"), BEFORE, thawed=CASE),
    Case("another file", "app/a.py", "x = 1\n", thawed=CASE),
    Case("nothing is rewritten", PATH, BEFORE.replace("b() == 1", "b() == 2"), BEFORE),
]
