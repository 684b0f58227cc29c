// SQL statements of a served Node application, told to the driver that exercises it. Loaded by `--require` before the
// application, in the project's own Node: AURORA_SERVED is a folder that the application may write to and the driver may
// read; without it nothing is observed. Each process adds to a file of its own there, a JSON object a line: `statement`
// (without its values) with `at`, the innermost line of the project. The driver sends one request after the other, so
// that a line belongs to the last one. Heard are pg, mysql2, mysql, better-sqlite3, sqlite3 and node:sqlite, and all that
// works by them (Knex, TypeORM, Sequelize, Drizzle ...); an engine of its own, as Prisma's, is not.
"use strict";

const { AsyncLocalStorage, AsyncResource } = require("node:async_hooks");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath } = require("node:url");

const FOLDER = process.env.AURORA_SERVED;
const MOST = 100_000;
const TEXT = 300;
const DEPTH = 80;
const FRAME = /^\s*at (?:async )?(?:(.*?) \()?((?:file:\/\/)?[^\s()]+?):(\d+)(?::\d+)?\)?$/;
const ASKS = /^\s*(?:\/\*.*?\*\/\s*)*(?:select|with|insert|update|delete|replace|merge|call)\b/is;
const LITERAL = /'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|\$\d+/g;
const LISTED = /\(\s*\?(?:\s*,\s*\?)*\s*\)/g;
const PACKAGE = /[\\/]node_modules[\\/](pg|pg-pool|mysql2|mysql|better-sqlite3|sqlite3)(?:[\\/](?!.*[\\/]node_modules[\\/])|$)/;
/** Of each driver, methods that are given a statement; those of sqlite3's prepared ones have it no more. */
const GIVEN = {
  pg: ["query"], "pg-pool": ["query"], mysql2: ["query", "execute"], mysql: ["query"],
  "better-sqlite3": [], sqlite3: ["all", "get", "run", "each"],
};
/** Methods of a prepared statement that execute it. */
const PREPARED = ["run", "get", "all", "iterate"];

const { appendFileSync, realpathSync } = fs;
const base = real(process.env.AURORA_REPOSITORY ?? process.cwd());
const file = path.join(FOLDER ?? "", `${process.pid}.jsonl`);
/** Whether a driver is at work: a pool hands a statement to a connection, which is none of its own. */
const AT_WORK = new AsyncLocalStorage();
const seen = new WeakSet();
const prepared = new WeakSet();
let lines = 0;

function real(name) {
  try {
    return realpathSync(name);
  } catch {
    return name;
  }
}

function tell(facts) {
  if (++lines > MOST) return;
  try {
    appendFileSync(file, `${JSON.stringify(facts)}\n`);
  } catch {
    // what can't be told is not told
  }
}

function heard(given) {
  const text = typeof given === "string" ? given : (given?.text ?? given?.sql);
  if (typeof text !== "string" || !ASKS.test(text)) return;
  const statement = text.replace(LITERAL, "?").replace(LISTED, "(?)").replace(/\s+/g, " ").trim().slice(0, TEXT);
  tell({ statement, at: place() });
}

/** The innermost line of the project on the stack; nothing where an await has cut it off. */
function place() {
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = DEPTH;
    for (const line of String(new Error("where").stack).split("\n").slice(1)) {
      const found = FRAME.exec(line);
      if (!found || found[2].startsWith("node:") || found[2] === __filename) continue;
      const name = found[2].startsWith("file://") ? fileURLToPath(found[2]) : found[2];
      const below = path.isAbsolute(name) ? path.relative(base, real(name)).split(path.sep) : [".."];
      if (below[0] !== ".." && !below.includes("node_modules")) return `${below.join("/")}:${found[3]} in ${found[1] || "<anonymous>"}`;
    }
    return "";
  } catch {
    return "";
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function wrapped(of, name, statement) {
  const before = Object.hasOwn(of, name) ? of[name] : null; // a subclass calls its parent's
  if (typeof before !== "function") return;
  const watched = function (...facts) {
    if (AT_WORK.getStore()) return Reflect.apply(before, this, facts);
    heard(statement(this, facts));
    // what the caller wants to be called afterwards is the caller's
    const bound = facts.map((one) => (typeof one === "function" ? AsyncResource.bind(one) : one));
    return AT_WORK.run(true, () => Reflect.apply(before, this, bound));
  };
  Object.defineProperties(watched, Object.getOwnPropertyDescriptors(before));
  of[name] = watched;
}

/** What a module of a driver exports is wrapped once. */
function loaded(where, exports) {
  const name = PACKAGE.exec(where)?.[1];
  if (!name || exports === null || (typeof exports !== "object" && typeof exports !== "function")) return exports;
  for (const one of [exports, exports.default, exports.Client, exports.Connection, exports.Database]) {
    const own = typeof one === "function" && one.prototype;
    if (!own || seen.has(own) || ![...GIVEN[name], "prepare"].some((method) => Object.hasOwn(own, method))) continue;
    seen.add(own);
    for (const method of GIVEN[name]) wrapped(own, method, (_, facts) => facts[0]);
    if (name.endsWith("sqlite3")) preparing(own);
  }
  return exports;
}

/** Statements that are prepared first: each of its own class is wrapped when the first one is there. */
function preparing(database) {
  const prepare = database.prepare;
  if (typeof prepare !== "function") return;
  database.prepare = function (...facts) {
    const statement = Reflect.apply(prepare, this, facts);
    const kind = Object.getPrototypeOf(statement);
    if (!prepared.has(kind)) {
      prepared.add(kind);
      for (const method of PREPARED) wrapped(kind, method, (one) => one.source ?? one.sourceSQL ?? one.sql);
    }
    return statement;
  };
}

if (FOLDER && !globalThis[Symbol.for("aurora.served")]) {
  globalThis[Symbol.for("aurora.served")] = true;
  tell({ begun: process.pid });
  const load = Module._load;
  Module._load = function (name, parent, ...more) {
    const exports = load.call(this, name, parent, ...more);
    try {
      if (name === "node:sqlite") preparing(exports.DatabaseSync.prototype);
      return loaded(path.isAbsolute(name) ? name : `${parent?.filename ?? ""}\n/node_modules/${name}`, exports);
    } catch {
      return exports; // of another version: its statements are not heard
    }
  };
}
