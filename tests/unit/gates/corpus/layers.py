from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest"}
PYTHON_TREE = (
    "app/api/routes/orders.py",
    "app/api/deps.py",
    "app/api/errors.py",
    "app/routers/__init__.py",
    "app/routers/orders.py",
    "app/services/orders.py",
    "app/repositories/orders.py",
    "app/models/order.py",
    "app/models/base.py",
    "app/schemas/order.py",
    "app/views/orders.py",
    "app/crud/orders.py",
    "shop/orders/views.py",
    "shop/orders/service.py",
    "shop/orders/models.py",
    "shop/orders/router.py",
    "shop/low/a.py",
    "shop/mid/a.py",
    "shop/high/a.py",
    "shop/high/b.py",
)
NODE_TREE = (
    "src/routes/orders.ts",
    "src/controllers/orders.controller.ts",
    "src/services/orders.ts",
    "src/services/mail.ts",
    "src/repositories/orders.ts",
    "src/models/order.ts",
    "src/orders/orders.controller.ts",
    "src/orders/orders.service.ts",
    "src/orders/orders.repository.ts",
    "src/orders/order.entity.ts",
    "src/orders/dto/order.dto.ts",
    "src/routes/types.ts",
    "src/app/routes/orders/orders.mapper.ts",
    "api/src/infra/db.ts",
    "src/domain/order.ts",
    "src/infra/db.ts",
)
LAYERS = """
[tool.importlinter]
root_package = "shop"
[[tool.importlinter.contracts]]
name = "Layers of the shop"
type = "layers"
layers = ["shop.high", "shop.mid", "shop.low"]
"""
CONTAINER = LAYERS.replace(
    'layers = ["shop.high", "shop.mid", "shop.low"]', 'layers = ["high", "(mid)", "low"]\ncontainers = ["shop"]'
)
FORBIDDEN = """
[importlinter]
root_package = shop
[importlinter:contract:1]
name = No SQL above
type = forbidden
source_modules =
    shop.high
forbidden_modules =
    sqlalchemy
    shop.low
ignore_imports =
    shop.high.b -> shop.low.a
"""
INDEPENDENT = LAYERS.replace("layers = [", "modules = [").replace('type = "layers"', 'type = "independence"')
SIBLINGS = LAYERS.replace('"shop.high", "shop.mid"', '"shop.high | shop.mid"')
CRUISER = """/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: "domain-is-pure", severity: "error", from: { path: "^src/domain" }, to: { path: "^src/(infra|routes)" } },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    { name: "own-feature", severity: "warn", from: { path: "^src/([^/]+)/.+" },
      to: { path: "^src/models", pathNot: ["^src/$1/"] } },
  ],
};
"""
TSCONFIG = '{"compilerOptions": {"baseUrl": ".", "paths": {"@app/*": ["src/*"]}}}'


def py(id: str, path: str, text: str, contracts: str = "", **more: object) -> Case:
    beside = [Case(one, one, b"") for one in PYTHON_TREE if one != path]
    name = ".importlinter" if contracts.startswith("\n[importlinter]") else "pyproject.toml"
    configuration = {name: contracts} if contracts else {}
    return Case(id, path, text, beside=beside, configuration=configuration, **more)  # type: ignore[arg-type]


def ts(id: str, path: str, text: str, configuration: dict[str, str] | None = None, **more: object) -> Case:
    beside = [Case(one, one, b"") for one in NODE_TREE if one != path]
    more = {"toolchain": NODE, **more}
    return Case(id, path, text, beside=beside, configuration=configuration or {}, **more)  # type: ignore[arg-type]


