// Which lines of some files ran in this process, by V8's own counts and the source maps of what ran: told, never judged.
//
// Standard library only, Node 20 and later. A line is a statement where something of it is left in the code that ran and
// it is more than brackets; it ran where V8 counted any part of it. Where tests run in other processes, those write what
// they saw into a folder of the runner's (`Folder`), which reads it when they have ended.
"use strict";

const fs = require("node:fs");
const inspector = require("node:inspector");
const { SourceMap } = require("node:module");
const os = require("node:os");
const path = require("node:path");
const { fileURLToPath } = require("node:url");

const MOST_CHARS = 2_000_000;
const TOOL = `v8 ${process.versions.v8.split("-")[0]}`;
/** A line without any of these says nothing that could be left out. */
const SAYS = /[\w$"'`]/;
const BRACKETS = /^(?:[\s{}()[\];,:]|\b(?:else|try|finally|do|default)\b)*$/;

function real(name) {
  try {
    return fs.realpathSync(name);
  } catch {
    return path.resolve(name);
  }
}

/** The file of a script that V8 names by URL or path; empty for none. */
function fileOf(url) {
  try {
    const plain = url.replace(/[?#].*$/, "");
    return plain.startsWith("file://") ? fileURLToPath(plain) : path.isAbsolute(plain) ? plain : "";
  } catch {
    return "";
  }
}

/** Counts from here to `take`. */
class Measuring {
  #session = new inspector.Session();
  #wanted;

  /** `paths`: below `base`. */
  constructor(base, paths) {
    this.#wanted = new Map(paths.map((one) => [real(path.join(base, one)), one]));
    this.#session.connect();
    this.#post("Profiler.enable");
    this.#post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** By path: {statements, missing}, lines from 1. */
  take() {
    const { result } = this.#post("Profiler.takePreciseCoverage");
    const maps = new Map();
    this.#session.on("Debugger.scriptParsed", ({ params }) => maps.set(params.scriptId, params.sourceMapURL));
    this.#post("Debugger.enable");
    const seen = {};
    for (const { scriptId, url, functions } of result) {
      const file = fileOf(url);
      const wanted = file && this.#wanted.get(real(file));
      if (!wanted) continue;
      const { scriptSource } = this.#post("Debugger.getScriptSource", { scriptId });
      if (scriptSource.length <= MOST_CHARS) merge(seen, { [wanted]: lines(scriptSource, functions, mapOf(maps.get(scriptId), file)) });
    }
    this.#session.disconnect();
    return seen;
  }

  #post(method, given) {
    let answer;
    this.#session.post(method, given, (error, result) => {
      if (error) throw new Error(`${method}: ${error.message}`);
      answer = result;
    });
    return answer;
  }
}

/** The source map that a script names; null for none that can be read. */
function mapOf(url, file) {
  if (!url) return null;
  try {
    const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(url);
    const text = inline
      ? inline[1] ? Buffer.from(inline[2], "base64").toString() : decodeURIComponent(inline[2])
      : fs.readFileSync(path.resolve(path.dirname(file), url), "utf8");
    return new SourceMap(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Of one script: V8's innermost count for each character, told by line of the source. */
function lines(source, functions, map) {
  const ran = new Uint8Array(source.length).fill(1);
  for (const { ranges } of functions) for (const { startOffset, endOffset, count } of ranges) ran.fill(count ? 1 : 0, startOffset, endOffset);
  const statements = new Set();
  const covered = new Set();
  let start = 0;
  let comment = false;
  source.split("\n").forEach((line, number) => {
    const [text, open] = withoutComments(line, comment);
    comment = open;
    if (SAYS.test(text) && !BRACKETS.test(text) && !/^\s*\/\/# source/.test(line)) {
      for (const found of text.matchAll(/[\w$]+|["'`]/g)) {
        const original = map ? map.findEntry(number, found.index)?.originalLine : number;
        if (original === undefined) continue;
        statements.add(original + 1);
        if (ran[start + found.index]) covered.add(original + 1);
      }
    }
    start += line.length + 1;
  });
  return { statements: [...statements], missing: [...statements].filter((one) => !covered.has(one)) };
}

/** The line with blanks in place of comments, and whether one is still open at its end. */
function withoutComments(line, open) {
  let text = line;
  if (open) {
    const end = text.indexOf("*/");
    if (end < 0) return ["", true];
    text = " ".repeat(end + 2) + text.slice(end + 2);
  }
  text = text.replace(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|\/\*.*?\*\//g, (all, kept) => kept ?? " ".repeat(all.length));
  text = text.replace(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|\/\/.*$/g, (all, kept) => kept ?? " ".repeat(all.length));
  const begun = /^(?:[^"'`]|"[^"]*"|'[^']*'|`[^`]*`)*?\/\*/.exec(text);
  return begun ? [text.slice(0, begun[0].length - 2), true] : [text, false];
}

/** What another process saw, too: a line is missing where it ran in none. */
function merge(into, seen) {
  for (const [file, { statements, missing }] of Object.entries(seen)) {
    const all = new Set(statements);
    const ran = new Set(statements.filter((line) => !missing.includes(line)));
    for (const line of into[file]?.statements ?? []) {
      all.add(line);
      if (!into[file].missing.includes(line)) ran.add(line);
    }
    into[file] = { statements: [...all].sort((a, b) => a - b), missing: [...all].filter((line) => !ran.has(line)) };
  }
}

/** A place for what other processes saw. */
class Folder {
  constructor(place = fs.mkdtempSync(path.join(os.tmpdir(), "coverage-"))) {
    this.place = place;
  }

  write(seen) {
    const name = `${process.pid}-${process.hrtime.bigint()}.json`;
    fs.writeFileSync(path.join(this.place, name), JSON.stringify(seen));
  }

  read() {
    const seen = {};
    for (const name of fs.readdirSync(this.place)) merge(seen, JSON.parse(fs.readFileSync(path.join(this.place, name), "utf8")));
    fs.rmSync(this.place, { recursive: true, force: true });
    return seen;
  }
}

/** The paths that are wanted, read once; none where nothing is measured. */
function wanted() {
  const given = process.env.AURORA_COVERAGE;
  delete process.env.AURORA_COVERAGE;
  try {
    return given ? JSON.parse(given) : [];
  } catch {
    return [];
  }
}

/** Tell what `seen()` gives; what it throws is told, too. */
function tell(send, paths, seen) {
  if (!paths.length) return;
  try {
    const files = Object.entries(seen());
    for (const [file, facts] of files) send("coverage", { path: file, tool: TOOL, spans: [], ...facts });
    if (!files.length) send("no_coverage", { message: "none of the changed files was loaded by a test" });
  } catch (error) {
    send("no_coverage", { message: String(error?.message ?? error).slice(0, 400) });
  }
}

module.exports = { Folder, Measuring, TOOL, lines, merge, tell, wanted };
