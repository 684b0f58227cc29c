"""Sentinels in real runs of Node's runners: of suites that have something against strangers, or end too early."""

import pytest

from tests.support.node_boxes import run_of

pytestmark = pytest.mark.docker

NODE = 'import { after, before, beforeEach, describe, it } from "node:test";\n'
VITEST = 'import { afterAll, beforeAll, beforeEach, describe, it } from "vitest";\n'
TWO = 'describe("prices", () => { it("adds", () => {}); it("rounds", () => {}); });\n'
CLOSED = """
let open = false;
beforeEach(() => { if (!open) throw new Error("closed"); });
describe("prices", () => {
  BEFORE(() => { open = true; });
  AFTER(() => { open = false; });
  it("adds", () => {});
  it("rounds", () => {});
});
"""
COUNTED = """
let seen = 0;
beforeEach(() => { seen += 1; });
AFTER(() => { if (seen > 3) throw new Error("who?"); });
"""
GREEN = {"nothing against them": TWO, "a hook that fails for others": CLOSED, "a hook that counts": COUNTED + TWO}


def path_of(form):
    return "test/odd.test.js" if form == "node_test" else "tests/odd.test.ts"


def text_of(form, text):
    head = NODE if form == "node_test" else VITEST
    before, after = ("before", "after") if form == "node_test" else ("beforeAll", "afterAll")
    return head + text.replace("BEFORE", before).replace("AFTER", after)


@pytest.mark.parametrize("form", ["node_test", "vitest"])
async def test_a_suite_does_not_notice_sentinels(opened, form):
    box, tools = await opened(form, {path_of(form): text_of(form, TWO)})
    for text in GREEN.values():
        await box.write(path_of(form), text_of(form, text).encode())
        run = await run_of(box, tools)
        assert (run.valid, run.exit_code, run.counts.collected, run.counts.passed) == (True, 0, 3, 3), run
    names = [case.test_id for case in run.cases if case.test_id.startswith(path_of(form))]
    assert names == [f"{path_of(form)} > prices > adds", f"{path_of(form)} > prices > rounds"]
    one = await run_of(box, tools, names[0])
    assert one.valid and [case.test_id for case in one.cases if case.outcome == "passed"] == names[:1], one
    assert "no sentinel tests" in " ".join(one.notes)


@pytest.mark.parametrize("form", ["node_test", "vitest"])
async def test_a_file_whose_hook_fails_is_red_and_no_forgery(opened, form):
    box, tools = await opened(
        form, {path_of(form): text_of(form, f'BEFORE(() => {{ throw new Error("no table"); }});\n{TWO}')}
    )
    run = await run_of(box, tools)
    assert run.valid and run.red and "no table" in str(run.red), run


async def test_a_process_that_its_own_tests_end_goes_without_and_says_so(opened):
    box, tools = await opened(
        "node_test", {path_of("node_test"): f"{NODE}{TWO}after(() => setTimeout(() => process.exit(0), 10));\n"}
    )
    run = await run_of(box, tools)
    assert run.valid and run.counts.passed == 3, run
    assert "1 files, first test/odd.test.js" in " ".join(run.notes)


async def test_a_file_without_a_test_is_no_pass(opened):
    box, tools = await opened("node_test", {path_of("node_test"): "export const nothing = 1;\n"})
    run = await run_of(box, tools)
    assert not run.valid and "No test ran" in str(run.collection_errors), run


async def test_an_empty_file_ends_a_vitest_run_red_as_without_sentinels(opened):
    box, tools = await opened("vitest", {path_of("vitest"): "export const nothing = 1;\n"})
    run = await run_of(box, tools)
    assert (run.valid, run.exit_code) == (True, 1), run
    assert [(case.test_id, "No test suite found" in case.message) for case in run.red] == [(path_of("vitest"), True)], (
        run
    )
    assert run.counts.passed == 1, run
