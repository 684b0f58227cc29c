"""The changed file is `src/app.ts`, unless a case says otherwise."""

from typing import Any

from aurora.domain.workspace import Dependencies
from tests.support.gate_cases import Case

NODE = {
    "language": "node",
    "runner": "vitest",
    "dependencies": Dependencies(
        language="node", manager="npm", files={"package.json": '{"dependencies": {"fastify": "5"}}'}, requirements=()
    ),
}
ESM = b'{"type": "module"}'
METADATA = b'{"compilerOptions": {"emitDecoratorMetadata": true, "paths": {"@/*": ["./src/*"]}}} // ours'


def of(id: str, text: str, /, *, path: str = "src/app.ts", before: str | None = None, **tree: str) -> Case:
    """`tree`: other modules of `src`, `a__b` is `a/b.ts`."""
    files = {f"src/{name.replace('__', '/')}.ts": body.encode() for name, body in tree.items()}
    return node(id, path, text, before=before, tree=files)


def node(id: str, path: str, text: str, /, **fields: Any) -> Case:
    return Case(id, path, text, toolchain=NODE, **fields)


BASE = 'import { App } from "./app";\n\nexport class Order extends App {}\n'
ADMIN = 'import { Order } from "./order";\n\nexport class App {}\nexport const made = () => new Order();\n'
ROUTES = 'import { app } from "./app";\n\nexport const routes = [app.path];\n'

