// `node aurora_node_globs.mjs [node options] --test [patterns]`: Node 20 expands no patterns of test files, and what
// runs tests in the sandbox is no shell. It starts node again with the files, the judge's pipes passed on.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const words = [...process.execArgv, ...process.argv.slice(2)];

function expression(glob) {
  const braced = /\{([^{}]*)\}/.exec(glob);
  if (braced) return braced[1].split(",").flatMap((one) => expression(glob.replace(braced[0], one)));
  const source = glob
    .replace(/^\.\//, "")
    .replace(/[.+^$()|\\]/g, "\\$&")
    .replace(/\*\*\/|\*\*|\*|\?/g, (found) => ({ "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" })[found]);
  return [new RegExp(`^${source}$`)];
}

function* files(folder) {
  for (const entry of readdirSync(folder || ".", { withFileTypes: true })) {
    const name = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.name === "node_modules" || entry.name === ".git") continue;
    if (entry.isDirectory()) yield* files(name);
    else if (entry.isFile()) yield name;
  }
}

const known = [...files("")].sort();
const at = words.indexOf("--test");
const given = words.slice(at + 1).flatMap((word) => {
  if (word.startsWith("-") || !/[*?{[]/.test(word)) return [word];
  const wanted = expression(word);
  return known.filter((name) => wanted.some((one) => one.test(name)));
});
const stdio = ["inherit", "inherit", "inherit"];
const env = { ...process.env };
for (const name of ["AURORA_EVENTS_FD", "AURORA_KEY_FD"]) {
  const fd = Number.parseInt(env[name] ?? "-1", 10);
  if (fd >= 0) env[name] = String(stdio.push(fd) - 1);
}
const ended = spawnSync(process.execPath, [...words.slice(0, at + 1), ...given], { stdio, env });
process.exit(ended.status ?? 1);
