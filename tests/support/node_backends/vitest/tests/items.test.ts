import { describe, expect, it } from "vitest";

import { buildApp } from "../src/app.js";

describe("GET /items", () => {
  it("lists every item by name", async () => {
    const answer = await buildApp().inject({ method: "GET", url: "/items" });
    expect(answer.statusCode).toBe(200);
    expect(answer.json().map((item: { name: string }) => item.name)).toEqual(["bread", "tea"]);
  });
});
