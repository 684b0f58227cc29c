"""Where one test stands in its file, what of it asserts, and what is no range."""

import pytest

from aurora.toolchains.node import single_test as node_single_test
from aurora.toolchains.python import single_test as python_single_test
from aurora.toolchains.ranges import weaker

MODULE = '''\
import pytest

LIMIT = 3


@pytest.fixture
def client():
    return object()


# the first one
@pytest.mark.parametrize("n", [1, 2])
def test_a(client, n):
    """Doc."""
    assert f(n) == 1
    with pytest.raises(ValueError):
        f(0)


class TestB:
    def test_a(self):
        assert f(1) == 2

    async def test_c(self):
        assert await f(2) is None


def test_d(): assert f(3) == 3
'''

SUITE = """\
import { expect, test, describe, it } from "vitest";

const LIMIT = 3;

describe("users", () => {
  it("are created", async () => {
    const answer = await create({ name: "Ä" });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ id: 1 });
  });

  test("twice", () => { expect(f(2)).not.toBe(1); });
});

test.each([1, 2])("made %i", (n) => { expect(f(n)).toBe(n); });
"""


@pytest.mark.parametrize(
    ("name", "first", "last", "assertions", "exact"),
    [
        ("test_a", '@pytest.mark.parametrize("n", [1, 2])\n', "        f(0)\n", 2, 2),
        ("TestB::test_a", "    def test_a(self):\n", "        assert f(1) == 2\n", 1, 1),
        ("TestB::test_c", "    async def test_c(self):\n", "        assert await f(2) is None\n", 1, 0),
        ("test_d", "def test_d(): assert f(3) == 3\n", "def test_d(): assert f(3) == 3\n", 1, 1),
    ],
)
def test_a_python_test_has_its_lines_with_its_decorators(
    name: str, first: str, last: str, assertions: int, exact: int
) -> None:
    found = python_single_test.find(MODULE, name)
    assert found is not None
    assert found.head + found.source + found.tail == MODULE
    assert found.source.startswith(first) and found.source.endswith(last)
    assert (found.assertions, found.exact) == (assertions, exact)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("class TestA(Base):\n    pass\n", "TestA::test_inherited", id="inherited"),
        pytest.param("for n in range(3):\n    globals()[f'test_{n}'] = lambda: None\n", "test_1", id="generated"),
        pytest.param("def test_a(): pass\ndef test_a(): pass\n", "test_a", id="defined twice"),
        pytest.param("if x:\n    def test_a(): pass\nelse:\n    def test_a(): pass\n", "test_a", id="in two branches"),
        pytest.param("def test_a(:\n", "test_a", id="no Python"),
        pytest.param("def test_a(): pass\rimport os\n", "test_a", id="a line that not everybody sees"),
        pytest.param("def outer():\n    def test_a(): pass\n", "test_a", id="inside a function"),
        pytest.param("x = " + "(" * 5_000 + ")" * 5_000, "test_a", id="deep"),
    ],
)
def test_what_is_not_one_written_function_has_no_range(text: str, name: str) -> None:
    assert python_single_test.find(text, name) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("import pytest\n", "import pytest, os\n", id="an import"),
        pytest.param("    return object()\n", "    return None\n", id="a fixture"),
        pytest.param("assert f(1) == 2", "assert True", id="a neighbour"),
        pytest.param("        f(0)\n", "        f(0)\n\n\ndef test_more():\n    pass\n", id="a test more"),
        pytest.param("        f(0)\n", "        f(0)\n\n\nclient = None\n", id="a name that shadows the fixture"),
        pytest.param("# the first one\n", "", id="a comment"),
        pytest.param("def test_a(client, n):", "def helper():\n    pass\n\n\ndef test_a(client, n):", id="a helper"),
    ],
)
def test_whatever_changes_beside_the_test_changes_the_digest_of_the_rest(old: str, new: str) -> None:
    before = python_single_test.find(MODULE, "test_a")
    after = python_single_test.find(MODULE.replace(old, new, 1), "test_a")
    assert before is not None and (after is None or after.rest != before.rest)


