"""What prompts and findings call things in a language: one value a toolchain, so that no step speaks of Python to
somebody who writes TypeScript."""

from collections.abc import Mapping

from aurora.domain.runs import FailureKind
from aurora.domain.value import Value


class Wording(Value):
    """Words for `$name` in the prompts; whole sentences where a language has its own rule."""

    blocking: str
    """What never stands where an event loop runs."""
    catching: str
    """The careless way to catch everything."""
    typing: str
    """How a signature is written down."""
    stub: str
    """What the body of an interface does."""
    stubbed: str
    """How a test that meets a stub fails."""
    importing: str
    """How interfaces that do not import are mended."""
    naming: str
    """Why a file of tests may have given none."""
    running: str
    """What keeps a new test from being run."""
    red: Mapping[FailureKind, str]
    """How a test that is red for a wrong reason is mended."""
    test_tool: str
    """The name under which the model is offered the test runner."""

    def of_prompts(self) -> dict[str, str]:
        """What the prompts may name."""
        return {
            name: getattr(self, name) for name in ("blocking", "catching", "typing", "stub", "stubbed", "test_tool")
        }


NODE = Wording(
    blocking="no synchronous database, file or network call (`readFileSync` and its like) while a request is served",
    catching="No empty `catch`, no `any` to silence the compiler.",
    typing="full types (in JavaScript: JSDoc) and doc comments",
    stub='throw `new Error("not implemented")`',
    stubbed='an Error "not implemented"',
    importing="Interfaces must load: mend the import at the place named; a circular import is mended by moving what "
    "both sides need into a module of its own.",
    naming="Name the file as the project's runner collects it (*.test.ts) and write tests with test() or it() in it.",
    running="A new test must run: no skip, no todo, no only.",
    red={
        FailureKind.IMPORT: "Import only what exists: the declared interfaces by the names they export, declared "
        "packages; mind the file extension that this project writes in its imports.",
        FailureKind.SYNTAX: "Mend the syntax of the file named in the frame.",
        FailureKind.FIXTURE: "The set-up (beforeEach, beforeAll, ...) must run without an error.",
        FailureKind.TEST_CODE: "The test's own lines throw: check names, signatures and keys it uses, and assert on "
        "what comes back before taking it apart (first the status, then the body).",
        FailureKind.TIMEOUT: "A test must end by itself within seconds, before the code exists too: await what it "
        "starts, and close servers and timers.",
    },
    test_tool="run_tests",
)

PYTHON = Wording(
    blocking="no synchronous database, file or network call inside `async def`",
    catching="No broad `except`.",
    typing="full type annotations and docstrings",
    stub="raise `NotImplementedError`",
    stubbed="NotImplementedError",
    importing="Interfaces must import: mend the module named in the last frame; a circular import is mended by "
    "moving what both sides need into a module of its own.",
    naming="Name test functions test_*, and do not deselect them by a marker that the project leaves out.",
    running="A new test must run: no skip, no xfail, and async tests marked for the project's async plugin.",
    red={
        FailureKind.IMPORT: "Import only what exists: the declared interfaces, their modules, declared packages.",
        FailureKind.SYNTAX: "Mend the syntax of the file named in the frame.",
        FailureKind.FIXTURE: "Use fixtures that exist (in this file or a conftest.py) and set up without an error.",
        FailureKind.TEST_CODE: "The test's own lines raise: check names, signatures and keys it uses, and assert on "
        "what comes back before taking it apart (first the status, then the body).",
        FailureKind.TIMEOUT: "A test must end by itself within seconds, before the code exists too.",
    },
    test_tool="run_pytest",
)

UNITTEST = PYTHON.model_copy(
    update={
        "naming": "Put tests into classes of unittest.TestCase (Django: django.test.TestCase), name files test*.py and "
        "methods test_*, and keep an __init__.py in each folder below the first.",
        "running": "A new test must run: no skip, no expectedFailure, and async tests in an IsolatedAsyncioTestCase.",
        "red": {
            **PYTHON.red,
            FailureKind.FIXTURE: "Make setUp, setUpClass and setUpTestData run without an error.",
        },
        "test_tool": "run_tests",
    }
)
"""For projects without pytest."""
