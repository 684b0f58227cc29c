// HTTP exchanges between the project's tests and its application, as they happen: what was asked, and what came back.
//
// Standard library only, Node 20 and later; a part of aurora_node_watch.cjs. Nothing of it changes a request or a
// response. Kept are method, path, status, content type and, of JSON, the body of the response: no header, no cookie, no
// query and no body of a request; nothing of an application that a test file made up. One exchange is kept for each form of answer of a path, of each process. The test is
// told as far as a runner lets anybody know: vitest, jest and mocha say its name, of node:test its file is known.
"use strict";

const path = require("node:path");
const zlib = require("node:zlib");

const MOST = 400;
/** Of one path with one status: answers whose bodies differ in their keys or types. */
const FORMS = 4;
const BODY = 64_000;
const ALL = 4_000_000;
const PATH = 1_000;
const NAME = 400;
const DEPTH = 6;
const WIDTH = 40;
const FRAMES = 60;
const JSON_TYPE = /\b(?:application|text)\/(?:[\w.+-]+\+)?json\b/i;
/** A segment that is a value: no route is known here. */
const MADE_UP = /^(?:\d+|[0-9a-fA-F-]{12,}|[\w-]{24,})$/;
const MATCHERS = Symbol.for("$$jest-matchers-object");
/** What a reporter that runs beside the tests says of the one that runs: `test`, its file and the names to it. */
const RUNNING = { test: null };
/** Taken before others are put in their place. */
const UNPACK = { gzip: zlib.gunzipSync, "x-gzip": zlib.gunzipSync, deflate: zlib.inflateSync, br: zlib.brotliDecompressSync };

/** Equal for two bodies of the same keys and types. */
function form(value, depth = 0) {
  if (value === null || typeof value !== "object" || depth >= DEPTH) return value === null ? "null" : typeof value;
  if (Array.isArray(value)) return [...new Set(value.slice(0, WIDTH).map((one) => JSON.stringify(form(one, depth + 1))))].sort();
  return Object.keys(value).sort().slice(0, WIDTH).map((key) => [key, form(value[key], depth + 1)]);
}

class Exchanges {
  #add;
  #pathOf;
  #tests;
  #kept = new Set();
  #forms = new Map();
  #bytes = 0;
  #context = null;
  heard = 0;

  /** `add` is given each exchange that is kept. `pathOf`: the project's file in a line of a stack. `tests`: regular
   * expressions of test files, as JSON. */
  constructor(add, pathOf, tests) {
    this.#add = add;
    this.#pathOf = pathOf;
    this.#tests = JSON.parse(tests).map((one) => new RegExp(`^(?:${one})$`, "s"));
  }

  /** Whether all of the project's code that answers stands in test files, and some does. */
  #madeUp() {
    const own = answering().map(this.#pathOf).filter(Boolean);
    return own.length > 0 && own.every((name) => this.#tests.some((one) => one.test(name)));
  }

  /** jest's tests run in a context of their own, which holds the name of the one that runs. */
  within(context) {
    if (context && typeof context === "object") this.#context = context;
  }

  /** Looks on while `response` is written; told when it has been. */
  listen(request, response) {
    if (typeof response?.end !== "function" || typeof response.once !== "function") return;
    const chunks = [];
    let size = 0;
    let ofTests = false;
    let inside = false; // of some responses `end` calls `write`
    const take = (chunk, encoding) => {
      if (chunk === null || chunk === undefined || typeof chunk === "function") return;
      const bytes = typeof chunk === "string" ? Buffer.from(chunk, typeof encoding === "string" ? encoding : "utf8") : chunk;
      size += bytes.length;
      if (size <= BODY) chunks.push(Buffer.from(bytes));
    };
    const look = () => {
      ofTests ||= this.#madeUp();
    };
    for (const name of ["write", "end"]) {
      const real = response[name];
      response[name] = function (...facts) {
        if (inside) return Reflect.apply(real, this, facts);
        try {
          take(facts[0], facts[1]);
          look();
        } catch {
          // an observation that fails must not change what is observed
        }
        inside = true;
        try {
          return Reflect.apply(real, this, facts);
        } finally {
          inside = false;
        }
      };
    }
    // a framework may change both while it looks for the route
    const [method, url, test] = [request?.method, request?.originalUrl ?? request?.url, this.#test()];
    response.once("finish", () => {
      try {
        if (!ofTests) this.#note(method, url, response, size <= BODY ? Buffer.concat(chunks) : null, size, test);
      } catch {
        // likewise
      }
    });
  }

  #note(method, url, response, bytes, size, test) {
    const at = new URL(String(url), "http://localhost").pathname;
    if (!method || at.length > PATH || !response.statusCode) return;
    this.heard++;
    const type = String(response.getHeader?.("content-type") ?? "").slice(0, 200);
    const packed = String(response.getHeader?.("content-encoding") ?? "identity").toLowerCase();
    const raw = bytes && packed !== "identity" ? UNPACK[packed]?.(bytes, { maxOutputLength: BODY }) : bytes;
    const whole = Boolean(raw) && method !== "HEAD";
    const body = whole && raw.length && JSON_TYPE.test(type) ? raw.toString("utf8") : null;
    const shape = at.split("/").map((one) => (MADE_UP.test(one) ? "*" : one)).join("/");
    const answer = JSON.stringify([method, shape, response.statusCode]);
    const key = JSON.stringify([answer, type, body === null ? size > 0 : shapeOf(body)]);
    const forms = this.#forms.get(answer) ?? 0;
    if (this.#kept.has(key) || this.#kept.size >= MOST || forms >= FORMS) return;
    if (this.#bytes + (body?.length ?? 0) > ALL) return;
    this.#kept.add(key);
    this.#forms.set(answer, forms + 1);
    this.#bytes += body?.length ?? 0;
    this.#add({ method, path: at, status: response.statusCode, type, body, whole, filled: size > 0 && method !== "HEAD", part: false, test });
  }

  /** The file of the test that runs, and the names above it and its own; the file alone where no more is known. */
  #test() {
    try {
      if (RUNNING.test) return RUNNING.test;
      const of = globalThis.__vitest_worker__;
      if (of) {
        const names = [];
        for (let one = of.current; one && one !== one.file; one = one.suite) names.unshift(one.name);
        return { file: of.current?.file?.filepath ?? of.filepath ?? "", names: names.filter(Boolean).map((one) => one.slice(0, NAME)) };
      }
      const state = this.#context?.[MATCHERS]?.state;
      if (state?.testPath) return { file: state.testPath, names: [String(state.currentTestName ?? "").slice(0, NAME)].filter(Boolean) };
      const script = process.env.NODE_TEST_CONTEXT ? process.argv[1] : "";
      return { file: script ? path.resolve(script) : "", names: [] };
    } catch {
      return { file: "", names: [] };
    }
  }
}

/** Lines of the stack from here out to where the request came in: a test may have sent it on the same stack. */
function answering() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  try {
    const lines = String(new Error("where").stack).split("\n").slice(1).filter((line) => !line.includes(__filename));
    const entry = lines.findIndex((line) => line.includes("aurora_node_watch.cjs"));
    return entry < 0 ? lines : lines.slice(0, entry);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function shapeOf(body) {
  try {
    return form(JSON.parse(body));
  } catch {
    return "no JSON";
  }
}

/** A test as the reporters name it; jest's own names are joined by spaces. */
function named({ file, names }) {
  const { node } = require("./aurora_node_events.cjs"); // which the reporter has loaded: elsewhere it must not be
  return file ? node(file, ...names) : "";
}

module.exports = { Exchanges, RUNNING, named };
