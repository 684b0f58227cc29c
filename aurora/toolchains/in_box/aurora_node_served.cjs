// Tells with each response how many SQL statements its request took, in a header, and in another one, as JSON, from which
// lines of the project they came. Loaded by `--require` before the application, in the project's own Node. Heard are pg,
// mysql2, mysql, better-sqlite3, sqlite3 and node:sqlite, and all that works by them (Knex, TypeORM, Sequelize, Drizzle);
// an engine of its own, as Prisma's, is not. It is the application's own word: nothing is judged by it alone.
"use strict";

const { AsyncLocalStorage, AsyncResource } = require("node:async_hooks");
const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath } = require("node:url");

const HEADER = "X-Aurora-Statements";
const MORE = "X-Aurora-Observed";
const MOST = 5;
const TEXT = 200;
const DEPTH = 80;
const FRAME = /^\s*at (?:async )?(?:(.*?) \()?((?:file:\/\/)?[^\s()]+?):(\d+)(?::\d+)?\)?$/;
const ASKS = /^\s*(?:\/\*.*?\*\/\s*)*(?:select|with|insert|update|delete|replace|merge|call)\b/is;
const PACKAGE = /[\\/]node_modules[\\/](pg|pg-pool|mysql2|mysql|better-sqlite3|sqlite3)(?:[\\/](?!.*[\\/]node_modules[\\/])|$)/;
/** Of each driver, methods that are given a statement; those of sqlite3's prepared ones have it no more. */
const GIVEN = {
  pg: ["query"], "pg-pool": ["query"], mysql2: ["query", "execute"], mysql: ["query"],
  "better-sqlite3": [], sqlite3: ["all", "get", "run", "each"],
};
/** Methods of a prepared statement that execute it. */
const PREPARED = ["run", "get", "all", "iterate"];

const { realpathSync } = fs;
const base = real(process.env.AURORA_REPOSITORY ?? process.cwd());
/** What is counted of the request that is answered. */
const REQUEST = new AsyncLocalStorage();
/** Whether a driver is at work: a pool hands a statement to a connection, which is none of its own. */
const AT_WORK = new AsyncLocalStorage();
const seen = new WeakSet();
const prepared = new WeakSet();

function real(name) {
  try {
    return realpathSync(name);
  } catch {
    return name;
  }
}

function heard(given) {
  const request = REQUEST.getStore();
  const text = typeof given === "string" ? given : (given?.text ?? given?.sql);
  if (!request || typeof text !== "string" || !ASKS.test(text)) return;
  request.statements++;
  const at = place().slice(0, TEXT);
  if (at) request.lines.set(at, (request.lines.get(at) ?? 0) + 1);
}

/** From here on all that a request starts belongs to it. */
function serve(prototype) {
  const emit = prototype.emit;
  prototype.emit = function (name, ...facts) {
    if (name !== "request" || REQUEST.getStore()) return emit.call(this, name, ...facts);
    const request = { statements: 0, lines: new Map() };
    const [message, response] = facts;
    const arrives = message.emit;
    // what reads the body is called by the connection, which knows of no request
    message.emit = function (...given) {
      return REQUEST.run(request, () => arrives.apply(this, given));
    };
    const head = response.writeHead;
    response.writeHead = function (...given) {
      if (!this.headersSent) told(request, this);
      return head.apply(this, given);
    };
    return REQUEST.run(request, () => emit.call(this, name, ...facts));
  };
}

function told(request, response) {
  response.setHeader(HEADER, String(request.statements));
  const at = [...request.lines].sort((one, other) => other[1] - one[1]).slice(0, MOST).map(([line]) => line);
  // a header holds no other characters
  if (at.length) response.setHeader(MORE, JSON.stringify({ at }).replace(/[^ -~]/g, "?"));
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

if (!globalThis[Symbol.for("aurora.served")]) {
  globalThis[Symbol.for("aurora.served")] = true;
  serve(http.Server.prototype);
  serve(https.Server.prototype);
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