OLD_IMPORT = "from app.routers.orders import router\n"
BAD = [
    py("a service that imports a router", "app/services/orders.py", OLD_IMPORT, line=1, says="belongs to routes"),
    py("by a relative import", "app/services/orders.py", "from ..routers import orders\n"),
    py("a whole package", "app/services/orders.py", "from app import routers\nimport app.routers.orders\n", line=1),
    py("within a function", "app/services/orders.py", "def f():\n    from app.routers.orders import router\n", line=2),
    py(
        "a model that imports a service",
        "app/models/order.py",
        "import app.services.orders\n",
        says="belongs to services",
    ),
    py("a repository that imports a service", "app/repositories/orders.py", "from app.services import orders\n"),
    py("crud that imports the API", "app/crud/orders.py", "from app.api.routes import orders\n"),
    py("a model that imports a repository", "app/models/order.py", "from ..repositories.orders import load\n"),
    py("a service that imports a view", "app/services/orders.py", "from app.views.orders import show\n"),
    py("files of a feature", "shop/orders/service.py", "from .router import router\n"),
    py("models of a feature", "shop/orders/models.py", "from shop.orders import service\n"),
    py("import-linter's layers", "shop/low/a.py", "from shop.high import a\n", LAYERS, says="'Layers of the shop'"),
    py("its containers", "shop/mid/a.py", "import shop.high.a\n", CONTAINER, says="mid is a layer below high"),
    py(
        "its forbidden modules",
        "shop/high/a.py",
        "from shop.low.a import x\n",
        FORBIDDEN,
        says="may not import shop.low",
    ),
    py("a forbidden package", "shop/high/a.py", "import sqlalchemy.orm\n", FORBIDDEN, says="may not import sqlalchemy"),
    py("independent modules", "shop/low/a.py", "from shop.mid.a import x\n", INDEPENDENT, says="independent"),
    py("independent layers", "shop/high/a.py", "from shop.mid import a\n", SIBLINGS, says="independent"),
    ts("a service that imports a route", "src/services/orders.ts", 'import { r } from "../routes/orders";\n', line=1),
    ts("with the suffix of what is built", "src/services/orders.ts", 'import { r } from "../routes/orders.js";\n'),
    ts("by require", "src/services/orders.ts", 'const r = require("../routes/orders");\nr();\n'),
    ts(
        "a service that imports a controller",
        "src/services/orders.ts",
        'import { C } from "../controllers/orders.controller";\nnew C();\n',
    ),
    ts("files of a feature", "src/orders/orders.service.ts", 'import { C } from "./orders.controller";\nnew C();\n'),
    ts(
        "an entity that imports a service",
        "src/orders/order.entity.ts",
        'import { S } from "./orders.service";\nnew S();\n',
    ),
    ts(
        "a repository that imports a service",
        "src/repositories/orders.ts",
        'import { s } from "../services/orders";\ns();\n',
    ),
    ts(
        "a model that imports a repository",
        "src/models/order.ts",
        'import { s } from "../repositories/orders";\ns();\n',
    ),
    ts(
        "an alias of the tsconfig",
        "src/services/orders.ts",
        'import { r } from "@app/routes/orders";\nr();\n',
        {"tsconfig.json": TSCONFIG},
    ),
    ts("an alias that is usual", "src/services/orders.ts", 'import { r } from "@/routes/orders";\nr();\n'),
    ts("what is exported on", "src/services/orders.ts", 'export { r } from "../routes/orders";\n'),
    ts(
        "dependency-cruiser's rule",
        "src/domain/order.ts",
        'import { db } from "../infra/db";\ndb();\n',
        {".dependency-cruiser.js": CRUISER},
        says="'domain-is-pure'",
    ),
    ts(
        "its rule where a project is a folder of the repository",
        "api/src/domain/order.ts",
        'import { db } from "../infra/db";\ndb();\n',
        {"api/.dependency-cruiser.js": CRUISER},
        says="'domain-is-pure'",
    ),
    ts(
        "its warning, as advice",
        "src/domain/order.ts",
        'import { m } from "../models/order";\nm();\n',
        {".dependency-cruiser.js": CRUISER},
        says="'own-feature'",
    ),
]
GOOD = [
    py("downwards", "app/routers/orders.py", "from app.services import orders\nfrom app.models.order import Order\n"),
    py("a layer left out", "app/api/routes/orders.py", "from app.crud import orders\n"),
    py("its own layer", "app/services/orders.py", "from app.services import mail\nfrom . import orders\n"),
    py("schemas are shared", "app/services/orders.py", "from app.schemas.order import OrderIn\n"),
    py("errors of the API", "app/services/orders.py", "from app.api.errors import NotFound\n"),
    py("for types only", "app/services/orders.py", "if TYPE_CHECKING:\n    from app.routers.orders import router\n"),
    py(
        "a package of others",
        "app/services/orders.py",
        "from rest_framework.routers import Router\n",
    ),
    py("no layer at all", "app/main.py", "from app.routers import orders\n"),
    py("a test", "tests/services/test_a.py", "from app.routers import orders\n"),
    py("import-linter's layers, downwards", "shop/high/a.py", "from shop.low import a\n", LAYERS),
    py("an import that a contract ignores", "shop/high/b.py", "from shop.low.a import x\n", FORBIDDEN),
    py("layers of its own, folders don't matter", "app/services/orders.py", OLD_IMPORT, LAYERS),
    py("what is no module of a contract", "shop/other.py", "import sqlalchemy\nfrom shop.low import a\n", FORBIDDEN),
    py("a contract that can't be read", "shop/low/a.py", "from shop.high import a\n", "[tool.importlinter\n"),
    ts("downwards", "src/routes/orders.ts", 'import { s } from "../services/orders";\ns();\n'),
    ts("its own layer", "src/services/orders.ts", 'import { s } from "./mail";\ns();\n'),
    ts("types of a layer above", "src/services/orders.ts", 'import type { R } from "../routes/orders";\nlet r: R;\n'),
    ts("a file of types", "src/services/orders.ts", 'import { R } from "../routes/types";\nR();\n'),
    ts("a DTO", "src/orders/orders.service.ts", 'import { D } from "./dto/order.dto";\nnew D();\n'),
    ts(
        "features in a folder called routes",
        "src/app/routes/orders/orders.service.ts",
        'import { m } from "./orders.mapper";\nm();\n',
    ),
    ts("a package of others", "src/services/orders.ts", 'import { r } from "routes/orders";\nr();\n'),
    ts("what starts a service", "src/services/web.ts", 'import { r } from "../routes/orders";\nr();\n'),
    ts("a component", "src/services/Page.tsx", 'import { r } from "../routes/orders";\nr();\n'),
    ts(
        "what a rule allows",
        "src/infra/db.ts",
        'import { o } from "../domain/order";\no();\n',
        {".dependency-cruiser.js": CRUISER},
    ),
    ts(
        "types, where a rule looks at what is built",
        "src/domain/order.ts",
        'import type { D } from "../infra/db";\nlet d: D;\n',
        {".dependency-cruiser.js": CRUISER},
    ),
    ts(
        "a rule whose paths are computed",
        "src/domain/order.ts",
        'import { d } from "../infra/db";\nd();\n',
        {".dependency-cruiser.js": CRUISER.replace('{ path: "^src/(infra|routes)" }', "{ pathNot: layers.domain }")},
    ),
    ts(
        "a rule that is about cycles",
        "src/routes/orders.ts",
        'import { s } from "../services/orders";\ns();\n',
        {".dependency-cruiser.js": CRUISER},
    ),
]
OLD = [
    py("an import of the base", "app/services/orders.py", "x = 1\n" + OLD_IMPORT, before=OLD_IMPORT),
    ts(
        "of Node",
        "src/services/orders.ts",
        '// moved\nimport { r } from "../routes/orders";\n',
        before='import { r } from "../routes/orders";\n',
    ),
]