def test_the_same_rest_has_the_same_digest_whatever_the_test_says() -> None:
    before, after = (
        python_single_test.find(t, "test_a") for t in (MODULE, MODULE.replace("f(n) == 1", "f(n) == 201", 1))
    )
    assert before is not None and after is not None and before.rest == after.rest and not weaker(before, after)


def test_a_renamed_test_is_not_found_by_its_name() -> None:
    assert python_single_test.find(MODULE.replace("def test_d()", "def test_e()"), "test_d") is None


BEFORE = "def test_a(client):\n    answer = f()\n    assert answer.status == 200\n    assert answer.body == {'id': 1}\n"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("assert True\n    assert True", id="what always holds"),
        pytest.param("f()\n    assert 1 == 1\n    assert (f(), 'a tuple')", id="constants and a tuple"),
        pytest.param("x = f()\n    assert x == x\n    assert x.body == {'id': 1}", id="a thing with itself"),
        pytest.param("assert f().status == 201", id="one assertion left"),
        pytest.param("assert f().status\n    assert f().body", id="truth instead of values"),
        pytest.param("assert f().status is None\n    assert f().body == None", id="None instead of values"),
        pytest.param("assert f().status != 500\n    assert f().body is not None", id="what it is not"),
        pytest.param("assert True or f().status == 201\n    assert f().body == 1", id="or true"),
        pytest.param("return\n    assert f().status == 201\n    assert f().body == 1", id="never reached"),
        pytest.param("if False:\n        assert f().status == 201\n    assert f().body == 1", id="under if False"),
        pytest.param(
            "try:\n        assert f().status == 201\n    except Exception:\n        pass\n    assert f().body == 1",
            id="caught",
        ),
        pytest.param(
            "with contextlib.suppress(Exception):\n        assert f().status == 201\n    assert f().body == 1",
            id="suppressed",
        ),
        pytest.param(
            "def later():\n        assert f().status == 201\n    assert f().body == 1", id="in a function nobody calls"
        ),
    ],
)
def test_a_test_that_asks_for_less_is_said_to_be_weaker(body: str) -> None:
    before, after = (
        python_single_test.find(BEFORE, "test_a"),
        python_single_test.find(f"def test_a(client):\n    {body}\n", "test_a"),
    )
    assert before is not None and after is not None
    assert weaker(before, after)


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(BEFORE.replace("200", "201"), id="another value"),
        pytest.param(BEFORE.replace("f()\n", "f()\n    assert answer is not None\n"), id="one more"),
        pytest.param(BEFORE.replace("assert answer.status == 200", "assert 201 == answer.status"), id="turned round"),
        pytest.param(
            "def test_a(client):\n    with pytest.raises(Conflict):\n        f()\n    assert stored() == []\n",
            id="an error instead of a value",
        ),
        pytest.param(BEFORE.replace("== {'id': 1}", "in ({'id': 1}, {'id': 2})"), id="one of several"),
    ],
)
def test_a_test_that_asks_for_something_else_is_not_weaker(after: str) -> None:
    found = [python_single_test.find(text, "test_a") for text in (BEFORE, after)]
    assert found[0] is not None and found[1] is not None
    assert not weaker(found[0], found[1])


@pytest.mark.parametrize(
    ("after", "new"),
    [
        pytest.param(f"@pytest.mark.xfail(strict=False)\n{BEFORE}", "pytest.mark.xfail", id="a mark"),
        pytest.param(BEFORE.replace("(client)", "(client, monkeypatch)"), "the fixture monkeypatch", id="a fixture"),
        pytest.param(
            BEFORE.replace("    answer =", "    import shop\n    answer ="), "the import of shop", id="an import"
        ),
    ],
)
def test_what_else_decides_about_a_test_is_said_where_it_is_new(after: str, new: str) -> None:
    found = [python_single_test.find(text, "test_a") for text in (BEFORE, after)]
    assert found[0] is not None and found[1] is not None
    assert weaker(found[0], found[1]) == [f"new on it: {new}"]


