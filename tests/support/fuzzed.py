"""Manifests, locks and configuration as nobody wrote them: real shapes with values replaced, nested, cut and glued."""

import json
import random
import re
from collections.abc import Callable

DEEP = 3_000
ODD = (
    '"' + "9" * 6_000 + '"', "9" * 6_000, "[" * DEEP, "{" * DEEP, "(" * DEEP, "[]", "{}", '""', "null", "true", "-1", "1e999", "nan",
    "\ud800", "\0", "\u202e", "\ufeff", "\r", "''", '"""', "::", "==", "^", "~", "||", ";", " or ".join(["python_version<'3'"] * 400),
    "&a", "*a", "<<: *a", "!!python/object:os.system", "#", "//", "/*" * 2_000, "é", "a" * 20_000, "..", "/", "-x", "0o7", "2020-13-45",
)  # fmt: skip
PYPROJECT = """
[project]
name = "shop"
version = "1.0.0"
dynamic = ["readme"]
requires-python = ">=3.11"
dependencies = ["fastapi>=0.1", "tomli; python_version < '3.11'"]
scripts = { shop = "shop:main" }
[project.optional-dependencies]
test = ["pytest"]
[project.entry-points."a.b"]
c = "d"
[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
lint = ["ruff"]
[tool.poetry]
name = "shop"
packages = [{ include = "shop", from = "src" }]
[tool.poetry.dependencies]
python = "^3.11"
httpx = { version = "~0.28", extras = ["http2"], markers = "python_version < '4'" }
[tool.poetry.group.dev.dependencies]
mypy = "*"
[tool.poetry.extras]
all = ["httpx"]
[tool.setuptools]
package-dir = { "" = "src" }
[tool.setuptools.dynamic]
version = { attr = "shop.__version__" }
dependencies = { file = ["requirements.txt"] }
[tool.hatch.envs.default]
dependencies = ["pytest"]
[tool.uv]
dev-dependencies = ["coverage"]
[tool.pdm.dev-dependencies]
test = ["pytest"]
[tool.pytest.ini_options]
addopts = "-q --strict-markers"
testpaths = ["tests"]
[tool.ruff]
line-length = 100
[tool.mypy]
files = ["src"]
[tool.pyright]
include = ["src"]
"""
SEEDS: dict[str, str] = {
    "pyproject.toml": PYPROJECT,
    "setup.cfg": "[metadata]\nname = shop\nversion = attr: shop.v\n[options]\ninstall_requires =\n  httpx\npackage_dir =\n  = src\n"
    "[options.extras_require]\ntest = pytest\n[options.entry_points]\nconsole_scripts = a = b:c\n[tool:pytest]\naddopts = -q\n[mypy]\n",
    "setup.py": "from setuptools import setup\nV = '1'\nsetup(name='shop', version=V, install_requires=['httpx'] + ['a'],"
    " extras_require={'t': ['pytest']}, entry_points={'console_scripts': ['a=b:c']}, package_dir={'': 'src'})\n",
    "Pipfile": '[packages]\nhttpx = "*"\na = {version = ">1", extras = ["x"]}\n[dev-packages]\npytest = "*"\n',
    "requirements.txt": "httpx>=0.28 --hash=sha256:aa \\\n  # c\n-r more.txt\n-c c.txt\ntomli; python_version < '3.11' and extra == 'x'\n",
    "uv.lock": 'version = 1\n[[package]]\nname = "httpx"\nversion = "0.28.1"\nsource = { registry = "x" }\n'
    'dependencies = [{ name = "anyio", marker = "a == \'b\'" }]\nresolution-markers = ["python_version < \'4\'"]\n',
    "poetry.lock": '[[package]]\nname = "httpx"\nversion = "1"\nmarkers = { main = "python_version < \'4\'" }\n'
    '[package.dependencies]\nanyio = "*"\n[package.source]\ntype = "legacy"\n',
    "Pipfile.lock": json.dumps({"default": {"httpx": {"version": "==1", "markers": "a"}}, "develop": {"b": {"version": "==2"}}}),
    "pylock.toml": '[[packages]]\nname = "httpx"\nversion = "1"\nmarker = "python_version < \'4\'"\n',
    "tox.ini": "[testenv]\ndeps =\n  pytest\n  py38: mock\n[pytest]\naddopts = -q\n",
    "pytest.ini": "[pytest]\naddopts = -q 'a b'\ntestpaths = tests\npython_files = t_*.py\n",
    "mypy.ini": "[mypy]\nfiles = src\nplugins = a, b\n",
    "pyrightconfig.json": '{"include": ["src"], // c\n "pythonVersion": "3.11"}',
    "src/shop/__init__.py": "__version__ = '1.0'\n",
    "tests/test_a.py": "import pytest, httpx\nfrom shop import x\n\ndef test_a(client):\n    assert 1 == 1\n",
}  # fmt: skip
NODE: dict[str, str] = {
    "package.json": json.dumps(
        {
            "name": "shop", "type": "module", "scripts": {"test": "cross-env A=1 vitest run --coverage", "lint": "eslint . && prettier -c ."},
            "dependencies": {"express": "^4"}, "devDependencies": {"vitest": "^3", "eslint": "9", "typescript": "5"},
            "engines": {"node": ">=18"}, "workspaces": ["packages/*"], "jest": {"testMatch": ["**/*.t.js"]},
            "overrides": {"a": {"b": "1"}}, "packageManager": "pnpm@9.1.0", "imports": {"#a": "./a.js"},
        }
    ),
    "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {"": {}, "node_modules/express": {"version": "4", "resolved": "x"}}}),
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      express: {specifier: ^4, version: 4.0.0}\n",
    "pnpm-workspace.yaml": "packages:\n  - packages/*\nonlyBuiltDependencies: [a]\n",
    ".npmrc": "save-exact=true\nnode-linker[]=a\n//h/:_authToken=x\n",
    ".yarnrc.yml": "nodeLinker: node-modules\n",
    "yarn.lock": 'express@^4:\n  version "4.0.0"\n',
    "tsconfig.json": '{ /* c */ "compilerOptions": {"paths": {"@/*": ["src/*"]}, }, }',
    ".mocharc.yml": "spec: test\n",
    ".borp.yaml": "files:\n  - 'test/*.js'\n",
    "src/a.ts": "export const a = 1\n",
    "src/a.test.ts": "import { a } from './a'\ntest('a', () => {})\n",
}  # fmt: skip
OPENAPI = """
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /users/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, pattern: '^[a-z]+$'}}]
    get:
      operationId: getUser
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
components:
  schemas:
    User: {type: object, required: [id], properties: {id: {type: string, default: a}, of: {$ref: '#/components/schemas/User'}}}
"""


