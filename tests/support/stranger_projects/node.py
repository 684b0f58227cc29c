"""Node: scripts that hand the tests on, wrappers before a runner, and what runners are configured to take."""

from tests.support.stranger_projects.stranger import Stranger
from tests.support.strangers import package

VITEST, JEST, MOCHA = ("vitest@^3.2.0",), ("jest@^29",), ("mocha@^10",)
OF_VITEST = 'import {expect, test} from "vitest"\ntest("a", () => { expect(1).toBe(1) })\n'
OF_JEST = 'test("a", () => { expect(1).toBe(1) })\n'
OF_MOCHA = 'it("a", () => {})\n'
OF_NODE = 'const test = require("node:test")\ntest("a", () => {})\n'

NODE: tuple[Stranger, ...] = (
    Stranger("a folder of its own, cd", {"package.json": package("cd ./server/ && NODE_ENV=test npm run test:ci"),
             "server/package.json": package(scripts={"test": "node --watch --test", "test:ci": "node --test"}),
             "server/a.test.js": OF_NODE}, root="server", runner="node:test", quick=True),
    Stranger("npm, a workspace named", {"package.json": package("npm test -w @x/api", workspaces=["packages/*"]),
             "packages/api/package.json": package("mocha", dev=MOCHA, name="@x/api"), "packages/api/test/a.js": OF_MOCHA,
             "packages/lib/package.json": package("jest", dev=JEST, name="@x/lib"), "packages/lib/a.test.js": OF_JEST},
             root="packages/api", runner="mocha"),
    Stranger("npm, every workspace", {"package.json": package("npm test --workspaces --if-present", workspaces=["apps/*"]),
             "apps/api/package.json": package("vitest", dev=VITEST), "apps/api/a.test.js": OF_VITEST},
             root="apps/api", runner="vitest"),
    Stranger("pnpm -r", {"package.json": package("pnpm -r run test"), "pnpm-workspace.yaml": "packages:\n  - 'apps/*'\n",
             "apps/web/package.json": package("jest", "react", dev=JEST, name="web"),
             "apps/api/package.json": package("vitest run", "ms", dev=VITEST, name="api"), "apps/api/a.test.js": OF_VITEST},
             root="apps/api", runner="vitest"),
    Stranger("pnpm, a filter", {"package.json": package("pnpm --filter=billing... run test"), "pnpm-workspace.yaml": "packages:\n  - services/*\n",
             "services/accounts/package.json": package("vitest run", dev=VITEST, name="accounts"), "services/accounts/a.test.js": OF_VITEST,
             "services/billing/package.json": package("jest", dev=JEST, name="billing"), "services/billing/a.test.js": OF_JEST},
             root="services/billing", runner="jest"),
    Stranger("turbo behind dotenv", {"package.json": package("dotenv -e .env.test -- turbo run test --filter=api", workspaces=["apps/*"]),
             ".env.test": "A=1\n", "apps/api/package.json": package("mocha", dev=MOCHA, name="api"), "apps/api/test/a.js": OF_MOCHA},
             root="apps/api", runner="mocha"),
    Stranger("yarn workspaces foreach", {"package.json": package("yarn workspaces foreach --all -pt run test:unit", workspaces=["packages/*"]),
             "packages/api/package.json": package(dev=MOCHA, name="@x/api", scripts={"test:unit": "mocha"}),
             "packages/api/test/a.js": OF_MOCHA}, root="packages/api", runner="mocha"),
    Stranger("dotenv and NODE_OPTIONS", {"package.json": package(
             "dotenv -c test -- cross-env NODE_OPTIONS='--experimental-vm-modules --no-warnings' jest", "dotenv-cli", "cross-env", dev=JEST),
             ".env.test": "REGION=eu\n", "a.test.js": 'test("a", () => { expect(process.env.REGION).toBe("eu") })\n'}, runner="jest"),
    Stranger("npm-run-all", {"package.json": package("npm-run-all --parallel test:*", dev=MOCHA,
             scripts={"test": "npm-run-all --parallel test:*", "test:lint": "eslint .", "test:unit": "c8 mocha"}), "test/a.js": OF_MOCHA}, runner="mocha"),
    Stranger("wireit", {"package.json": package(dev=MOCHA, scripts={"test": "wireit", "unit": "wireit"},
             wireit={"test": {"dependencies": ["unit"]}, "unit": {"command": "mocha"}}), "test/a.js": OF_MOCHA}, runner="mocha"),
    Stranger("globs of node --test", {"package.json": package("node --test --experimental-test-coverage 'src/**/*.check.js'"),
             "src/a.check.js": OF_NODE}, runner="node:test"),
    Stranger("jest's projects", {"package.json": package("jest", dev=JEST),
             "jest.config.js": "module.exports = {projects: ['<rootDir>/packages/*/jest.config.js']}\n",
             "packages/a/jest.config.js": "module.exports = {testMatch: ['<rootDir>/checks/**/*.js']}\n", "packages/a/checks/x.js": OF_JEST}, runner="jest"),
    Stranger("vitest's include and its coverage's", {"package.json": package("vitest run", dev=VITEST, type="module"),
             "vitest.config.js": 'export default {test: {include: ["checks/*.js"], coverage: {include: ["src/**/*.js"]}}}\n',
             "src/a.js": "export const a = 1\n", "checks/a.js": 'import "../src/a.js"\n' + OF_VITEST}, runner="vitest"),
    Stranger("a vitest that is too old", {"package.json": package("vitest run", dev=("vitest@^2.1.0",), type="module"), "a.test.js": OF_VITEST},
             says="results are read of vitest 3 and later"),
    Stranger("a vitest that is too old, by a catalog", {"package.json": package("vitest run", dev=("vitest@catalog:",), type="module"),
             "pnpm-workspace.yaml": "packages: ['.']\ncatalog:\n  vitest: ^2.1.0\n", "a.test.js": OF_VITEST},
             says="is installed; results are read of vitest 3 and later"),
    Stranger("a vitest that is too old, by its range", {"package.json": package("vitest run", dev=("vitest@>=1 <2.2 || ^2",), type="module"),
             "a.test.js": OF_VITEST}, says="results are read of vitest 3 and later"),
)  # fmt: skip