def test_assertions_that_a_helper_of_the_project_makes_can_not_be_compared() -> None:
    found = python_single_test.find("def test_a(client):\n    created(client)\n", "test_a")
    assert found is not None and weaker(found, found) == ["its assertions can't be determined by their form"]


def test_a_mock_that_is_new_in_a_node_test_is_said() -> None:
    texts = (
        f'test("a", () => {{ {b}expect(f()).toBe(2); }});' for b in ("", 'vi.spyOn(shop, "f").mockReturnValue(2); ')
    )
    before, after = (node_single_test.find(text, "a") for text in texts)
    assert before is not None and after is not None
    assert "vi.spyOn" in weaker(before, after)[0]


@pytest.mark.parametrize(
    ("name", "start", "assertions", "exact"),
    [
        ("users > are created", 'it("are created"', 2, 2),
        ("users > twice", 'test("twice"', 1, 0),
    ],
)
def test_a_node_test_has_its_call(name: str, start: str, assertions: int, exact: int) -> None:
    found = node_single_test.find(SUITE, name)
    assert found is not None
    assert found.head + found.source + found.tail == SUITE
    assert found.source.startswith(start) and found.source.endswith("})")
    assert (found.assertions, found.exact) == (assertions, exact)


@pytest.mark.parametrize("name", ["made 1", "made %i", "users", "are created", "nobody"])
def test_a_node_test_that_is_generated_or_not_there_has_no_range(name: str) -> None:
    assert node_single_test.find(SUITE, name) is None


def test_two_node_tests_of_one_name_have_no_range() -> None:
    assert node_single_test.find('test("a", () => { f(); });\ntest("a", () => { f(); });\n', "a") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("const LIMIT = 3", "const LIMIT = 4", id="a constant"),
        pytest.param(".not.toBe(1)", ".not.toBe(2)", id="a neighbour"),
        pytest.param("  });\n\n  test", '  });\n  it("more", () => {});\n  test', id="a test more"),
    ],
)
def test_what_changes_beside_a_node_test_changes_the_digest_of_the_rest(old: str, new: str) -> None:
    before = node_single_test.find(SUITE, "users > are created")
    after = node_single_test.find(SUITE.replace(old, new, 1), "users > are created")
    assert before is not None and (after is None or after.rest != before.rest)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("expect(true).toBe(true); expect(1).toEqual(1);", id="constants"),
        pytest.param("expect(f()).toBeDefined(); expect(g()).toBeTruthy();", id="loose matchers"),
        pytest.param("const x = f(); expect(x).toBe(x); expect(g()).toEqual(1);", id="a thing with itself"),
        pytest.param("return; expect(f()).toBe(201); expect(g()).toEqual(1);", id="never reached"),
        pytest.param("try { expect(f()).toBe(201); } catch {} expect(g()).toEqual(1);", id="caught"),
        pytest.param("if (false) { expect(f()).toBe(201); } expect(g()).toEqual(1);", id="under if (false)"),
        pytest.param("expect(f()); expect(g());", id="no matcher"),
        pytest.param("expect(f()).toBe(undefined); expect(g()).toBeNull();", id="nothing instead of values"),
    ],
)
def test_a_node_test_that_asks_for_less_is_weaker(body: str) -> None:
    texts = (f'test("a", () => {{ {b} }});' for b in ("expect(f()).toBe(200); expect(g()).toEqual({ id: 1 });", body))
    before, after = (node_single_test.find(text, "a") for text in texts)
    assert before is not None and after is not None
    assert weaker(before, after)


def test_a_node_test_with_another_value_is_not_weaker() -> None:
    before, after = (
        node_single_test.find(text, "users > are created") for text in (SUITE, SUITE.replace("toBe(200)", "toBe(201)"))
    )
    assert before is not None and after is not None
    assert before.rest == after.rest and not weaker(before, after)
