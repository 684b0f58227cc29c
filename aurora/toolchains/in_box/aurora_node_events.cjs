// What the reporters of Node's test runners share: the pipe to the judge outside, and what an error means.
//
// Standard library only, Node 20 and later. Environment, read once and removed, so that tests do not see it:
//   AURORA_EVENTS_FD    the pipe's descriptor; without it nothing is written
//   AURORA_KEY_FD       the descriptor of a pipe with the key of the events' seals; without it they have none
//   AURORA_REPOSITORY   the repository's root, relative to the working directory; default `.`
//   AURORA_TEST_FILES   what is a test or loaded beside the tests, as a JSON list of regular expressions, each for a whole
//                       path relative to the repository's root; the judge's own rule (`project_tests.py`)
//
// Events are those of aurora_pytest_events.py, one JSON line each, with `seq` (from 0, no gaps) and `t`: begin, collected,
// start, result, collect_error, internal_error, session. A node id is `path > suite > name`, its path relative to the root.
"use strict";

const { createHash, createHmac } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { fileURLToPath } = require("node:url");

const { environment, lacked } = require("./aurora_node_absent.cjs");

const MESSAGE_BYTES = 4096;
const OUTPUT_BYTES = 2048;
const LINGERING_MS = { red: 2_000, green: 10_000 };
const CHAIN = 10;
const NOT_OURS = new Set(["node_modules", ".pnpm", ".yarn"]);
const ABSENT = /\b(404|405|501)\b/;

function taken(name, otherwise) {
  const value = process.env[name];
  delete process.env[name];
  return value === undefined ? otherwise : value;
}

function real(name) {
  try {
    return fs.realpathSync(name);
  } catch {
    return path.resolve(name);
  }
}

/** A pattern for a whole path; none for one that is none here. */
function compiled(pattern) {
  try {
    return [new RegExp(`^(?:${pattern})$`, "s")];
  } catch {
    return [];
  }
}

/** Whether a descriptor is the pipe we were given: Node's own pipes never block, the judge's does. */
function isPipe(of, fd, mode) {
  try {
    const flags = Number.parseInt(/flags:\s*(\d+)/.exec(fs.readFileSync(`/proc/${of}/fdinfo/${fd}`, "latin1"))[1], 8);
    return (flags & 3) === mode && !(flags & fs.constants.O_NONBLOCK) && fs.statSync(`/proc/${of}/fd/${fd}`).isFIFO();
  } catch {
    return false;
  }
}

/** The pipe's descriptor here. A runner that starts itself anew (mocha, for options of node) passes none on. */
function pipe(fd, mode) {
  if (fd < 0 || isPipe("self", fd, mode)) return fd;
  return isPipe(process.ppid, fd, mode) ? fs.openSync(`/proc/${process.ppid}/fd/${fd}`, mode) : -1;
}

/** What a pipe holds that is read once. */
function held(fd) {
  if (fd < 0) return null;
  const given = Buffer.alloc(64);
  const key = given.subarray(0, fs.readSync(fd, given));
  fs.closeSync(fd);
  return key.length ? key : null;
}

const BASE = real(taken("AURORA_REPOSITORY", "."));
const TEST_FILES = JSON.parse(taken("AURORA_TEST_FILES", "[]")).flatMap(compiled);
const FD = pipe(Number.parseInt(taken("AURORA_EVENTS_FD", "-1"), 10), fs.constants.O_WRONLY);
let key = held(pipe(Number.parseInt(taken("AURORA_KEY_FD", "-1"), 10), fs.constants.O_RDONLY));
let seq = 0;

function sealed(line) {
  if (!key) return line;
  const tag = createHmac("sha256", key).update(line, "latin1").digest("hex").slice(0, 32);
  key = createHash("sha256").update(key).digest(); // what was told can't be sealed again
  return `${tag} ${line}`;
}

