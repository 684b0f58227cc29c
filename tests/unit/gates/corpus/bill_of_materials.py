from aurora.domain.workspace import Dependencies
from tests.support.gate_cases import Case

GUARDED = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import {}\n"
NODE = {
    "language": "node",
    "runner": "vitest",
    "dependencies": Dependencies(
        language="node", manager="npm", files={"package.json": '{"dependencies": {"fastify": "5"}}'}, requirements=()
    ),
}
LOCKED = Dependencies(
    language="python",
    manager="uv",
    files={
        "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["fastapi", "httpx", "uvicorn[standard]"]\n'
        '[dependency-groups]\ndev = ["pytest", "freezegun"]\nprod = ["pyyaml"]\n',
        "uv.lock": 'version = 1\n[[package]]\nname = "fastapi"\nversion = "1"\n'
        '[[package]]\nname = "uvicorn"\nversion = "1"\n'
        '[package.optional-dependencies]\nstandard = [{ name = "anyio" }]\n',
    },
    requirements=("fastapi", "httpx", "uvicorn[standard]>=0.3"),
)
EXTRAS = {"dependencies": LOCKED}
SETTINGS = "src/shop/settings.py"
WORKSPACE = {
    "language": "node",
    "runner": "vitest",
    "dependencies": Dependencies(
        language="node",
        manager="npm",
        files={
            "package.json": '{"workspaces": ["packages/*"], "dependencies": {"pino": "9"}, "devDependencies": '
            '{"vitest": "4", "@types/express": "5", "supertest": "7"}, "peerDependencies": {"zod": "4"}, '
            '"imports": {"#db": "./src/db.js"}}',
            "packages/api/package.json": '{"name": "@shop/api", "dependencies": {"fastify": "5"}}',
        },
        requirements=(),
    ),
}
BAD = [
    Case(
        "the specification's own",
        text="from fastapi_users_db_sqlalchemy_async_magic import Magic\n",
        says="`fastapi_users_db_sqlalchemy_async_magic`",
    ),
    Case(
        "by import_module",
        text='import importlib\n\nhttp = importlib.import_module("requests")\n',
        line=3,
        says="`requests`",
    ),
    Case("by __import__", text='http = __import__("requests.sessions")\n', says="`requests`"),
    Case(
        "by import_string",
        text='from shop.tools import import_string\n\nBackend = import_string("redis.Redis")\n',
        says="`redis`",
    ),
    Case(
        "an app that Django imports",
        SETTINGS,
        'INSTALLED_APPS = [\n    "shop",\n    "rest_framework",\n]\n',
        line=3,
        says="djangorestframework",
    ),
    Case("an app that is added", SETTINGS, 'INSTALLED_APPS += ["corsheaders"]\n', before="INSTALLED_APPS = []\n"),
    Case("middleware", SETTINGS, 'MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware"]\n', says="`whitenoise`"),
    Case("the driver of a database address", text='URL = "postgresql+asyncpg://localhost/shop"\n', says="`asyncpg`"),
    Case("in the product what is for development", text="import freezegun\n", says="development only"),
    Case(
        "in the product what a group for development has",
        text="from freezegun import freeze_time\n",
        toolchain=EXTRAS,
        says="development only",
    ),
    Case("a name with a slip of the hand", text="import fastap\n", says="Did you mean `fastapi`?"),
    Case(
        "where ImportError is caught",
        text="try:\n    import orjson\nexcept ImportError:\n    orjson = None\n",
        says="`orjson`",
    ),
    Case("an extra that nobody asked for", text="import anyio\n", says="installed only as a dependency"),
    Case("of npm by require", "src/a.js", 'const a = require("axios");\n', toolchain=NODE),
    Case("of npm by import()", "src/a.ts", 'const a = await import("axios");\n', toolchain=NODE),
    Case(
        "of npm with a slip of the hand",
        "src/a.ts",
        'import f from "fastfy";\n',
        toolchain=NODE,
        says="Did you mean `fastify`?",
    ),
    Case(
        "of npm, a path of a scope",
        "src/a.ts",
        'import a from "@nestjs/common/decorators";\n',
        toolchain=NODE,
        says="`@nestjs/common`",
    ),
    Case("of npm, what another member declares", "src/a.ts", 'import f from "fastify";\n', toolchain=WORKSPACE),
    Case(
        "of npm, types of what runs",
        "src/a.ts",
        'import e from "express";\nexport const app = e();\n',
        toolchain=WORKSPACE,
    ),
    Case(
        "of npm, in the product what is for development",
        "src/a.ts",
        'import s from "supertest";\nexport const t = s();\n',
        toolchain=WORKSPACE,
        says="development only",
    ),
    Case(
        "of npm, a transport of pino",
        "src/log.ts",
        'import pino from "pino";\n\nexport const log = pino({ transport: { target: "pino-loki" } });\n',
        toolchain=WORKSPACE,
        says="`pino-loki`",
    ),
    Case("undeclared", text="import requests\n", before="", line=1, says="`requests`"),
    Case("in a new file", text="import os\nimport requests\n", line=2),
    Case("after a byte order mark", text="\ufeffimport requests\n", before="\ufeffx = 1\n"),
    Case("for types before, running now", text="import httpcore\n", before=GUARDED.format("httpcore")),
    Case(
        "for types before, beside it now",
        text=GUARDED.format("requests") + "import requests\n",
        before=GUARDED.format("requests"),
        line=4,
    ),
    Case("another beside one of the base", text="import requests\nimport numpy\n", before="import requests\n", line=2),
    Case("a module that hides a library", "yaml.py", "x = 1\n", says="would hide"),
    Case("of npm", "src/a.ts", 'import axios from "axios";\n', toolchain=NODE, says="`axios`"),
    Case("an installed package", "node_modules/axios/index.js", "module.exports = 1;\n", toolchain=NODE),
]
GOOD = [
    Case("what an extra brings", text="import anyio\n", toolchain=EXTRAS),
    Case("a group for production", text="import yaml\n", toolchain=EXTRAS),
    Case(
        "an app of the project",
        SETTINGS,
        'INSTALLED_APPS = ["shop", "shop.users.apps.UsersConfig"]\nLOCAL_APPS = ["app"]\n',
    ),
    Case("a list that Django does not read", SETTINGS, 'APPS = ["rest_framework"]\nNAMES = ["requests"]\n'),
    Case("an address without a driver", text='URL = "postgresql://localhost/shop"\nOTHER = "sqlite:///a.db"\n'),
    Case(
        "an address in a documentation string",
        text='"""Use postgresql+asyncpg://host/name."""\n\n\ndef f():\n    "mysql+pymysql://a"\n',
    ),
    Case(
        "a dynamic import of a name that is not known",
        text="import importlib\n\n\ndef load(name):\n    return importlib.import_module(name)\n",
    ),
    Case(
        "a dynamic import of the project's own", text='import importlib\n\napp = importlib.import_module("shop.app")\n'
    ),
    Case("for development in a test", "tests/test_a.py", "import freezegun\n"),
    Case("declared under a marker", text="try:\n    import tomllib\nexcept ImportError:\n    import tomli\n"),
    Case("for types only, and installed", text=GUARDED.format("httpcore")),
    Case("of npm, a subpath of the manifest", "src/a.ts", 'import db from "#db";\n', toolchain=WORKSPACE),
    Case("of npm, another member", "src/a.ts", 'import { a } from "@shop/api/client";\n', toolchain=WORKSPACE),
    Case(
        "of npm, in the member that declares it",
        "packages/api/src/a.ts",
        'import f from "fastify";\n',
        toolchain=WORKSPACE,
    ),
    Case("of npm, a peer", "src/a.ts", 'import { z } from "zod";\n', toolchain=WORKSPACE),
    Case("of npm, types alone", "src/a.ts", 'import type { Request } from "express";\n', toolchain=WORKSPACE),
    Case(
        "of npm, for development in a test",
        "src/a.test.ts",
        'import s from "supertest";\n',
        toolchain={**WORKSPACE, "usual_tests": ("*.test.ts",)},
    ),
    Case(
        "of npm, Node's own",
        "src/a.ts",
        'import { DatabaseSync } from "node:sqlite";\nimport "fs/promises";\n',
        toolchain=WORKSPACE,
    ),
    Case(
        "of npm, pino's own transport",
        "src/log.ts",
        'import pino from "pino";\n\nexport const log = pino({ transport: { target: "pino/file" } });\n',
        toolchain=WORKSPACE,
    ),
    Case(
        "of npm, a target that is no transport",
        "src/a.ts",
        'export const a = { target: "pino-loki-topic" };\n',
        toolchain=WORKSPACE,
    ),
    Case("declared", text="import fastapi\nimport os\n"),
    Case("a text that is no code", "README.md", "import requests\n"),
    Case("of npm", "src/a.ts", 'import f from "fastify";\nimport fs from "node:fs";\n', toolchain=NODE),
    Case(
        "an alias of the tsconfig",
        "src/a.ts",
        'import a from "@/services/a";\n',
        toolchain=NODE,
        configuration={"tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["src/*"]}}} // ours'},
    ),
]
OLD = [
    Case("an import of the base", text="import requests\nx = 1\n", before="import requests\n"),
    Case("in a file that was broken", text="import requests\n\ndef f(): ...\n", before="import requests\n\ndef f(:\n"),
    Case("a module that hides a library already", "json.py", "x = 1\n", before="x = 0\n"),
    Case("of npm", "src/a.ts", 'import a from "axios";\n\n', before='import a from "axios";', toolchain=NODE),
]
