import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";

import isOdd from "is-odd";

test("a package of the lock is found by import, with what it needs itself", () => {
  assert.equal(isOdd(3), true);
});

test("and by require", () => {
  const require = createRequire(import.meta.url);
  assert.equal(require("ms")("2 days"), 172800000);
});
