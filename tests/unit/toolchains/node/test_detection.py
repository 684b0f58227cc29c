"""The facts that a repository's files state about a Node project, without running any of it."""

import json

import pytest

from aurora.drivers.in_box import places
from aurora.errors import Refusal
from aurora.settings.repository import BackendSettings, Commands
from aurora.toolchains import folders, registry
from aurora.toolchains.node import command as node_command
from aurora.toolchains.node import scripts
from tests.support import node_backends
from tests.support.projects import PLUGINS, DictProbe, detected


def manifest(script: str = "vitest run", **more: object) -> str:
    return json.dumps({"name": "shop", "scripts": {"test": script}, "dependencies": {"fastify": "5"}, **more})


def project(script: str = "vitest run", **files: str) -> dict[str, str]:
    return {"package.json": manifest(script), "tests/a.test.ts": "", **files}


@pytest.mark.parametrize(
    ("form", "runner", "argv", "roots"),
    [
        pytest.param("vitest", "vitest", ("vitest", "run"), ("tests",), id="vitest"),
        pytest.param("jest", "jest", ("env", "NODE_ENV=test", "jest"), ("tests",), id="jest without its coverage"),
        pytest.param("mocha", "mocha", ("mocha",), ("test",), id="mocha without c8"),
        pytest.param("node_test", "node:test", ("node", "--test", "test/**/*.test.js"), ("test",), id="node:test"),
    ],
)
async def test_each_fixture_is_known_by_its_files(form, runner, argv, roots):
    chain = await detected(node_backends.files(form))
    assert (chain.language, chain.root, chain.runner, chain.test, chain.test_roots) == ("node", "", runner, argv, roots)
    assert chain.dependencies.manager == "npm" and "package-lock.json" in chain.manifests
    assert any(line.startswith(f"tests: {runner}, by the script 'test'") for line in chain.why)


async def test_linters_and_formatter_are_those_the_project_configures():
    typescript = await detected(node_backends.files("vitest"))
    assert [argv[0] for argv in typescript.lint] == ["eslint", "prettier", "tsc"]
    assert [argv[0] for argv in typescript.fix] == ["eslint", "node"]
    biome = await detected(node_backends.files("mocha"))
    assert [argv[:2] for argv in biome.lint] == [("biome", "check")] and len(biome.fix) == 1
    bare = await detected(node_backends.files("node_test"))
    assert bare.lint == bare.fix == ()
    assert "lint: the project configures none; Aurora adds no rules of its own" in bare.why


@pytest.mark.parametrize(
    ("script", "runner", "argv"),
    [
        ("vitest", "vitest", "vitest run"),
        ("vitest --watch --coverage --reporter verbose unit", "vitest", "vitest run unit"),
        (
            "NODE_OPTIONS=--experimental-vm-modules npx jest -i",
            "jest",
            "env NODE_OPTIONS=--experimental-vm-modules jest -i",
        ),
        ("cross-env A=1 B=2 jest", "jest", "env A=1 B=2 jest"),
        (
            "node --experimental-vm-modules node_modules/jest/bin/jest.js --ci",
            "jest",
            "env NODE_OPTIONS=--experimental-vm-modules jest --ci",
        ),
        ("nyc --reporter=text mocha -R spec 'test/**/*.js'", "mocha", "mocha test/**/*.js"),
        ("nyc --reporter=html mocha -- -R spec", "mocha", "mocha"),
        ("tsx --test src/*.test.ts", "node:test", "node --import tsx --test src/*.test.ts"),
        ("node --import tsx --test --experimental-test-coverage", "node:test", "node --import tsx --test"),
        ("tsc -p . && mocha dist/test", "mocha", "mocha dist/test"),
        ("npm run unit -- --bail", "vitest", "vitest run --bail"),
        ("pnpm unit", "vitest", "vitest run"),
        ("jest -w 2 --watchAll", "jest", "jest --maxWorkers 2"),
        ("jest -w=50%", "jest", "jest --maxWorkers=50%"),
        ("vitest -w --maxWorkers=2 --pool=forks", "vitest", "vitest run --maxWorkers=2 --pool=forks"),
    ],
)
def test_a_scripts_runner_is_taken_without_shell_watcher_reporter_or_coverage(script, runner, argv):
    found = scripts.find(script, {"test": script, "unit": "vitest"})
    assert found is not None and (found.runner, " ".join(found.argv)) == (runner, argv)


