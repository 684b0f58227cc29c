// A reporter for `node --test`: `--test-reporter=<this file>`. Each test file is a process of its own, this one another.
import { createRequire } from "node:module";
import { resolve } from "node:path";

const { BASE, analyse, collected, fromText, node, plain, relative, result, send, session, unique } =
  createRequire(import.meta.url)("./aurora_node_events.cjs");
const { Told } = createRequire(import.meta.url)("./aurora_node_sentinels.cjs");
const { tell, wanted } = createRequire(import.meta.url)("./aurora_node_coverage.cjs");
const { tell: tellWatched } = createRequire(import.meta.url)("./aurora_node_watch.cjs");
const { chance, folder, paths = wanted() } = createRequire(import.meta.url)("./aurora_node_test_sentinels.cjs");

send("begin", { base: BASE, runner: "node:test", node: process.versions.node });

/** What stood in the child's error where the runner wraps it. */
function thrown(error) {
  const cause = error?.cause;
  return error?.code === "ERR_TEST_FAILURE" && cause !== undefined && cause !== null ? cause : error;
}

const BY_NAME = process.execArgv.some((word) => /^--test-(name|skip)-pattern/.test(word));

/** What became of a sentinel; null where a selection may have left it out. */
function sentinel(must, data, failed) {
  if (data.skip !== undefined) return BY_NAME ? null : { [must]: { outcome: "skipped" } };
  const error = data.details?.error;
  const ended = failed ? "failed" : "passed";
  return { [must]: { outcome: error?.failureType === "cancelledByParent" ? "error" : ended, message: plain(thrown(error)?.message) } };
}

/** A file that gave no test, where its name says that it holds some. */
function empty(file) {
  if (!/\.(test|spec)\.|[-_]test\.|\btest-/.test(file)) return false;
  const message = "No test ran in this file: it holds none, or its process ended before they were told.";
  send("collect_error", { node: node(file), kind: "test_code", message, frame: "", line_text: "" });
  return true;
}

export default async function* events(source) {
  const stacks = new Map();
  const printed = new Map();
  const inner = new Map();
  const sentinels = new Told();
  let red = false;
  for await (const { type, data } of source) {
    const file = data?.file ? resolve(data.file) : undefined;
    if (type === "test:start" && file) {
      const stack = stacks.get(file) ?? [];
      stack.length = data.nesting;
      stack.push(data.name);
      stacks.set(file, stack);
    } else if (type === "test:stderr" && file) {
      const before = printed.get(file) ?? "";
      if (before.length < 100_000) printed.set(file, before + data.message);
    } else if (type === "test:pass" || type === "test:fail") {
      const failed = type === "test:fail";
      const error = data.details?.error;
      const why = error?.failureType;
      // told as a test of its own, named from the working directory
      const isFile = data.nesting === 0 && relative(resolve(data.name)) !== null && (!file || resolve(data.name) === file);
      if (!isFile && data.nesting === 0 && sentinels.take(chance, file, data.name, (must) => sentinel(must, data, failed))) continue;
      if (failed && data.todo === undefined) red = true;
      const told = node(resolve(data.name));
      if (isFile) {
        // a file that passes as a whole gave no test; one that fails did not load, or ended differently from its tests
        if (!failed) {
          red = empty(resolve(data.name)) || red;
        } else if (failed && why !== "subtestsFailed") {
          const text = plain(printed.get(resolve(data.name)) ?? "").trim();
          const at = text.search(/^\w*Error\b.*$/m);
          const found = at < 0 ? { message: text || plain(error?.message), stack: text } : fromText(text.slice(at));
          send("collect_error", { node: told, ...analyse({ ...found, stack: text }, "collect") });
        }
        continue;
      }
      const above = (stacks.get(file) ?? []).slice(0, data.nesting);
      const name = node(file ?? "", ...above, data.name);
      if (data.details?.type === "suite") {
        if (failed && why !== "subtestsFailed") send("collect_error", { node: name, ...analyse(thrown(error), "hook") });
        continue;
      }
      const id = unique(name, Symbol());
      collected(id, file ?? "");
      const seconds = (data.details?.duration_ms ?? 0) / 1000;
      if (data.skip !== undefined) {
        result(id, "skipped", seconds, { message: plain(data.skip === true ? "skipped" : data.skip) });
      } else if (data.todo !== undefined) {
        result(id, failed ? "xfailed" : "skipped", seconds, { message: "todo" });
      } else if (!failed) {
        result(id, "passed", seconds, {});
      } else if (why === "cancelledByParent") {
        result(id, "error", seconds, { ...analyse(thrown(error), "hook") });
      } else {
        const when = why === "hookFailed" ? "hook" : "call";
        const facts = why === "subtestsFailed" ? { ...(inner.get(file) ?? {}), message: plain(error.message) } : analyse(thrown(error), when);
        inner.set(file, facts);
        result(id, "failed", seconds, why === "testTimeoutFailure" ? { ...facts, kind: "timeout" } : facts);
      }
    }
  }
  for (const file of sentinels.alone()) red = empty(file) || red;
  sentinels.send(send, relative, "their processes ended before sentinel tests, or select tests by name");
  tell(send, paths, () => {
    if (!folder) throw new Error("the tests' processes are not started by node itself");
    return folder.read();
  });
  tellWatched(send);
  session(red ? 1 : 0, false);
  yield "";
}