BAD = [
    of("a base class of TypeScript", ADMIN, order=BASE),
    of(
        "a constant that is read while it is evaluated",
        'import { routes } from "./routes";\n\nexport const app = { path: "/" };\nexport const all = () => routes;\n',
        routes=ROUTES,
    ),
    of(
        "a top-level call",
        'import { register } from "./plugins";\n\nexport const server = build();\nfunction build() {\n  return {};\n}\n'
        "export const start = () => register();\n",
        plugins='import { server } from "./app";\n\nserver.use();\nexport function register() {}\n',
    ),
    of(
        "a decorator's argument",
        'import { Module } from "@nestjs/common";\nimport { UsersModule } from "./users.module";\n\n'
        "@Module({ imports: [UsersModule] })\nexport class AuthModule {}\n",
        path="src/auth.module.ts",
        **{
            "users.module": 'import { Module } from "@nestjs/common";\nimport { AuthModule } from "./auth.module";\n\n'
            "@Module({ imports: [AuthModule] })\nexport class UsersModule {}\n"
        },
    ),
    node(
        "a service that is injected into the one it needs",
        "src/auth.service.ts",
        'import { Injectable } from "@nestjs/common";\nimport { UsersService } from "./users.service";\n\n'
        "@Injectable()\nexport class AuthService {\n  constructor(private readonly users: UsersService) {}\n}\n",
        tree={
            "tsconfig.json": METADATA,
            "src/users.service.ts": b'import { Injectable } from "@nestjs/common";\n'
            b'import { AuthService } from "./auth.service";\n\n@Injectable()\nexport class UsersService {\n'
            b"  constructor(private readonly auth: AuthService) {}\n}\n",
        },
    ),
    of(
        "through a barrel",
        'import { Order } from "./models";\n\nexport class App {}\nexport const made = () => new Order();\n',
        models__index='export * from "./order";\n',
        models__order='import { App } from "../app";\n\nexport class Order extends App {}\n',
    ),
    node(
        "by an alias of the tsconfig",
        "src/app.ts",
        ADMIN.replace("./order", "@/order"),
        tree={"tsconfig.json": METADATA, "src/order.ts": BASE.replace("./app", "@/app").encode()},
    ),
    node(
        "of ES modules, with their suffixes",
        "src/app.js",
        ADMIN.replace("./order", "./order.js"),
        tree={"package.json": ESM, "src/order.js": BASE.replace("./app", "./app.js").encode()},
    ),
    node(
        "of CommonJS, a name that is taken at once",
        "src/app.js",
        'const { total } = require("./order");\n\nexports.charge = () => total();\n',
        tree={"src/order.js": b'const { charge } = require("./app");\n\nexports.total = () => charge();\n'},
    ),
    node(
        "of CommonJS, a module that is replaced later",
        "src/app.js",
        'const order = require("./order");\n\nmodule.exports = { charge: () => order.total() };\n',
        tree={"src/order.js": b'const app = require("./app");\n\nmodule.exports = { total: () => app.charge() };\n'},
    ),
    of(
        "a schema made of another",
        'import { z } from "zod";\nimport { order } from "./order";'
        "\n\nexport const user = z.object({ orders: z.array(order) });\n",
        order='import { z } from "zod";\nimport { user } from "./app";'
        "\n\nexport const order = z.object({ by: user });\n",
    ),
    of(
        "a static field",
        'import { Order } from "./order";\n\nexport class App {\n  static first = Order;\n}\n',
        order='import { App } from "./app";\n\nexport class Order {\n  static by = App;\n}\n',
    ),
    of(
        "a cycle of three",
        'import { a } from "./a";\n\nexport const app = 1;\nexport const f = () => a;\n',
        a='import { b } from "./b";\n\nexport const a = () => b;\n',
        b='import { app } from "./app";\n\nexport const b = app + 1;\n',
    ),
    of(
        "a default export",
        'import Order from "./order";\n\nexport default class App {}\nexport const made = () => new Order();\n',
        order='import App from "./app";\n\nexport default class Order extends App {}\n',
    ),
]
GOOD = [
    of(
        "the type of a value only",
        'import { orders } from "./order";\n\nexport class App {\n  name?: keyof typeof orders;\n}\n',
        order='import { App } from "./app";\n\nexport const orders = { App };\n',
    ),
    of(
        "functions that use each other later",
        'import { type Order, total } from "./order";\n\nexport const charge = (o: Order) => total(o);\n',
        order='import type { App } from "./app";\n\nexport interface Order {}\nexport const total = (o: Order) => 1;\n',
    ),
    of(
        "types only",
        'import type { Order } from "./order";\n\nexport class App {\n  orders: Order[] = [];\n}\n',
        order=BASE,
    ),
    of(
        "types only, and not said so",
        'import { Order } from "./order";\n\nexport class App {\n  orders: Order[] = [];\n}\n',
        order=BASE,
    ),
    of(
        "of what is used as a type only",
        "import { type Order } from './order';\n\nexport class App {\n  order?: Order;\n}\n",
        order=BASE,
    ),
    of(
        "an import that is left to its use",
        'export class App {\n  async order() {\n    return (await import("./order")).Order;\n  }\n}\n',
        order=BASE,
    ),
    of(
        "two that share a third",
        'import { Base } from "./base";\nimport { Order } from "./order";'
        "\n\nexport class App extends Base {\n  o = new Order();\n}\n",
        base="export class Base {}\n",
        order='import { Base } from "./base";\n\nexport class Order extends Base {}\n',
    ),
    of(
        "a barrel and its modules",
        'export * from "./a";\nexport * from "./b";\n',
        path="src/index.ts",
        a="export const a = 1;\n",
        b='import { a } from "./a";\n\nexport const b = a;\n',
    ),
    node(
        "a require inside a function",
        "src/app.js",
        'exports.charge = () => require("./order").total();\n',
        tree={"src/order.js": b'const { charge } = require("./app");\n\nexports.total = () => charge();\n'},
    ),
    of(
        "a package of the same name",
        'import { Order } from "order";\n\nexport class App extends Order {}\n',
        order=BASE,
    ),
    of(
        "a test's",
        'import { Order } from "../src/order";\n\nexport class App extends Order {}\n',
        path="tests/app.test.ts",
        order="export class Order {}\n",
    ),
    of("a text", 'export const text = `import { Order } from "./order"`;\n', order=BASE),
]
OLD = [
    of("a cycle of the base in TypeScript", ADMIN + "export const more = 1;\n", before=ADMIN, order=BASE),
    of(
        "another that needs what is missing already",
        ADMIN + 'import { Cart } from "./cart";\nexport const cart = () => new Cart();\n',
        before=ADMIN,
        order=BASE,
        cart='import { App } from "./app";\n\nexport class Cart extends App {}\n',
    ),
]
ADVICE = [
    of(
        "classes that use each other in methods",
        'import { Order } from "./order";\n\nexport class App {\n  made() {\n    return new Order();\n  }\n}\n',
        order='import { App } from "./app";\n\nexport class Order {\n  made() {\n    return new App();\n  }\n}\n',
    ),
    node(
        "a function that is there before its module",
        "src/app.ts",
        'import { order } from "./order";\n\nexport function app() {\n  return order;\n}\n',
        tree={"src/order.ts": b'import { app } from "./app";\n\nexport const order = app();\n'},
    ),
    of(
        "a decorator that is given a function",
        'import { Order } from "./order";\n\nexport class App {\n  @OneToMany(() => Order) orders: Order[];\n}\n',
        order='import { App } from "./app";\n\nexport class Order {\n  @ManyToOne(() => App) app: App;\n}\n',
    ),
    of(
        "a forward reference",
        'import { UsersModule } from "./users";'
        "\n\n@Module({ imports: [forwardRef(() => UsersModule)] })\nexport class AuthModule {}\n",
        path="src/auth.ts",
        users='import { AuthModule } from "./auth";'
        "\n\n@Module({ imports: [forwardRef(() => AuthModule)] })\nexport class UsersModule {}\n",
    ),
]