@pytest.mark.parametrize("script", ["npm test", "echo hi && exit 1", "'unclosed", "", "npm run a", "node server.js"])
def test_a_script_that_starts_no_known_runner_is_none(script):
    assert scripts.find(script, {"test": "npm test", "a": "npm run b", "b": "npm run a"}) is None


async def test_what_a_script_does_besides_is_said():
    chain = await detected(project("npm run build && mocha dist/test"))
    assert "tests: of that script this is left out: npm run build" in chain.why


@pytest.mark.parametrize("runner", ["ava", "tap", "bun"])
async def test_a_runner_whose_results_cant_be_read_is_refused_by_name(runner):
    with pytest.raises(Refusal, match=runner):
        await detected(project(f"{runner} test"))


async def test_a_command_of_aurora_yaml_decides_and_must_start_a_known_runner():
    chain = await detected(project("ava"), Commands(test=("npx", "vitest", "--dir", "unit")))
    assert (chain.runner, chain.test) == ("vitest", ("vitest", "run", "--dir", "unit"))
    with pytest.raises(Refusal, match=r"make check.*starts no runner"):
        await detected(project(), Commands(test=("make", "check")))
    with pytest.raises(Refusal, match=r"dprint fmt.*can't be used"):
        await detected(project(), Commands(format=("dprint", "fmt")))


@pytest.mark.parametrize(
    ("script", "config", "argv"),
    [
        pytest.param("borp", "", "node --test-timeout=30000 --test **/*.test.{js,mjs,cjs,ts,mts,cts}", id="alone"),
        pytest.param(
            "NODE_ENV=test borp -C --lines 100 --reporter=x -t 9 a/*.js -i b", "", "env NODE_ENV=test node "
            "--test-timeout=9 --test a/*.js", id="its options",
        ),
        pytest.param(
            "borp --no-timeout --check-coverage", "files:\n  - a/*.js\n  - b.js\n", "node --test a/*.js b.js",
            id="its configuration",
        ),
        pytest.param("borp --pattern 'a/*.js'", "files: {", "node --test-timeout=30000 --test a/*.js", id="unreadable"),
    ],
)  # fmt: skip
async def test_borp_is_nodes_own_runner_by_another_name(script, config, argv):
    chain = await detected(project(script, **{".borp.yaml": config}))
    assert (chain.runner, " ".join(chain.test)) == ("node:test", argv)


async def test_without_a_script_the_declared_runner_is_taken_and_node_itself_without_one():
    declared = {"package.json": json.dumps({"dependencies": {"a": "1"}, "devDependencies": {"jest": "30"}})}
    assert (await detected(declared)).test == ("jest",)
    bare = await detected({"package.json": json.dumps({"dependencies": {"a": "1"}}), "src/a.ts": ""})
    assert (bare.runner, bare.test) == ("node:test", ("node", "--test", "tests/**/*.test.{ts,js}"))


