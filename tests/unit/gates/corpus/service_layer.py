from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest"}
SPECIFIED_BAD = """@app.post("/order")
def create_order(order: Order):
    # Logic inside controller
    db.add(order)
    email.send(...)
"""
SPECIFIED_GOOD = """@app.post("/order")
def create_order(order: Order):
    OrderService.process(order)
"""


def py(id: str, text: str, path: str = "app/api/orders.py", **more: object) -> Case:
    return Case(id, path, text, **more)  # type: ignore[arg-type]


def ts(id: str, text: str, path: str = "src/orders.controller.ts", **more: object) -> Case:
    return Case(id, path, text, toolchain=NODE, **more)  # type: ignore[arg-type]


def nest(body: str, fields: str = "private readonly orders: OrdersService", imports: str = "") -> str:
    return (
        f'import {{ Controller, Post, Body }} from "@nestjs/common";\n{imports}\n@Controller("orders")\n'
        f"export class C {{\n  constructor({fields}) {{}}\n  @Post()\n  async create(@Body() dto: Dto) {{\n"
        f"    {body}\n  }}\n}}\n"
    )


FASTAPI = "from fastapi import APIRouter, Depends\nrouter = APIRouter()\n"
DJANGO = "from django.shortcuts import render, get_object_or_404\nfrom .models import Order\n"
DRF = (
    "from rest_framework import viewsets\nfrom rest_framework.decorators import action, api_view\n"
    "from .models import Order\n"
)
RULE = """{get}
async def pay(order_id: int, service: Orders = Depends()):
    order = await service.load(order_id)
    if order.total > 100:
        order.discount = 10
    return order
"""

