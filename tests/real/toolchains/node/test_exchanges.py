# ruff: noqa: E501  texts, read as a whole
"""HTTP exchanges that Node's runners tell of a run that is observed."""

import json

import pytest

from aurora.toolchains.node.language import NODE
from aurora.toolchains.runs import observation
from tests.support import node_backends

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]

APP = """import { createServer } from "node:http";

export function app() {
  return createServer(async (request, response) => {
    await new Promise((done) => setTimeout(done, 1));
    const id = Number(request.url.split("?")[0].split("/")[2]);
    response.setHeader("Content-Type", id < 9 ? "application/json" : "text/plain");
    response.statusCode = id < 9 ? 200 : 404;
    if (id < 9) response.write('{"id": ');
    response.end(id < 9 ? `${id}}` : "none");
  });
}
"""
ASKED = """
const made = createServer((_, response) => response.end("{}"));
for (const server of [app(), made]) {
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(null)));
  for (const id of [1, 2, 9]) await (await fetch(`http://127.0.0.1:${(server.address() as any).port}/items/${id}?key=secret`)).text();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}
"""
HTTP = 'import { createServer } from "node:http";\n'
FORMS = {
    "vitest": ("src/app2.ts", "tests/app2.test.ts", 'import { it } from "vitest";\nimport { app } from "../src/app2.js";\n', ASKED, " > answers"),
    "jest": ("src/app2.ts", "tests/app2.test.ts", 'import { app } from "../src/app2";\n', ASKED, " > answers"),
    "mocha": ("src/app2.ts", "test/app2.test.ts", 'import { app } from "../src/app2.js";\n', ASKED, " > answers"),
    "node_test": ("src/app2.js", "test/app2.test.js", 'import { it } from "node:test";\nimport { app } from "../src/app2.js";\n', ASKED.replace("(server.address() as any)", "server.address()"), ""),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
async def test_one_exchange_of_each_form_is_told_and_none_of_a_server_that_the_test_made_up(opened, form):
    path, test, head, asked, name = FORMS[form]
    app = APP if path.endswith(".js") else f"// @ts-nocheck\n{APP}"
    text = f'{HTTP}{head}it("answers", async () => {{{asked}}});\n'
    box, tools = await opened(form, {path: app, test: text})
    command = observation.watching(tools.test_command([test]), {}, 0, 120, exchanges=True)
    run = tools.read_tests(await box.run_tests(NODE.watching(command)))
    assert run.valid and run.counts.passed and not run.red, run
    reported = [(one.method, one.path, one.status, one.content_type, one.body) for one in run.exchanges]
    assert reported == [
        ("GET", "/items/1", 200, "application/json", '{"id": 1}'), ("GET", "/items/9", 404, "text/plain", None)
    ], "item 2 looks like item 1"  # fmt: skip
    assert {one.test_id for one in run.exchanges} == {test + name}
    assert "secret" not in run.model_dump_json(include={"exchanges"})
    assert run.watched is not None and run.watched.exchanges == 3


async def test_what_fastify_is_asked_without_a_server_is_heard(opened):
    manifest = json.loads(node_backends.files("node_test")["package.json"])
    manifest["dependencies"] = {"fastify": "^5.0.0"}
    app = """import fastify from "fastify";

export function app() {
  const made = fastify();
  made.get("/items/:id", async (request) => ({ id: request.params.id }));
  return made;
}
"""
    test = """import { it } from "node:test";
import { app } from "../src/app2.js";

it("answers", async () => {
  const made = app();
  for (const path of ["/items/1", "/nowhere"]) await made.inject({ method: "GET", url: path });
  await made.close();
});
"""
    # without its lock, which knows no fastify
    named = {"package-lock.json": None, "package.json": json.dumps(manifest)}
    box, tools = await opened("node_test", {**named, "src/app2.js": app, "test/app2.test.js": test})
    command = observation.watching(tools.test_command(["test/app2.test.js"]), {}, 0, 120, exchanges=True)
    run = tools.read_tests(await box.run_tests(NODE.watching(command)))
    assert run.valid and run.counts.passed, run
    assert [(one.path, one.status) for one in run.exchanges] == [("/items/1", 200), ("/nowhere", 404)]
    assert run.exchanges[0].body == '{"id":"1"}'
