import request from "supertest";

import { buildApp } from "../src/app";

describe("GET /double", () => {
  it("doubles", async () => {
    const answer = await request(buildApp()).get("/double/2");
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ cents: 4 });
  });

  it.each([[1, 2], [3, 6]])("doubles %i to %i", async (given, wanted) => {
    await request(buildApp()).get(`/double/${given}`).expect(200, { cents: wanted });
  });
});
