"""The wording of prompts and findings in a Python project."""

from aurora.domain.runs import FailureKind
from aurora.toolchains.wording import Wording

PYTEST = Wording(
    blocking="no synchronous database, file or network call inside `async def`",
    catching="No broad `except`.",
    typing="full type annotations and docstrings",
    stub="raise `NotImplementedError`",
    stubbed="NotImplementedError",
    importing="Interfaces must import: fix the module named in the last frame; a circular import is broken by "
    "moving what both sides need into a module of its own.",
    naming="Name test functions test_*, and do not deselect them by a marker that the project leaves out.",
    running="A new test must run: no skip, no xfail, and async tests marked for the project's async plugin.",
    red={
        FailureKind.IMPORT: "Import only what exists: the declared interfaces, their modules, declared packages.",
        FailureKind.SYNTAX: "Fix the syntax of the file named in the frame.",
        FailureKind.FIXTURE: "Use fixtures that exist (in this file or a conftest.py) and set up without an error.",
        FailureKind.ENVIRONMENT: "The test environment lacks this, so the test shows nothing about the behaviour. Ask "
        "for it "
        "as the project's other tests do (a mark or fixture for the database, an application context, a setting), "
        "replace services that are not here by the project's own fakes, and set variables with monkeypatch.",
        FailureKind.TEST_CODE: "The test's own lines raise: check names, signatures and keys it uses, and assert on "
        "what comes back before taking it apart (first the status, then the body).",
        FailureKind.TIMEOUT: "A test must end on its own within seconds, also before the code exists.",
    },
    test_tool="run_pytest",
)

UNITTEST = PYTEST.model_copy(
    update={
        "naming": "Put tests into classes of unittest.TestCase (Django: django.test.TestCase), name files test*.py and "
        "methods test_*, and keep an __init__.py in each folder below the first.",
        "running": "A new test must run: no skip, no expectedFailure, and async tests in an IsolatedAsyncioTestCase.",
        "red": {
            **PYTEST.red,
            FailureKind.FIXTURE: "Make setUp, setUpClass and setUpTestData run without an error.",
        },
        "test_tool": "run_tests",
    }
)
"""For projects without pytest."""
