"""Problems that an edit of TypeScript or JavaScript may not add, and stubs that it may not leave."""

import json

import pytest

from aurora.domain.findings import Finding
from aurora.toolchains.node import source
from aurora.toolchains.node.bill_of_materials import NodeBill
from aurora.toolchains.node.resolution import unresolved

MANIFEST = {
    "name": "shop",
    "dependencies": {"fastify": "5", "@scope/kit": "1", "pino": "9"},
    "devDependencies": {"vitest": "4", "@types/express": "5"},
}
BILL = NodeBill(
    {"": MANIFEST, "packages/api": {"name": "@shop/api", "dependencies": {"zod": "4"}}}, frozenset({"ajv"}), ("@/",)
)


def judged(text: str, path: str = "src/app.ts", before: str = "", in_tests: bool = False) -> tuple[Finding, ...]:
    return BILL.check(path, source.read(path, text), source.read(path, before), in_tests=in_tests)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('import f from "fastify";', id="declared"),
        pytest.param('import { k } from "@scope/kit/sub/path.js";', id="a scope's sub-path"),
        pytest.param(
            'import fs from "node:fs"; const p = require("path"); import u from "fs/promises";', id="Node's own"
        ),
        pytest.param('import a from "./a.js"; export * from "../b"; import c from "#c";', id="the project's own"),
        pytest.param('import a from "@/services/a";', id="an alias of the tsconfig"),
        pytest.param('import type { Request } from "express";', id="types alone, by their @types package"),
        pytest.param('import x from "@shop/api";', id="another package of the workspace"),
        pytest.param('const s = \'import x from "nowhere"\'; // require("nowhere")', id="a text that looks like one"),
    ],
)
def test_what_may_be_imported(text):
    assert judged(text) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('import axios from "axios";', "`axios` is not in this project's bill of materials", id="import"),
        pytest.param('const a = require("axios/lib");', "`axios`", id="require"),
        pytest.param('const a = await import("@no/where");', "`@no/where`", id="import()"),
        pytest.param('export { x } from "axios";', "`axios`", id="export from"),
        pytest.param(
            'import x from "ajv";', "installed only as a dependency of another", id="a dependency's dependency"
        ),
        pytest.param('import { vi } from "vitest";', "declared for development only", id="in the product"),
        pytest.param('import w from "winston";', "The nearest declared one is `pino`", id="its kin"),
        pytest.param('import z from "zod";', "`zod`", id="declared by another package of the workspace"),
        pytest.param('import f from "fastfy";', "`fastify`", id="misspelt"),
    ],
)
def test_what_may_not(text, said):
    (finding,) = judged(text)
    assert said in f"{finding.message} {finding.hint}" and finding.line == 1 and "ask_architect" in finding.hint


def test_tests_may_use_what_is_for_development_and_old_imports_do_not_block():
    assert judged('import { vi } from "vitest";', "tests/a.test.ts", in_tests=True) == ()
    assert judged('import a from "axios";\n', before='import a from "axios";') == ()
    assert judged('import z from "zod";', "packages/api/src/a.ts") == ()


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        pytest.param("a.ts", "export const x = {\n  a: 1,\n", 1, id="a brace"),
        pytest.param("a.ts", "function f( {\n}\n", 1, id="a parenthesis"),
        pytest.param("a.js", "const a = 1;\nconst = 2;\n", 2, id="JavaScript"),
    ],
)
def test_a_text_that_cant_be_parsed_says_where(path, text, line):
    broken = source.read(path, text).broken
    assert broken is not None and broken.line >= line


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", "const a = <string>b; enum E { A } abstract class C<T extends object> { abstract m(): void }\n"),
        ("a.tsx", "export const A = () => <p>{1}</p>;\n"),
        ("a.ts", "const k = { a: 1 } satisfies T; type X = A extends infer U ? U : never; declare module 'x';\n"),
        ("a.mjs", "#!/usr/bin/env node\nawait import('./b.js'); label: for (;;) break label;\n"),
        ("a.ts", "class A { #p = 1; static { } accessor x = 1; @d() m(@p a: string) {} get y() { return 1 } }\n"),
        (
            "a.ts",
            "export type { A } from './a.js'; import x = require('x'); import j from './j' with { type: 'json' };\n",
        ),
    ],
)
def test_todays_syntax_is_no_error(path, text):
    assert source.read(path, text).broken is None


def test_a_body_that_only_throws_not_implemented_is_a_stub():
    text = """
export function a(): void { throw new Error("not implemented"); }
export const b = async (): Promise<void> => { /* later */ throw new Error("Not implemented: b"); };
class C {
  m() { throw new NotImplementedError(); }
  real() { if (!this.x) throw new Error("not implemented"); return 1; }
}
const d = { e() { throw new Error("not yet implemented"); } };
function f() { throw new TypeError("bad input"); }
"""
    assert [(s.name, s.line) for s in source.read("a.ts", text).stubs] == [("a", 2), ("b", 3), ("m", 5), ("e", 8)]


def test_deep_nesting_and_odd_text_are_read():
    assert source.read("a.ts", "(" * 30_000).broken is not None
    assert source.read("a.ts", "const a = '\ud83d';\n".encode("utf-8", "replace").decode()).broken is None


def test_relative_imports_lead_to_files_by_the_names_typescript_writes():
    text = 'import "./a.js"; import "./b"; import "./c/index.js"; import "./d"; import "./gone.js"; import "x";'
    there = {"src/a.ts", "src/b.tsx", "src/c/index.ts", "src/d/index.js", json.dumps("")}
    found = list(unresolved("src/app.ts", source.read("src/app.ts", text), there, "hint"))
    assert [(f.line, f.message) for f in found] == [(1, "Cannot find module './gone.js': there is no file for it.")]
