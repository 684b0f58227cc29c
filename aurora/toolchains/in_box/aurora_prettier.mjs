// `node aurora_prettier.mjs path...`: the project's own prettier on each file; prints {path: formatted text} of those
// that it changes as the last line. The configuration may be a program, so this runs where it can write nothing.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const found = createRequire(`${process.cwd()}/package.json`).resolve("prettier");
const loaded = await import(pathToFileURL(found).href);
const prettier = loaded.format ? loaded : loaded.default;
const changed = {};
for (const path of process.argv.slice(2)) {
  try {
    const info = await prettier.getFileInfo(path, { ignorePath: [".gitignore", ".prettierignore"] });
    if (info.ignored || !info.inferredParser) continue;
    const options = (await prettier.resolveConfig(path, { editorconfig: true })) ?? {};
    const before = readFileSync(path, "utf8");
    const after = await prettier.format(before, { ...options, filepath: path });
    if (after !== before) changed[path] = after;
  } catch (error) {
    console.error(`${path}: ${error.message}`);
  }
}
process.stdout.write("\n" + JSON.stringify(changed) + "\n");
