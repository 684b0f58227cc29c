"""Mutants of code: what is altered, what is left alone, and that each still parses."""

import ast

import pytest

from aurora.toolchains.code_mutation import Operator, applied, chosen, lines_shown
from aurora.toolchains.node.code_mutants import changes as of_node
from aurora.toolchains.node.mutants import root_of
from aurora.toolchains.python.code_mutants import changes as of_python

PYTHON = '''\
"""Fees."""

import logging
from typing import TYPE_CHECKING, Annotated

if TYPE_CHECKING:
    from shop import Order

LIMIT = 100
__version__ = 2
log = logging.getLogger(__name__)


class Body(BaseModel):
    number: Annotated[int, Field(ge=1, description="a number")]

    def __repr__(self) -> str:
        return "Body"


@router.post("/fees", status_code=201)
async def fee(order: "Order", express: bool = False) -> int:
    """What it costs."""
    log.info("asked for %d", 3)
    if order.total >= LIMIT and not express:
        return 0
    if order.country not in KNOWN:
        raise UnknownCountry(order.country)
    order.asked = True
    await order.save()
    return order.weight * 2 + 5


def is_open(hour):
    return hour == 8


def stub():
    raise NotImplementedError
'''
NODE = """\
import { z } from "zod";

export const Body = z.object({ number: z.number().min(1) });
const limit: number = 100;

export async function fee(order: Order, express = false): Promise<number> {
  console.log("asked for", 3);
  if (order.total >= limit && !express) return 0;
  if (order.country === "XX") {
    throw new UnknownCountry(order.country);
  }
  order.asked = true;
  await order.save();
  return order.weight * 2 + 5;
}

export const isOpen = (hour: number): boolean => hour === 8;

router.get("/fees", async (request, response) => {
  response.json({ fee: await fee(request.body) });
  next();
});

export class Shop {
  constructor(private readonly fees: Fees) {}
  count(): number {
    return this.fees.all().length;
  }
}
"""
READERS = {"python": (of_python, "shop/fees.py", PYTHON), "node": (of_node, "src/fees.ts", NODE)}


def all_lines(text: str) -> set[int]:
    return set(range(1, text.count("\n") + 2))


def made(language: str) -> dict[str, list[tuple[str, str]]]:
    """Per group: (kind, what stands there now)."""
    read, path, text = READERS[language]
    found: dict[str, list[tuple[str, str]]] = {}
    for change in read(path, text, all_lines(text)):
        found.setdefault(change.group, []).append((change.operator.value, lines_shown(text, change)[1]))
    return found


def test_python_is_altered_in_each_way_and_by_function():
    found = made("python")
    assert set(found) == {"", "Body", "fee", "is_open"}
    assert found[""] == [("constant off by one", "LIMIT = 101")]
    assert [now for _, now in found["Body"]] == ['number: Annotated[int, Field(ge=2, description="a number")]']
    assert {
        ("constant return", "fee(...): return 0"),
        ("constant off by one", '@router.post("/fees", status_code=202)'),
        ("comparison boundary", "if order.total > LIMIT and not express:"),
        ("swapped boolean", "if order.total >= LIMIT or not express:"),
        ("negated condition", "if (not (order.total >= LIMIT and not express)):"),
        ("negated condition", "if order.country in KNOWN:"),
        ("removed raise", "pass"),
        ("removed statement", "pass"),
        ("arithmetic operator", "return order.weight / 2 + 5"),
        ("arithmetic operator", "return order.weight * 2 - 5"),
    } <= {(kind, " ".join(now.split())) for kind, now in found["fee"]}
    assert [now for _, now in found["is_open"]][:2] == ["is_open(...): return True", "is_open(...): return False"]


def test_typescript_is_altered_in_each_way_and_by_function():
    found = made("node")
    assert set(found) == {"", "fee", "isOpen", 'router.get "/fees"', "Shop.count"}
    assert [now for _, now in found[""]] == [
        "export const Body = z.object({ number: z.number().min(2) });",
        "const limit: number = 101;",
    ]
    assert {
        ("constant return", "fee(...): return 0"),
        ("comparison boundary", "if (order.total > limit && !express) return 0;"),
        ("swapped boolean", "if (order.total >= limit || !express) return 0;"),
        ("negated condition", 'if (order.country !== "XX") {'),
        ("removed raise", "{}"),
        ("removed statement", "{}"),
        ("arithmetic operator", "return order.weight * 2 - 5;"),
    } <= set(found["fee"])
    assert [now for _, now in found["isOpen"]][:2] == ["isOpen(...): return true", "isOpen(...): return false"]
    assert ("constant return", "count(...): return 0") in found["Shop.count"]


