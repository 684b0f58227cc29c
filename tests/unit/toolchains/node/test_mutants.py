"""Test mutants of Node's test modules: which tests have one, what stands in it, and that it still parses."""

import random

import pytest

from aurora.toolchains.mutation import Mutation
from aurora.toolchains.node import mutants, source

MODULE = """
import { describe, expect, it, test } from "vitest";
import assert from "node:assert";
import { total } from "../src/total";

describe("total", () => {
  it("adds", async () => {
    const all = total([1, 2]);
    expect(all).toBe(3);
  });
  it("is short", () => expect(total([])).toEqual({ sum: 0 }));
  it("isn't \\"odd\\"", { retry: 1 }, function () { assert.deepStrictEqual(total([2]), [2]); });
  it.each([1, 2])("of %i", (n) => { expect(total([n])).toBe(1); });
  it(`of ${total}`, () => {});
  it.fails("is expected to fail", () => { expect(total([])).toBe(1); });
  it("too", { fails: true }, () => { expect(total([])).toBe(1); });
});
test("outer", async (t) => {
  await t.test("inner", () => { expect(total([1])).toBe(1); });
});
describe.each([1])("made %i", () => { it("adds", () => { expect(total([1])).toBe(1); }); });
"""
HAVE = {"total > adds", "total > is short", 'total > isn\'t "odd"', "outer > inner", "made 1 > adds"}
LIKELY = {"total > of 1"}
OTHERS = {"total > is expected to fail", "total > too", "outer", "adds"}


def made(mutation, text=MODULE, names=HAVE | LIKELY | OTHERS, seed=0):
    return mutants.mutant(text, names, mutation, random.Random(seed))


@pytest.mark.parametrize("mutation", Mutation)
@pytest.mark.parametrize("seed", range(5))
def test_every_test_with_a_name_has_a_twin_that_parses_and_keeps_its_lines(mutation, seed):
    mutant = made(mutation, seed=seed)
    assert mutant.altered == HAVE
    # of the two that make the name, one compares nothing
    assert mutant.likely == (set() if mutation is Mutation.EXPECTED else LIKELY)
    assert source.read("a.ts", mutant.text).broken is None
    kept, before = mutant.text.splitlines(), MODULE.splitlines()
    assert len(kept) == len(before)
    altered = [line for line, was in zip(kept, before, strict=True) if line != was]
    assert len(altered) == {Mutation.LAST: 8, Mutation.EXPECTED: 6}.get(mutation, 7)
    assert not any(word in line for line in altered for word in ("fails", "outer"))


GENERATED = """
for (const [name, given] of CASES) {
  it(`gives ${name} of ${given}`, () => { expect(total(given)).toBe(1); });
  test(name, () => { expect(total(given)).toBe(1); });
}
describe.each`a | b\n${1} | ${2}`("with $a and $b", ({ a, b }) => {
  it.each([[1, 2]])("adds %i to %d", async (n, m) => { expect(total([n, m])).toBe(3); });
});
cases.forEach((one) => it("takes " + one.name, () => { expect(total(one)).toBe(1); }));
it("is checked elsewhere", checked);
it("is wrapped", withDatabase(async () => { expect(total([])).toBe(0); }));
"""


@pytest.mark.parametrize("mutation", [Mutation.FIRST, Mutation.LAST])
def test_tests_whose_names_are_made_of_values_are_altered(mutation):
    sure = {"gives tea of 3", "with 1 and 2 > adds 1 to 2", "takes all"}
    likely = {"sugar", "is checked elsewhere", "is wrapped"}
    mutant = made(mutation, GENERATED, sure | {"nothing of ours > at all"} | likely)
    assert mutant.altered == sure
    assert likely <= mutant.likely
    assert source.read("a.ts", mutant.text).broken is None


def test_a_name_of_one_gap_accuses_nobody():
    mutant = made(Mutation.FIRST, "test(name, () => { expect(total(given)).toBe(1); });\n", {"anything > at all"})
    assert (mutant.altered, mutant.likely) == (set(), {"anything > at all"})


