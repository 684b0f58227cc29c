import Fastify, { type FastifyInstance } from "fastify";

import { itemRoutes } from "./routes/items.js";

/** The application, without a port: tests call it by `inject`. */
export function buildApp(): FastifyInstance {
  const app = Fastify();
  itemRoutes(app);
  return app;
}