@pytest.mark.parametrize("language", READERS)
def test_messages_logs_types_and_stubs_are_left_alone(language):
    read, path, text = READERS[language]
    for change in read(path, text, all_lines(text)):
        before = lines_shown(text, change)[0]
        for word in ("log.info", "console", "__repr__", "TYPE_CHECKING", "__version__", "import ", "NotImplemented"):
            assert word not in before, change


@pytest.mark.parametrize("language", READERS)
def test_every_mutant_parses_and_differs_from_the_text(language):
    read, path, text = READERS[language]
    for change in read(path, text, all_lines(text)):
        mutant = applied(text, change)
        assert mutant != text
        if language == "python":
            ast.parse(mutant)
        else:
            assert root_of(mutant.encode()) is not None


@pytest.mark.parametrize("language", READERS)
def test_only_changed_lines_are_altered_and_only_new_functions_must_die(language):
    read, path, text = READERS[language]
    line = next(n for n, said in enumerate(text.splitlines(), 1) if "* 2" in said)
    found = read(path, text, {line})
    assert {change.group for change in found} == {"fee"}
    assert not any(change.must_die for change in found)
    assert {change.operator for change in found} == {Operator.CONSTANT, Operator.ARITHMETIC, Operator.OFF_BY_ONE}
    assert any(change.must_die for change in read(path, text, all_lines(text)))
    assert read(path, text, set()) == ()


@pytest.mark.parametrize("language", READERS)
def test_of_a_group_five_are_chosen_the_constant_return_first(language):
    read, path, text = READERS[language]
    found = read(path, text, all_lines(text))
    of_fee = [change for change in chosen(found, 5) if change.group == "fee"]
    assert len(of_fee) == 5 and of_fee[0].operator is Operator.CONSTANT
    assert len({change.operator for change in of_fee}) == 5
    assert chosen(found, 5) == chosen(found, 5)
    assert {change.group for change in chosen(found, 1)} == {change.group for change in found}


@pytest.mark.parametrize(
    ("text", "now"),
    [
        pytest.param("def f(x): return x + 1\n", "def f(x): return None\n", id="on one line"),
        pytest.param(
            "def f(x):\n\tif x:\n\t\treturn x\n", "def f(x):\n\treturn None\n\tif x:\n\t\treturn x\n", id="tabs"
        ),
        pytest.param("def f():\r\n    return g()\r\n", "def f():\r\n    return None\n    return g()\r\n", id="CRLF"),
        pytest.param(
            "\ufeffdef f():\n    return g()\n", "\ufeffdef f():\n    return None\n    return g()\n", id="a mark"
        ),
        pytest.param(
            "def f():\n    for x in g():\n        yield x\n",
            "def f():\n    return\n    for x in g():\n        yield x\n",
            id="a generator",
        ),
        pytest.param(
            'def f():\n    """é"""\n    return "é" + g()\n',
            'def f():\n    """é"""\n    return None\n    return "é" + g()\n',
            id="not ASCII",
        ),
        pytest.param(
            "def f():\n    @g\n    def h(): ...\n    return h\n",
            "def f():\n    return None\n    @g\n    def h(): ...\n    return h\n",
            id="decorated",
        ),
    ],
)
def test_a_body_is_cut_short_wherever_it_stands(text, now):
    change = next(one for one in of_python("a.py", text, all_lines(text)) if one.operator is Operator.CONSTANT)
    assert applied(text, change) == now


@pytest.mark.parametrize("path", ["app/migrations/0001_a.py", "alembic/versions/1.py", "manage.py", "app/__main__.py"])
def test_what_runs_beside_the_application_has_none(path):
    assert of_python(path, PYTHON, all_lines(PYTHON)) == ()
