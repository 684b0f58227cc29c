"""The files of a Node project that reach the builder of its image, and those that do not."""

import json

import pytest

from aurora.errors import ImageBuildFailed
from aurora.toolchains.node import image as node_image
from aurora.toolchains.node.build.yarn_lock import rewritten, scopes
from tests.support import node_projects
from tests.support.node_projects import dependencies

MANIFEST = {"name": "shop", "dependencies": {"express": "^5", "@types/node": "24"}}


def project(manifest=MANIFEST, **files):
    return {"package.json": json.dumps(manifest)} | {name.replace("__", "/"): text for name, text in files.items()}


@pytest.mark.parametrize(
    ("lock", "manager"), [("npm", "npm"), ("pnpm", "pnpm"), ("yarn1", "yarn"), ("yarn", "yarn"), ("none", "npm")]
)
async def test_the_lock_says_which_manager_installs(lock, manager):
    found = await dependencies(node_projects.files(lock))
    assert found.manager == manager
    assert found.requirements == ("is-odd@^3.0.1", "ms@^2.1.3")
    assert found.interpreter == ">=20"
    assert ("there is no lock file" in " ".join(found.notes)) == (lock == "none")
    assert node_image.declared(found) == ("is-odd", "ms")


async def test_of_two_locks_the_named_managers_is_taken():
    locks = {"package-lock.json": "{}", "pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}
    assert (await dependencies(project() | locks)).manager == "pnpm"
    found = await dependencies(project({**MANIFEST, "packageManager": "npm@11.0.0"}) | locks)
    assert found.manager == "npm"
    assert "pnpm-lock.yaml" not in found.files
    assert any("first to be believed is package-lock.json" in note for note in found.notes)


async def test_nothing_that_runs_code_or_names_a_registry_reaches_the_builder():
    manifest = {
        **MANIFEST,
        "scripts": {"postinstall": "node steal.js"},
        "packageManager": "pnpm@9.0.0+sha512.abc",
        "publishConfig": {"registry": "https://evil.example"},
        "pnpm": {"onlyBuiltDependencies": ["bcrypt"], "configDependencies": {"evil": "1.0.0"}},
    }
    files = {
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: "
        "{integrity: sha512-x, tarball: https://evil.example/a/-/a-1.0.0.tgz}\n",
        "pnpm-workspace.yaml": "registries:\n  default: https://evil.example\nhoist: false\n",
        ".pnpmfile.cjs": "require('child_process')",
        ".npmrc": "registry=https://evil.example\n//evil.example/:_authToken=abc\n"
        "auto-install-peers=false\nnode-linker=${HOME}\n",
        "steal.js": "",
    }
    found = await dependencies(project(manifest) | files)
    assert set(found.files) == {"package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"}
    reported = " ".join((*found.files.values(), *found.notes))
    assert (
        "evil" not in reported.replace("//…", "")
        and "steal" not in reported
        and "abc" not in reported
        and "${" not in reported
    )
    settings = json.loads(found.files["pnpm-workspace.yaml"])
    assert settings == {"hoist": False, "autoInstallPeers": False, "allowBuilds": {"bcrypt": True}}
    assert any("registry" in note and "registries" in note and "node-linker" in note for note in found.notes)


@pytest.mark.parametrize(
    "files",
    [
        {"pnpm-workspace.yaml": "minimumReleaseAge: 0\nminimumReleaseAgeExclude: [a]\n"},
        {".npmrc": "minimum-release-age=0\nminimum-release-age-exclude[]=a\n"},
    ],
)
async def test_how_young_a_release_may_be_is_the_projects_to_say(files):
    found = await dependencies(project() | {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"} | files)
    settings = json.loads(found.files["pnpm-workspace.yaml"])
    assert settings == {"minimumReleaseAge": 0, "minimumReleaseAgeExclude": ["a"]}


async def test_yarns_plugins_and_program_stay_where_they_are():
    yarnrc = "yarnPath: .yarn/releases/yarn-3.cjs\nplugins:\n  - evil.cjs\nnpmRegistryServer: https://evil.example\n"
    files = project(**{"yarn.lock": "__metadata:\n  version: 8\n", ".yarnrc.yml": yarnrc + "nodeLinker: pnp\n"})
    found = await dependencies(files | {".yarn/patches/a.patch": "--- a\n", ".yarn/releases/yarn-3.cjs": "evil"})
    assert set(found.files) == {"package.json", "yarn.lock", ".yarnrc.yml", ".yarn/patches/a.patch"}
    settings = json.loads(found.files[".yarnrc.yml"])
    assert settings["nodeLinker"] == "node-modules"
    assert settings["enableScripts"] is False
    assert settings["approvedGitRepositories"] == []
    assert "evil" not in " ".join(found.files.values())


async def test_a_lock_of_npm_loses_addresses_of_registries_and_keeps_those_of_git():
    git = "git+ssh://git@example.org/a/b.git#0123"
    lock = {
        "lockfileVersion": 2,
        "packages": {
            "": {"dependencies": {"a": "1"}},
            "node_modules/a": {"version": "1.0.0", "resolved": "https://r.example/a/-/a-1.0.0.tgz", "integrity": "x"},
            "node_modules/b": {"version": "1.0.0", "resolved": git},
        },
        "dependencies": {"a": {"dependencies": {"c": {"resolved": "https://r.example/@s/c/-/c-1.0.0.tgz"}}}},
    }
    found = await dependencies(project(**{"package-lock.json": json.dumps(lock)}))
    kept = json.loads(found.files["package-lock.json"])
    assert kept["packages"]["node_modules/a"] == {"version": "1.0.0", "integrity": "x"}
    assert kept["packages"]["node_modules/b"]["resolved"] == git
    assert kept["dependencies"] == {"a": {"dependencies": {"c": {}}}}


async def test_a_member_of_a_workspace_is_installed_from_the_workspaces_root():
    found = {f"src/{path}": text for path, text in node_projects.files("npm", "workspace").items()}
    made = await dependencies(found, "src/packages/api")
    assert made.root == "src"
    assert {path for path in made.files if path.endswith("package.json")} == {
        "src/package.json", "src/packages/api/package.json", "src/packages/shared/package.json",
    }  # fmt: skip
    assert made.requirements == ("is-number@7.0.0", "is-odd@3.0.1", "ms@2.0.0")
    assert set(node_image.inputs(made)) >= {"project/package.json", "project/packages/api/package.json"}


async def test_a_lock_above_that_declares_no_workspace_is_not_this_projects():
    files = {"package.json": "{}", "package-lock.json": "{}", "src/backend/package.json": json.dumps(MANIFEST)}
    found = await dependencies(files, "src/backend")
    assert (found.root, set(found.files)) == ("src/backend", {"src/backend/package.json"})


@pytest.mark.parametrize("text", ["{", "[]", "null", '"x"', '{"dependencies": 3, "workspaces": 1, "engines": []}'])
async def test_a_manifest_of_any_shape_is_read(text):
    found = await dependencies({"package.json": text, "package-lock.json": text, ".npmrc": text})
    assert found.requirements == ()


async def test_a_package_that_a_program_of_the_repository_would_make_is_refused():
    patch = {".yarn/patches/made.patch": "require('fs')"}
    files = project({"dependencies": {"a": "exec:./.yarn/patches/made.patch"}}, **{"yarn.lock": "__metadata:\n"})
    with pytest.raises(ImageBuildFailed, match="names a package by `exec:`"):
        node_image.inputs(await dependencies(files | patch))


def test_a_lock_of_yarn_1_loads_from_the_builders_registries():
    lock = (
        'a@1:\n  resolved "https://r.example/npm/a/-/a-1.0.0.tgz#abc"\n'
        '"@s/b@1":\n  resolved "https://r.example/@s/b/-/b-1.0.0.tgz#abc"\n'
        '"@t/c@1":\n  resolved "https://r.example/@t%2fc/-/c-1.0.0.tgz#abc"\n'
        'd@1:\n  resolved "https://codeload.example/u/d/tar.gz/0123"\n'
    )
    here = rewritten(lock, "https://mine.example/", scopes("fund=false\n@t:registry=https://theirs.example\n"))
    assert [line.split('"')[1] for line in here.splitlines() if "resolved" in line] == [
        "https://mine.example/a/-/a-1.0.0.tgz#abc",
        "https://mine.example/@s/b/-/b-1.0.0.tgz#abc",
        "https://theirs.example/@t%2fc/-/c-1.0.0.tgz#abc",
        "https://codeload.example/u/d/tar.gz/0123",
    ]


@pytest.mark.parametrize(
    ("asked", "reported"),
    [("^7.18.1", True), ("7.8.1", True), ("~7.4", True), ("7", True), ("^8.11.0", False), (">=7", False), ("*", False)],
)
async def test_a_client_that_never_connects_on_this_node_is_told(asked, reported):
    found = await dependencies(project({"name": "shop", "dependencies": {"pg": asked}}))
    assert any(f"pg {asked} does not connect on Node 14" in note for note in found.notes) == reported
