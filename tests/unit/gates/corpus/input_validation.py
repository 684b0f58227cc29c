"""Bodies that no model describes, in the frameworks of Python and TypeScript."""

from tests.support import node_requests, request_paths
from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest", "root": ""}
API, ROUTES, NEST = "app/api.py", "src/orders.ts", "src/orders.controller.ts"


def python(name: str, text: str, says: str = "", path: str = API) -> Case:
    return Case(name, path, text, says=says)


def node(name: str, text: str, says: str = "", path: str = ROUTES) -> Case:
    return Case(name, path, text, says=says, toolchain=NODE)


FASTAPI = "from typing import Any\nfrom fastapi import APIRouter, Body, Request\n\nrouter = APIRouter()\n\n"
FLASK = "from flask import Blueprint, request, jsonify\n\nbp = Blueprint('orders', __name__)\n\n"
DJANGO = "import json\nfrom django.http import JsonResponse\n\n"
DRF = "from rest_framework.views import APIView\nfrom rest_framework.response import Response\n\n"
NINJA = "from ninja import Router, Schema\n\nrouter = Router()\n\n"
EXPRESS = "import { Router, Request, Response } from 'express';\n\nconst router = Router();\n"
FASTIFY = "import { FastifyInstance } from 'fastify';\n\nexport async function routes(fastify: FastifyInstance) {\n"
KOA = "import Router from '@koa/router';\n\nconst router = new Router();\n"
CONTROLLER = "import { Body, Controller, Post } from '@nestjs/common';\n"

