# ruff: noqa: E501  texts, read as a whole
"""The changed lines that ran, by real runs of Node's runners: of TypeScript by its own lines, whatever ran of it."""

import pytest

from aurora.toolchains.node.language import NODE
from aurora.toolchains.runs import changed_lines

pytestmark = pytest.mark.docker

TYPED = """import { sep } from "node:path";

/** What a parcel
 * costs. */
export interface Price {
  cents: number;
}

export function price(grams: number): Price {
  // only some weights
  if (grams <= 0) {
    throw new RangeError("no weight");
  }
  return { cents: grams > 1000 ? 900 : 500 };
}

export function never(name: string): string {
  const text = name + sep;
  return text.trim();
}
"""
PLAIN = TYPED.replace("export interface Price {\n  cents: number;\n}", "//\n//\n//").replace(": string", "")
PLAIN = PLAIN.replace("grams: number", "grams").replace("): Price", ")")
FORMS = {
    "vitest": ("src/price.ts", "tests/price.test.ts", 'import { expect, it } from "vitest";\nimport { price } from "../src/price.js";\n', TYPED),
    "jest": ("src/price.ts", "tests/price.test.ts", 'import { price } from "../src/price";\n', TYPED),
    "mocha": ("src/price.ts", "test/price.test.ts", 'import { expect } from "chai";\nimport { price } from "../src/price.js";\n', TYPED),
    "node_test": ("src/price.js", "test/price.test.js", 'import { it } from "node:test";\nimport assert from "node:assert";\nimport { price } from "../src/price.js";\n', PLAIN),
}  # fmt: skip
CHECKS = {
    "vitest": "expect(price(10).cents).toBe(500);",
    "jest": "expect(price(10).cents).toBe(500);",
    "mocha": "expect(price(10).cents).to.equal(500);",
    "node_test": "assert.equal(price(10).cents, 500);",
}


@pytest.mark.parametrize("form", FORMS)
async def test_the_lines_of_a_changed_file_that_ran_are_told(opened, form):
    path, test, head, text = FORMS[form]
    box, tools = await opened(form, {path: text, test: head + f'it("is light", () => {{ {CHECKS[form]} }});\n'})
    chain = tools.workspace.toolchain
    command = changed_lines.measuring(tools.test_command([test]), [path, "src/absent.ts"])
    run = tools.read_tests(await box.run_tests(NODE.measuring(chain, command, [path, "src/absent.ts"])))
    assert run.valid and run.exit_code == 0 and run.counts.passed and not run.red, run
    (measured,) = run.measured
    assert measured.path == path and {9, 11, 12, 14, 18, 19} <= measured.statements, measured
    assert not {2, 3, 4, 5, 6, 10, 13, 15} & measured.statements, "comments, types and brackets are no statements"
    assert {12, 18, 19} <= measured.missing and not {9, 11, 14} & measured.missing
    reported = changed_lines.said(run, {path: set(range(9, 20))})
    assert "not run: " in reported and path in reported


@pytest.mark.parametrize("form", ["vitest", "node_test"])
async def test_a_run_that_loads_none_of_the_files_says_so(opened, form):
    box, tools = await opened(form, {})
    command = changed_lines.measuring(tools.test_command(()), ["src/absent.ts"])
    run = tools.read_tests(await box.run_tests(NODE.measuring(tools.workspace.toolchain, command, ["src/absent.ts"])))
    assert run.valid and not run.measured and "none of the changed files was loaded" in run.unmeasured
