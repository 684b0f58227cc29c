import express from "express";

import { double } from "./prices";

export function buildApp() {
  const app = express();
  app.get("/double/:cents", (request, response) => {
    response.json({ cents: double(Number(request.params.cents)) });
  });
  return app;
}
