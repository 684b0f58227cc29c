"""Repositories that strangers bring: by which manager their packages are installed, and from which folder."""

import json

import pytest

from tests.support.projects import detected
from tests.support.strangers import package

PNPM = "packages: ['apps/*']"
MONO = {"package.json": package("pnpm -r test", name="mono", private=True), "pnpm-workspace.yaml": PNPM}
API = {"apps/api/package.json": package("vitest run", "ms", dev=("vitest@^3",), name="@mono/api"), "apps/api/a.ts": ""}


@pytest.mark.parametrize(
    ("files", "manager"),
    [
        pytest.param(MONO | API, "pnpm", id="pnpm's workspace"),
        pytest.param(
            {"package.json": package("turbo test", workspaces=["apps/*"]), **API}, "npm", id="npm's workspace"
        ),
        pytest.param(
            {"package.json": package("turbo test", workspaces={"packages": ["./apps/*/"]}), **API}, "npm",
            id="a workspace as an object",
        ),
        pytest.param(
            {"package.json": package("yarn workspaces foreach -A run test", workspaces=["apps/**"],
                                     packageManager="yarn@4.5.0"), **API},
            "yarn", id="Yarn 4, by packageManager",
        ),
        pytest.param(
            {"package.json": package("pnpm -r test", packageManager="pnpm@9.0.0", workspaces=["apps/*"]), **API},
            "pnpm",
            id="pnpm, by packageManager",
        ),
        pytest.param(
            {"package.json": package("bun run --filter '*' test", workspaces={"packages": ["apps/*", "libs/*"],
                                                                              "catalog": {"ms": "^2.1.3"}}),
             "bun.lock": "{}", **API, "libs/b/package.json": package(None, "@mono/api@workspace:*", name="b")},
            "pnpm", id="bun's workspace protocol",
        ),
    ],
)  # fmt: skip
async def test_a_member_without_any_lock_is_installed_from_its_workspace(files, manager):
    chain = await detected(files)
    assert (chain.root, chain.dependencies.root, chain.dependencies.manager) == ("apps/api", "", manager)
    assert {"package.json", "apps/api/package.json"} <= set(chain.dependencies.files)
    assert any(f"{manager} chooses the versions" in note for note in chain.dependencies.notes)
    if manager == "pnpm":
        assert json.loads(chain.dependencies.files["pnpm-workspace.yaml"])["packages"][0] == "apps/*"


async def test_a_folder_above_that_does_not_count_it_among_its_members_installs_nothing():
    files = {"package.json": package("cd apps/api && npm test", workspaces=["packages/*", "!apps/*"]), **API}
    assert (await detected(files)).dependencies.root == "apps/api"


V6 = """\
lockfileVersion: '6.0'

settings:
  autoInstallPeers: true

dependencies:
  ms:
    specifier: ^2.1.3
    version: 2.1.2
  pg:
    specifier: ^8
    version: 8.11.0(pg-native@3.0.0)

packages:

  /ms@2.1.2:
    resolution: {integrity: sha512-x}
"""
V5 = """\
lockfileVersion: 5.4

specifiers:
  ms: ^2.1.3
  pg: ^8

dependencies:
  ms: 2.1.2
  pg: 8.11.0_pg-native@3.0.0

packages:
  /ms/2.1.2:
    resolution: {integrity: sha512-x}
"""
V6_WORKSPACE = """\
lockfileVersion: '6.1'
importers:
  .: {}
  apps/api:
    dependencies:
      ms: {specifier: ^2.1.3, version: 2.1.2}
      pg: {specifier: ^8, version: 8.11.0}
      own: {specifier: 'workspace:*', version: 'link:../own'}
packages: {}
"""


@pytest.mark.parametrize(
    ("lock", "folder"),
    [
        pytest.param(V6, "", id="pnpm 8"),
        pytest.param(V5, "", id="pnpm 7"),
        pytest.param(V6_WORKSPACE, "apps/api/", id="pnpm 8, a workspace"),
    ],
)
async def test_an_old_lock_of_pnpm_still_says_which_versions_are_installed(lock, folder):
    manifest = package("node --test", "ms@^2.1.3", "pg@^8", "own@workspace:*", "new@^1", packageManager="pnpm@8.15.9")
    files = {"package.json": package("pnpm -r test", private=True), "pnpm-workspace.yaml": "packages: ['apps/*']"}
    chain = await detected((files if folder else {}) | {f"{folder}package.json": manifest, "pnpm-lock.yaml": lock})
    made = chain.dependencies
    assert made.manager == "pnpm" and "pnpm-lock.yaml" not in made.files
    asked = json.loads(made.files[f"{folder}package.json"])["dependencies"]
    assert asked == {"ms": "2.1.2", "pg": "8.11.0", "own": "workspace:*", "new": "^1"}
    assert any("pnpm 8 or older" in note for note in made.notes)


@pytest.mark.parametrize("version", ["'9.0'", "9.0", "10.0"])
async def test_a_lock_that_pnpm_reads_stays(version):
    files = {"package.json": package("node --test", "ms"), "pnpm-lock.yaml": f"lockfileVersion: {version}\n"}
    assert "pnpm-lock.yaml" in (await detected(files)).dependencies.files


@pytest.mark.parametrize(
    ("entry", "built"),
    [
        pytest.param({"exports": {".": {"source": "./src/index.ts", "import": "./dist/index.js"}}}, True, id="exports"),
        pytest.param({"exports": "./dist/index.js"}, True, id="exports as a text"),
        pytest.param({"main": "lib/index.js"}, True, id="main"),
        pytest.param({"main": "dist"}, True, id="main, a folder"),
        pytest.param({"main": "src/index.ts"}, False, id="its sources"),
        pytest.param({"main": "./src/index"}, False, id="its sources, without an ending"),
        pytest.param({"exports": {"./*": "./src/*.ts"}}, False, id="a pattern"),
        pytest.param({}, False, id="nothing said"),
    ],
)
async def test_a_member_whose_entry_only_a_build_makes_is_named(entry, built):
    chain = await detected(
        {
            "package.json": package("vitest run", dev=("vitest@^3",), workspaces=["packages/*"]),
            "packages/api/package.json": package(None, "@m/lib", name="@m/api"),
            "packages/lib/package.json": package(None, name="@m/lib", **entry),
            "packages/lib/src/index.ts": "",
            "packages/api/a.test.ts": "",
        }
    )
    assert any("@m/lib (packages/lib/" in note and "nothing builds" in note for note in chain.why) == built
