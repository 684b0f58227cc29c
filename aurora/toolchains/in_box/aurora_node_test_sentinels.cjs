// `node --require <this file> --test`: in the runner's process it makes the chance that names sentinels, in a test
// file's process it runs them when everything else has ended. They are `todo`, so that a failure of theirs is none.
"use strict";

const { randomBytes } = require("node:crypto");
const { resolve } = require("node:path");
const vm = require("node:vm");
const { Folder, Measuring, wanted } = require("./aurora_node_coverage.cjs");
const { sentinels } = require("./aurora_node_sentinels.cjs");

const NAME = "AURORA_SENTINELS";
const given = process.env[NAME];
delete process.env[NAME];

const MEASURED = "AURORA_MEASURED";
const measured = process.env[MEASURED];
delete process.env[MEASURED];

/** Counts in a test file's process, and leaves them where the runner reads them. */
function measure({ place, base, paths }) {
  const measuring = new Measuring(base, paths);
  process.once("exit", () => new Folder(place).write(measuring.take()));
}

function play(file) {
  const { failed, passed, number, other } = sentinels(given, file);
  // compiled under the file's own name: that is where they seem to stand
  const made = vm.runInThisContext(
    `(test, assert, told) => {
  test(${JSON.stringify(failed)}, { todo: true }, async () => { assert.strictEqual(${number}, ${other}); }).then(told, told);
  test(${JSON.stringify(passed)}, { todo: true }, async () => { assert.strictEqual(${number}, ${number}); }).then(told, told);
}`,
    { filename: file },
  );
  made(require("node:test").test, require("node:assert"), () => {});
}

if (process.env.NODE_TEST_CONTEXT === "child-v8" && measured) measure(JSON.parse(measured));
if (process.env.NODE_TEST_CONTEXT === "child-v8" && given) {
  const emit = process.emit;
  // not as a listener: the runner's own would end the tests that are just being started
  process.emit = function (name, ...facts) {
    if (name !== "beforeExit") return emit.call(this, name, ...facts);
    process.emit = emit;
    play(process.argv[1]);
    return true;
  };
} else if (process.execArgv.includes("--test") && !process.env.NODE_TEST_CONTEXT) {
  module.exports.chance = process.env[NAME] = randomBytes(16).toString("hex");
  const paths = wanted();
  if (paths.length) {
    const folder = (module.exports.folder = new Folder());
    module.exports.paths = paths;
    process.env[MEASURED] = JSON.stringify({ place: folder.place, base: resolve(process.env.AURORA_REPOSITORY ?? "."), paths });
  }
}