BAD = [
    py("the specification's", SPECIFIED_BAD, line=4, says="create_order works with the database itself: `db.add`"),
    py(
        "FastAPI with a session that is injected",
        FASTAPI + '@router.get("/x")\ndef x(s: SessionDep):\n    return s.exec(select(Order)).all()\n',
        says="`s.exec`",
    ),
    py(
        "FastAPI that builds a statement",
        "from sqlalchemy import select\n"
        + FASTAPI
        + '@router.get("/x")\nasync def x(db: AsyncSession = Depends(get)):\n'
        "    return await run(db, select(Order))\n",
        says="`select`",
    ),
    py(
        "FastAPI that calls another server",
        "import httpx\n" + FASTAPI + '@router.get("/x")\nasync def x():\n    async with httpx.AsyncClient() as c:\n'
        '        return (await c.get("https://rates")).json()\n',
        says="calls another server itself",
    ),
    py(
        "mail alone",
        "import smtplib\n" + FASTAPI + '@router.post("/x")\ndef x():\n    smtplib.SMTP("h").sendmail("a", "b", "c")\n',
        says="sends mail itself",
    ),
    py(
        "Starlette",
        "from starlette.routing import Route\nasync def x(request):\n    await database.fetch_all('select 1')\n"
        'routes = [Route("/x", x)]\n',
    ),
    py(
        "Flask",
        "from flask import Blueprint\nfrom . import db\nbp = Blueprint('a', __name__)\n"
        "@bp.route('/x', methods=['POST'])\n"
        "def x():\n    db.session.add(Order())\n    db.session.commit()\n",
        says="`db.session.add`, `db.session.commit`",
    ),
    py("Flask's query", "@bp.route('/x')\ndef x():\n    return User.query.filter_by(a=1).first()\n"),
    py(
        "Flask with requests",
        "import requests\n@app.route('/x')\ndef x():\n    return requests.post('https://x').text\n",
    ),
    py("a raw cursor", "@app.get('/x')\ndef x():\n    cursor.execute('SELECT id FROM a')\n"),
    py("a Django function view", DJANGO + "def x(request):\n    Order.objects.create(a=1)\n", "shop/views.py"),
    py(
        "a Django class view",
        "from django.views import View\nfrom django.db import transaction\n" + DJANGO + "class V(View):\n"
        "    def post(self, request, pk):\n        order = get_object_or_404(Order, pk=pk)\n        order.save()\n",
        "shop/views.py",
        says="`order.save`",
    ),
    py(
        "mail in Django",
        "from django.core.mail import send_mail\n" + DJANGO + "def x(request):\n    send_mail('a', 'b', 'c', ['d'])\n",
        "shop/views.py",
    ),
    py(
        "an action of a view set",
        DRF + "class V(viewsets.ModelViewSet):\n    queryset = Order.objects.all()\n    @action(detail=True)\n"
        "    def pay(self, request, pk):\n        Order.objects.filter(pk=pk).update(paid=True)\n",
        "shop/api.py",
    ),
    py("api_view", DRF + "@api_view(['POST'])\ndef x(request):\n    Order.objects.create(a=1)\n", "shop/api.py"),
    py(
        "ninja",
        "from ninja import Router\nfrom .models import Order\nr = Router()\n@r.post('/x')\ndef x(request, data: In):\n"
        "    return Order.objects.create(**data.dict())\n",
    ),
    py(
        "a ninja-extra controller",
        "from ninja_extra import api_controller, http_get\nfrom .models import Order\n@api_controller('/x')\nclass C:\n"
        "    @http_get('/')\n    def x(self):\n        return Order.objects.all()\n",
    ),
    py(
        "Strawberry",
        "import strawberry\n@strawberry.type\nclass Mutation:\n    @strawberry.mutation\n    async def x(self, info):\n"
        "        async with get_session() as session:\n            session.add(Order())\n",
    ),
    py(
        "aiohttp",
        "from aiohttp import web\nr = web.RouteTableDef()\n@r.post('/x')\nasync def x(request):\n"
        "    await request.app['db'].orders.insert_one({})\n    await db.orders.insert_one({})\n",
    ),
    py(
        "Mongo",
        FASTAPI
        + '@router.post("/x")\nasync def x(order: Order):\n    await orders_collection.insert_one(order.dict())\n',
    ),
    py(
        "Tortoise",
        "from app.models import Order\n"
        + FASTAPI
        + '@router.post("/x")\nasync def x(o: In):\n    return await Order.create(a=1)\n',
    ),
    py(
        "a session made by a factory",
        FASTAPI
        + '@router.post("/x")\nasync def x(o: In):\n    async with session_factory() as s:\n        s.add(Order())\n',
    ),
    py(
        "a row changed and saved",
        DJANGO + "def x(request, pk):\n    o = find(pk)\n    o.paid = True\n    o.save()\n",
        "shop/views.py",
        says="`o.save`",
    ),
    py(
        "rows of the user",
        DJANGO + "def x(request):\n    return request.user.orders.filter(paid=True)\n",
        "shop/views.py",
    ),
    py(
        "Stripe",
        "import stripe\n" + FASTAPI + '@router.post("/x")\ndef x(o: In):\n    stripe.Charge.create(amount=1)\n',
    ),
    py(
        "a database in the context of GraphQL",
        "import strawberry\n@strawberry.type\nclass Q:\n    @strawberry.field\n    def x(self, info):\n"
        "        return info.context['db'].execute('SELECT id FROM a')\n",
    ),
    py("a status code in an error", "def pay(o):\n    raise Trouble('x', status_code=404)\n", "app/services/orders.py"),
    py("a status code in an answer", "def pay(o):\n    return {'a': 1}, 404\n", "app/services/orders.py"),
    py(
        "a second kind of call in an old handler",
        SPECIFIED_BAD,
        before=SPECIFIED_BAD.replace("    email.send(...)\n", ""),
        says="sends mail",
    ),
    py(
        "a new handler in the manner of the old ones",
        SPECIFIED_BAD + SPECIFIED_BAD.replace("create_order", "change_order"),
        before=SPECIFIED_BAD,
        says="change_order",
    ),
    py(
        "a rule about loaded data, as advice",
        FASTAPI + RULE.format(get='@router.post("/x")'),
        says="seems to decide a business rule: `order.total > 100`",
    ),
    py(
        "an HTTPException in a service",
        "from fastapi import HTTPException\ndef pay(o):\n    raise HTTPException(404)\n",
        "app/services/orders.py",
        says="The service pay works with HTTP: `HTTPException`",
    ),
    py("the same, and nothing imported", "def pay(o):\n    raise HTTPException(404)\n", "app/services/orders.py"),
    py(
        "a request in a service",
        "from django.http import HttpRequest\ndef pay(request: HttpRequest):\n    return request.user\n",
        "shop/services.py",
    ),
    py(
        "abort and jsonify",
        "from flask import abort, jsonify\nclass S:\n    def pay(self):\n        abort(404)\n"
        "        return jsonify(a=1)\n",
        "app/order_service.py",
        says="S.pay works with HTTP: `abort`, `jsonify`",
    ),
    py(
        "status codes",
        "from rest_framework import status\nfrom rest_framework.response import Response\ndef pay():\n"
        "    return Response(status=status.HTTP_404_NOT_FOUND)\n",
        "app/domain/orders.py",
    ),
    ts(
        "the specification's, in Express",
        'app.post("/order", (req, res) => {\n  // Logic inside controller\n  db.add(req.body);\n  email.send();\n});\n',
        line=3,
        says="post /order works with the database itself: `db.add`",
    ),
    ts("Prisma", 'router.post("/x", async (req, res) => {\n  await prisma.order.create({ data: req.body });\n});\n'),
    ts("Prisma in Nest", nest("return this.prisma.order.findMany();", "private prisma: PrismaService"), line=8),
    ts(
        "TypeORM in Nest",
        nest("return this.rows.save(dto);", "@InjectRepository(Order) private rows: Repository<Order>"),
        says="C.create works with the database itself: `this.rows.save`",
    ),
    ts("Nest's HttpService", nest("return this.http.get(URL);", "private readonly http: HttpService")),
    ts(
        "TypeORM in Express",
        'router.get("/x", async (req, res) => {\n  const rows = getRepository(Order);\n'
        "  res.json(await rows.find());\n});\n",
    ),
    ts("Knex", 'router.get("/x", async (req, res) => res.json(await knex("orders").where({ a: 1 })));\n'),
    ts(
        "Mongoose",
        'import { Order } from "../models/order";\nexport const create = async (req: Request, res: Response) => {\n'
        "  res.json(await Order.create(req.body));\n};\n",
        says="`Order.create`",
    ),
    ts(
        "Sequelize",
        'const { Order } = require("../models");\nconst list = async (req, res) => {\n'
        "  res.json(await Order.findAll());\n};\n"
        "module.exports = { list };\n",
    ),
    ts(
        "a row that is saved",
        'import Order from "../models/Order";\nexport const x = async (req, res) => {\n'
        "  const o = new Order(req.body);\n"
        "  await o.save();\n};\n",
        says="`o.save`",
    ),
    ts("Drizzle", 'app.get("/x", async (c) => c.json(await db.select().from(orders)));\n'),
    ts("a pool of pg", 'router.get("/x", async (req, res) => {\n  await pool.query("SELECT id FROM a");\n});\n'),
    ts(
        "Fastify",
        'import fastify from "fastify";\nconst app = fastify();\napp.get("/x", async (request, reply) => {\n'
        '  return fetch("https://rates");\n});\n',
        says="calls another server",
    ),
    ts(
        "axios in Koa",
        'import axios from "axios";\nimport Router from "@koa/router";\nconst r = new Router();\n'
        'r.get("/x", async (ctx) => {\n  ctx.body = await axios.get("https://x");\n});\n',
    ),
    ts("Sequelize's models by name", 'router.get("/x", async (req, res) => res.json(await db.Order.findAll()));\n'),
    ts("Mongo's driver", 'router.post("/x", async (req, res) => {\n  await req.app.orders.insertOne({});\n});\n'),
    ts("MikroORM", nest("await this.em.persistAndFlush(dto);", "private readonly em: EntityManager")),
    ts("Nest's mailer", nest("await this.mails.sendMail({});", "private mails: MailerService"), says="sends mail"),
    ts(
        "a status as a number",
        'export const pay = () => {\n  throw new AppError("x", 404);\n};\n',
        "src/services/orders.ts",
    ),
    ts(
        "a client of Prisma by any name",
        'const p = new PrismaClient();\nrouter.get("/x", async (req, res) => res.json(await p.order.findMany()));\n',
    ),
    ts("SQL in a template", 'router.get("/x", async (req, res) => res.json(await sql`select 1`));\n'),
    ts(
        "Koa's context in a service",
        "export const pay = (ctx) => {\n  ctx.status = 404;\n};\n",
        "src/services/orders.ts",
    ),
    ts(
        "nodemailer",
        'const transporter = nodemailer.createTransport({});\nrouter.post("/x", async (req, res) => {\n'
        "  await transporter.sendMail({});\n});\n",
        says="sends mail",
    ),
    ts(
        "Next",
        "export async function POST(request: Request) {\n  await prisma.order.create({ data: {} });\n}\n",
        "src/app/api/orders/route.ts",
    ),
    ts("Apollo", "const resolvers = { Query: { orders: async () => prisma.order.findMany() } };\n"),
    ts(
        "a Nest resolver",
        "@Resolver()\nclass R {\n  constructor(private prisma: PrismaService) {}\n  @Query(() => [Order])\n"
        "  orders() {\n"
        "    return this.prisma.order.findMany();\n  }\n}\n",
    ),
    ts(
        "a rule about loaded data, as advice",
        'router.post("/x", async (req, res) => {\n  const order = await orders.load(1);\n'
        "  if (order.total > 100) {\n    order.discount = 10;\n  }\n});\n",
        says="order.total > 100",
    ),
    ts(
        "an Express response in a service",
        'import { Response } from "express";\nexport function pay(res: Response) {\n  res.status(404).json({});\n}\n',
        "src/services/orders.ts",
        says="The service pay works with HTTP",
    ),
    ts(
        "a response that is untyped",
        "export function pay(res) {\n  res.status(404).json({});\n}\n",
        "src/order.service.js",
    ),
    ts(
        "status codes in a service",
        'const httpStatus = require("http-status");\nconst pay = async () => {\n'
        '  throw new ApiError(httpStatus.NOT_FOUND, "x");\n};\n',
        "src/services/order.service.js",
    ),
    ts(
        "Nest's HttpException in a service",
        'import { HttpException } from "@nestjs/common";\nexport class S {\n  pay() {\n'
        '    throw new HttpException("x", 400);\n'
        "  }\n}\n",
        "src/orders/orders.service.ts",
    ),
    ts(
        "Nest's named exception, as advice",
        'import { NotFoundException } from "@nestjs/common";\nexport class S {\n  pay() {\n'
        "    throw new NotFoundException();\n"
        "  }\n}\n",
        "src/orders/orders.service.ts",
    ),
]
GOOD = [
    py("the specification's", SPECIFIED_GOOD),
    py(
        "a session that is handed on",
        FASTAPI + '@router.post("/x")\ndef x(db: SessionDep, o: In):\n    return crud.create(db, o)\n',
    ),
    py(
        "a service that is injected",
        FASTAPI + '@router.get("/x")\nasync def x(s: Orders = Depends()):\n    if not (o := await s.get(1)):\n'
        "        raise HTTPException(404)\n    return o\n",
    ),
    py(
        "the session of a browser",
        "from flask import session\n@bp.route('/x')\ndef x():\n    return session.get('a')\n",
    ),
    py("Django's session", DJANGO + "def x(request):\n    return request.session.get('a')\n", "shop/views.py"),
    py(
        "a generic view",
        DRF + "class V(viewsets.ModelViewSet):\n    queryset = Order.objects.all()\n    serializer_class = S\n"
        "    def get_queryset(self):\n        return Order.objects.filter(owner=self.request.user)\n"
        "    def perform_create(self, serializer):\n        serializer.save(owner=self.request.user)\n",
        "shop/views.py",
    ),
    py(
        "a serializer that is saved",
        DRF
        + (
            "@api_view(['POST'])\ndef x(request):\n    s = OrderSerializer(data=request.data)\n    s.is_valid()\n"
            "    s.save()\n"
        ),
        "shop/views.py",
    ),
    py(
        "a form that is saved",
        DJANGO + "def x(request):\n    form = F(request.POST)\n    form.save()\n",
        "shop/views.py",
    ),
    py(
        "a lookup that answers 404",
        DJANGO + "def x(request, pk):\n    return render(request, 'a', {'o': get_object_or_404(Order, pk=pk)})\n",
        "shop/views.py",
    ),
    py("a task that is queued", FASTAPI + '@router.post("/x")\ndef x(o: In):\n    send_receipt.delay(o.id)\n'),
    py(
        "a background task",
        FASTAPI + '@router.post("/x")\ndef x(b: BackgroundTasks):\n    b.add_task(send_mail, "a")\n',
    ),
    py(
        "a repository of the project",
        FASTAPI + '@router.get("/x")\ndef x(repo: Repo = Depends()):\n    return repo.find_one(1)\n',
    ),
    py("a mail service", "from app.services import email\n@app.post('/x')\ndef x(o: In):\n    email.send(o)\n"),
    py("a cache", "@app.get('/x')\ndef x():\n    return cache.get('a') or cache.set('a', 1)\n"),
    py("a dict of data", "@app.get('/x')\ndef x(data: dict):\n    data.update(a=1)\n    return data.get('a')\n"),
    py("a health check", '@app.get("/health")\ndef health(db: SessionDep):\n    db.execute(text("SELECT 1"))\n'),
    py("a query outside a handler", "def load(db):\n    return db.query(Order).all()\n"),
    py("a dependency", "def current(db: Session = Depends(get_db)):\n    return db.get(User, 1)\n"),
    py(
        "input that is checked",
        FASTAPI
        + (
            '@router.post("/x")\ndef x(o: In):\n    if o.start > o.end:\n        raise HTTPException(422)\n'
            "    return pay(o)\n"
        ),
    ),
    py("a service", "class S:\n    def pay(self):\n        self.session.add(Order())\n", "app/services/orders.py"),
    py(
        "an error of the domain",
        "class NotFound(Exception): ...\ndef pay():\n    raise NotFound\n",
        "app/services/orders.py",
    ),
    py(
        "a client that reads a status",
        "from http import HTTPStatus\nimport httpx\ndef rates():\n    r = httpx.get('x')\n"
        "    return r.json() if r.status_code == HTTPStatus.OK else None\n",
        "app/services/rates.py",
    ),
    py(
        "DRF's validation",
        "from rest_framework.exceptions import ValidationError\ndef pay():\n    raise ValidationError('x')\n",
        "shop/services.py",
    ),
    py(
        "a program called a service",
        "from fastapi import FastAPI, HTTPException\napp = FastAPI()\n@app.get('/x')\ndef x():\n"
        "    raise HTTPException(404)\n",
        "services/orders/main.py",
    ),
    py(
        "an object of a form",
        DJANGO + "def x(request):\n    o = F(request.POST).save(commit=False)\n    o.owner = 1\n    o.save()\n",
        "shop/views.py",
    ),
    py(
        "a dependency that stands in a service",
        "from starlette.requests import Request\ndef get_current_user(request: Request):\n"
        "    return request.state.user\n",
        "app/auth/service.py",
    ),
    ts(
        "a list of another server's statuses",
        'import { StatusCodes } from "http-status-codes";\n'
        "export const f = (e) => [StatusCodes.FORBIDDEN].includes(e.status);\n",
        "src/services/rates.ts",
    ),
    py("numbers that are no status", "def pay(o):\n    return {'a': 1}, 7\n", "app/services/orders.py"),
    py(
        "errors that become responses",
        "from fastapi import HTTPException\ndef not_found(e):\n    return HTTPException(404)\n",
        "app/services/exceptions.py",
    ),
    ts("the specification's", 'app.post("/order", (req, res) => {\n  OrderService.process(req.body);\n});\n'),
    ts("Nest with a service", nest("return this.orders.create(dto);")),
    ts(
        "a service called as an ORM is",
        'import * as orderService from "../services/order.service";\nrouter.get("/x", async (req, res) => {\n'
        "  res.json(await orderService.findAll());\n  res.json(await userService.findOne(1));\n});\n",
    ),
    ts(
        "a repository of the project",
        nest("return this.orderRepository.save(dto);", "private orderRepository: OrderRepository"),
    ),
    ts(
        "headers and maps",
        'app.get("/x", (req, res) => {\n  req.headers.get("a");\n  seen.delete("a");\n'
        "  res.json(items.find((i) => i.a));\n});\n",
    ),
    ts(
        "a model's values",
        'import { Order } from "../models/order";\nrouter.get("/x", (req, res) => res.json(Order.from(req.body)));\n',
    ),
    ts(
        "Apollo's data sources",
        "const resolvers = { Query: { orders: (_, a, { dataSources }) => dataSources.orders.findAll() } };\n",
    ),
    ts("a queue", 'router.post("/x", async (req, res) => {\n  await queue.add("receipt", {});\n});\n'),
    ts(
        "input that is checked",
        'router.post("/x", (req, res) => {\n  if (req.body.a > 1) {\n    res.statusCode = 400;\n  }\n});\n',
    ),
    ts("a query outside a handler", "export const load = () => prisma.order.findMany();\n", "src/orders.repository.ts"),
    ts(
        "a service",
        "export class S {\n  pay() {\n    return this.prisma.order.create({});\n  }\n}\n",
        "src/orders.service.ts",
    ),
    ts(
        "a client's response",
        'export async function rates() {\n  const res = await fetch("x");\n'
        "  if (res.status === 404) return null;\n  return res.json();\n}\n",
        "src/services/rates.ts",
    ),
    ts(
        "Nest's injection in a service",
        'import { Injectable, Logger } from "@nestjs/common";\n@Injectable()\nexport class S {\n  pay() {}\n}\n',
        "src/orders.service.ts",
    ),
    ts(
        "the status of another server",
        'import { HttpStatus } from "@nestjs/common";\nexport class S {\n  ok(r) {\n'
        "    return r.status === HttpStatus.OK;\n  }\n}\n",
        "src/rates.service.ts",
    ),
    ts(
        "a guard",
        'import { Request } from "express";\nexport class G {\n  canActivate(r: Request) {}\n}\n',
        "src/services/auth.guard.ts",
    ),
]
OLD = [
    py("a handler of the base that moved", "x = 1\n" + SPECIFIED_BAD, before=SPECIFIED_BAD),
    py(
        "one more call of the same kind",
        SPECIFIED_BAD.replace("db.add(order)", "db.add(order)\n    db.commit()"),
        before=SPECIFIED_BAD,
    ),
    ts(
        "of Node",
        '// moved\napp.post("/order", (req, res) => {\n  db.add(req.body);\n});\n',
        before='app.post("/order", (req, res) => {\n  db.add(req.body);\n});\n',
    ),
]
