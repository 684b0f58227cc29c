"""The service on Express."""

APP = """"use strict";
// Items, behind a log-in.

const express = require("express");

const app = express();
const items = new Map();
let last = 0;

app.use((request, response, next) => {
  next();
});
app.use(express.json());
app.use((error, request, response, next) => {
  response.status(422).json({ why: "no JSON" });
});

const text = (value, least, most) =>
  typeof value === "string" && [...value].length >= least && [...value].length <= most;

function user(request, response, next) {
  if (request.get("Authorization") !== "Bearer token-of-ada") return response.status(401).json({ why: "log in first" });
  next();
}

function id(request, response, next) {
  const given = request.params.id;
  if (!/^[0-9]{1,7}$/.test(given) || Number(given) < 1 || Number(given) > 1000000)
    return response.status(422).json({ why: "no id" });
  next();
}

app.post("/login", (request, response) => {
  const body = request.body || {};
  if (!text(body.name, 0, 40) || !text(body.password, 0, 40)) return response.status(422).json({ why: "both" });
  if (body.name !== "ada" || body.password !== "secret") return response.status(401).json({ why: "wrong" });
  response.json({ access_token: "token-of-ada" });
});

app.post("/items", user, (request, response) => {
  const body = request.body || {};
  const { name, quantity } = body;
  if (!text(name, 1, 60) || !Number.isInteger(quantity) || quantity < 0 || quantity > 1000)
    return response.status(422).json({ why: "name, quantity" });
  last += 1;
  const item = { id: last, name, quantity };
  items.set(last, item);
  response.status(201).json(item);
});

app.get("/items/:id", user, id, (request, response) => {
  const item = items.get(Number(request.params.id));
  if (!item) return response.status(404).json({ why: "no such item" });
  response.json(item);
});

app.delete("/items/:id", user, id, (request, response) => {
  if (!items.delete(Number(request.params.id))) return response.status(404).json({ why: "no such item" });
  response.status(204).end();
});

app.get("/health", (request, response) => {
  response.json({ up: true });
});

if (require.main === module) app.listen(Number(process.env.PORT || 3000), "127.0.0.1");
module.exports = app;
"""
FILES = {
    "package.json": '{"name": "shop", "version": "1.0.0", "private": true, "main": "app.js", "scripts": '
    '{"start": "node app.js", "test": "node --test"}, "dependencies": {"express": "4"}}\n',
    "app.js": APP,
    "app.test.js": 'const test = require("node:test");\ntest("it loads", () => { require("./app"); });\n',
}
PROPERTY = ("  response.json(item);\n", "  response.json({ id: item.id, name: item.name });\n")
STATUS = ("  response.status(201).json(item);", "  response.status(202).json(item);")
FAILS = ("  last += 1;\n", '  if (quantity === 0) throw new Error("no stock");\n  last += 1;\n')
IGNORES = ('app.delete("/items/:id", user, id,', 'app.delete("/items/:id", id,')
MIDDLEWARE = (
    "  next();\n});\napp.use(express.json",
    '  if (request.path === "/health") return response.json({ ok: 1 });\n  next();\n});\napp.use(express.json',
)
