// A reporter for vitest 3 and later: `--reporter=<this file>`. It runs in vitest's main process; the tests do not.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const { BASE, OUTPUT_BYTES, analyseAll, collected, cut, node, ofProject, plain, relative, result, send, session, unique } =
  createRequire(import.meta.url)("./aurora_node_events.cjs");
const { Told } = createRequire(import.meta.url)("./aurora_node_sentinels.cjs");
const { Folder, tell, wanted } = createRequire(import.meta.url)("./aurora_node_coverage.cjs");
const { tell: tellWatched } = createRequire(import.meta.url)("./aurora_node_watch.cjs");
const SETUP = createRequire(import.meta.url).resolve("./aurora_vitest_sentinels.mjs");
const chance = randomBytes(16).toString("hex");
const paths = wanted();
const folder = paths.length ? new Folder() : null;

send("begin", { base: BASE, runner: "vitest", node: process.versions.node });

function names(task) {
  const above = [];
  for (let one = task; one && one.type !== "module"; one = one.parent) above.unshift(one.name);
  return above;
}

/** Where two projects run one file, a test's name says in which of them it ran. */
const projects = new Map();

function inProject(task) {
  const many = (projects.get(task.module.moduleId)?.size ?? 0) > 1;
  return many ? ofProject(task.project.name) : "";
}

const id = (task) => unique(node(task.module.moduleId, ...names(task)) + inProject(task), task.id);

/** Whether the file's own text has a test or suite that runs alone. */
function runsAlone(file) {
  try {
    return /\.only\b|\bonly:/.test(readFileSync(file, "utf8"));
  } catch {
    return false;
  }
}

/** For jsdom and its like vite reads only below the project's root: neither ours nor the packages lie there. */
function allow({ vite }) {
  const allowed = vite?.config?.server?.fs?.allow;
  if (!Array.isArray(allowed)) return;
  for (const folder of [dirname(SETUP), join(vite.config.root, "node_modules")]) {
    if (existsSync(folder)) allowed.push(realpathSync(folder));
  }
}

export default class {
  #printed = new Map();
  #suites = new Set();
  #sentinels = new Told();
  #byName = false;
  #mayBeEmpty = false;
  #alone = new Set();
  #ended = new Set();

  onInit(vitest) {
    const major = Number.parseInt(vitest.version, 10);
    if (major < 3) {
      send("internal_error", { message: `vitest ${vitest.version} is installed; results are read of vitest 3 and later` });
      return;
    }
    this.#mayBeEmpty = Boolean(vitest.config.passWithNoTests);
    this.#byName = Boolean(vitest.config.testNamePattern);
    for (const project of vitest.projects) {
      if (project.config.browser?.enabled) continue;
      allow(project);
      project.provide("aurora_chance", chance);
      if (folder) project.provide("aurora_measured", { place: folder.place, base: BASE, paths });
      project.config.setupFiles = [SETUP, ...(project.config.setupFiles ?? [])];
    }
  }

  onTestRunStart(specifications) {
    for (const { moduleId, project } of specifications) {
      projects.set(moduleId, (projects.get(moduleId) ?? new Set()).add(project.name));
    }
  }

  #isSentinel(test, facts = null) {
    const name = test.parent.type === "module" ? test.name : "";
    return this.#sentinels.take(chance, test.module.moduleId, name, () => facts);
  }

  /** What became of a file's sentinels, once it is known why tests were left out. They are in a test that is expected to
   * fail: where it did, vitest has it passed. */
  #judge(module) {
    for (const test of module.children.tests()) {
      const { state, errors } = test.result();
      const left = this.#byName || this.#alone.has(module.moduleId) || module.errors().length;
      if (state === "pending" || (state === "skipped" && left)) continue;
      const failed = { outcome: { passed: "failed", failed: "passed" }[state] ?? state, message: plain(errors?.[0]?.message) };
      const passed = { outcome: test.meta().aurora ?? "error", message: "what holds was not seen to hold" };
      this.#isSentinel(test, { failed, passed });
    }
  }

  /** A file whose only test is ours: without us vitest says so of an empty file. */
  #empty(module) {
    const tests = [...module.children.allTests()];
    const others = module.errors().length || [...module.children.suites()].length;
    if (this.#mayBeEmpty || others || !tests.length || !tests.every((test) => this.#isSentinel(test))) return false;
    const message = "No test suite found in file: it holds no test.";
    send("collect_error", { node: node(module.moduleId), kind: "test_code", message, frame: "", line_text: "" });
    return true;
  }

  onUserConsoleLog(log) {
    const before = this.#printed.get(log.taskId) ?? "";
    if (before.length < 4 * OUTPUT_BYTES) this.#printed.set(log.taskId, before + log.content);
  }

  onTestModuleCollected(module) {
    for (const test of module.children.allTests()) {
      if (!this.#isSentinel(test)) collected(id(test), module.moduleId);
      else if (test.options.mode === "skip" && runsAlone(module.moduleId)) this.#alone.add(module.moduleId);
    }
  }

  onTestCaseReady(test) {
    if (!this.#isSentinel(test)) send("start", { node: id(test) });
  }

  onTestCaseResult(test) {
    if (this.#isSentinel(test)) return;
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
    this.#ended.add(module.id);
    const errors = module.errors();
    const ran = [...module.children.allTests()].length > 0;
    if (errors.length) send("collect_error", { node: node(module.moduleId), ...analyseAll(errors, ran ? "hook" : "collect") });
    for (const test of module.children.allTests()) {
      // a test that a failed hook kept from running, or that was skipped, is told of nowhere else
      if (test.result().state === "pending" && !this.#isSentinel(test)) result(id(test), "skipped", 0, { message: "it did not run" });
    }
  }

  onTestRunEnd(modules, unhandled, reason) {
    for (const error of unhandled) {
      send("internal_error", { message: cut(`an error outside any test: ${plain(error.message ?? error)}\n${plain(error.stack)}`, 4096) });
    }
    // vitest leaves it to its own reporters to say so
    if (!modules.length && !unhandled.length) process.stdout.write("No test files found\n");
    // vitest 3 tells of no end of a file that did not load
    for (const module of modules) if (!this.#ended.has(module.id)) this.onTestModuleEnd(module);
    for (const module of modules) this.#judge(module);
    this.#sentinels.send(send, relative, "tests are selected by name, run alone, or run where no setup file is taken");
    tell(send, paths, () => folder.read());
    const empty = modules.filter((module) => this.#empty(module)).length > 0;
    if (empty) process.exitCode = 1;
    tellWatched(send);
    session(reason === "passed" && !empty ? 0 : 1, false);
  }
}
