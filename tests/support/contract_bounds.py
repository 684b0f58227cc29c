"""Models of requests that check less than the contract states. The changed file is `app/api.py`."""

from collections.abc import Mapping
from textwrap import dedent

from tests.support.gate_cases import Case
from tests.support.node_contract_bounds import BAD as NODE_BAD
from tests.support.node_contract_bounds import GOOD as NODE_GOOD
from tests.support.node_contract_bounds import OLD as NODE_OLD

API, CONTRACT = "app/api.py", "openapi.yaml"
DOCUMENT = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: state, in: query, schema: {type: string, enum: [open, paid]}}
      responses: {'200': {description: all}}
    post:
      operationId: createOrder
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/NewOrder'}}
      responses: {'201': {description: made}}
  /orders/{id}/notes:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [text]
              properties:
                text: {type: string, minLength: 1, maxLength: 500}
                tags: {type: array, maxItems: 5, items: {type: string, maxLength: 20}}
      responses: {'201': {description: made}}
components:
  schemas:
    Line:
      type: object
      required: [sku, quantity]
      properties:
        sku: {type: string, pattern: '^[A-Z]{3}-[0-9]{4}$'}
        quantity: {type: integer, minimum: 1, maximum: 99}
    NewOrder:
      allOf:
        - type: object
          required: [email, currency, lines]
          properties:
            id: {type: string, format: uuid, readOnly: true}
            email: {type: string, format: email}
            currency: {type: string, enum: [EUR, USD]}
            reference: {type: string, maxLength: 64}
            customer_id: {type: string, format: uuid}
            total: {type: number, exclusiveMinimum: 0}
            lines: {type: array, maxItems: 50, items: {$ref: '#/components/schemas/Line'}}
