/** HTTP for items; the rules live in the service. */

import type { FastifyInstance } from "fastify";

import * as items from "../services/items.js";

export function itemRoutes(app: FastifyInstance): void {
  app.get("/items", () => items.all());
}
