"""The wording of prompts and findings in a Perl project."""

from aurora.domain.runs import FailureKind
from aurora.toolchains.wording import Wording

PROVE = Wording(
    blocking="no synchronous database, file or network call in a callback of an event loop",
    catching="No `eval` whose error is dropped.",
    typing="checked arguments and POD",
    stub='`die "not implemented"`',
    stubbed='a die with "not implemented"',
    importing="Modules must load under `use strict`: fix the file named, and end it by a true value.",
    naming="Name the file t/*.t, and end it by done_testing.",
    running="A new test must run: no SKIP block, no TODO block, no skip_all.",
    red={
        FailureKind.IMPORT: "Use only what exists: the declared modules, what they export, Perl's core modules.",
        FailureKind.SYNTAX: "Fix the syntax of the file named in the frame.",
        FailureKind.FIXTURE: "What the file sets up before its first test must run without an error.",
        FailureKind.TEST_CODE: "The test's own lines die: check the names and arguments they use, plan as many tests "
        "as run, and never call exit.",
        FailureKind.TIMEOUT: "A test must end on its own within seconds, also before the code exists.",
    },
    test_tool="run_tests",
)
