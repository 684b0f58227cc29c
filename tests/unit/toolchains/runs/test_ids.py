"""The tests that are gone, when ids may hold random values."""

import pytest

from aurora.toolchains.runs import ids
from aurora.toolchains.runs.ids import function_of, missing


@pytest.mark.parametrize(
    ("expected", "there", "gone"),
    [
        pytest.param(["t.py::a"], ["t.py::a"], [], id="the same"),
        pytest.param(["t.py::a"], ["t.py::b"], ["t.py::a"], id="another function does not stand in"),
        pytest.param(["t.py::a[x1]", "t.py::a[x2]"], ["t.py::a[y1]", "t.py::a[y2]"], [], id="random ids"),
        pytest.param(["t.py::a[x1]", "t.py::a[x2]"], ["t.py::a[y1]"], ["t.py::a[x2]"], id="one case fewer"),
        pytest.param(["t.py::a[1]", "t.py::a[2]"], ["t.py::a[1]"], ["t.py::a[2]"], id="a stable case is gone"),
        pytest.param(["t.py::a"], ["t.py::a[1]"], ["t.py::a"], id="a plain test does not become a case"),
    ],
)
def test_a_case_is_gone_unless_another_of_its_function_took_its_place(
    expected: list[str], there: list[str], gone: list[str]
) -> None:
    assert missing(expected, there) == gone


def test_a_bracket_in_a_folder_is_no_parameter() -> None:
    assert function_of("te[s]t/a.py::C::b[x[1]]") == "te[s]t/a.py::C::b"


def test_two_long_ids_that_differ_at_their_end_stay_two():
    long = "tests/test_a.py::test_b[" + "x" * 3_000
    one, two = ids.bounded(f"{long}a]"), ids.bounded(f"{long}b]")
    assert one != two and ids.bounded(f"{long}a]") == one
    assert max(len(one), len(two)) <= 2_000
    assert ids.function_of(one) == "tests/test_a.py::test_b" and ids.path_of(one) == "tests/test_a.py"
    assert ids.bounded("tests/test_a.py::test_b") == "tests/test_a.py::test_b"
