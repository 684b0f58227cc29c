"""Honest suites that test mutants and sentinels once took for forged: green, and accepted."""

import pytest

from tests.attacks.forgeries.grounds import config

pytestmark = [pytest.mark.docker, pytest.mark.one_process]

SERVED = """
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { value } from "../src/victim";

let server: Server;
beforeEach(() => new Promise<void>((done) => {
  server = createServer((_, answer) => setTimeout(() => answer.end(String(value())), 50)).listen(0, done);
}));
afterEach(() => { server.closeAllConnections(); server.close(); });
const get = () => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`).then(async (answer) => {
  expect(await answer.text()).toBe("1");
});

"""
LEFT_OPEN = """
import { test } from "node:test";
import { createServer } from "node:http";
import assert from "node:assert";
import { value } from "../src/victim.js";

test("red", async () => {
  const server = createServer((_, answer) => answer.end(String(value())));
  await new Promise((done) => server.listen(0, done));
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`);
  assert.strictEqual(await answer.text(), "1");
  server.close();
});
"""
NARROWED = """
import assert from "node:assert";
import { test } from "vitest";
import { value } from "../src/victim";

const pay = (): { status: "paid" | "open" } => ({ status: value() === 1 ? "paid" : "open" });
test("red", () => {
  const order = pay();
  assert.strictEqual(order.status, "paid");
  assert.ok(order.status.startsWith("p"));
});
"""
TYPED = 'import ts from "typescript";\n' + config(
    outside="""plugins: [{
  name: "types",
  enforce: "pre" as const,
  transform(_: string, id: string) {
    if (!id.endsWith("red.test.ts")) return null;
    const options = { strict: true, noEmit: true, skipLibCheck: true, types: ["node"], target: 99, module: 99, moduleResolution: 100 };
    const program = ts.createProgram([id], options);
    const [wrong] = program.getSemanticDiagnostics(program.getSourceFile(id));
    if (wrong) throw new Error(`TS${wrong.code}: ${ts.flattenDiagnosticMessageText(wrong.messageText, " ")}`);
    return null;
  },
}]"""
)
ALONE = 'import { expect, test } from "vitest";\nimport { value } from "../src/victim";\n\ntest.only("red", () => { expect(value()).toBe(1); });\ntest("other", () => {});\n'
TYPECHECK = config("typecheck: { enabled: true, include: ['**/*.test.ts'], ignoreSourceErrors: true }")
TYPED_RED = 'import { expect, test } from "vitest";\nimport { value } from "../src/victim.js";\n\ntest("red", () => { expect(value()).toBe(1); });\n'
MUTATED = "1 frozen test shown to be able to fail"
UNLOADED = f"{MUTATED}, 1 in a file that did not load with a mutant"


@pytest.mark.parametrize(
    ("toolchain", "places", "said"),
    [
        pytest.param("vitest", {"red": NARROWED, "config": TYPED}, UNLOADED, id="an altered literal does not compile"),
        pytest.param("node:test", {"red": LEFT_OPEN}, MUTATED, id="a failing test leaves a server open"),
        pytest.param(
            "vitest", {"red": SERVED + 'test("red", () => { return get(); });\n'}, MUTATED, id="returns a promise"
        ),
        pytest.param("vitest", {"red": SERVED + 'test("red", () => get());\n'}, MUTATED, id="is a promise"),
        pytest.param("vitest", {"red": ALONE, "config": config("allowOnly: true")}, MUTATED, id="a test runs alone"),
        pytest.param("vitest", {"red": TYPED_RED, "config": TYPECHECK}, MUTATED, id="types are checked as tests, too"),
    ],
)
async def test_an_honest_suite_is_accepted(judges, toolchain, places, said):
    judge = await judges.of(toolchain)
    _, report = await judge.judged(judge.ground.files({"victim": judge.ground.honest, **places}))
    assert report.passed and said in report.summary, report
