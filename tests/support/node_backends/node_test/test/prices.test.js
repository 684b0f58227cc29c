import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { double } from "../src/prices.js";

describe("prices", () => {
  it("doubles", () => {
    assert.equal(double(2), 4);
  });
});
