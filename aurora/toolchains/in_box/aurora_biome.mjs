// `node aurora_biome.mjs [--verb=lint|format] path...`: the project's biome on each file by way of its standard input;
// prints {path: text} of those that it changes as the last line. A package may be anything by the name of biome, so this
// runs where it can write nothing, as the other tools do.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const changed = {};
const words = process.argv.slice(2);
const verb = words[0]?.startsWith("--verb=") ? words.shift().slice("--verb=".length) : "check";
for (const path of words) {
  const before = readFileSync(path, "utf8");
  const argv = [verb, ...(verb === "format" ? [] : ["--write"]), "--colors=off", `--stdin-file-path=${path}`];
  const ended = spawnSync("biome", argv, { input: before, encoding: "utf8", maxBuffer: 64_000_000 });
  if (ended.stderr) process.stderr.write(ended.stderr);
  if (ended.status === 0 && ended.stdout && ended.stdout !== before) changed[path] = ended.stdout;
}
process.stdout.write("\n" + JSON.stringify(changed) + "\n");