BAD = [
    *request_paths.BAD,
    *node_requests.BAD,
    python(
        "int of the query",
        FLASK
        + "@bp.get('/orders')\ndef listed():\n    return jsonify(orders.page(int(request.args.get('page', 1))))\n",
        "`page`",
    ),
    python(
        "a dict",
        FASTAPI + "@router.post('/orders')\ndef create(payload: dict):\n    return save(payload)\n",
        "`payload: dict`",
    ),
    python(
        "a mapping of anything",
        FASTAPI + "@router.post('/orders')\nasync def create(payload: dict[str, Any]):\n    return payload['sku']\n",
        "`payload: dict[str, Any]`",
    ),
    python(
        "Any",
        FASTAPI + "@router.put('/orders/{id}')\ndef change(id: int, body: Any = Body(...)):\n    return body\n",
        "`body: Any`",
    ),
    python(
        "the request's JSON",
        FASTAPI + "@router.post('/orders')\nasync def create(request: Request):\n"
        "    data = await request.json()\n    return data['sku']\n",
        "`sku`",
    ),
    python(
        "get_json",
        FLASK + "@bp.post('/orders')\ndef create():\n    data = request.get_json() or {}\n"
        "    order = orders.create(data['sku'], data.get('quantity'))\n    return jsonify(order), 201\n",
        "`quantity`",
    ),
    python(
        "request.json",
        FLASK + "@bp.route('/orders', methods=['POST'])\ndef create():\n"
        "    return jsonify(orders.create(request.json['sku']))\n",
        "`sku`",
    ),
    python(
        "a form",
        FLASK + "@bp.post('/login')\ndef login():\n    name = request.form['name']\n"
        "    return check_in(name, request.form['password'])\n",
        "`password`",
    ),
    python(
        "all fields",
        FLASK + "@bp.post('/orders')\ndef create():\n    data = request.get_json()\n"
        "    order = Order(**data)\n    db.session.add(order)\n    return '', 201\n",
        "all fields",
    ),
    python(
        "a Django view",
        DJANGO + "def create_order(request):\n    data = json.loads(request.body)\n"
        "    order = make(data['sku'], data['quantity'])\n    return JsonResponse({'id': order.id})\n",
        "`sku`",
        "shop/views.py",
    ),
    python(
        "a Django class",
        DJANGO + "from django.views import View\n\nclass Orders(View):\n    def post(self, request):\n"
        "        data = json.loads(request.body.decode())\n        return JsonResponse(make(data.get('sku')))\n",
        "`sku`",
        "shop/views.py",
    ),
    python(
        "request.data of DRF",
        DRF + "class Orders(APIView):\n    def post(self, request):\n"
        "        order = make(request.data['sku'], request.data.get('quantity', 1))\n"
        "        return Response({'id': order.id}, status=201)\n",
        "`quantity`",
        "shop/views.py",
    ),
    python(
        "a function of DRF",
        DRF + "from rest_framework.decorators import api_view\n\n@api_view(['POST'])\n"
        "def orders(request):\n    sku = request.data.get('sku')\n    return Response(make(sku))\n",
        "`sku`",
        "shop/views.py",
    ),
    python(
        "ninja",
        NINJA + "@router.post('/orders')\ndef create(request, payload: dict):\n    return make(payload['sku'])\n",
        "`payload: dict`",
    ),
    node(
        "fields of the body",
        EXPRESS + "router.post('/orders', async (req: Request, res: Response) => {\n"
        "  const { sku, quantity } = req.body;\n  res.status(201).json(await orders.create(sku, quantity));\n});\n",
        "`quantity`, `sku`",
    ),
    node(
        "one field",
        EXPRESS + "router.post('/orders', (req, res) => {\n  res.json(orders.create(req.body.sku));\n});\n",
        "`sku`",
    ),
    node(
        "spread",
        EXPRESS + "router.put('/orders/:id', async (req, res) => {\n"
        "  res.json(await orders.save({ id: req.params.id, ...req.body }));\n});\n",
        "all fields",
    ),
    node(
        "any",
        EXPRESS + "router.post('/orders', async (req, res) => {\n  const input = req.body as any;\n"
        "  res.json(await orders.create(input));\n});\n",
        "`any`",
    ),
    node(
        "a variable of any",
        EXPRESS + "router.post('/orders', async (req, res) => {\n  const input: any = req.body;\n"
        "  res.json(await orders.create(input.sku));\n});\n",
        "`any`",
    ),
    node(
        "a cast that checks nothing",
        EXPRESS + "router.post('/orders', async (req, res) => {\n"
        "  const input = req.body as NewOrder;\n  res.json(await orders.create(input.sku));\n});\n",
        "`sku`",
    ),
    node(
        "JavaScript",
        "const router = require('express').Router();\nrouter.post('/orders', (req, res) => {\n"
        "  const name = req.body.name;\n  res.send(name);\n});\nmodule.exports = router;\n",
        "`name`",
        "src/orders.js",
    ),
    node(
        "fastify",
        FASTIFY + "  fastify.post('/orders', async (request, reply) => {\n"
        "    const { sku } = request.body as { sku: string };\n    return reply.send(await create(sku));\n  });\n}\n",
        "`sku`",
    ),
    node(
        "koa",
        KOA + "router.post('/orders', async (ctx) => {\n  const { sku } = ctx.request.body;\n"
        "  ctx.body = await create(sku);\n});\n",
        "`sku`",
    ),
    node(
        "any of Nest",
        CONTROLLER + "@Controller('orders')\nexport class OrdersController {\n  @Post()\n"
        "  create(@Body() body: any) {\n    return this.orders.create(body);\n  }\n}\n",
        "`any`",
        NEST,
    ),
    node(
        "an inline type of Nest",
        CONTROLLER + "@Controller('orders')\nexport class OrdersController {\n  @Post()\n"
        "  create(@Body() body: { sku: string; quantity: number }) {\n    return this.orders.create(body);\n  }\n}\n",
        "is gone when the program runs",
        NEST,
    ),
    node(
        "an interface of Nest",
        CONTROLLER + "interface NewOrder { sku: string }\n\n@Controller('orders')\n"
        "export class OrdersController {\n  @Post()\n  create(@Body() body: NewOrder) {\n"
        "    return this.orders.create(body);\n  }\n}\n",
        "an interface",
        NEST,
    ),
    node(
        "a class without a decorator",
        CONTROLLER + "class NewOrder { sku: string; quantity: number; }\n\n"
        "@Controller('orders')\nexport class OrdersController {\n  @Post()\n  create(@Body() body: NewOrder) {\n"
        "    return this.orders.create(body);\n  }\n}\n",
        "without a validating decorator",
        NEST,
    ),
]
GOOD = [
    *request_paths.GOOD,
    *node_requests.GOOD,
    python(
        "int of the query, caught",
        FLASK + "@bp.get('/orders')\ndef listed():\n    try:\n        page = int(request.args['page'])\n"
        "    except (KeyError, ValueError):\n        return '', 400\n    return jsonify(orders.page(page))\n",
    ),
    python(
        "a pydantic model",
        FASTAPI + "class NewOrder(BaseModel):\n    sku: str\n\n@router.post('/orders')\n"
        "def create(payload: NewOrder):\n    return save(payload)\n",
    ),
    python(
        "a list of models", FASTAPI + "@router.post('/orders')\ndef create(payload: list[NewOrder]):\n    return 1\n"
    ),
    python(
        "a dependency",
        FASTAPI + "@router.post('/orders')\ndef create(payload: NewOrder, db: dict = Depends(get_db)):\n    return 1\n",
    ),
    python("a query without a type", FASTAPI + "@router.get('/orders')\ndef read(q=None):\n    return q\n"),
    python(
        "validated after reading",
        FASTAPI + "@router.post('/hook')\nasync def hook(request: Request):\n"
        "    event = Event.model_validate(await request.json())\n    return event.id\n",
    ),
    python(
        "the signature of a webhook",
        FASTAPI + "@router.post('/hook')\nasync def hook(request: Request):\n"
        "    payload = await request.body()\n    event = stripe.Webhook.construct_event(payload, sig, secret)\n"
        "    return event['id']\n",
    ),
    python(
        "marshmallow",
        FLASK + "@bp.post('/orders')\ndef create():\n    data = NewOrderSchema().load(request.get_json())\n"
        "    return orders.create(data['sku'])\n",
    ),
    python(
        "pydantic in Flask",
        FLASK + "from app.schemas import NewOrder\n\n@bp.post('/orders')\ndef create():\n"
        "    order = NewOrder(**request.get_json())\n    return orders.create(order.sku)\n",
    ),
    python(
        "webargs",
        FLASK + "@bp.post('/orders')\n@use_args({'sku': fields.Str(required=True)})\ndef create(args):\n"
        "    return orders.create(args['sku'])\n",
    ),
    python(
        "flask-smorest",
        FLASK + "@bp.post('/orders')\n@bp.arguments(NewOrderSchema)\ndef create(data):\n"
        "    return orders.create(data['sku'])\n",
    ),
    python(
        "a form of WTForms",
        FLASK + "@bp.post('/login')\ndef login():\n    form = LoginForm()\n"
        "    if form.validate_on_submit():\n        return check_in(form.name.data)\n    return render()\n",
    ),
    python(
        "a form of Django",
        DJANGO + "def create_order(request):\n    form = OrderForm(request.POST)\n"
        "    if form.is_valid():\n        return JsonResponse(make(form.cleaned_data['sku']))\n",
        path="shop/views.py",
    ),
    python(
        "a serializer",
        DRF + "class Orders(APIView):\n    def post(self, request):\n"
        "        serializer = OrderSerializer(data=request.data)\n        serializer.is_valid(raise_exception=True)\n"
        "        return Response(make(serializer.validated_data['sku']))\n",
        path="shop/views.py",
    ),
    python(
        "an envelope and a serializer",
        DRF + "class Orders(APIView):\n    def post(self, request):\n"
        "        given = request.data.get('order', {})\n        serializer = self.serializer_class(data=given)\n"
        "        serializer.is_valid(raise_exception=True)\n        return Response(serializer.data)\n",
        path="shop/views.py",
    ),
    python(
        "values with a type",
        FLASK + "@bp.post('/add')\ndef add():\n    a = request.form.get('a', 0, type=float)\n    return jsonify(a)\n",
    ),
    python(
        "some fields and a serializer",
        DRF + "class Orders(APIView):\n    def patch(self, request):\n"
        "        given = {k: v for k, v in request.data.items() if k in OPEN}\n"
        "        serializer = self.serializer_class(order, data=given)\n"
        "        serializer.is_valid(raise_exception=True)\n"
        "        return Response(serializer.data)\n",
        path="shop/views.py",
    ),
    python(
        "ninja with a schema",
        NINJA + "class New(Schema):\n    sku: str\n\n@router.post('/orders')\n"
        "def create(request, payload: New):\n    return make(payload.sku)\n",
    ),
    python(
        "no handler", "def load(request):\n    data = request.get_json()\n    return data['a']\n", path="app/loading.py"
    ),
    python(
        "where to go next",
        FLASK + "@bp.post('/logout')\ndef logout():\n    leave()\n    return redirect(request.form.get('next', '/'))\n",
    ),
    node(
        "zod",
        EXPRESS + "router.post('/orders', async (req, res) => {\n  const input = NewOrder.parse(req.body);\n"
        "  res.json(await orders.create(input.sku));\n});\n",
    ),
    node(
        "safeParse",
        EXPRESS + "router.post('/orders', async (req, res) => {\n  const parsed = NewOrder.safeParse(req.body);\n"
        "  if (!parsed.success) return res.status(400).end();\n  res.json(await orders.create(parsed.data));\n});\n",
    ),
    node(
        "joi",
        EXPRESS
        + "router.post('/orders', async (req, res) => {\n  const { error, value } = newOrder.validate(req.body);\n"
        "  res.json(await orders.create(req.body.sku));\n});\n",
    ),
    node(
        "a middleware of the route",
        EXPRESS + "router.post('/orders', validate(newOrder), async (req, res) => {\n"
        "  const { sku } = req.body;\n  res.json(await orders.create(sku));\n});\n",
    ),
    node(
        "express-validator",
        EXPRESS + "router.post('/orders', body('sku').isString(), async (req, res) => {\n"
        "  const errors = validationResult(req);\n  res.json(await orders.create(req.body.sku));\n});\n",
    ),
    node(
        "a middleware of the router",
        EXPRESS + "router.use(celebrate(rules));\nrouter.post('/orders', (req, res) => {\n"
        "  res.json(orders.create(req.body.sku));\n});\n",
    ),
    node(
        "a named handler behind a middleware",
        EXPRESS + "const create = async (req: Request, res: Response) => {\n"
        "  const { sku } = req.body;\n  res.json(await orders.create(sku));\n};\n"
        "router.post('/orders', validateBody(newOrder), create);\n",
    ),
    node(
        "a schema of fastify",
        FASTIFY + "  fastify.post('/orders', { schema: { body: newOrder } }, async (request) => {\n"
        "    const { sku } = request.body;\n    return create(sku);\n  });\n}\n",
    ),
    node(
        "a route of fastify",
        FASTIFY + "  fastify.route({ method: 'POST', url: '/orders', schema: { body: newOrder },\n"
        "    handler: async (request) => create(request.body.sku) });\n}\n",
    ),
    node(
        "koa with a schema",
        KOA + "router.post('/orders', async (ctx) => {\n"
        "  const input = await newOrder.validateAsync(ctx.request.body);\n  ctx.body = await create(input.sku);\n});\n",
    ),
    node(
        "an answer's body",
        KOA + "router.get('/orders', async (ctx) => {\n  ctx.body = await all();\n"
        "  ctx.set('x', ctx.body.length);\n});\n",
    ),
    node(
        "a DTO of Nest",
        CONTROLLER + "import { NewOrderDto } from './dto/new-order.dto';\n\n@Controller('orders')\n"
        "export class OrdersController {\n  @Post()\n  create(@Body() body: NewOrderDto) {\n"
        "    return this.orders.create(body);\n  }\n}\n",
        path=NEST,
    ),
    node(
        "a class with decorators",
        CONTROLLER + "class NewOrder { @IsString() sku: string; }\n\n@Controller('orders')\n"
        "export class OrdersController {\n  @Post()\n  create(@Body() body: NewOrder) {\n"
        "    return this.orders.create(body);\n  }\n}\n",
        path=NEST,
    ),
    node(
        "a pipe with a schema",
        CONTROLLER + "@Controller('orders')\nexport class OrdersController {\n  @Post()\n"
        "  create(@Body(new ZodValidationPipe(schema)) body: any) {\n    return this.orders.create(body);\n  }\n}\n",
        path=NEST,
    ),
    node(
        "no handler",
        "export function total(order: { body: { lines: number[] } }) {\n  return order.body.lines.length;\n}\n",
    ),
]
_OLD_FLASK = FLASK + "@bp.post('/orders')\ndef create():\n    data = request.get_json()\n    return make(data['sku'])\n"
_OLD_EXPRESS = EXPRESS + "router.post('/orders', (req, res) => {\n  res.json(orders.create(req.body.sku));\n});\n"
OLD = [
    Case("an edited handler", API, _OLD_FLASK.replace("data['sku']", "data['sku'], data['size']"), _OLD_FLASK),
    Case("a moved one", ROUTES, "// moved\n" + _OLD_EXPRESS, _OLD_EXPRESS, toolchain=NODE),
]
