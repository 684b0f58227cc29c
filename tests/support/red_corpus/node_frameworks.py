"""Express, Fastify, Koa, Hono and Nest by supertest, fetch and inject; knex, TypeORM, Sequelize, Mongoose; zod."""

PACKAGES = (
    "express", "supertest", "fastify", "koa", "hono", "@nestjs/common", "@nestjs/core", "@nestjs/platform-express",
    "@nestjs/testing", "reflect-metadata", "rxjs", "knex", "better-sqlite3", "typeorm", "sequelize", "mongoose", "zod",
    "chai", "expect",
)  # fmt: skip

FILES = {
    "package.json": '{"name": "shop", "type": "commonjs"}',
    "src/app.js": """
require("reflect-metadata");
const express = require("express");
const Koa = require("koa");
const { Hono } = require("hono");
const { EntitySchema } = require("typeorm");
const mongoose = require("mongoose");
const { z } = require("zod");

exports.createApp = () => {
  const app = express();
  app.use(express.json());
  app.get("/items/1", (req, res) => res.json({ name: "bolt", owner: null, tags: [] }));
  app.get("/items", (req, res) => res.json([]));
  app.get("/page", (req, res) => res.send("<p>hello</p>"));
  app.get("/view", (req, res) => res.render("items/show"));
  app.get("/remote", async (req, res) => res.json(await (await fetch("http://127.0.0.1:4/")).json()));
  return app;
};
exports.createFastify = () => {
  const app = require("fastify")();
  app.get("/items/1", async () => ({ name: "bolt" }));
  return app;
};
exports.createKoa = () => {
  const app = new Koa();
  app.use((context) => { if (context.path === "/items/1") context.body = { name: "bolt" }; });
  return app;
};
exports.createHono = () => new Hono().get("/items/1", (context) => context.json({ name: "bolt" }));
exports.ItemEntity = new EntitySchema({
  name: "Item", tableName: "items",
  columns: { id: { type: Number, primary: true, generated: true }, name: { type: String } },
});
exports.ItemModel = mongoose.model("Item", new mongoose.Schema({ name: String }));
exports.schema = z.object({ name: z.string(), price: z.number() });
exports.ItemService = class ItemService {
  constructor(repository) { this.repository = repository; }
  async find() { return this.repository?.found; }
  failing(error) { throw new Error("the gateway failed", { cause: error }); }
  total(item) { return item.prices.length; }
  secret() {
    if (!process.env.SHOP_SECRET) throw new Error("Missing required environment variable SHOP_SECRET");
  }
};
class OrderService {}
exports.OrderService = OrderService;
""",
}

