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
BAD = [
    Case("undeclared", text="import requests\n", before="", line=1, says="`requests`"),
    Case("in a new file", text="import os\nimport requests\n", line=2),
    Case("after a byte order mark", text="\ufeffimport requests\n", before="\ufeffx = 1\n"),
    Case("for types before, running now", text="import httpcore\n", before=GUARDED.format("httpcore")),
    Case("for types before, beside it now", text=GUARDED.format("requests") + "import requests\n",
         before=GUARDED.format("requests"), line=4),
    Case("another beside one of the base", text="import requests\nimport numpy\n", before="import requests\n", line=2),
    Case("a module that hides a library", "yaml.py", "x = 1\n", says="would hide"),
    Case("of npm", "src/a.ts", 'import axios from "axios";\n', toolchain=NODE, says="`axios`"),
    Case("an installed package", "node_modules/axios/index.js", "module.exports = 1;\n", toolchain=NODE),
]  # fmt: skip
GOOD = [
    Case("declared", text="import fastapi\nimport os\n"),
    Case("a text that is no code", "README.md", "import requests\n"),
    Case("of npm", "src/a.ts", 'import f from "fastify";\nimport fs from "node:fs";\n', toolchain=NODE),
    Case("an alias of the tsconfig", "src/a.ts", 'import a from "@/services/a";\n', toolchain=NODE,
         configuration={"tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["src/*"]}}} // ours'}),
]  # fmt: skip
OLD = [
    Case("an import of the base", text="import requests\nx = 1\n", before="import requests\n"),
    Case("in a file that was broken", text="import requests\n\ndef f(): ...\n", before="import requests\n\ndef f(:\n"),
    Case("a module that hides a library already", "json.py", "x = 1\n", before="x = 0\n"),
    Case("of npm", "src/a.ts", 'import a from "axios";\n\n', before='import a from "axios";', toolchain=NODE),
]