"""
FASTAPI = (
    "from typing import Annotated, Literal\nfrom uuid import UUID\n"
    "from fastapi import APIRouter, HTTPException, Query\n"
    "from pydantic import BaseModel, ConfigDict, EmailStr, Field, field_validator\n\nrouter = APIRouter()\n\n"
)
ROUTE = (
    "\n\n@router.post('/orders', status_code=201)\n"
    "def create_order(order: NewOrder):\n    return orders.create(order)\n"
)
LINE = (
    "class Line(BaseModel):\n"
    "    sku: str = Field(pattern='^[A-Z]{3}-[0-9]{4}$')\n"
    "    quantity: int = Field(ge=1, le=99)\n\n"
)


def case(name: str, text: str, says: str = "", path: str = API, document: str = DOCUMENT, **tree: str) -> Case:
    """`tree`: other modules that did not change, `app_models` is `app/models.py`; `package`: that of `app.schemas`."""
    places = {"package": "app/schemas/__init__.py"}
    files = {places.get(module, f"{module.replace('_', '/')}.py"): body.encode() for module, body in tree.items()}
    return Case(name, path, text, says=says, tree={**files, CONTRACT: document.encode()}, contract=CONTRACT)


def model(fields: Mapping[str, str] | str, rest: str = "") -> str:
    lines = fields if isinstance(fields, str) else "".join(f"    {name}: {of}\n" for name, of in fields.items())
    return FASTAPI + LINE + "class NewOrder(BaseModel):\n" + lines + rest + ROUTE


WHOLE = {
    "email": "EmailStr",
    "currency": "Literal['EUR', 'USD']",
    "reference": "str | None = Field(default=None, max_length=64)",
    "customer_id": "UUID | None = None",
    "total": "float | None = Field(None, gt=0)",
    "lines": "list[Line] = Field(max_length=50)",
}
NOTES = (
    FASTAPI + "class Note(BaseModel):\n{}\n\n"
    "@router.post('/orders/{{order_id}}/notes')\n"
    "def note(order_id: int, note: Note):\n    return add(order_id, note)\n"
)
LISTED = FASTAPI + "@router.get('/orders')\ndef listed({}):\n    return orders.all()\n"

BAD = [
    case("a length", model({**WHOLE, "reference": "str | None = None"}), "maxLength: 64 of `reference`"),
    case("a format", model({**WHOLE, "email": "str"}), "format: email of `email`"),
    case("a uuid", model({**WHOLE, "customer_id": "str | None = None"}), "format: uuid"),
    case("an enum", model({**WHOLE, "currency": "str"}), "enum: [EUR, USD]"),
    case("an exclusive minimum", model({**WHOLE, "total": "float | None = None"}), "exclusiveMinimum: 0"),
    case(
        "a minimum that is too low", model({**WHOLE, "total": "float | None = Field(None, ge=0)"}), "exclusiveMinimum"
    ),
    case("a number of items", model({**WHOLE, "lines": "list[Line]"}), "maxItems: 50"),
    case("a required field with a default", model({**WHOLE, "currency": "Literal['EUR', 'USD'] = 'EUR'"}), "required"),
    case(
        "a looser bound", model({**WHOLE, "reference": "str = Field('', max_length=255)"}), "maxLength: 64 (here 255)"
    ),
    case(
        "a nested model",
        model(WHOLE).replace("Field(ge=1, le=99)", "Field(ge=1)"),
        "maximum: 99 of `lines[].quantity`",
    ),
    case(
        "a pattern of a model of another file",
        FASTAPI + "from app.models import NewOrder\n" + ROUTE,
        "pattern",
        app_models=FASTAPI
        + LINE.replace("pattern='^[A-Z]{3}-[0-9]{4}$'", "max_length=8")
        + "class NewOrder(BaseModel):\n"
        + "".join(f"    {name}: {of}\n" for name, of in WHOLE.items()),
    ),
    case(
        "a model that a package passes on, below a prefix",
        FASTAPI.replace("APIRouter()", "APIRouter(prefix='/orders')") + "from . import schemas\n\n@router.post('')\n"
        "async def create(payload: Annotated[schemas.NewOrder, Body()]):\n"
        "    return await orders.create(payload)\n",
        "maxLength: 64",
        package="from .order import *\n",
        app_schemas_order=(
            "from pydantic import BaseModel\n\nclass NewOrder(BaseModel):\n    reference: str | None = None\n"
        ),
    ),
    case("lengths of a note", NOTES.format("    text: str\n"), "maxLength: 500, minLength: 1 of `text`"),
    case(
        "lengths of items",
        NOTES.format(
            "    text: str = Field(min_length=1, max_length=500)\n"
            "    tags: list[str] = Field(default=[], max_length=5)\n"
        ),
        "maxLength: 20 of `tags[]`",
    ),
    case(
        "a body that is called request",
        model({**WHOLE, "reference": "str = ''"}).replace("order: NewOrder", "request: NewOrder"),
        "maxLength: 64",
    ),
    case(
        "a field that is only asked whether it is there",
        model({**WHOLE, "reference": "str | None = None"}).replace(
            "    return orders", "    if order.reference is not None:\n        log()\n    return orders"
        ),
        "maxLength: 64",
    ),
    case("a parameter of the query", LISTED.format("limit: int = 20"), "maximum: 100 of `limit`"),
    case("an enum in the query", LISTED.format("state: str = 'open'"), "enum: [open, paid]"),
    case("an annotated parameter", LISTED.format("limit: Annotated[int, Query(ge=1)] = 20"), "maximum: 100"),
    case(
        "ninja",
        "from ninja import Router, Schema\n\nrouter = Router()\n\n"
        "class NewOrder(Schema):\n    reference: str = ''\n\n"
        "@router.post('/orders')\ndef create_order(request, payload: NewOrder):\n    return make(payload)\n",
        "maxLength: 64",
    ),
    case(
        "names by a generator",
        NOTES.format("    model_config = ConfigDict(alias_generator=to_camel)\n    order_text: str\n"),
        "maxLength: 9 of `orderText`",
        document=DOCUMENT.replace(
            "text: {type: string, minLength: 1, maxLength: 500}", "orderText: {type: string, maxLength: 9}"
        ),
    ),
    case(
        "a document of Swagger",
        NOTES.format("    text: str\n"),
        "maxLength: 9",
        document="swagger: '2.0'\ninfo: {title: a, version: '1'}\nbasePath: /api\npaths:\n"
        "  /orders/{id}/notes:\n    post:\n"
        "      parameters:\n"
        "        - {name: body, in: body, schema: {type: object, properties: {text: {type: string, "
        "maxLength: 9}}}}\n"
        "      responses: {'200': {description: a}}\n",
    ),
    Case(
        "a bound that the contract got in this change",
        CONTRACT,
        DOCUMENT,
        before=DOCUMENT.replace("{type: string, maxLength: 64}", "{type: string}"),
        tree={API: model({**WHOLE, "reference": "str | None = None"}).encode()},
        beside=(Case("a source", "app/other.py", "A = 1\n"),),
        contract=CONTRACT,
        says="maxLength: 64",
    ),
    Case(
        "a bound that another file of the contract states",
        API,
        NOTES.format("    text: str\n"),
        says="maxLength: 500",
        tree={
            CONTRACT: DOCUMENT[: DOCUMENT.index("paths:")].encode() + b"paths: {$ref: api/paths.yaml}\n",
            "api/paths.yaml": dedent(DOCUMENT[DOCUMENT.index("paths:\n") + 7 : DOCUMENT.index("components:")])
            .replace("#/components/schemas/", "schemas.yaml#/")
            .encode(),
            "api/schemas.yaml": dedent(DOCUMENT[DOCUMENT.index("  schemas:\n") + 11 :])
            .replace("#/components/schemas/", "#/")
            .encode(),
        },
        contract=CONTRACT,
        contract_files=(CONTRACT, "api/paths.yaml", "api/schemas.yaml"),
    ),
    *NODE_BAD,
]
GOOD = [
    case("all of it", model(WHOLE)),
    case(
        "by annotations",
        model(
            {
                **WHOLE,
                "reference": "Annotated[str | None, Field(max_length=64)] = None",
                "lines": "Annotated[list[Line], Len(max_length=50)]",
            }
        ),
    ),
    case(
        "an alias of a type",
        model({**WHOLE, "reference": "Reference = ''"}).replace(
            "router =", "Reference = Annotated[str, Field(max_length=64)]\nrouter ="
        ),
    ),
    case(
        "a type of the project's own that can't be read",
        model({**WHOLE, "reference": "Reference = ''"}).replace("router =", "from library import Reference\nrouter ="),
    ),
    case("constr", model({**WHOLE, "reference": "constr(max_length=64) = ''"})),
    case("a tighter bound", model({**WHOLE, "reference": "str = Field('', max_length=32)"})),
    case("a bound with a name", model({**WHOLE, "reference": "str = Field('', max_length=MOST)"})),
    case("a pattern that bounds the length", model({**WHOLE, "reference": "str = Field('', pattern='^[a-z]{1,64}$')"})),
    case("whole numbers above zero", model(WHOLE).replace("Field(ge=1, le=99)", "Field(gt=0, lt=100)")),
    case(
        "an enum of the file",
        model({**WHOLE, "currency": "Currency"}).replace(
            "router =",
            "from enum import StrEnum\n\nclass Currency(StrEnum):\n    EUR = 'EUR'\n    USD = 'USD'\n\nrouter =",
        ),
    ),
    case(
        "a configured length",
        model({**WHOLE, "reference": "str = ''"}, "    model_config = ConfigDict(str_max_length=64)\n"),
    ),
    case(
        "another operation's model",
        FASTAPI
        + (
            "class Login(BaseModel):\n    email: str\n\n@router.post('/login')\n"
            "def login(body: Login):\n    return check_in(body)\n"
        ),
    ),
    case("a route of another method", model({**WHOLE, "email": "str"}).replace("router.post(", "router.patch(")),
    case("a read-only field", model({**WHOLE, "id": "str | None = None"})),
    case("a required field of pydantic 1", model({**WHOLE, "email": "EmailStr | None"})),
    case(
        "a schema by alternatives",
        NOTES.format("    text: str\n"),
        document=DOCUMENT.replace(
            "text: {type: string, minLength: 1, maxLength: 500}",
            "text: {oneOf: [{type: string, maxLength: 5}, {type: integer}]}",
        ),
    ),
    case("no document", model({**WHOLE, "email": "str"}), document="- just\n- a list\n"),
    case("a document that can't be read", model({**WHOLE, "email": "str"}), document="a: [\n"),
    case(
        "a document whose schemas hold each other",
        NOTES.format("    text: str\n"),
        document=(
            "openapi: 3.1.0\npaths:\n  /orders/{id}/notes:\n    post:\n"
            "      requestBody: {content: {application/json: {schema: {$ref: "
            "'#/components/schemas/A'}}}}\ncomponents:\n  schemas:\n"
            "    A: {$ref: '#/components/schemas/B'}\n"
            "    B: {$ref: '#/components/schemas/A'}\n"
        ),
    ),
    case(
        "parameters with bounds",
        LISTED.format("limit: int = Query(20, ge=1, le=100), state: Literal['open', 'paid'] = 'open'"),
    ),
    case("a parameter that is injected", LISTED.format("limit: Limit = Depends(limit)")),
    *NODE_GOOD,
]
OLD_TEXT = model({**WHOLE, "reference": "str | None = None"})
OLD = [
    Case(
        "an edited model",
        API,
        OLD_TEXT.replace("orders.create(order)", "orders.make(order)"),
        OLD_TEXT,
        tree={CONTRACT: DOCUMENT.encode()},
        contract=CONTRACT,
    ),
    Case("a moved one", API, "# moved\n" + OLD_TEXT, OLD_TEXT, tree={CONTRACT: DOCUMENT.encode()}, contract=CONTRACT),
    *NODE_OLD,
]
