// What is observed while tests run, and never judged: calls that block the thread while a request is answered, and one
// SQL statement again and again in one request, and HTTP exchanges (aurora_node_exchanges.cjs).
//
// Standard library only, Node 20 and later. `--require <this file>` by NODE_OPTIONS, so that it stands in every process
// and worker of a runner before the project's code. AURORA_WATCH is a JSON object: `changed` (path -> ranges of lines,
// from the repository's root) and `repeated`, a number; without it nothing is observed. What each process sees it adds
// to a folder, which the runner's reporter reads (`tell`): a worker may be ended without a word.
"use strict";

const { AsyncLocalStorage, AsyncResource } = require("node:async_hooks");
const childProcess = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const { fileURLToPath } = require("node:url");
const vm = require("node:vm");
const zlib = require("node:zlib");
const { Exchanges, named } = require("./aurora_node_exchanges.cjs");

const PLACE = "AURORA_WATCHED";
const { appendFileSync, mkdtempSync, readFileSync, readdirSync, realpathSync } = fs;
const DEPTH = 60;
const MOST = 200;
/** Of all processes together. */
const EXCHANGES = 1_000;
const TEXT = 1_000;
const SLOW = ["pbkdf2Sync", "scryptSync", "generateKeyPairSync", "generatePrimeSync", "checkPrimeSync"];
const FRAME = /^\s*at (?:async )?(?:(.*?) \()?((?:file:\/\/)?[^\s()]+?):(\d+)(?::\d+)?\)?$/;
const LITERAL = /'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|\$\d+/g;
const LISTED = /\(\s*\?(?:\s*,\s*\?)*\s*\)/g;
const READS = /^\s*(?:\/\*.*?\*\/\s*)*(?:select|with)\b/is;
const LOCKS = /\bfor\s+(?:no\s+key\s+)?update\b/i;
const STAR = /\bselect\b[^;]*?\*/is;
/** Code that keeps what it has read: the next request finds it. */
const KEPT = /\?\?=|\|\|=|\bif\s*\(\s*!\s*[\w.$]+\s*\)|===?\s*(?:undefined|null)\b|\bmemo|\bonce\(/;

/** A loop over what the code itself states: its number of turns does not grow with the data. */
const FIXED = /\bof\s*\[|\]\s*\.\s*(?:map|forEach)\(/;

function given() {
  try {
    return JSON.parse(process.env.AURORA_WATCH || "null");
  } catch {
    return null;
  }
}

/** Where processes tell, and the repository's root: made by the first, for all that it starts. */
function place() {
  try {
    return JSON.parse(process.env[PLACE]);
  } catch {
    const base = realpathSync(process.env.AURORA_REPOSITORY ?? ".");
    const made = { folder: mkdtempSync(path.join(os.tmpdir(), "watched-")), base, tests: process.env.AURORA_TEST_FILES ?? "[]" };
    process.env[PLACE] = JSON.stringify(made);
    return made;
  }
}

class Watching {
  #requests = new AsyncLocalStorage();
  #changed = new Map();
  #repeated;
  #base;
  #file;
  #texts = new Map();
  #told = new Set();
  #busy = false;
  #counts = { calls: 0, statements: 0, requests: 0 };
  #kept = "";
  #libraries = new Set();
  #exchanges = null;

  constructor({ changed, repeated, exchanges }, { folder, base, tests }) {
    for (const [name, ranges] of Object.entries(changed ?? {})) {
      const lines = new Set();
      for (const [first, last] of ranges) for (let line = first; line <= last; line++) lines.add(line);
      this.#changed.set(name, lines);
    }
    this.#repeated = repeated;
    this.#base = base;
    if (exchanges === true) this.#exchanges = new Exchanges((exchange) => this.#add({ exchange }), (line) => this.#frame(line)?.path, tests);
    this.#file = path.join(folder, `${process.pid}-${process.hrtime.bigint()}.jsonl`);
  }

  begin() {
    this.#serve(http.Server.prototype);
    this.#serve(https.Server.prototype);
    for (const [name, of] of [["fs", fs], ["child_process", childProcess], ["zlib", zlib]]) {
      for (const key of Object.keys(of)) if (key.endsWith("Sync") && typeof of[key] === "function") this.#block(of, key, name);
    }
    for (const key of SLOW) if (typeof crypto[key] === "function") this.#block(crypto, key, "crypto");
    Module.syncBuiltinESMExports();
    this.#drivers();
    process.once("exit", () => this.#count());
  }

  /** From here on all that a request starts belongs to it. */
  #serve(prototype) {
    const watching = this;
    const emit = prototype.emit;
    prototype.emit = function (name, ...facts) {
      if (name !== "request") return emit.call(this, name, ...facts);
      return watching.#answered(facts[0], facts[1], () => emit.call(this, name, ...facts));
    };
  }

  /** What `answer` does, and all that it starts, as one request. */
  #answered(request, response, answer) {
    if (this.#requests.getStore()) return answer();
    this.#counts.requests++;
    this.#exchanges?.listen(request, response);
    const statements = new Map();
    response?.once?.("close", () => {
      for (const one of statements.values()) if (one.told) this.#tell("repeated", one.statement, one.at, one.frames, one.count, one.certain);
      this.#count();
    });
    return this.#requests.run(statements, answer);
  }

  /** `light-my-request`, by which fastify's `inject` answers without a server. */
  #injecting(inject) {
    const watched = (dispatch, ...more) => {
      if (typeof dispatch !== "function") return inject(dispatch, ...more);
      const watching = this;
      return inject(function (request, response) {
        return watching.#answered(request, response, () => dispatch.call(this, request, response));
      }, ...more);
    };
    return Object.assign(watched, inject, { default: watched, inject: watched });
  }

  #block(of, key, name) {
    const watching = this;
    const real = of[key];
    const watched = {
      [key](...facts) {
        if (watching.#requests.getStore() && !watching.#busy) watching.#blocked(`${name}.${key}`);
        return Reflect.apply(real, this, facts);
      },
    }[key];
    Object.defineProperties(watched, Object.getOwnPropertyDescriptors(real));
    of[key] = watched;
  }

  #blocked(what) {
    this.#counts.calls++;
    const frames = this.#frames();
    if (!frames || frames.some((one) => /^node:internal\/modules/.test(one.file))) return; // a module is being loaded
    const at = frames.find((one) => this.#isChanged(one));
    if (at) this.#tell("blocking", `${what}(...)`, at, frames, 1, !this.#keeps(at));
  }

  /** A statement was executed. */
  heard(library, text) {
    const request = this.#requests.getStore();
    this.#libraries.add(library);
    this.#counts.statements++;
    if (this.#busy || typeof text !== "string") return;
    const reads = READS.test(text) && !LOCKS.test(text);
    if (!reads && !STAR.test(text)) return;
    const frames = this.#frames();
    const at = frames?.find((one) => this.#isChanged(one));
    if (!at) return;
    const statement = text.replace(LITERAL, "?").replace(LISTED, "(?)").replace(/\s+/g, " ").trim();
    if (STAR.test(text)) this.#tell("star", text.slice(0, TEXT), at, frames, 1, true);
    if (!request || !reads || !this.#repeated) return;
    const key = `${at.path}:${at.line} ${statement}`;
    const one = request.get(key) ?? { count: 0, told: false, statement: statement.slice(0, TEXT), at, frames };
    request.set(key, one);
    if (++one.count <= this.#repeated || one.told) return;
    one.told = true;
    one.certain = !FIXED.test(this.#above(at, 6));
    this.#tell("repeated", one.statement, at, frames, one.count, one.certain);
  }

  /** Sees packages as they are loaded: by Node, and by jest, which compiles each module by itself. */
  #drivers() {
    const watching = this;
    const load = Module._load;
    Module._load = function (name, parent, ...more) {
      const loaded = load.call(this, name, parent, ...more);
      return watching.#loaded(path.isAbsolute(name) ? name : `${parent?.filename ?? ""}\n/node_modules/${name}`, loaded);
    };
    const compile = vm.compileFunction;
    vm.compileFunction = function (code, parameters, options) {
      const compiled = Reflect.apply(compile, this, [code, parameters, options]);
      watching.#exchanges?.within(options?.parsingContext);
      return parameters?.[0] === "module" ? watching.#compiled(options?.filename, compiled) : compiled;
    };
    const run = vm.Script.prototype.runInContext;
    const name = "Object.<anonymous>"; // of jest 29 and before
    vm.Script.prototype.runInContext = function (context, options) {
      const result = Reflect.apply(run, this, [context, options]);
      watching.#exchanges?.within(context);
      if (typeof result?.[name] === "function") result[name] = watching.#compiled(options?.filename, result[name]);
      return result;
    };
  }

  /** The function that jest calls for a module. */
  #compiled(file, compiled) {
    if (!PACKAGE.test(file ?? "")) return compiled;
    const watching = this;
    return function (module, ...more) {
      const returned = Reflect.apply(compiled, this, [module, ...more]);
      module.exports = watching.#loaded(file, module.exports);
      return returned;
    };
  }

  #seen = new WeakSet();
  #injects = new WeakMap();

  /** What a module of a driver exports is wrapped once; of `light-my-request` another function takes its place. */
  #loaded(where, exports) {
    const name = PACKAGE.exec(where)?.[1];
    if (!name || exports === null || (typeof exports !== "object" && typeof exports !== "function")) return exports;
    if (name === "light-my-request") {
      if (typeof exports !== "function" || !exports.inject) return exports;
      if (!this.#injects.has(exports)) this.#injects.set(exports, this.#injecting(exports));
      return this.#injects.get(exports);
    }
    try {
      for (const one of [exports, exports.default, exports.Client, exports.Connection]) {
        if (typeof one !== "function" || !one.prototype || this.#seen.has(one.prototype)) continue;
        this.#seen.add(one.prototype);
        wrapped(one.prototype, DRIVERS[name], (given) => this.heard(name.replace("-pool", ""), given?.text ?? given?.sql ?? given));
      }
    } catch {
      // of another version: its statements are not heard
    }
    return exports;
  }

  #frames() {
    const limit = Error.stackTraceLimit;
    this.#busy = true; // a reader of source maps reads files
    try {
      Error.stackTraceLimit = DEPTH;
      const text = String(new Error("where").stack);
      return text.split("\n").slice(1).map((line) => this.#frame(line)).filter(Boolean);
    } catch {
      return null;
    } finally {
      Error.stackTraceLimit = limit;
      this.#busy = false;
    }
  }

  #frame(line) {
    const found = FRAME.exec(line);
    if (!found || found[2].endsWith("aurora_node_watch.cjs")) return null;
    const file = found[2].startsWith("file://") ? fileURLToPath(found[2]) : found[2];
    const below = path.isAbsolute(file) ? path.relative(this.#base, this.#real(file)).split(path.sep).join("/") : "";
    const own = below && !below.startsWith("..") && !below.split("/").includes("node_modules");
    return { file, path: own ? below : "", line: Number(found[3]), name: found[1] || "<anonymous>" };
  }

  #reals = new Map();

  #real(file) {
    if (!this.#reals.has(file)) {
      try {
        this.#reals.set(file, realpathSync(file));
      } catch {
        this.#reals.set(file, file);
      }
    }
    return this.#reals.get(file);
  }

  #isChanged(frame) {
    return this.#changed.get(frame.path)?.has(frame.line) ?? false;
  }

  /** Whether the line, or one of the two above it, keeps what it has for the next request. */
  #keeps(frame) {
    return KEPT.test(this.#above(frame, 2));
  }

  /** A line of the project's source, and some above it. */
  #above(frame, lines) {
    if (!this.#texts.has(frame.path)) {
      this.#busy = true;
      try {
        this.#texts.set(frame.path, readFileSync(path.join(this.#base, frame.path), "utf8").split("\n"));
      } catch {
        this.#texts.set(frame.path, []);
      } finally {
        this.#busy = false;
      }
    }
    return this.#texts.get(frame.path).slice(Math.max(0, frame.line - 1 - lines), frame.line).join("\n");
  }

  #tell(kind, what, at, frames, count, certain) {
    const key = `${kind} ${at.path}:${at.line} ${kind === "blocking" ? "" : what}`;
    const known = this.#told.has(key);
    if ((known && kind !== "repeated") || (!known && this.#told.size >= MOST)) return;
    this.#told.add(key);
    const via = frames.filter((one) => one.path).slice(0, 6).map((one) => `${one.path}:${one.line} in ${one.name}`);
    const { path: file, line, name } = at;
    this.#add({ witness: { kind, what, path: file, line, function: name, certain, count, node: "", via } });
  }

  #count() {
    if (this.#exchanges) this.#counts.exchanges = this.#exchanges.heard;
    const counts = JSON.stringify({ counts: this.#counts, libraries: [...this.#libraries] });
    if (counts !== this.#kept) this.#add(JSON.parse(counts));
    this.#kept = counts;
  }

  #add(facts) {
    this.#busy = true;
    try {
      appendFileSync(this.#file, `${JSON.stringify(facts)}\n`);
    } catch {
      // where nothing can be written nothing is told: the reporter says so
    } finally {
      this.#busy = false;
    }
  }
}

/** Of each driver, methods that are given a statement. */
const DRIVERS = { pg: ["query"], "pg-pool": ["query"], mysql2: ["query", "execute"] };
const PACKAGE = /[\\/]node_modules[\\/](pg|pg-pool|mysql2|light-my-request)(?:[\\/](?!.*[\\/]node_modules[\\/])|$)/;

/** Whether a driver is at work: a pool hands a statement to a connection, which is none of its own. */
const AT_WORK = new AsyncLocalStorage();

function wrapped(of, names, heard) {
  for (const name of names) {
    const real = Object.hasOwn(of, name) ? of[name] : null; // a subclass calls its parent's
    if (typeof real !== "function") continue;
    of[name] = function (...facts) {
      if (AT_WORK.getStore()) return Reflect.apply(real, this, facts);
      heard(facts[0]);
      // what the caller wants to be called afterwards is the caller's
      const bound = facts.map((one) => (typeof one === "function" ? AsyncResource.bind(one) : one));
      return AT_WORK.run(true, () => Reflect.apply(real, this, bound));
    };
  }
}

/** For a runner's reporter: sends what all processes saw, each witness once with its highest count. */
function tell(send) {
  if (!given()) return;
  if (!process.env[PLACE]) return send("not_watched", { message: "the tests were started without what observes them" });
  const found = new Map();
  const exchanges = new Map();
  const counts = { calls: 0, statements: 0, exchanges: 0 };
  const libraries = new Set();
  let processes = 0;
  try {
    const { folder } = JSON.parse(process.env[PLACE]);
    for (const name of readdirSync(folder)) {
      let last = null;
      for (const line of readFileSync(path.join(folder, name), "utf8").split("\n").filter(Boolean)) {
        const { witness, exchange, counts: counted, libraries: heard } = JSON.parse(line);
        if (counted) last = counted;
        for (const one of heard ?? []) libraries.add(one);
        if (exchange && exchanges.size < EXCHANGES) exchanges.set(line, exchange);
        if (!witness) continue;
        const key = JSON.stringify([witness.kind, witness.path, witness.line, witness.kind === "blocking" || witness.what]);
        if ((found.get(key)?.count ?? 0) < witness.count) found.set(key, witness);
      }
      if (last) processes++;
      counts.calls += last?.calls ?? 0;
      counts.statements += last?.statements ?? 0;
      counts.exchanges += last?.exchanges ?? 0;
    }
    for (const witness of found.values()) send("witness", witness);
    for (const { test, ...facts } of exchanges.values()) send("exchange", { ...facts, node: named(test) });
    if (processes) send("watched", { ...counts, libraries: [...libraries].sort() });
    else send("not_watched", { message: "no process answered a request, or told of one" });
  } catch (error) {
    send("not_watched", { message: String(error?.message ?? error).slice(0, 400) });
  }
}

const wanted = given();
if (wanted && !globalThis[Symbol.for(PLACE)]) {
  globalThis[Symbol.for(PLACE)] = true;
  try {
    new Watching(wanted, place()).begin();
  } catch {
    // the reporter finds no folder, and says so
  }
}

module.exports = { tell };