@pytest.mark.parametrize(
    ("files", "language", "root"),
    [
        pytest.param(
            {"src/backend/package.json": manifest(), "frontend/package.json": manifest()}, "node", "src/backend",
            id="the specification's src/backend",
        ),
        pytest.param(
            {"package.json": '{"workspaces": ["packages/*"]}', "packages/api/package.json": manifest(),
             "packages/web/package.json": manifest()},
            "node", "packages/api", id="a workspace's root is no project",
        ),
        pytest.param(
            {"pyproject.toml": "[project]\nname='x'\n", "package.json": manifest("echo")}, "python", "",
            id="python beside the tools of its pages",
        ),
        pytest.param(
            {"src/backend/pyproject.toml": "[project]\nname='x'\n", "frontend/package.json": manifest()}, "python",
            "src/backend", id="a frontend is no backend",
        ),
        pytest.param(
            {"package.json": manifest(), "tools/seed/requirements.txt": "requests\n", "src/a.ts": ""}, "node", "",
            id="a folder of scripts in Python",
        ),
        pytest.param({"package.json": manifest(), "a.ts": "", "b.ts": "", "gen.py": ""}, "node", "", id="one script"),
    ],
)  # fmt: skip
async def test_the_backend_is_found_where_its_manifest_is(files, language, root):
    chain = await detected(files)
    assert (chain.language, chain.root) == (language, root)


async def test_tests_beside_the_code_are_roots_one_by_one():
    files = project(**{"src/a.ts": "", "src/a.test.ts": "", "src/__tests__/b.ts": ""})
    del files["tests/a.test.ts"]
    assert (await detected(files)).test_roots == ("src/__tests__", "src/a.test.ts")
    assert (await registry.detect(DictProbe(files), Commands(), ["checks/"])).test_roots == ("checks",)


async def test_a_manifest_that_is_not_json_is_refused_by_its_path():
    with pytest.raises(Refusal, match=r"package\.json is not JSON"):
        await detected({"package.json": "{"})


def argv_of(chain, *selection: str) -> str:
    return " ".join(node_command.command(chain, BackendSettings(), selection).argv).replace(node_command.PLUGINS, "P")


async def test_a_selection_takes_the_place_of_the_files_a_script_names():
    test_id = "tests/a.test.ts > adds (2) > to 3"
    vitest = await detected(project("vitest run src --dir tests"))
    judged = "--reporter=P/aurora_vitest_events.mjs --coverage.enabled=false --typecheck.enabled=false --bail=0"
    base = f"vitest run {{}}--dir tests {judged}"
    assert argv_of(vitest) == base.format("src ")
    assert argv_of(vitest, "tests/a.test.ts") == base.format("") + " tests/a.test.ts"
    assert argv_of(vitest, test_id).endswith(r"-t ^\s*(adds\ \(2\)\ to\ 3)$ tests/a.test.ts")
    assert argv_of(await detected(project("jest unit")), "-a.test.ts").endswith("--runTestsByPath ./-a.test.ts")
    mocha = argv_of(await detected(project("mocha -r tsx 'test/**/*.ts'")), "tests/a.test.ts")
    assert mocha == "mocha -r tsx --reporter P/aurora_mocha_events.cjs --no-parallel --no-bail tests/a.test.ts"
    node = await detected(project("node --test 'test/*.js'"))
    reporting = "--test-reporter=P/aurora_node_test_events.mjs --test-reporter-destination=stdout"
    sentinels = "--require P/aurora_node_test_sentinels.cjs"
    assert argv_of(node) == f"node P/aurora_node_globs.mjs {sentinels} {reporting} --test test/*.js"
    assert argv_of(node, "test/a.js") == f"node {sentinels} {reporting} --test test/a.js"


async def test_a_selection_is_told_from_the_folder_the_runner_starts_in():
    chain = await detected({"src/backend/package.json": manifest(), "src/backend/tests/a.test.ts": ""})
    command = node_command.command(chain, BackendSettings(), ["src/backend/tests/a.test.ts"])
    assert command.cwd == "src/backend" and command.argv[-1] == "tests/a.test.ts"
    assert command.env["AURORA_REPOSITORY"] == "../.."


def test_places_in_the_sandbox_are_those_of_the_image():
    assert (node_command.PLUGINS, folders.COPY) == (places.PLUGINS, places.COPY)


async def test_the_judges_names_are_reserved_and_its_events_sealed():
    command = node_command.command(await detected({"package.json": "{}", "a.test.js": ""}), BackendSettings())
    judges = {path.stem for path in PLUGINS.glob("aurora_*.[cm]js")}
    assert command.sealed and set(command.reserved) == judges