function send(t, facts) {
  if (FD < 0) return;
  // ASCII only, so that half a surrogate pair stays what it is
  const line = JSON.stringify({ seq: seq++, t, ...facts }).replace(
    /[\u007f-\uffff]/g,
    (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"),
  );
  let rest = Buffer.from(sealed(line) + "\n", "latin1");
  while (rest.length) rest = rest.subarray(fs.writeSync(FD, rest));
}

// ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────

function plain(text) {
  return String(text ?? "")
    .replace(/\u001b\[[0-9;]*[A-Za-z]/g, "")
    .replaceAll("file://" + BASE + "/", "")
    .replaceAll(BASE + "/", "");
}

/** Head and tail of a text, at most `limit` bytes of UTF-8, without the checkout's absolute path. */
function cut(text, limit) {
  const raw = Buffer.from(plain(text), "utf8");
  if (raw.length <= limit) return raw.toString("utf8");
  const half = Math.floor((limit - 32) / 2);
  const [head, tail] = [raw.subarray(0, half), raw.subarray(raw.length - half)].map((b) =>
    b.toString("utf8").replace(/^\ufffd+|\ufffd+$/g, ""),
  );
  return `${head}\n[... ${raw.length - 2 * half} bytes ...]\n${tail}`;
}

function node(file, ...names) {
  return [relative(file) ?? file, ...names].join(" > ");
}

const numbered = new Map();

/** Tests of one file may share a name: the second is told as `name (same name, 2)`. `test` is what tells them apart. */
function unique(id, test) {
  const known = numbered.get(id) ?? new Map();
  numbered.set(id, known);
  if (!known.has(test)) known.set(test, known.size + 1);
  return known.get(test) === 1 ? id : `${id} (same name, ${known.get(test)})`;
}

/** What is put behind a test's name where several projects of a runner run its file. */
function ofProject(name) {
  return ` (in project ${String(name).replace(/[()\s]+/g, "_")})`;
}

// ── where an error came from, and what it means ──────────────────────────────────────────────────────────────────

/** The path below the repository's root; null for one outside, or in installed packages kept inside. */
function relative(file) {
  if (!file) return null;
  const whole = real(file.startsWith("file://") ? fileURLToPath(file) : path.resolve(BASE, file));
  const below = path.relative(BASE, whole).split(path.sep).join("/");
  if (!below || below.startsWith("../") || path.isAbsolute(below)) return null;
  return below.split("/").some((part) => NOT_OURS.has(part)) ? null : below;
}

function isTestFile(below) {
  return TEST_FILES.some((pattern) => pattern.test(below));
}

/** Frames of a stack inside the repository, innermost first: {path, line, name}. */
function frames(error) {
  const given = Array.isArray(error.stacks) ? error.stacks.map((s) => [s.method, s.file, s.line]) : [];
  const text = plain(error.stack);
  for (const found of text.matchAll(/^\s*(?:at |❯ )(?:async )?(?:(.*?) \(?)?((?:file:\/\/)?[^\s():]+):(\d+)(?::\d+)?\)?$/gm)) {
    given.push([found[1], found[2], Number(found[3])]);
  }
  // a file that does not parse stands above its stack
  const unread = /^(?:file:\/\/)?([^\s:()]+\.[cm]?[jt]sx?):(\d+)\n/m.exec(text) ?? /\[?([^\s:()[\]]+\.[cm]?[jt]sx?):(\d+):\d+\]?/.exec(plain(error.message));
  if (unread) given.push(["", unread[1], Number(unread[2])]);
  return given
    .map(([name, file, line]) => ({ path: relative(file ?? ""), line: line ?? 0, name: name || "<module>" }))
    .filter((frame) => frame.path !== null && fs.existsSync(path.join(BASE, frame.path)));
}

function lineOf(frame) {
  try {
    return (fs.readFileSync(path.join(BASE, frame.path), "utf8").split("\n")[frame.line - 1] ?? "").trim();
  } catch {
    return "";
  }
}

function chain(error) {
  const all = [];
  const waiting = [error];
  while (waiting.length && all.length < CHAIN) {
    const one = waiting.shift();
    if (one === null || one === undefined || all.includes(one)) continue;
    const known = typeof one === "object" ? one : { name: "", message: String(one), stack: "" };
    all.push(known);
    waiting.push(known.cause, ...(Array.isArray(known.errors) ? known.errors : []));
  }
  return all;
}

const about = (error) => `${error.name ?? ""}: ${plain(error.message)}\n${plain(error.stack)}`;
const first = (error) => plain(error.message).split("\n")[0];

const UNRESOLVED =
  /Cannot find (module|package)|Failed to (resolve import|load url)|does not provide an export named|ERR_(MODULE_NOT_FOUND|PACKAGE_PATH_NOT_EXPORTED|UNSUPPORTED_DIR_IMPORT)|has no exported member|TS2305|TS2307/;
const UNPARSED =
  /Transform failed|Parse failure|PARSE_ERROR|Failed to parse source|Unexpected token|TransformError|Syntax Error|Expected .{1,40}, got |encountered an unexpected token|error TS1\d{3}:/;
/** A named import that does not exist is `undefined` in compiled modules, and only its call tells. */
const ABSENT_EXPORT = /__vi_import_\d+__\.|\(0 ?, ?[\w$.]+\) is not a (function|constructor)|_\w+\.[\w$]+\) is not a (function|constructor)/;
const TIMED_OUT = /timed out|Exceeded timeout of|Timeout of \d+ ?ms exceeded|ERR_TEST_FAILURE_TIMEOUT|test timed out after/i;
const OF_SUPERTEST = /^expected "[^"]*" (matching |of |header field)|^expected .* response body/;
const REFUSED_STATUS = /^expected \d{3} "[^"]*", got (\d{3})/;

