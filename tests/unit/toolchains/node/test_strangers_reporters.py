"""Repositories that strangers bring: what the reporters of Node's runners tell of a suite that runs in two projects,
and of files that can't be loaded. The reporters are run by node itself, called as the runners call them."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from aurora.domain.runs import FailureKind
from aurora.domain.workspace import Distribution
from aurora.settings.repository import BackendSettings
from aurora.toolchains.node import command, runs
from aurora.toolchains.runs.ids import without_number
from tests.support.projects import PLUGINS, detected, execute, written

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")


def reported(folder: Path, script: str) -> list[dict]:
    """Events that a reporter sends while `script` plays its runner."""
    read, write = os.pipe()
    env = {**os.environ, "AURORA_EVENTS_FD": str(write), "AURORA_REPOSITORY": str(folder), "P": str(PLUGINS)}
    kind = ["--input-type=module", "-e", script] if "await import" in script else ["-e", script]
    try:
        subprocess.run(["node", *kind], cwd=folder, env=env, pass_fds=(write,), check=True, timeout=60)
    finally:
        os.close(write)
    with os.fdopen(read, encoding="utf-8") as events:
        return [json.loads(line) for line in events]


def results(events: list[dict]) -> dict[str, str]:
    return {event["node"]: event["outcome"] for event in events if event["t"] == "result"}


JEST = """
const Reporter = require(process.env.P + "/aurora_jest_events.cjs");
const root = process.cwd();
const reporter = new Reporter({rootDir: root, projects: %s});
const test = (name, dir = root) => ({path: dir + "/a.test.js", context: {config: {rootDir: dir, displayName: name}}});
const one = (status) => ({ancestorTitles: ["s"], title: "t", status, failureMessages: [], duration: 1});
%s
reporter.onRunComplete(null, {numTotalTests: 2, numTotalTestSuites: 2, numFailedTests: 1});
"""


@pytest.mark.parametrize(
    "projects", ["[{displayName: 'eu'}, {displayName: 'us'}]", "[root + '/j.eu.js', root + '/j.us.js']"]
)
@pytest.mark.parametrize("order", [("eu", "us"), ("us", "eu")], ids=" then ".join)
def test_jests_same_file_in_two_projects_is_told_by_the_projects_name(tmp_path, order, projects):
    # of single cases jest gives the first project, whichever they ran in
    calls = "".join(
        f"reporter.onTestCaseResult(test({{name: 'eu'}}), one('{outcome}'));"
        f"reporter.onTestResult(test({{name: '{name}'}}), {{testResults: [one('{outcome}')]}});"
        for name in order
        for outcome in ["failed" if name == "us" else "passed"]
    )
    assert results(reported(tmp_path, JEST % (projects, calls))) == {
        "a.test.js > s > t (in project eu)": "passed",
        "a.test.js > s > t (in project us)": "failed",
    }


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ('Error: expected 404 "Not Found", got 500 "Internal Server Error"', FailureKind.ASSERTION),
        ('Error: expected 201 "Created", got 404 "Not Found"', FailureKind.HTTP_STATUS),
        ("Error: expected { id: 1 } response body, got { id: 2 }", FailureKind.ASSERTION),
        ('Error: expected "Content-Type" matching /json/, got "text/html"', FailureKind.ASSERTION),
        ("Error: expected something else", FailureKind.TEST_CODE),
        ("RangeError: Invalid array length", FailureKind.TEST_CODE),
    ],
)
def test_what_supertest_expects_in_jest_is_an_assertion(tmp_path, monkeypatch, said, kind):
    monkeypatch.setenv("AURORA_TEST_FILES", json.dumps([r"a\.test\.js"]))
    written(tmp_path, {"a.test.js": "test('t', () =>\n  request(app).get('/order/1').expect(404));\n"})
    text = f"{said}\n    at Object.<anonymous> ({tmp_path}/a.test.js:2:37)"
    calls = f"reporter.onTestCaseResult(test('p'), {{...one('failed'), failureMessages: [{json.dumps(text)}]}});"
    [result] = [event for event in reported(tmp_path, JEST % ("[]", calls)) if event["t"] == "result"]
    assert result["kind"] == kind


def test_jests_projects_of_different_folders_keep_the_names_of_their_tests(tmp_path):
    result = "reporter.onTestResult(test({name: 'n'}, root + dir), {testResults: [one('passed')]});"
    calls = f"for (const dir of ['/x', '/y']) {result}"
    events = reported(tmp_path, JEST % ("[root + '/x', root + '/y']", calls))
    assert list(results(events)) == ["x/a.test.js > s > t", "y/a.test.js > s > t"]


VITEST = """
const { default: Reporter } = await import(process.env.P + "/aurora_vitest_events.mjs");
const root = process.cwd(), reporter = new Reporter();
const project = (name) => ({name, config: {}, provide() {}});
reporter.onInit({version: "%s", config: {}, projects: [project("eu"), project("us")]});
const specifications = %s;
reporter.onTestRunStart(specifications.map(([file, name]) => ({moduleId: root + "/" + file, project: project(name)})));
const modules = specifications.map(([file, name, outcome], i) => {
  const module = {type: "module", id: "m" + i, moduleId: root + "/" + file, project: project(name)};
  const error = {name: "Error", message: "Cannot find module './nope.js'", stack: ""};
  module.errors = () => outcome === "unloadable" ? [error] : [];
  const state = outcome;
  const test = {id: "t" + i, type: "test", name: "t", module, parent: module, project: module.project, options: {},
    result: () => ({state, errors: []}), diagnostic: () => ({duration: 1}), meta: () => ({})};
  const all = outcome === "unloadable" ? [] : [test];
  module.children = {allTests: () => all, tests: () => all, suites: () => []};
  return [module, all];
});
for (const [module, all] of modules) {
  if (!all.length) continue;
  reporter.onTestModuleCollected(module);
  for (const test of all) reporter.onTestCaseResult(test);
  reporter.onTestModuleEnd(module);
}
reporter.onTestRunEnd(modules.map(([module]) => module), [], "failed");
"""


@pytest.mark.parametrize("order", [("eu", "us"), ("us", "eu")], ids=" then ".join)
def test_vitests_same_file_in_two_projects_is_told_by_the_projects_name(tmp_path, order):
    specifications = [["a.test.js", name, "failed" if name == "us" else "passed"] for name in order]
    specifications.append(["b.test.js", "eu", "passed"])
    assert results(reported(tmp_path, VITEST % ("3.2.4", json.dumps(specifications)))) == {
        "a.test.js > t (in project eu)": "passed",
        "a.test.js > t (in project us)": "failed",
        "b.test.js > t": "passed",
    }


def test_a_file_that_vitest_3_could_not_load_is_an_error_though_its_end_is_not_told(tmp_path):
    events = reported(tmp_path, VITEST % ("3.2.4", json.dumps([["a.test.js", "eu", "unloadable"]])))
    assert [(e["node"], e["kind"]) for e in events if e["t"] == "collect_error"] == [("a.test.js", "import")]
    assert events[-1] | {"seq": 0} == {"seq": 0, "t": "session", "exit": 1}


ALLOWED = """
const { default: Reporter } = await import(process.env.P + "/aurora_vitest_events.mjs");
const root = process.cwd(), allow = [root];
const project = {name: "", config: {}, provide() {}, vite: {config: {root, server: {fs: {allow}}}}};
new Reporter().onInit({version: "3.2.4", config: {}, projects: [project]});
const { realpathSync, writeFileSync } = await import("node:fs");
const files = [project.config.setupFiles[0], "node_modules/one/index.js"].map((file) => realpathSync(file));
const readable = files.map((file) => allow.some((folder) => file.startsWith(folder + "/")));
writeFileSync("readable.json", JSON.stringify(readable));
"""


def test_a_browser_like_environment_of_vitests_may_read_our_set_up_file_and_the_packages(tmp_path):
    project, packages = tmp_path / "shop", tmp_path / "image" / "node_modules"
    (packages / "one").mkdir(parents=True)
    (packages / "one" / "index.js").touch()
    project.mkdir()
    (project / "node_modules").symlink_to(packages)
    reported(project, ALLOWED)
    assert json.loads((project / "readable.json").read_text()) == [True, True]


@pytest.mark.parametrize("version", ["2.1.9", "1.6.0", "0.34.6"])
def test_an_installed_vitest_that_is_too_old_says_so(tmp_path, version):
    events = reported(tmp_path, VITEST % (version, "[]"))
    said = [event["message"] for event in events if event["t"] == "internal_error"]
    assert said == [f"vitest {version} is installed; results are read of vitest 3 and later"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("require('./nope.js')", FailureKind.IMPORT, id="a module that is not there"),
        pytest.param("require('not-installed')", FailureKind.IMPORT, id="a package that is not installed"),
        pytest.param("const a = ;", FailureKind.SYNTAX, id="syntax"),
        pytest.param("throw new Error('at once')", FailureKind.TEST_CODE, id="an error while it loads"),
    ],
)
async def test_a_file_that_node_can_not_load_is_an_error_beside_one_that_runs(tmp_path, text, kind):
    files = {
        "package.json": json.dumps({"scripts": {"test": "node --test"}}),
        "test/a.test.js": text,
        "test/b.test.js": "require('node:test').test('b', () => {})",
    }
    chain = await detected(files)
    made = command.command(chain, BackendSettings())
    argv = tuple(word.replace(command.PLUGINS, str(PLUGINS)) for word in made.argv)
    run = runs.parse(execute(written(tmp_path, files), made.model_copy(update={"argv": argv})), chain)
    assert run.valid, run.why_invalid
    assert [(error.test_id, error.kind) for error in run.collection_errors] == [("test/a.test.js", kind)]
    assert run.counts.passed == 1


@pytest.mark.parametrize(
    ("test_id", "plain"),
    [
        ("s > t (in project us)", "s > t"),
        ("s > t (in project us) (same name, 2)", "s > t"),
        ("s > t (same name, 2)", "s > t"),
        ("s > t (in projects)", "s > t (in projects)"),
        ("s > works (in project management)x", "s > works (in project management)x"),
    ],
)
def test_a_selection_is_told_to_the_runner_without_what_the_reporter_added(test_id, plain):
    assert without_number(test_id) == plain


@pytest.mark.parametrize(
    ("runner", "installed", "said"),
    [
        ("vitest", "2.1.9", "vitest 2.1.9 is installed; results are read of vitest 3 and later"),
        ("vitest", "3.0.0", ""),
        ("vitest", "latest", ""),
        ("jest", "2.1.9", ""),
    ],
)
def test_an_installed_runner_that_is_too_old_is_named_whatever_the_manifest_asks_for(runner, installed, said):
    there = [
        Distribution(name="ms", version="2.0.0", modules=()),
        Distribution(name=runner, version=installed, modules=()),
    ]
    assert runs.outdated(runner, there) == said
