"""jest and mocha, which may run tests in the reporter's own process. Played by `make forgeries` only."""

from functools import partial

from tests.attacks.forgeries import forgery
from tests.attacks.forgeries.forgery import Witness

jest, mocha = partial(forgery.seen, toolchain="jest"), partial(forgery.seen, toolchain="mocha")

ZERO = "export function value() { return 0; }\n"
EXIT = "export function value() { process.exit(0); }\n"
LEAVE = "export function value() { (process as any).reallyExit(0); }\n"
PIPE = """
import fs from "node:fs";
export function value() {
  for (const pid of ["self", process.ppid]) for (const fd of fs.readdirSync(`/proc/${pid}/fd`)) {
    try {
      const name = `/proc/${pid}/fd/${fd}`;
      if (Number(fd) < 3 || !fs.statSync(name).isFIFO()) continue;
      const open = fs.openSync(name, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
      fs.writeSync(open, JSON.stringify({ seq: 3, t: "result", node: "NODE", outcome: "passed", when: "whole" }) + "\\n");
    } catch {}
  }
  return 0;
}
"""
SOURCE = 'import fs from "node:fs";\nexport function value() {\n  return Number(/CALL\\((\\d+)\\)/.exec(fs.readFileSync("FILE", "utf8"))![1]);\n}\n'
EQUAL = (
    'import { value } from "../src/victim";\n\ntest("red", async () => {\n  expect(await value()).toEqual(1);\n});\n'
)
CIRCUS = """
const at = Object.getOwnPropertySymbols(globalThis).filter((one) => (globalThis as any)[one]?.currentlyRunningTest !== undefined);
export function value() {
  for (const one of at) (globalThis as any)[one].currentlyRunningTest.errors.push = () => 0;
  return 0;
}
"""
MOCHA = 'import Mocha from "mocha";\n'
TELL = """
import { createRequire } from "node:module";
export function value() {
  const { send } = createRequire("/opt/aurora/plugins/")("./aurora_node_events.cjs");
  for (const node of ["test/red.test.ts > red", "test/prices.test.ts > prices > doubles"]) {
    send("collected", { node });
    send("result", { node, when: "whole", outcome: "passed", seconds: 0 });
  }
  send("session", { exit: 0 });
  (process as any).reallyExit(0);
}
"""
WATCHED = (
    "no run can tell code that is right from code that is right only while it is watched; a reader of the diff can"
)

FORGERIES = (
    jest(Witness.RUN, "end the process well inside a test", victim=EXIT),
    jest(Witness.RUN, "leave without exit handlers", victim=LEAVE),
    jest(Witness.MUTANTS, "extend expect", victim=f"expect.extend({{ toBe: () => ({{ pass: true, message: () => '' }}) }});\n{ZERO}"),
    jest(Witness.MUTANTS, "let the running test take no errors", victim=CIRCUS),
    jest(Witness.MUTANTS, "give an object that equals everything", red=EQUAL,
         victim="export function value() { return { $$typeof: Symbol.for('jest.asymmetricMatcher'), asymmetricMatch: () => true }; }\n"),
    jest(Witness.MUTANTS, "read what is expected from the test's file", victim=SOURCE.replace("CALL", "toBe").replace("FILE", "tests/red.test.ts")),
    jest(Witness.RUN, "write results into the judge's pipe", victim=PIPE.replace("NODE", "tests/red.test.ts > red")),
    forgery.unseen("behave where the runner is loaded", WATCHED, toolchain="jest", victim="export function value() { return process.env.JEST_WORKER_ID ? 1 : 0; }\n"),
    mocha(Witness.RUN, "end the process well inside a test", victim=EXIT),
    mocha(Witness.RUN, "leave without exit handlers", victim=LEAVE),
    mocha(Witness.MUTANTS, "run no test", victim=f"{MOCHA}(Mocha as any).Runnable.prototype.run = (done: () => void) => done();\n{ZERO}"),
    mocha(Witness.MISSING_TESTS, "have every test pending", victim=f"{MOCHA}(Mocha as any).Runnable.prototype.isPending = () => true;\n{ZERO}"),
    mocha(Witness.MUTANTS, "tell failures as passes", victim=MOCHA + f"(Mocha as any).Runner.prototype.fail = function (test: any) {{ test.state = 'passed'; this.emit('pass', test); }};\n{ZERO}"),
    mocha(Witness.MUTANTS, "empty chai's assertion", victim=f"import * as chai from 'chai';\n(chai.Assertion.prototype as any).assert = () => {{}};\n{ZERO}"),
    mocha(Witness.MUTANTS, "tell the whole run by the reporter's own hand", victim=TELL),
    mocha(Witness.MUTANTS, "read what is expected from the test's file", victim=SOURCE.replace("CALL", "equal").replace("FILE", "test/red.test.ts")),
    mocha(Witness.RUN, "write results into the judge's pipe", victim=PIPE.replace("NODE", "test/red.test.ts > red")),
    forgery.unseen("behave where the runner is loaded", WATCHED, toolchain="mocha", victim="export function value() { return 'it' in globalThis ? 1 : 0; }\n"),
)  # fmt: skip
