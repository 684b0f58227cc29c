"""Route handlers of TypeScript and JavaScript files, in all frameworks and by every way of registering one."""

import pytest

from aurora.toolchains.handler import Kind
from aurora.toolchains.node.handlers import NodeHandler, handlers
from aurora.toolchains.node.syntax import tree

FOUND = {
    "Express": ('router.post("/x", validate, async (req, res) => {});', [("post /x", "express", ("POST",), "/x")]),
    "in a wrapper": (
        'router.get("/x", auth("read"), asyncHandler(async (req, res) => {}));',
        [("get /x", "express", ("GET",), "/x")],
    ),
    "a chain of route()": (
        'router.route("/x").get((req, res) => {}).post((req, res) => {});',
        [("get /x", "express", ("GET",), "/x"), ("post /x", "express", ("POST",), "/x")],
    ),
    "by its name": (
        "function create(req, res) {}\nconst list = async (q, r) => {};\n"
        'router.post("/x", create);\nrouter.get("/x", list);',
        [("create", "express", ("POST",), "/x"), ("list", "express", ("GET",), "/x")],
    ),
    "a controller that another file registers": (
        "export const create = async (req: Request, res: Response, next: NextFunction) => {};",
        [("create", "express", (), "")],
    ),
    "in a wrapper, registered elsewhere": (
        "const create = catchAsync(async (req, res) => {});\nmodule.exports = { create };",
        [("create", "express", (), "")],
    ),
    "methods of a controller's class": (
        "class Orders {\n  async create(req: Request, res: Response) {}\n"
        "  list = async (req: Request, res: Response) => {};\n}",
        [("Orders.create", "express", (), ""), ("Orders.list", "express", (), "")],
    ),
    "a typed handler": (
        "export const create: RequestHandler<{}, any> = async (one, two) => {};",
        [("create", "express", (), "")],
    ),
    "Fastify": (
        'import fastify from "fastify";\nconst app = fastify();\n'
        'app.get("/x", { schema }, async (request, reply) => {});',
        [("get /x", "fastify", ("GET",), "/x")],
    ),
    "Fastify's options": (
        'fastify.route({ method: "POST", url: "/x", handler: async (request, reply) => {} });',
        [("handler", "fastify", ("POST",), "/x")],
    ),
    "Koa": (
        'import Router from "@koa/router";\nconst r = new Router();\nr.get("/x", async (ctx) => {});',
        [("get /x", "koa", ("GET",), "/x")],
    ),
    "Hono": (
        'import { Hono } from "hono";\nconst app = new Hono();\n'
        'app.post("/x", zValidator("json", s), async (c) => {});',
        [("post /x", "hono", ("POST",), "/x")],
    ),
    "Nest": (
        'import { Controller, Post } from "@nestjs/common";\n@Controller("orders")\nexport class C {\n'
        '  constructor(private readonly s: S) {}\n  @Post("x")\n  async create(@Body() dto: Dto) {}\n  helper() {}\n}',
        [("C.create", "nest", ("POST",), "/orders/x")],
    ),
    "a Nest resolver": (
        "@Resolver(() => Order)\nclass R {\n  @Query(() => Order)\n  order(@Args('id') id: string) {}\n}",
        [("R.order", "graphql", (), "")],
    ),
    "Apollo's resolvers": (
        "const resolvers = { Query: { order: (p, args, ctx) => 1 }, Order: { lines(order) {} } };",
        [
            ("resolvers.Query.order", "graphql", (), "Query.order"),
            ("resolvers.Order.lines", "graphql", (), "Order.lines"),
        ],
    ),
    "Yoga's": (
        "createSchema({ typeDefs, resolvers: { Mutation: { pay: async (_, { id }) => 1 } } });",
        [("resolvers.Mutation.pay", "graphql", (), "Mutation.pay")],
    ),
}
NONE = {
    "a client": 'axios.get("/x", { transform: (a) => a });',
    "a server of Node's own": "http.createServer((req, res) => {});",
    "an error handler": "app.use((err, req, res, next) => {});",
    "middleware": "app.use((req, res, next) => {});",
    "a setting": 'app.get("view engine");',
    "a map": 'cache.get("/x", () => 1);',
    "a function": "export const create = async (order: Order) => {};",
    "a Nest service": "@Injectable()\nclass S {\n  create(dto: Dto) {}\n}",
}


def of(text: str, path: str = "src/a.ts") -> tuple[NodeHandler, ...]:
    root = tree(path, text)
    assert root is not None
    return handlers(path, root)


@pytest.mark.parametrize("case", FOUND)
def test_a_handler_is_found(case: str) -> None:
    text, expected = FOUND[case]
    assert [(one.name, one.framework, one.methods, one.path) for one in of(text)] == expected


@pytest.mark.parametrize("case", NONE)
def test_what_is_no_handler_is_left_out(case: str) -> None:
    assert of(NONE[case]) == ()


def test_a_place_makes_a_handler() -> None:
    text = "export async function GET(request: Request) {}\nexport const POST = withAuth(async (r) => {});\n"
    found = of(text + "function a() {}\n", "src/app/api/x/route.ts")
    assert [(one.name, one.framework) for one in found] == [("GET", "next"), ("POST", "next")]
    text = "export default async function handler(req: NextApiRequest, res: NextApiResponse) {}\n"
    assert [(one.name, one.framework) for one in of(text, "pages/api/x.ts")] == [("handler", "next")]


def test_a_signature_in_a_middleware_file_is_no_handler() -> None:
    assert of("export const auth = (req, res, next) => next();", "src/middleware/auth.ts") == ()


def test_parameters_have_kinds() -> None:
    text = (
        "@Controller()\nclass C {\n  @Post()\n  create(@Body() dto: Dto, @Body() raw: any, @Param('id') id: string,\n"
        "    @Query() page: Page, @Req() req: Request, @Res() res: Response, @CurrentUser() user: User) {}\n}"
    )
    (found,) = of(text)
    assert {one.name: one.kind for one in found.parameters} == {
        "dto": Kind.BODY,
        "raw": Kind.RAW,
        "id": Kind.VALUE,
        "page": Kind.BODY,
        "req": Kind.REQUEST,
        "res": Kind.RESPONSE,
        "user": Kind.DEPENDENCY,
    }
    (found,) = of('router.post("/x", (req, res, next) => {});')
    assert [one.kind for one in found.parameters] == [Kind.REQUEST, Kind.RESPONSE, Kind.OTHER]
