"""Node's toolchain on a real sandbox: each runner's reporter, why a test is red, linters that run project code, and
what makes a run one that can't be trusted."""

import os
import re

import pytest

from activities.checks.project_tools import ProjectTools
from aurora.domain.runs import ExecEnd, FailureKind
from aurora.domain.steps import Step
from aurora.domain.task import TaskRef
from aurora.settings.repository import SandboxSettings
from aurora.toolchains.node import runs
from aurora.toolchains.runs.red import red_reasons
from tests.support import node_backends
from tests.support.event_format import faults
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.node_boxes import run_of

pytestmark = pytest.mark.docker
slow = pytest.mark.skipif(not os.environ.get("AURORA_IMAGES"), reason="slow: make images")
LIMITS = SandboxSettings(memory_mb=1024, disk_mb=256, pids=256, cpus=2)

APP = """
export function stub() { throw new Error("not implemented"); }
export function broken() { return undefined.x; }
export function add(a, b) { return a + b; }
"""
BODIES = {
    "adds": ("", "add(1, 2);"),
    "asserts": (FailureKind.ASSERTION, "EQUAL(add(1, 2), 4);"),
    "meets a stub": (FailureKind.NOT_IMPLEMENTED, "stub();"),
    "meets a bug": (FailureKind.APPLICATION, "broken();"),
    "is wrong itself": (FailureKind.TEST_CODE, "globalThis.nowhere.x;"),
    "sees no route": (FailureKind.HTTP_STATUS, "const answer = { status: 404 }; EQUAL(answer.status, 201);"),
    "imports nothing": (FailureKind.IMPORT, 'await import("./nowhere.js");'),
    "never ends": (FailureKind.TIMEOUT, "await new Promise((done) => setTimeout(done, 1500));"),
}
HEADS = {
    "vitest": ('import { describe, it, expect } from "vitest";', "expect({}).toBe({})"),
    "jest": ("", "expect({}).toBe({})"),
    "mocha": ('import assert from "node:assert";', "assert.strictEqual({}, {})"),
    "node_test": (
        'import { describe, it } from "node:test"; import assert from "node:assert";',
        "assert.strictEqual({}, {})",
    ),
}
TIMEOUT = {
    "vitest": ("", ", 300"),
    "jest": ("", ", 300"),
    "mocha": ("this", ""),
    "node_test": ("{ timeout: 300 }, ", ""),
}


def suite(form: str) -> str:
    """One test of each kind in a runner's own words."""
    head, equal = HEADS[form]
    lines = [head, 'import { add, broken, stub } from "../src/lib.js";', 'describe("the suite", () => {']
    for name, (_, body) in BODIES.items():
        text = re.sub(r"EQUAL\((.+), (\d+)\);", lambda found: equal.format(*found.groups()) + ";", body)
        before, after = TIMEOUT[form] if name == "never ends" else ("", "")
        function = "async function () { this.timeout(300);" if before == "this" else f"{before}async () => {{"
        lines.append(f'  it("{name}", {function} {text} }}{after});')
    return "\n".join([*lines, '  it.skip("is skipped", () => {});', "});", ""])


FORMS = ["node_test", "vitest", *(pytest.param(form, marks=slow) for form in ("jest", "mocha"))]


