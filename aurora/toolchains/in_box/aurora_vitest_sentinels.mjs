// A setup file that vitest's reporter adds: a test that holds both sentinels in each file, last of all. It is expected
// to fail, so that vitest's own count and exit code know of no failure; what it is told of must be one.
import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

const { sentinels } = createRequire(import.meta.url)("./aurora_node_sentinels.cjs");
const { Folder, Measuring } = createRequire(import.meta.url)("./aurora_node_coverage.cjs");
const measured = inject("aurora_measured");
if (measured) {
  // before the file's own imports; the last hook of all, because the first
  const measuring = new Measuring(measured.base, measured.paths);
  afterAll(() => new Folder(measured.place).write(measuring.take()));
}

const file = expect.getState().testPath ?? globalThis.__vitest_worker__?.filepath;
const { failed, number, other } = sentinels(inject("aurora_chance"), file);

test.fails(failed, ({ task }) => {
  expect(number).toBe(number);
  task.meta.aurora = "passed";
  expect(number).toBe(other);
});

beforeAll(function last() {
  // the file's own tests come first: what they change is to be seen
  for (const { tasks } of arguments) {
    if (!Array.isArray(tasks)) continue;
    const at = tasks.findIndex((one) => one.name === failed);
    if (at >= 0) tasks.push(...tasks.splice(at, 1));
  }
});