function asserted(error) {
  return (
    /^Assertion(Error|Fail)|^JestAssertionError$/.test(error.name ?? "") ||
    error.code === "ERR_ASSERTION" ||
    error.matcherResult !== undefined ||
    (/^(expect\(|Snapshot `)/.test(plain(error.message)) && !/is not a function$/.test(first(error))) ||
    /^AssertionError\b/.test(plain(error.stack)) ||
    REFUSED_STATUS.test(plain(error.message)) ||
    OF_SUPERTEST.test(first(error))
  );
}

function kindOf(error, when, frame, text, absent) {
  const all = chain(error);
  const root = all[0] ?? { message: "" };
  const isAssertion = asserted(root);
  if (!isAssertion && all.some((e) => /\bnot[ _-]?(yet )?implemented\b/i.test(first(e)) || /NotImplemented/.test(e.name ?? ""))) {
    return "not_implemented";
  }
  if (!isAssertion && all.some((e) => environment(readable(e)))) {
    return "environment";
  }
  if (!isAssertion && TIMED_OUT.test(first(root))) return "timeout";
  if (!isAssertion && all.some((e) => UNRESOLVED.test(`${e.code ?? ""} ${about(e)}`))) return "import";
  const parsed = (e) => e.name === "SyntaxError" || /^(\S+: )?SyntaxError\b/.test(plain(e.stack)) || UNPARSED.test(about(e));
  if (!isAssertion && all.some((e) => parsed(e) && !/\bJSON\b/.test(first(e)))) return "syntax";
  if (ABSENT_EXPORT.test(first(root)) || namedImport(root, frame, text)) return "import";
  if (when === "hook") return absent ? "absent" : "fixture";
  if (isAssertion) {
    const status = REFUSED_STATUS.exec(plain(root.message))?.[1] ?? String(root.actual ?? root.matcherResult?.actual ?? first(root));
    const ofHttp = /status/i.test(`${text} ${first(root)}`) || REFUSED_STATUS.test(plain(root.message));
    if (ofHttp && ABSENT.test(status)) return "http_status";
    if (when !== "collect") return "assertion";
  }
  if (absent && when !== "collect") return "absent";
  return frame === null || isTestFile(frame.path) ? "test_code" : "application";
}

/** `x is not a function` where the file imports x: it imports what nobody exports. */
function namedImport(error, frame, text) {
  const name = /^([\w$]+) is not a (function|constructor)/.exec(first(error))?.[1];
  if (!name || frame === null || !text.includes(name)) return false;
  try {
    const whole = fs.readFileSync(path.join(BASE, frame.path), "utf8");
    return new RegExp(`(import|const|var|let)\\s*\\{[^}]*\\b${name}\\b[^}]*\\}\\s*(from\\b|=\\s*(await import|require)\\()`).test(whole);
  } catch {
    return false;
  }
}

/** The source of the test file up to the failing line. */
function sourceBefore(frame) {
  try {
    return fs.readFileSync(path.join(BASE, frame.path), "utf8").slice(0, 1_000_000).split("\n").slice(0, frame.line).join("\n");
  } catch {
    return "";
  }
}

function readable(error) {
  const { code, errorCode } = error;
  return { name: plain(error.name), message: plain(error.message), stack: plain(error.stack), code: code ?? errorCode };
}

/** Whether the error was thrown by a line of the repository, and not inside of what that line called. */
function thrownHere(stack) {
  const innermost = /^\s*(?:at |❯ )(?:async )?(?:.*?\()?((?:file:\/\/|node:)?[^\s():]+):\d+/m.exec(stack)?.[1];
  return innermost === undefined || (!innermost.startsWith("node:") && relative(innermost) !== null);
}

/** The facts of a red test: kind, message, frame, line_text. `when`: call, hook or collect. */
function analyse(error, when) {
  const known = typeof error === "object" && error !== null ? error : { name: "", message: String(error), stack: "" };
  const places = chain(known).flatMap(frames);
  const frame = places[0] ?? null;
  const text = frame ? lineOf(frame) : "";
  const name = known.name && known.name !== "Error" && !plain(known.message).includes(known.name) ? `${known.name}: ` : "";
  const diff = known.diff ? `\n${plain(known.diff)}` : "";
  const causes = chain(known).slice(1).map((e) => `\ncaused by ${e.name ?? "Error"}: ${plain(e.message)}`);
  const said = readable(known);
  const source = frame !== null && isTestFile(frame.path) ? sourceBefore(frame) : null;
  const { absent = false, lacks = "" } = lacked({ ...said, thrownHere: thrownHere(said.stack) }, source, text);
  return {
    kind: kindOf(known, when, frame, text, absent),
    lacks,
    exc: String(known.code ?? known.name ?? ""),
    message: cut(name + plain(known.message) + diff + causes.join(""), MESSAGE_BYTES),
    frame: frame ? `${frame.path}:${frame.line} in ${plain(frame.name)}` : "",
    line_text: text.slice(0, 400),
  };
}

/** Several errors of one test: the first is what it is about, the others are told in its message. */
function analyseAll(errors, when) {
  const [one, ...others] = errors.length ? errors : [{ name: "", message: "it failed without an error", stack: "" }];
  const facts = analyse(one, when);
  const more = others.map((e) => `\nalso: ${plain(e?.message ?? e)}`).join("");
  return { ...facts, message: cut(facts.message + more, MESSAGE_BYTES) };
}

/** The error of a text with a stack below, as runners give it that keep no error objects. */
function fromText(text, more) {
  const whole = plain(text);
  const at = whole.search(/^\s+at /m);
  const head = (at < 0 ? whole : whole.slice(0, at)).trim();
  const named = /^(?:Uncaught )?((?:[A-Z]\w*)?(?:Error|Exception|Failure))(?: \[(\w+)\])?: /.exec(head);
  return {
    name: named?.[1] ?? "",
    code: named?.[2],
    message: named ? head.slice(named[0].length) : head,
    stack: whole,
    ...more,
  };
}

const toldCollected = new Set();

function collected(id, file) {
  if (toldCollected.has(id)) return;
  toldCollected.add(id);
  send("collected", { node: id, path: relative(file) ?? file });
}

function result(id, outcome, seconds, facts) {
  send("result", { node: id, when: "whole", outcome, seconds: Math.round(seconds * 1e4) / 1e4, sub: false, ...facts });
}

/** The last event. A process that is kept alive by what the tests left open is ended; after green tests it says so, a red
 * one may have left open what it would have closed. */
function session(exit, bounded) {
  if (!bounded) return send("session", { exit });
  process.once("exit", () => send("session", { exit }));
  const message = "the tests ended, but the process did not: something stays open (a server, a timer, a connection)";
  setTimeout(() => {
    if (!exit) send("internal_error", { message });
    process.exit(1);
  }, exit ? LINGERING_MS.red : LINGERING_MS.green).unref();
}

module.exports = {
  BASE, OUTPUT_BYTES, analyse, analyseAll, collected, cut, fromText, isTestFile, node, ofProject, plain, relative, result, send, session, unique,
};
