// For `node --test` and borp on the host: what Node itself tells of each test, one JSON line each, and its own summary.
// Nothing is shared with the reporter in the sandbox, which this one is held against.
export default async function* lines(source) {
  for await (const { type, data } of source) {
    if (type === "test:pass" || type === "test:fail") {
      const { file, nesting, name, skip, todo, details } = data;
      const told = { file, nesting, name, skip: skip !== undefined, todo: todo !== undefined, passed: type === "test:pass" };
      yield JSON.stringify({ ...told, suite: details?.type === "suite", why: details?.error?.failureType ?? "" }) + "\n";
    } else if (type === "test:summary" && data.file === undefined) {
      yield JSON.stringify({ counts: data.counts }) + "\n";
    }
  }
}
