// A reporter for mocha 8 and later: `--reporter <this file>`. Without --parallel: it walks the suites itself.
"use strict";

const { BASE, analyse, collected, isTestFile, node, plain, relative, result, send, session, unique } = require("./aurora_node_events.cjs");

const { Measuring, tell: tellCoverage, wanted } = require("./aurora_node_coverage.cjs");
const { RUNNING } = require("./aurora_node_exchanges.cjs");
const { tell: tellWatched } = require("./aurora_node_watch.cjs");

const paths = wanted();
// before mocha loads what is measured
const measuring = paths.length ? new Measuring(BASE, paths) : null;

// told at once: a test file that does not load ends mocha before any reporter is made
send("begin", { base: BASE, runner: "mocha", node: process.versions.node });
send("no_sentinels", { message: "none are made for mocha" });

let started = false;

/** mocha's command line says what did not load by `console.error`, its error object last, and exits. */
const said = console.error;
console.error = (...given) => {
  const error = given.find((one) => one instanceof Error);
  if (!started && error) {
    const requirers = Array.isArray(error.requireStack) ? error.requireStack : [];
    const importer = /imported from (\S+)/.exec(error.message)?.[1];
    const frames = [...plain(error.stack).matchAll(/([^\s()]+\.[cm]?[jt]sx?):\d+/g)].map((found) => found[1]);
    const candidates = [importer, ...requirers, ...frames].map((file) => relative(file)).filter(Boolean);
    const file = candidates.find(isTestFile) ?? candidates[0] ?? "";
    send("collect_error", { node: file, ...analyse(error, "collect") });
    session(1, false);
  }
  said.apply(console, given);
};

/** A retry is a clone of its test. */
function original(test) {
  let one = test;
  while (one.retriedTest?.()) one = one.retriedTest();
  return one;
}

const id = (test) => unique(node(test.file ?? "", ...test.titlePath()), original(test));

module.exports = class {
  constructor(runner) {
    started = true;
    console.error = said;
    const ended = new Set();
    const tell = (test, outcome, facts = {}) => {
      if (ended.has(test)) return;
      ended.add(test);
      collected(id(test), test.file);
      result(id(test), outcome, (test.duration ?? 0) / 1000, facts);
    };
    runner.once("start", () => {
      runner.suite.eachTest((test) => {
        if (runner.grepTotal(test.parent) && runner._grep.test(test.fullTitle()) !== runner._invert) collected(id(test), test.file);
      });
    });
    runner.on("test", (test) => {
      RUNNING.test = { file: test.file ?? "", names: test.titlePath() };
      send("start", { node: id(test) });
    });
    runner.on("pass", (test) => tell(test, "passed"));
    runner.on("pending", (test) => tell(test, "skipped", { message: test.fn ? "skipped" : "todo" }));
    runner.on("fail", (failed, error) => {
      if (failed.type !== "hook") return tell(failed, "failed", analyse(error, "call"));
      const facts = analyse(error, "hook");
      const message = `${failed.title}: ${facts.message}`;
      const victims = [];
      if (/^"before (each|all)"/.test(failed.title)) failed.parent.eachTest((test) => victims.push(test));
      const left = victims.filter((test) => !ended.has(test));
      for (const test of left) tell(test, "error", { ...facts, message });
      if (!left.length) send("collect_error", { node: node(failed.file ?? failed.parent.file ?? "", ...failed.titlePath()), ...facts, message });
    });
    runner.once("end", () => {
      tellCoverage(send, paths, () => measuring.take());
      tellWatched(send);
      session(runner.failures ? 1 : 0, true);
    });
  }
};
