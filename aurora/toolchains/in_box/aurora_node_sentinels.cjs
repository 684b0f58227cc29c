// Sentinel tests of Node's runners: one that must fail and one that must pass in each test file, told apart from the
// project's by names that are made of words of the file's own, and of chance. Both sides make them: the process that
// runs the file, and the reporter in another.
"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");

const WORDS = ["value", "list", "user", "empty", "order", "state"];

/** A file's sentinels: {failed: name, passed: name, number, other}, the same for the same `chance`. */
function sentinels(chance, file) {
  let text = "";
  try {
    text = fs.readFileSync(file, "utf8");
  } catch {
    // it has words of ours, then
  }
  const said = [...text.matchAll(/\b(?:test|it|describe)(?:\.\w+)?\(\s*["'`]([^"'`$\n]+)/g)].flatMap((found) => found[1].match(/[A-Za-z]{2,}/g) ?? []);
  const words = said.length > 3 ? said : WORDS;
  const digits = createHash("sha256").update(`${chance}\n${file}`).digest();
  const named = (from) => [0, 1, 2, 3].map((i) => words[digits.readUInt16BE(from + 2 * i) % words.length]).join(" ");
  const failed = named(0);
  const passed = named(8) === failed ? `${failed} ${WORDS[digits[16] % WORDS.length]}` : named(8);
  const number = 100 + digits.readUInt16BE(17);
  return { failed, passed, number, other: number + 1 + digits[19] };
}

/** What became of them, file by file, for the judge. */
class Told {
  #known = new Map();
  #files = new Map();
  #others = new Set();
  #full = new Set();
  #told = false;

  /** Whether the test is a sentinel; what `tell` says of it is kept then, if anything. */
  take(chance, file, name, tell) {
    if (!chance) return false;
    const known = this.#known.get(file) ?? sentinels(chance, file);
    this.#known.set(file, known);
    const must = name === known.failed ? "failed" : name === known.passed ? "passed" : "";
    if (!must) {
      this.#others.add(file);
      this.#told = true;
      return false;
    }
    // a process tells its file's tests first, wherever they stand: a helper's file is theirs, too
    if (this.#told) this.#full.add(file);
    this.#told = false;
    const seen = tell(must);
    if (seen) this.#files.set(file, { ...this.#files.get(file), ...seen });
    return true;
  }

  /** Files that told of nothing else. */
  alone() {
    return [...this.#files.keys()].filter((file) => !this.#others.has(file) && !this.#full.has(file));
  }

  send(send, relative, why) {
    const without = [...this.#others].filter((file) => !this.#files.has(file));
    for (const must of this.#files.size ? ["failed", "passed"] : []) {
      const told = [...this.#files].map(([file, seen]) => ({ file, ...(seen[must] ?? { outcome: "error", message: "it did not run" }) }));
      const odd = told.find((one) => one.outcome !== must) ?? told[0];
      send("sentinel", { must, outcome: odd.outcome, message: `${relative(odd.file) ?? ""}: ${odd.message ?? ""}` });
    }
    if (without.length || !this.#files.size) {
      const where = without.length ? ` in ${without.length} files, first ${relative(without[0]) ?? ""}` : "";
      send("no_sentinels", { message: `${why}${where}` });
    }
  }
}

module.exports = { Told, sentinels };