def test_only_the_tests_that_are_named_are_altered():
    assert made(Mutation.FIRST, names={"total > adds", "elsewhere"}).altered == {"total > adds"}
    assert made(Mutation.FIRST, names={"adds"}).text == MODULE


@pytest.mark.parametrize(
    ("body", "due"),
    [
        pytest.param("expect(f()).toBe(1);", True, id="expect"),
        pytest.param("expect(f()).to.be.equal('a');", True, id="chai"),
        pytest.param("await expect(f()).resolves.toEqual([1]);", True, id="awaited"),
        pytest.param("t.assert.strictEqual(f(), -1);", True, id="the context's own"),
        pytest.param("assert.equal(f(), null);", True, id="null"),
        pytest.param("expect(f()).resolves.toEqual([1]);", False, id="not awaited"),
        pytest.param("expect(f()).not.toBe(1);", False, id="not"),
        pytest.param("expect(f()).toBe(g());", False, id="computed"),
        pytest.param("expect(1).toBe(1);", False, id="nothing computed"),
        pytest.param("if (f()) { expect(f()).toBe(1); }", False, id="a branch"),
        pytest.param("if (f()) return; expect(f()).toBe(1);", False, id="after what may leave"),
        pytest.param("all.forEach((one) => expect(one).toBe(1));", False, id="inside another function"),
        pytest.param("try { assert.equal(f(), 1); } catch {}", False, id="what is caught"),
    ],
)
def test_a_value_is_replaced_only_where_a_passing_test_must_compare_with_it(body, due):
    text = f'test("it", async (t) => {{ {body} }});\n'
    mutant = made(Mutation.EXPECTED, text, {"it"})
    assert (bool(mutant.altered), mutant.text != text) == (due, due)
    assert source.read("a.ts", mutant.text).broken is None


@pytest.mark.parametrize(
    ("test", "waits"),
    [
        pytest.param("() => { return get(); }", True, id="returns"),
        pytest.param("() => get()", True, id="is what it returns"),
        pytest.param("async () => { if (f()) { return get(); } }", True, id="returns in a branch"),
        pytest.param("function () { return get(this); }", True, id="with a `this`"),
        pytest.param("() => { get(); return; }", False, id="returns nothing"),
        pytest.param("() => { all.map((one) => { return one; }); }", False, id="returns inside another function"),
        pytest.param("(done) => { return get(done); }", False, id="calls back"),
        pytest.param("done => get(done)", False, id="calls back, without parentheses"),
    ],
)
def test_what_may_still_run_is_waited_for_before_the_last_failure(test, waits):
    mutant = made(Mutation.LAST, f'test("it", {test});\n', {"it"})
    assert mutant.altered == {"it"} and "finally" in mutant.text
    assert ("return await (" in mutant.text and "async () => { try" in mutant.text) is waits, mutant.text
    assert source.read("a.ts", mutant.text).broken is None


def test_no_digits_are_put_behind_an_escape():
    text = 'test("it", () => { expect(f()).toBe("a\\0"); });\n'
    mutant = made(Mutation.EXPECTED, text, {"it"})
    assert '\\0");' in mutant.text and mutant.text != text


def test_what_fails_first_is_what_the_module_asserts_by():
    vitest = 'test("a", () => { expect(f()).toBe(1); });\n'
    node = 'import * as check from "node:assert/strict";\ntest("a", () => { check.equal(f(), 1); });\n'
    bare = 'test("a", () => { if (!f()) throw new Error("no"); });\n'
    assert "expect(" in made(Mutation.FIRST, vitest, {"a"}).text.partition("=>")[2].partition("expect(f")[0]
    assert "check." in made(Mutation.FIRST, node, {"a"}).text.partition("=>")[2].partition("check.equal(f")[0]
    assert made(Mutation.FIRST, bare, {"a"}).text.count("throw new") == 2


def test_jsx_and_type_assertions_are_both_read():
    for text in ('test("a", () => { f(<b>x</b>); });\n', 'test("a", () => { f(<B>x); });\n'):
        assert made(Mutation.FIRST, text, {"a"}).altered == {"a"}
    with pytest.raises(SyntaxError):
        made(Mutation.FIRST, "const = 1;", {"a"})