@pytest.mark.parametrize("form", FORMS)
async def test_a_red_test_says_why_it_is_red_and_where(opened, form):
    ending = {"node_test": "js", "vitest": "ts", "jest": "ts", "mocha": "ts"}[form]
    folder = {"node_test": "test", "mocha": "test"}.get(form, "tests")
    path = f"{folder}/kinds.test.{ending}"
    library = "src/lib.js" if form == "node_test" else "src/lib.ts"
    more = {
        path: suite(form),
        library: APP,
        f"{folder}/unread.test.{ending}": "const = 1;\n",
        f"{folder}/unfound.test.{ending}": 'import "./gone.js";\n',
    }
    if form == "jest":
        more[path] = more[path].replace("../src/lib.js", "../src/lib")
    if form == "mocha":  # it ends at the first file that does not load
        del more[f"{folder}/unread.test.{ending}"], more[f"{folder}/unfound.test.{ending}"]
    box, tools = await opened(form, more)
    execution = await box.run_tests(tools.test_command())
    assert faults(execution.read_events()) == []
    run = tools.read_tests(execution)
    assert run.valid, run.why_invalid + run.output
    reported = {case.test_id: case.kind for case in run.red if " > " in case.test_id}
    assert reported == {f"{path} > the suite > {name}": kind for name, (kind, _) in BODIES.items() if kind}
    if form != "mocha":
        kinds = {case.test_id: case.kind for case in run.collection_errors}
        assert kinds == {
            f"{folder}/unread.test.{ending}": FailureKind.SYNTAX,
            f"{folder}/unfound.test.{ending}": FailureKind.IMPORT,
        }
    frames = {case.test_id.rpartition(" > ")[2]: case.frame for case in run.red}
    assert frames["meets a stub"].startswith(f"{library}:2 in ") and "not implemented" in frames["meets a stub"]
    assert frames["asserts"].startswith(f"{path}:") and "add(1, 2)" in frames["asserts"]
    assert run.counts.failed == 7 and run.counts.skipped == 1 and run.counts.passed == run.counts.collected - 8
    report = red_reasons(run, [path], tools.wording)
    assert not report.passed and "for a wrong reason" in report.summary
    again = await run_of(box, tools, path)
    assert {case.test_id for case in again.cases if case.test_id.startswith(path)} == {
        f"{path} > the suite > {name}" for name in (*BODIES, "is skipped")
    }


@pytest.mark.parametrize("form", FORMS)
async def test_tests_of_one_name_are_told_apart(opened, form):
    ending = "js" if form == "node_test" else "ts"
    path = f"{ {'node_test': 'test', 'mocha': 'test'}.get(form, 'tests') }/same.test.{ending}"
    body = 'describe("s", () => { it("a", () => {}); it("a", () => { throw new Error("second"); }); });\n'
    box, tools = await opened(form, {path: HEADS[form][0] + body})
    run = await run_of(box, tools, path)
    first, second = f"{path} > s > a", f"{path} > s > a (same name, 2)"
    assert run.valid, run.why_invalid
    reported = {case.test_id: case.outcome.value for case in run.cases if case.test_id.startswith(path)}
    assert reported == {first: "passed", second: "failed"}
    again = await run_of(box, tools, second)
    assert second in {case.test_id for case in again.cases}, "it can be selected by the id that it was told by"


async def test_a_file_whose_tests_stand_in_a_helper_is_not_empty(opened):
    """As fastify's: `require("./cases").of("put")`. Its own file tells of nothing but its sentinels."""
    cases = 'const { test } = require("node:test");\nexports.of = (name) => test(name, () => {});\n'
    files = {"test/cases.cjs": cases, "test/none.test.js": "export default 1;\n"}
    files |= {
        f"test/{name}.test.js": f'import cases from "./cases.cjs"; cases.of("{name}");\n' for name in ("get", "put")
    }
    box, tools = await opened("node_test", files)
    run = await run_of(box, tools)
    reported = [case.test_id for case in run.cases if case.test_id.startswith("test/cases")]
    assert reported == ["test/cases.cjs > get", "test/cases.cjs > put"]
    assert [case.test_id for case in run.collection_errors] == ["test/none.test.js"], "one that holds none still is"


EXIT = 'it("a", () => { process.exit(0); });'
OF_NODE, OF_VITEST = 'import { it } from "node:test"; ', 'import { it } from "vitest"; '
OPEN = 'it("a", () => { setInterval(() => {}, 1000); });'
FORGOTTEN = 'it("a", () => { Promise.reject(new Error("forgotten")); });'


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        pytest.param("node_test", OF_NODE + 'it("z", () => {}); ' + EXIT, "No test ran", id="node_test"),
        pytest.param("vitest", OF_VITEST + EXIT, "process.exit", id="vitest"),
        pytest.param("vitest", OF_VITEST + FORGOTTEN, "forgotten", id="a promise nobody awaits"),
        pytest.param("jest", EXIT, "process.exit", id="jest", marks=slow),
        pytest.param("mocha", EXIT, "in the middle of the run", id="mocha", marks=slow),
        pytest.param("mocha", OPEN, "something stays open", id="left open", marks=slow),
    ],
)
async def test_a_run_that_ends_otherwise_than_by_its_tests_is_no_pass(opened, form, text, said):
    folder = "test" if form in ("mocha", "node_test") else "tests"
    path = f"{folder}/odd.test.{'js' if form == 'node_test' else 'ts'}"
    box, tools = await opened(form, {path: text})
    run = await run_of(box, tools, path)
    reported = f"{run.why_invalid} {' '.join(case.message for case in run.red)} {run.output}"
    assert (not run.valid or run.red) and said in reported, (run, reported)


