"""Mutants of new code under each runner: what its tests notice is killed, what they do not survives."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.check_mutants import CheckMutantsActivity
from activities.messages import CheckInput
from aurora.domain.mutants import MutantOutcome, MutationResult
from aurora.domain.task import TaskRef
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.stored_values import fetch, keep
from tests.support import node_backends
from tests.support.boxes import new_draft, workspace_of
from tests.support.django_shop import PROJECT
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.node_boxes import LIMITS
from tests.support.projects import detected

pytestmark = pytest.mark.docker
PYTHON = "def fee(total):\n    return 0 if total >= 100 else 5\n\n\ndef untold():\n    return 7\n"
NODE = """\
export async function fee(total) {
  return total >= 100 ? 0 : 5;
}

export function untold() {
  return 7;
}
"""
TYPED = NODE.replace("fee(total)", "fee(total: number): Promise<number>").replace("untold()", "untold(): number")
UNITTEST = """\
import unittest

from {package} import fees


class Fees(unittest.IsolatedAsyncioTestCase):
    async def test_from_100_on_it_is_free(self):
        self.assertEqual([fees.fee(99), fees.fee(100)], [5, 0])
"""
DJANGO = """\
from django.test import TestCase

from shop import fees


class Fees(TestCase):
    def test_from_100_on_it_is_free(self):
        self.assertEqual([fees.fee(99), fees.fee(100)], [5, 0])
"""
EXPECT = """\
{imported}import {{ fee }} from "../src/fees{end}";

describe("fee", () => {{
  it.each([[99, 5], [100, 0]])("of %i is %i", async (total, due) => {{
    expect(await fee(total)).{equal}(due);
  }});
}});
"""
ASSERT = """\
import assert from "node:assert/strict";
import { test } from "node:test";
import { fee } from "../src/fees.js";

for (const [total, due] of [[99, 5], [100, 0]]) {
  test(`of ${total} is ${due}`, async () => assert.equal(await fee(total), due));
}
"""
IMPORTED = 'import {{ {} }} from "{}";\n'
CHAI = """\
import { expect } from "chai";
import { fee } from "../src/fees.ts";

describe("fee", () => {
  it("is 5 below 100 and 0 from there on", async () => {
    expect([await fee(99), await fee(100)]).to.deep.equal([5, 0]);
  });
});
"""
SHOP = {"shop/__init__.py": "", "tests/__init__.py": "", "requirements.txt": ""}
CASES = {
    "unittest": (
        {**SHOP, "tests/test_old.py": UNITTEST.replace("import fees", "prices").format(package="shop")},
        {"shop/fees.py": PYTHON, "tests/test_fees.py": UNITTEST.format(package="shop")},
    ),
    "django": (PROJECT, {"shop/fees.py": PYTHON, "shop/test_fees.py": DJANGO}),
    "jest": ("jest", {"src/fees.ts": TYPED, "tests/fees.test.ts": EXPECT.format(imported="", end="", equal="toBe")}),
    "vitest": (
        "vitest",
        {
            "src/fees.ts": TYPED,
            "tests/fees.test.ts": EXPECT.format(
                imported=IMPORTED.format("describe, expect, it", "vitest"), end="", equal="toBe"
            ),
        },
    ),
    "mocha": ("mocha", {"src/fees.ts": TYPED, "test/fees.test.ts": CHAI}),
    "node_test": ("node_test", {"src/fees.js": NODE, "test/fees.test.js": ASSERT}),
}


@pytest.mark.parametrize("runner", CASES)
async def test_the_constant_return_of_what_is_tested_dies_and_the_other_is_found(runner, tmp_path):
    artifacts = MemoryArtifacts()
    sandbox = DockerSandbox(artifacts)
    base, work = CASES[runner]
    files = node_backends.files(base) if isinstance(base, str) else base
    chain = await detected(files)
    image = await sandbox.build(TaskRef(id="images"), chain.dependencies, chain.project)
    made = await new_draft(artifacts, tmp_path / "shop", files)
    workspace = workspace_of(made, image, LIMITS).model_copy(update={"toolchain": chain})
    mine = artifacts.of(made.task)
    draft = made.model_copy(update={"workspace": await keep(mine, workspace)})
    try:
        async with sandbox.open(draft, workspace) as box:
            for path, text in work.items():
                await box.write(path, text.encode())
            draft = await box.seal("work")
        checker = CheckMutantsActivity(artifacts, sandbox)
        seen = await ActivityEnvironment().run(checker.check_mutants, CheckInput(draft=draft))
        result = await fetch(mine, seen.report.mutants.result, MutationResult)
        by_function = {(m.function, m.outcome) for m in result.mutants}
        assert by_function == {("fee", MutantOutcome.KILLED), ("untold", MutantOutcome.SURVIVED)}, seen.report.summary
        assert [f.line for f in seen.report.findings], "untold may as well return a constant"
    finally:
        await sandbox.release(made.task)
        await sandbox.close()
