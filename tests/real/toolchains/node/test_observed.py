# ruff: noqa: E501  texts, read as a whole
"""The reports of Node's runners on a run that is observed: calls that block while a request is answered, SQL in a
loop."""

import json

import pytest

from aurora.domain.findings import Weight
from aurora.domain.runs import WitnessKind
from aurora.toolchains.node.language import NODE
from aurora.toolchains.runs import observation
from tests.support import node_backends

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]

APP = """import { readFileSync, existsSync } from "node:fs";
import { createServer } from "node:http";

const early = readFileSync("package.json", "utf8").length;
let kept;

function size() {
  return readFileSync("package.json", "utf8").length;
}

function keptSize() {
  kept ??= readFileSync("package.json", "utf8").length;
  return kept;
}

export function app() {
  return createServer(async (request, response) => {
    await new Promise((done) => setTimeout(done, 1));
    response.end(String(size() + keptSize() + early));
  });
}

export function tidy() {
  return existsSync("package.json");
}
"""
ASKED = """
const server = app();
await new Promise((done) => server.listen(0, "127.0.0.1", () => done(null)));
const answer = await fetch(`http://127.0.0.1:${(server.address() as any).port}/`);
await answer.text();
server.closeAllConnections();
await new Promise((done) => server.close(done));
tidy();
"""
PLAIN = ASKED.replace("(server.address() as any)", "server.address()")
FORMS = {
    "vitest": ("src/app2.ts", "tests/app2.test.ts", 'import { it } from "vitest";\nimport { app, tidy } from "../src/app2.js";\n', ASKED),
    "jest": ("src/app2.ts", "tests/app2.test.ts", 'import { app, tidy } from "../src/app2";\n', ASKED),
    "mocha": ("src/app2.ts", "test/app2.test.ts", 'import { app, tidy } from "../src/app2.js";\n', ASKED),
    "node_test": ("src/app2.js", "test/app2.test.js", 'import { it } from "node:test";\nimport { app, tidy } from "../src/app2.js";\n', PLAIN),
}  # fmt: skip


async def observed(box, tools, path, text, test):
    touched = {path: set(range(1, text.count("\n") + 2))}
    command = observation.watching(tools.test_command([test]), touched, 3, 120)
    run = tools.read_tests(await box.run_tests(NODE.watching(command)))
    return run, observation.findings(run, touched)


@pytest.mark.parametrize("form", FORMS)
async def test_a_blocking_call_is_seen_while_a_request_is_answered_and_nowhere_else(opened, form):
    path, test, head, asked = FORMS[form]
    box, tools = await opened(form, {path: APP, test: f'{head}it("answers", async () => {{{asked}}});\n'})
    run, found = await observed(box, tools, path, APP, test)
    assert run.valid and run.counts.passed and not run.red, run
    seen = {(one.line, one.certain) for one in run.witnesses}
    assert seen == {(8, True), (12, False)}, "the first is in no cache, the second is"
    assert [one.line for one in found if one.weight is Weight.BLOCKS] == [8]
    assert "fs.readFileSync" in found[0].message and "node:fs/promises" in found[0].hint
    assert run.watched is not None and run.watched.calls == 2


async def test_a_statement_in_a_loop_is_counted_by_request(opened):
    manifest = json.loads(node_backends.files("node_test")["package.json"])
    manifest["dependencies"] = {"pg": "^8.0.0"}
    path, test, head, asked = FORMS["node_test"]
    app = """import { createServer } from "node:http";
import pg from "pg";

export function app() {
  const pool = new pg.Pool({ host: "127.0.0.1", port: 9 });
  return createServer(async (request, response) => {
    for (let id = 0; id < 5; id++) {
      await pool.query("SELECT name FROM lines WHERE id = $1", [id]).catch(() => null);
    }
    for (const id of [1, 2, 3, 4, 5]) {
      await pool.query("SELECT sku FROM lines WHERE id = $1", [id]).catch(() => null);
    }
    await pool.query("SELECT name FROM lines").catch(() => null);
    response.end("all");
  });
}

export function tidy() {}
"""
    # without its lock, which knows no pg
    named = {"package-lock.json": None, "package.json": json.dumps(manifest)}
    more = {**named, path: app, test: f"""{head}it("answers", async () => {{{asked}}});\n"""}
    box, tools = await opened("node_test", more)
    run, found = await observed(box, tools, path, app, test)
    assert run.valid and run.counts.passed, run
    seen = [(one.kind, one.line, one.count, one.certain) for one in run.witnesses]
    assert seen == [(WitnessKind.REPEATED, 8, 5, True), (WitnessKind.REPEATED, 11, 5, False)], seen
    assert "one statement 5 times" in found[0].message
    assert run.watched is not None and run.watched.statements == 11 and run.watched.libraries == ("pg",)


async def test_without_the_settings_nothing_is_observed(opened):
    path, test, head, asked = FORMS["node_test"]
    box, tools = await opened("node_test", {path: APP, test: f'{head}it("answers", async () => {{{asked}}});\n'})
    run = tools.read_tests(await box.run_tests(tools.test_command([test])))
    assert run.valid and run.watched is None and not run.unwatched and not run.witnesses
