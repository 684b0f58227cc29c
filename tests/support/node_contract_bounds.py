"""The same of TypeScript. The changed file is `src/orders.ts`, of Nest `src/orders.controller.ts`."""

from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest", "root": ""}
ROUTES, NEST, CONTRACT = "src/orders.ts", "src/orders.controller.ts", "openapi.yaml"
DOCUMENT = """\
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: 'https://example.com/v1'}]
paths:
  /orders:
    post:
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/NewOrder'}}
      responses: {'201': {description: made}}
components:
  schemas:
    Line:
      type: object
      required: [sku, quantity]
      properties:
        sku: {type: string, pattern: '^[A-Z]{3}$'}
        quantity: {type: integer, minimum: 1, maximum: 99}
    NewOrder:
      type: object
      required: [email, currency, lines]
      properties:
        email: {type: string, format: email}
        currency: {type: string, enum: [EUR, USD]}
        reference: {type: string, maxLength: 64}
        lines: {type: array, maxItems: 50, items: {$ref: '#/components/schemas/Line'}}
"""
ZOD = "import { Router } from 'express';\nimport { z } from 'zod';\n\nconst router = Router();\n"
LINE = "const Line = z.object({ sku: z.string().regex(/^[A-Z]{3}$/), quantity: z.number().int().min(1).max(99) });\n"
WHOLE = {
    "email": "z.string().email()",
    "currency": "z.enum(['EUR', 'USD'])",
    "reference": "z.string().max(64).optional()",
    "lines": "z.array(Line).max(50)",
}
PARSED = (
    "router.post('/orders', async (req, res) => {\n  const input = NewOrder.parse(req.body);\n"
    "  res.status(201).json(await orders.create(input));\n});\n"
)
IMPORTS = (
    "import { Body, Controller, Post } from '@nestjs/common';\n"
    "import { ArrayMaxSize, IsEmail, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } "
    "from 'class-validator';\n"
)
LINE_DTO = "class LineDto {\n  @Matches(/^[A-Z]{3}$/) sku: string;\n  @IsInt() @Min(1) @Max(99) quantity: number;\n}\n"
DTO = {
    "email": "@IsEmail() email: string;",
    "currency": "@IsIn(['EUR', 'USD']) currency: string;",
    "reference": "@IsOptional() @IsString() @MaxLength(64) reference?: string;",
    "lines": "@ValidateNested({ each: true }) @Type(() => LineDto) @ArrayMaxSize(50) lines: LineDto[];",
}
CONTROLLER = (
    "@Controller('orders')\nexport class OrdersController {\n  @Post()\n  create(@Body() body: NewOrderDto) {\n"
    "    return this.orders.create(body);\n  }\n}\n"
)


def schema(**fields: str) -> str:
    inner = "".join(f"  {name}: {of},\n" for name, of in {**WHOLE, **fields}.items())
    return LINE + "export const NewOrder = z.object({\n" + inner + "});\n"


def dto(**fields: str) -> str:
    inner = "".join(f"  {of}\n" for of in {**DTO, **fields}.values())
    return LINE_DTO + "export class NewOrderDto {\n" + inner + "}\n\n"


def case(name: str, text: str, says: str = "", path: str = ROUTES, **tree: str) -> Case:
    """`tree`: other modules that did not change, `schemas` is `src/schemas.ts`."""
    files = {f"src/{module}.ts": body.encode() for module, body in tree.items()}
    return Case(
        name, path, text, says=says, tree={**files, CONTRACT: DOCUMENT.encode()}, toolchain=NODE, contract=CONTRACT
    )


def nest(name: str, text: str, says: str = "", **tree: str) -> Case:
    return case(name, text, says, NEST, **tree)