TESTS = """
const request = require("supertest");
const { expect: should } = require("chai");
const { expect } = require("expect");
const assert = require("node:assert/strict");
const knex = require("knex");
const { DataSource } = require("typeorm");
const { Sequelize, DataTypes } = require("sequelize");
const { Test } = require("@nestjs/testing");
const { createApp, createFastify, createKoa, createHono, ItemEntity, ItemModel, ItemService, OrderService, schema } =
  require("../src/app.js");

const app = createApp();
const db = knex({ client: "better-sqlite3", connection: { filename: ":memory:" }, useNullAsDefault: true });
const EXPECTED = { name: "bolt" };
const source = () =>
  new DataSource({ type: "better-sqlite3", database: ":memory:", entities: [ItemEntity] }).initialize();

async function create(given) {
  const response = await request(app).post("/items").send(given);
  return response.body;
}

exports.cases = {
  absent__nested_field: async () => {
    const response = await request(app).get("/items/1");
    expect(response.body.price.amount).toBe(1);
  },
  absent__field_of_null: async () => {
    const { body } = await request(app).get("/items/1");
    expect(body.owner.name).toBe("ada");
  },
  absent__created_by_a_helper: async () => {
    const item = await create({ name: "bolt" });
    expect(item.owner.id).toBe(1);
  },
  absent__first_of_a_list: async () => {
    const response = await request(app).get("/items").expect(200);
    expect(response.body[0].name).toBe("bolt");
  },
  absent__mapped: async () => {
    const response = await request(app).get("/items/1");
    expect(response.body.prices.map((price) => price.amount)).toEqual([1]);
  },
  absent__destructured: async () => {
    const { body: { data: { items } } } = await request(app).get("/items");
    expect(items).toEqual([]);
  },
  absent__spread: async () => {
    const { body } = await request(app).get("/items/1");
    expect([...body.prices]).toEqual([]);
  },
  absent__header: async () => {
    const response = await request(app).get("/items/1");
    expect(response.headers["x-total"].split(",")).toEqual([]);
  },
  absent__cookie: async () => {
    const response = await request(app).get("/items/1");
    expect(response.headers["set-cookie"][0]).toMatch(/session/);
  },
  absent__location: async () => {
    const response = await request(app).post("/items").send({});
    const id = response.headers.location.split("/").pop();
    expect(id).toBe("1");
  },
  absent__token: async () => {
    const login = await request(app).post("/login").send({});
    const token = login.body.session.token;
    await request(app).get("/me").set("Authorization", token);
  },
  absent__fastify: async () => {
    const response = await createFastify().inject({ method: "GET", url: "/items/1" });
    expect(response.json().price.amount).toBe(1);
  },
  absent__fastify_list: async () => {
    const fastify = createFastify();
    const response = await fastify.inject("/items");
    expect(JSON.parse(response.body).items.length).toBe(1);
  },
  absent__hono: async () => {
    const response = await createHono().request("/items/1");
    const body = await response.json();
    expect(body.price.amount).toBe(1);
  },
  absent__hono_no_json: async () => {
    const response = await createHono().request("/orders");
    expect(await response.json()).toEqual({});
  },
  absent__hono_body_of_no_json: async () => {
    const response = await createHono().request("/orders");
    const body = await response.json();
    expect(body).toEqual({});
  },
  absent__koa: async () => {
    const response = await request(createKoa().callback()).get("/items/1");
    expect(response.body.links.self).toBe("/items/1");
  },
  absent__knex_table: async () => {
    await db("items").select();
  },
  absent__knex_column: async () => {
    await db.schema.createTable("parts", (table) => table.increments());
    await db("parts").insert({ price: 1 });
  },
  absent__knex_row: async () => {
    await db.schema.createTable("bolts", (table) => table.increments());
    const bolt = await db("bolts").first();
    expect(bolt.id).toBe(1);
  },
  absent__typeorm_table: async () => {
    await (await source()).getRepository("Item").find();
  },
  absent__typeorm_property: async () => {
    const data = await source();
    await data.getRepository("Item").find({ where: { price: 1 } });
  },
  absent__typeorm_relation: async () => {
    const data = await source();
    await data.getRepository("Item").find({ relations: { owner: true } });
  },
  absent__typeorm_row: async () => {
    const data = await source();
    await data.synchronize();
    await data.getRepository("Item").findOneByOrFail({ id: 1 });
  },
  absent__typeorm_nothing: async () => {
    const data = await source();
    await data.synchronize();
    const item = await data.getRepository("Item").findOneBy({ id: 1 });
    expect(item.name).toBe("bolt");
  },
  absent__typeorm_entity: async () => {
    await (await source()).getRepository("Price").find();
  },
  absent__query_builder: async () => {
    const data = await source();
    await data.synchronize();
    await data.getRepository("Item").createQueryBuilder("item").where("item.price > 1").getMany();
  },
  absent__nest_provider: async () => {
    const module = await Test.createTestingModule({ providers: [] }).compile();
    module.get(OrderService);
  },
  absent__view: async () => {
    const found = await createApp().render("items/show", (error) => { throw error; });
    return found;
  },
  absent__parsed_body: async () => {
    const response = await request(app).get("/items/1");
    schema.parse(response.body);
  },
  absent__service_gives_nothing: async () => {
    const service = new ItemService();
    const found = await service.find();
    expect(found.name).toBe("bolt");
  },
  absent__service_with_a_double: async () => {
    const repository = { found: undefined };
    const service = new ItemService(repository);
    expect((await service.find()).name).toBe("bolt");
  },
  absent__in_a_loop: async () => {
    for (const path of ["/items/1"]) {
      const response = await request(app).get(path);
      expect(response.body.owner.name).toBe("ada");
    }
  },
  absent__by_then: async () => {
    return request(app).get("/items/1").then((response) => {
      expect(response.body.price.amount).toBe(1);
    });
  },
  absent__by_expect: async () => {
    await request(app).get("/items/1").expect((response) => {
      if (response.body.price.amount !== 1) throw new Error("no price");
    });
  },
  absent__all: async () => {
    const [first, second] = await Promise.all([request(app).get("/items/1"), request(app).get("/items/1")]);
    expect(second.body.price.amount).toBe(first.body.price.amount);
  },
  absent__mongoose_path: () => {
    expect(ItemModel.schema.path("price").instance).toBe("Number");
  },
  absent__mongoose_error: () => {
    const item = new ItemModel({ name: "x" });
    expect(item.validateSync().errors.price.kind).toBe("required");
  },
  http_status__supertest: async () => {
    await request(app).post("/items").send({}).expect(201);
  },
  http_status__expect: async () => {
    const response = await request(app).post("/items").send({});
    expect(response.status).toBe(201);
  },
  http_status__chai: async () => {
    const response = await request(app).post("/items").send({});
    should(response.status).to.equal(201);
  },
  http_status__assert: async () => {
    const response = await createFastify().inject("/orders");
    assert.equal(response.statusCode, 200);
  },
  http_status__koa: async () => {
    await request(createKoa().callback()).get("/orders").expect(200);
  },
  assertion__body: async () => {
    const response = await request(app).get("/items/1");
    expect(response.body).toEqual({ name: "bolt", price: 1 });
  },
  assertion__undefined: async () => {
    const response = await request(app).get("/items/1");
    expect(response.body.price).toBe(1);
  },
  assertion__content_type: async () => {
    await request(app).get("/page").expect("Content-Type", /json/);
  },
  assertion__chai: async () => {
    const response = await request(app).get("/items/1");
    should(response.body).to.have.property("price");
  },
  assertion__rejects: async () => {
    await expect(Promise.resolve(1)).rejects.toThrow("x");
  },
  application__total: () => {
    new ItemService().total({});
  },
  not_implemented__stub: () => {
    const service = new ItemService({ get found() { throw new Error("not implemented"); } });
    return service.find();
  },
  environment__refused: async () => {
    await fetch("http://127.0.0.1:4/");
  },
  environment__unknown_host: async () => {
    await fetch("http://shop.invalid/");
  },
  environment__postgres: async () => {
    await new Promise((_, reject) => require("node:net").connect(4, "127.0.0.1").on("error", reject));
  },
  environment__variable: () => {
    new ItemService().secret();
  },
  application__mocked_outage: () => {
    const error = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" });
    new ItemService().failing(error);
  },
  test_code__planned_method: () => {
    new ItemService().price();
  },
  test_code__planned_static: () => {
    ItemModel.price();
  },
  test_code__planned_of_an_app: () => {
    app.price();
  },
  test_code__own_body: async () => {
    const wanted = { name: "bolt" };
    const response = await request(app).get("/items/1");
    expect(response.body.name).toBe(wanted.price.amount);
  },
  test_code__own_constant: async () => {
    const response = await request(app).get("/items/1");
    expect(response.body.name).toBe(EXPECTED.prices[0].name);
  },
  test_code__reference: async () => {
    const response = await request(app).get("/items/1");
    expect(respnse.body).toEqual({});
  },
  test_code__no_request: async () => {
    await request(undefined).get("/items/1");
  },
  test_code__not_awaited: () => {
    const response = request(app).get("/items/1");
    expect(response.body.name).toBe("bolt");
  },
  test_code__matcher: async () => {
    const response = await request(app).get("/items/1");
    expect(response.body).toEquals({});
  },
  test_code__own_parse: () => {
    schema.parse({ name: "bolt" });
  },
  test_code__own_json: () => {
    JSON.parse("{ name }");
  },
  test_code__const: () => {
    EXPECTED_NAME = 1;
    const one = 1;
    one = 2;
  },
  test_code__own_rows: () => {
    const rows = [];
    expect(rows[0].name).toBe("bolt");
  },
  test_code__own_promise: async () => {
    const wanted = await Promise.resolve({});
    expect(wanted.price.amount).toBe(1);
  },
  test_code__syntax_of_sql: async () => {
    await db.raw("SELEC 1");
  },
};
"""
