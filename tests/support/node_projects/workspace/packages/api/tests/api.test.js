import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";

import { numbers } from "@shop/shared";
import isOdd from "is-odd";

test("each member of the workspace finds the versions that it asks for", () => {
  const require = createRequire(import.meta.url);
  assert.equal(isOdd(3), true);
  assert.equal(require("ms/package.json").version, "2.0.0");
  assert.deepEqual(numbers, ["7.0.0", "2.1.3"]);
});
