// A reporter for vitest 3 and later: `--reporter=<this file>`. It runs in vitest's main process; the tests do not.
import { createRequire } from "node:module";

const { OUTPUT_BYTES, analyseAll, collected, cut, node, plain, result, send, session } =
  createRequire(import.meta.url)("./aurora_node_events.cjs");

send("begin", { base: createRequire(import.meta.url)("./aurora_node_events.cjs").BASE, runner: "vitest", node: process.versions.node });

function names(task) {
  const above = [];
  for (let one = task; one && one.type !== "module"; one = one.parent) above.unshift(one.name);
  return above;
}

const id = (task) => node(task.module.moduleId, ...names(task));

export default class {
  #printed = new Map();
  #suites = new Set();

  onUserConsoleLog(log) {
    const before = this.#printed.get(log.taskId) ?? "";
    if (before.length < 4 * OUTPUT_BYTES) this.#printed.set(log.taskId, before + log.content);
  }

  onTestModuleCollected(module) {
    for (const test of module.children.allTests()) collected(id(test), module.moduleId);
  }

  onTestCaseReady(test) {
    send("start", { node: id(test) });
  }

  onTestCaseResult(test) {
    const { state, errors = [], note } = test.result();
    const seconds = (test.diagnostic()?.duration ?? 0) / 1000;
    collected(id(test), test.module.moduleId);
    if (state === "failed") {
      result(id(test), "failed", seconds, { ...analyseAll(errors, "call"), output: cut(this.#printed.get(test.id) ?? "", OUTPUT_BYTES) });
    } else if (state === "passed") {
      result(id(test), "passed", seconds, {});
    } else {
      result(id(test), "skipped", seconds, { message: cut(note ?? test.options.mode ?? "", 400) });
    }
  }

  onTestSuiteResult(suite) {
    const errors = suite.errors();
    if (errors.length && !this.#suites.has(suite.id)) {
      this.#suites.add(suite.id);
      send("collect_error", { node: id(suite), ...analyseAll(errors, "hook") });
    }
  }

  onTestModuleEnd(module) {
    const errors = module.errors();
    const ran = [...module.children.allTests()].length > 0;
    if (errors.length) send("collect_error", { node: node(module.moduleId), ...analyseAll(errors, ran ? "hook" : "collect") });
    for (const test of module.children.allTests()) {
      // a test that a failed hook kept from running, or that was skipped, is told of nowhere else
      if (test.result().state === "pending") result(id(test), "skipped", 0, { message: "it did not run" });
    }
  }

  onTestRunEnd(modules, unhandled, reason) {
    for (const error of unhandled) {
      send("internal_error", { message: cut(`an error outside any test: ${plain(error.message ?? error)}\n${plain(error.stack)}`, 4096) });
    }
    session(reason === "passed" ? 0 : 1, false);
  }
}