BAD = [
    case("zod: a length", ZOD + schema(reference="z.string().optional()") + PARSED, "maxLength: 64 of `reference`"),
    case("zod: a format", ZOD + schema(email="z.string().min(3)") + PARSED, "format: email"),
    case("zod: an enum", ZOD + schema(currency="z.string()") + PARSED, "enum: [EUR, USD]"),
    case("zod: a number of items", ZOD + schema(lines="z.array(Line).nonempty()") + PARSED, "maxItems: 50"),
    case("zod: what is required", ZOD + schema(email="z.string().email().optional()") + PARSED, "required"),
    case("zod: a looser bound", ZOD + schema(reference="z.string().max(255)") + PARSED, "(here 255)"),
    case(
        "zod: a nested range",
        ZOD + schema().replace(".min(1).max(99)", ".positive()") + PARSED,
        "maximum: 99 of `lines[].quantity`",
    ),
    case(
        "zod: a schema of another file, by safeParse",
        ZOD + "import { NewOrder } from './schemas';\n" + PARSED.replace("parse(", "safeParse("),
        "pattern",
        schemas="import { z } from 'zod';\n" + schema().replace(".regex(/^[A-Z]{3}$/)", ""),
    ),
    case(
        "zod: passed on by an index, in a middleware",
        ZOD + "import * as rules from './rules';\n"
        "router.post('/orders', validateBody(rules.NewOrder), (req, res) => res.json(create(req.body)));\n",
        "maxLength: 64",
        rules="export * from './schemas.js';\n",
        schemas="import { z } from 'zod';\n" + schema(reference="z.string()"),
    ),
    case(
        "zod: a request of which the body is a part",
        ZOD + schema(reference="z.string()") + "const Request = z.object({ body: NewOrder, params: z.object({}) });\n"
        "router.post('/orders', validate(Request), (req, res) => res.json(create(req.body)));\n",
        "maxLength: 64",
    ),
    case(
        "zod: extended, in Fastify",
        "import { z } from 'zod';\n" + schema() + "const Wide = NewOrder.extend({ reference: z.string() });\n"
        "export async function routes(fastify) {\n"
        "  fastify.post('/v1/orders', { schema: { body: Wide } }, async (request) => create(request.body));\n}\n",
        "maxLength: 64",
    ),
    nest("a DTO: a length", IMPORTS + dto(reference="@IsString() reference: string;") + CONTROLLER, "maxLength: 64"),
    nest("a DTO: a format", IMPORTS + dto(email="@IsString() email: string;") + CONTROLLER, "format: email"),
    nest("a DTO: an enum", IMPORTS + dto(currency="@IsString() currency: string;") + CONTROLLER, "enum: [EUR, USD]"),
    nest(
        "a DTO: a number of items",
        IMPORTS + dto(lines="@IsArray() @ValidateNested({ each: true }) lines: LineDto[];") + CONTROLLER,
        "maxItems: 50",
    ),
    nest(
        "a DTO: what is required",
        IMPORTS + dto(email="@IsOptional() @IsEmail() email: string;") + CONTROLLER,
        "required",
    ),
    nest("a DTO: a nested range", IMPORTS + dto().replace("@Max(99) ", "") + CONTROLLER, "maximum: 99"),
    nest(
        "a DTO of another file",
        IMPORTS + "import { NewOrderDto } from './dto';\n" + CONTROLLER,
        "pattern",
        dto=IMPORTS + dto().replace("@Matches(/^[A-Z]{3}$/)", "@IsString()"),
    ),
    nest(
        "a part of a DTO",
        IMPORTS + dto(reference="@IsString() reference: string;")
        + "class Small extends PickType(NewOrderDto, ['reference']) {}\n"
        + CONTROLLER.replace(": NewOrderDto", ": Small"),
        "maxLength: 64",
    ),
]  # fmt: skip
GOOD = [
    case("zod: all of it", ZOD + schema() + PARSED),
    case("zod: formats of its own", ZOD + schema(email="z.email()") + PARSED),
    case("zod: a refinement", ZOD + schema(reference="z.string().regex(/^[a-z]{0,64}$/)") + PARSED),
    case("zod: a bound with a name", ZOD + schema(reference="z.string().max(MOST)") + PARSED),
    case("zod: a tighter bound", ZOD + schema(reference="z.string().length(8)") + PARSED),
    case("zod: a schema that can't be read", ZOD + "import { NewOrder } from 'rules';\n" + PARSED),
    case("zod: a field of a package", ZOD + "import { text } from 'rules';\n" + schema(reference="text") + PARSED),
    case("zod: a route of another method", ZOD + schema(email="z.string()") + PARSED.replace(".post(", ".put(")),
    case("zod: another path", ZOD + schema(email="z.string()") + PARSED.replace("/orders", "/drafts")),
    case(
        "zod: of the query",
        ZOD + schema(email="z.string()")
        + "router.post('/orders', zValidator('query', NewOrder), (req, res) => res.json(1));\n",
    ),
    case(
        "a part of it",
        ZOD + schema(email="z.string()")
        + "const Part = NewOrder.omit({ email: true });\n" + PARSED.replace("NewOrder.parse", "Part.parse"),
    ),
    nest("a DTO: all of it", IMPORTS + dto() + CONTROLLER),
    nest("a DTO: an enum", IMPORTS + dto(currency="@IsEnum(Currency) currency: Currency;") + CONTROLLER),
    nest("a DTO: its own length", IMPORTS + dto(reference="@Length(1, 20) reference: string;") + CONTROLLER),
    nest("a DTO: of a base that can't be read", IMPORTS + "import { NewOrderDto } from 'rules';\n" + CONTROLLER),
    nest("a DTO: a pipe", IMPORTS + dto(email="@IsString() email: string;")
         + CONTROLLER.replace("@Body()", "@Body(new ZodPipe(rules))")),
    nest("a DTO: another controller", IMPORTS + dto(email="@IsString() email: string;")
         + CONTROLLER.replace("'orders'", "'drafts'")),
    nest("a class without decorators", IMPORTS + "class NewOrderDto { email: string; }\n" + CONTROLLER),
]  # fmt: skip
_OLD = ZOD + schema(reference="z.string()") + PARSED
OLD = [
    Case(
        "an edited schema of zod", ROUTES, _OLD.replace("orders.create", "orders.make"), _OLD, toolchain=NODE,
        tree={CONTRACT: DOCUMENT.encode()}, contract=CONTRACT,
    )
]  # fmt: skip
