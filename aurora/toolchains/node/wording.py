"""The wording of prompts and findings in a Node project."""

from aurora.domain.runs import FailureKind
from aurora.toolchains.wording import Wording

NODE = Wording(
    blocking="no synchronous database, file or network call (`readFileSync` and its like) while a request is served",
    catching="No empty `catch`, no `any` to silence the compiler.",
    typing="full types (in JavaScript: JSDoc) and doc comments",
    stub='throw `new Error("not implemented")`',
    stubbed='an Error "not implemented"',
    importing="Interfaces must load: fix the import at the place named; a circular import is broken by moving what "
    "both sides need into a module of its own.",
    naming="Name the file as the project's runner collects it (*.test.ts) and write tests with test() or it() in it.",
    running="A new test must run: no skip, no todo, no only.",
    red={
        FailureKind.IMPORT: "Import only what exists: the declared interfaces by the names they export, declared "
        "packages; mind the file extension that this project writes in its imports.",
        FailureKind.SYNTAX: "Fix the syntax of the file named in the frame.",
        FailureKind.FIXTURE: "The set-up (beforeEach, beforeAll, ...) must run without an error.",
        FailureKind.ENVIRONMENT: "The test environment lacks this, so the test shows nothing about the behaviour. Set "
        "it up "
        "as the project's other tests do, replace services that are not here by the project's own fakes, and set "
        "variables in the test's set-up.",
        FailureKind.TEST_CODE: "The test's own lines throw: check names, signatures and keys it uses, and assert on "
        "what comes back before taking it apart (first the status, then the body).",
        FailureKind.TIMEOUT: "A test must end on its own within seconds, also before the code exists: await what it "
        "starts, and close servers and timers.",
    },
    test_tool="run_tests",
)