async def test_events_that_are_lost_or_contradict_each_other_are_no_pass(opened):
    box, tools = await opened("node_test", {})
    execution = await box.run_tests(tools.test_command())
    execution = execution.model_copy(update={"events": execution.read_events(), "sealed_events": None})
    chain = tools.workspace.toolchain
    assert runs.parse(execution, chain).valid and runs.parse(execution, chain).counts.passed == 1

    def why(**changes):
        return runs.parse(execution.model_copy(update=changes), chain).why_invalid

    assert "did not run" in why(events=())
    assert "events of the run were lost" in why(events=(*execution.events[:2], *execution.events[3:]))
    assert "in the middle of the run" in why(events=execution.events[:-1])
    assert "success, the process with exit code 1" in why(exit_code=1)
    assert "gave no result" in why(events=tuple(e for e in renumbered(execution.events, "result")))
    assert "out of time" in why(end=ExecEnd.OUT_OF_TIME)
    assert "no seal of this run" in why(events=(*execution.events[:-1], {"t": "forged"}, execution.events[-1]))
    assert "after its end" in why(events=(*execution.events, {"seq": len(execution.events), "t": "start"}))
    assert "may replace it" in why(impostors=("src/aurora_node_events.cjs",))


def renumbered(events, left_out):
    kept = [event for event in events if event["t"] != left_out]
    return [{**event, "seq": seq} for seq, event in enumerate(kept)]


async def test_what_linters_mend_comes_back_as_text_and_their_configuration_can_write_nothing(opened):
    """eslint's configuration is a program: it runs as the test user in the throwaway copy."""
    spy = (
        'import { writeFileSync } from "node:fs";\n'
        'try { writeFileSync("/work/draft/src/taken.ts", "x"); } catch (error) { console.error(error.code); }\n'
    )
    config = spy + node_backends.files("vitest")["eslint.config.js"]
    ugly = "export   const a:string = 'x'\nlet b = 2;\nexport { b };\n"
    other = "export   const untouched = 1\n"
    box, tools = await opened("vitest", {"eslint.config.js": config, "src/ugly.ts": ugly, "src/other.ts": other})
    found = await tools.lint(box, ["src/ugly.ts"])
    assert [(f.check, f.path, f.fixable) for f in found] == [
        ("eslint:prefer-const", "src/ugly.ts", True),
        ("prettier", "src/ugly.ts", True),
    ]
    await tools.fix(box, ["src/ugly.ts"], ())
    assert (await box.read("src/ugly.ts")).decode() == 'export const a: string = "x";\nconst b = 2;\nexport { b };\n'
    assert (await box.read("src/other.ts")).decode() == other
    assert "src/taken.ts" not in {entry.path for entry in await box.files()}
    assert await tools.lint(box, ["src/ugly.ts"]) == []


async def test_interfaces_must_load_and_an_edit_is_judged_before_it_is_kept(opened, artifacts):
    box, tools = await opened("vitest", {})
    await box.write("src/a.ts", b'import { nothing } from "./app.js";\nexport const a = nothing;\n')
    report = await tools.imports(box, ["src/a.ts"])
    assert not report.passed and "no exported member 'nothing'" in report.findings[0].message
    await box.write("src/a.ts", b'import "./gone.js";\n')
    assert "'./gone.js'" in (await tools.imports(box, ["src/a.ts"])).findings[0].message
    await box.write("src/a.ts", b'import { buildApp } from "./app.js";\nexport const a = buildApp;\n')
    assert (await tools.imports(box, ["src/a.ts", "README.md"])).passed

    checks = ProjectTools(MemoryArtifacts().of(TaskRef(id="t")), tools.workspace, Step.WRITE_CODE)

    async def refused(path, text):
        return [found.check for found in await checks.edit(box, path, None, text)]

    assert await refused("src/b.ts", "export const b = {\n") == ["syntax"]
    assert await refused("src/b.ts", 'import axios from "axios";\n') == ["bill_of_materials"]
    assert await refused("node_modules/axios/index.js", "module.exports = 1;\n") == ["ignored_files"]
    assert await refused("src/b.ts", 'import Fastify from "fastify";\nexport default Fastify;\n') == []
