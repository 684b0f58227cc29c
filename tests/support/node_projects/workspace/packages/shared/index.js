import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export const numbers = [require("is-number/package.json").version, require("ms/package.json").version];
