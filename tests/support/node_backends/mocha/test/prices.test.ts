import { expect } from "chai";

import { double } from "../src/prices.js";

describe("prices", () => {
  it("doubles", () => {
    expect(double(2)).to.equal(4);
  });
});