def _replaced(text: str, chance: random.Random) -> str:
    """One word, number or quoted text by something odd."""
    words = list(re.finditer(r'"[^"\n]*"|\'[^\'\n]*\'|[\w.^>=<~*-]+', text))
    if not words:
        return text + chance.choice(ODD)
    at = chance.choice(words)
    return text[: at.start()] + chance.choice(ODD) + text[at.end() :]


def _retyped(text: str, chance: random.Random) -> str:
    """Give the value after `=` or `:` another type."""
    places = list(re.finditer(r"(?<=[=:] )[^\n]+", text))
    if not places:
        return _replaced(text, chance)
    at = chance.choice(places)
    value = chance.choice(
        ("1", "[]", "{}", '""', "[[1]]", "{ a = 1 }", '{"a": 1}', "true", "[1, 2]", '"x"', "null", "1.5", "9" * 5_000)
    )
    return text[: at.start()] + value + text[at.end() :]


def _glued(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    chance.shuffle(lines)
    return "".join(lines)


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)] + chance.choice(("", *ODD))


def _repeated(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at : at + 40] * 200 + text[at:]


def _nested(text: str, chance: random.Random) -> str:
    left, right = chance.choice(("[]", "{}", "()"))
    return _replaced(text, chance) + "\nx = " + left * DEEP + right * DEEP


WAYS: tuple[Callable[[str, random.Random], str], ...] = (
    _replaced,
    _retyped,
    _retyped,
    _glued,
    _cut,
    _repeated,
    _nested,
)


def mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = chance.choice(WAYS)(text, chance)
    return text
