// A reporter for jest 27 and later: `--reporters=<this file>`.
"use strict";

const path = require("node:path");
const { BASE, analyseAll, collected, fromText, node, ofProject, plain, relative, result, send, session, cut, unique } = require("./aurora_node_events.cjs");

const { tell, wanted } = require("./aurora_node_coverage.cjs");
const { tell: tellWatched } = require("./aurora_node_watch.cjs");

const measured = wanted();

send("begin", { base: BASE, runner: "jest", node: process.versions.node });
send("no_sentinels", { message: "none are made for jest" });

const OUTCOMES = { passed: "passed", failed: "failed", pending: "skipped", skipped: "skipped", disabled: "skipped", todo: "skipped" };

/** Folders that several projects take their tests from: there a test's name says which of them it ran in. */
const shared = new Set();

function inProject(test) {
  const { displayName, rootDir } = test.context.config;
  const name = displayName?.name ?? displayName;
  return name && shared.has(rootDir) ? ofProject(name) : "";
}

/** Of single cases jest does not say rightly in which project they ran: where that matters the file's results tell. */
const toldByFile = (test) => [...shared].some((folder) => !path.relative(folder, test.path).startsWith(".."));

const named = (test, one) => node(test.path, ...one.ancestorTitles, one.title) + inProject(test);

/** A file's coverage as lines: of statements that begin on one line, the line ran where any of them did. */
function ofIstanbul({ statementMap, s }) {
  const begun = new Map();
  const spans = [];
  const all = Object.entries(statementMap);
  for (const [id, { start, end }] of all) {
    begun.set(start.line, (begun.get(start.line) ?? 0) + s[id]);
    const inner = all.some(([, one]) => one.start.line > start.line && one.start.line <= end.line);
    if (end.line > start.line && !inner) spans.push([start.line, end.line]);
  }
  return { tool: "istanbul", statements: [...begun.keys()], missing: [...begun].filter(([, count]) => !count).map(([line]) => line), spans };
}

class AuroraEvents {
  /** By id the status that was told last. */
  #told = new Map();

  constructor(config) {
    const folders = (config.projects ?? []).map((one) => {
      if (typeof one === "string") return /\.[cm]?[jt]s(on)?$/.test(one) ? path.dirname(one) : one;
      return path.resolve(config.rootDir, String(one.rootDir ?? ".").replace("<rootDir>", config.rootDir));
    });
    folders.forEach((one, i) => folders.indexOf(one) !== i && shared.add(one));
  }

  onTestCaseStart(test, info) {
    if (toldByFile(test)) return;
    send("start", { node: named(test, info) });
  }

  onTestCaseResult(test, one) {
    if (toldByFile(test)) return;
    const id = named(test, one);
    // a second one of this name may be another test or a retry: the file's results tell
    if (!this.#told.has(id)) this.#tell(test, id, one);
  }

  onTestResult(test, file) {
    for (const one of file.testResults) this.#tell(test, unique(named(test, one), one), one);
    if (file.testExecError || (file.failureMessage && !file.testResults.length)) {
      const error = file.testExecError ?? {};
      const text = file.failureMessage || error.stack || error.message || "";
      // jest's own head (`● Test suite failed to run`) and its explanation are left out
      const told = fromText(error.stack || plain(text).replace(/^\s*●.*\n+/, ""), { code: error.code });
      const message = told.message.replace(/[^]*?Details:\s*/, "");
      send("collect_error", { node: node(test.path), ...analyseAll([{ ...told, message, stack: plain(text) }], "collect") });
    }
  }

  #tell(test, id, one) {
    if (this.#told.get(id) === one.status) return;
    this.#told.set(id, one.status);
    collected(id, test.path);
    const outcome = OUTCOMES[one.status] ?? "skipped";
    let facts = {};
    if (outcome === "failed") {
      const details = one.failureDetails ?? [];
      const errors = one.failureMessages.map((text, i) => {
        const seen = details[i]?.error ?? details[i] ?? {};
        const compared = seen.matcherResult ?? details[i]?.matcherResult;
        return fromText(text, compared ? { matcherResult: compared, actual: compared.actual } : {});
      });
      facts = analyseAll(errors, "call");
    } else if (outcome === "skipped") {
      facts = { message: cut(one.status, 400) };
    }
    result(id, outcome, (one.duration ?? 0) / 1000, facts);
  }

  /** Of what jest's own coverage found: its reporter comes after this one. */
  #tellCoverage(results) {
    tell(send, measured, () => {
      const seen = {};
      for (const file of results.coverageMap?.files() ?? []) {
        const told = relative(file);
        if (measured.includes(told)) seen[told] = ofIstanbul(results.coverageMap.fileCoverageFor(file));
      }
      return seen;
    });
  }

  onRunComplete(_contexts, results) {
    process.once("exit", () => this.#tellCoverage(results));
    // `results.success` is only set after this
    const none = results.numTotalTests === 0 && results.numTotalTestSuites === 0;
    const failed = results.numFailedTests || results.numRuntimeErrorTestSuites || results.snapshot?.failure || none || results.runExecError;
    if (results.runExecError) send("internal_error", { message: cut(results.runExecError.message, 4096) });
    tellWatched(send);
    session(failed ? 1 : 0, true);
  }
}

module.exports = AuroraEvents;
