"""Bodies on their way through several files of TypeScript and JavaScript."""

from collections.abc import Mapping

from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest", "root": ""}
CONTROLLER = "exports.create = async (req, res) => {\n  const { sku } = req.body;\n  res.json(await add(sku));\n};\n"
HANDS_ON = (
    "import { Router } from 'express';\nimport { add } from './service';\n\n"
    "export const orders = Router();\norders.post('/', async (req, res) => res.json(await add(req.body)));\n"
)
REQUIRES = "const { Router } = require('express');\nconst orders = require('./orders');\n\n"
NEST = (
    "import { Body, Controller, Post } from '@nestjs/common';\nimport { NewOrder } from './new-order';\n\n"
    "@Controller('orders')\nexport class Orders {\n  @Post()\n  create(@Body() order: NewOrder) {}\n}\n"
)


def of(name: str, path: str, text: str, tree: Mapping[str, str], says: str = "") -> Case:
    others = {other: written.encode() for other, written in tree.items()}
    return Case(name, path, text.encode(), tree=others, says=says, toolchain=NODE)


def registered(name: str, route: str, says: str = "") -> Case:
    return of(name, "src/orders.js", CONTROLLER, {"src/routes.js": REQUIRES + route}, says)


def handed(name: str, service: str, says: str = "") -> Case:
    return of(name, "src/orders.ts", HANDS_ON, {"src/service.ts": service}, says)


def described(name: str, written: str, says: str = "") -> Case:
    return of(name, "src/orders.controller.ts", NEST, {"src/new-order.ts": written}, says)


BAD = [
    registered("a route of another file", "Router().post('/', orders.create);\n", "takes `sku`"),
    registered("a chain", "Router().route('/').get(orders.list).post(auth('a'), orders.create);\n", "takes `sku`"),
    handed("a service that stores it", "export const add = async (order) => rows.push(order);\n", "hands the body"),
    handed("a service that is handed on", "export { add } from './inner';\n", "hands the body"),
    described("an interface", "export interface NewOrder {\n  sku: string;\n}\n", "an interface"),
    described("a class without decorators", "export class NewOrder {\n  sku: string;\n}\n", "without a validating"),
]
GOOD = [
    registered("a validator", "Router().post('/', validate(newOrder), orders.create);\n"),
    registered(
        "a validator of the router", "const r = Router();\nr.use(validate(some));\nr.post('/', orders.create);\n"
    ),
    registered("a wrapped handler", "Router().post('/', validated(newOrder, orders.create));\n"),
    registered("no route at all", "Router().get('/', orders.list);\n"),
    handed("a service that parses", "export const add = async (order) => rows.push(Order.parse(order));\n"),
    handed("a service that looks", "export function add(o) {\n  if (typeof o !== 'string') throw new Error();\n}\n"),
    described("a class with decorators", "export class NewOrder {\n  @IsString() sku!: string;\n}\n"),
    described("a class of a schema", "export class NewOrder extends createZodDto(schema) {}\n"),
    described("a re-exported class", "export * from './dto/new-order.dto';\n"),
]
OLD = [
    Case(
        "an old body",
        "src/orders.ts",
        ("// moved\n" + HANDS_ON).encode(),
        HANDS_ON,
        tree={"src/service.ts": b"export const add = async (order) => rows.push(order);\n"},
        toolchain=NODE,
    ),
]
