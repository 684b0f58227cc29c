"""The reason why pytest did not start: options of plugins that are not installed, a conftest that does not import, no
pytest."""

import re

from aurora.domain.runs import FailureKind, TestCase, TestOutcome
from aurora.domain.workspace import Toolchain
from aurora.text import clip
from aurora.toolchains.python.layout import DEFAULT_ROOT
from aurora.toolchains.python.pytest_plugins import of_options

_CONFTEST = re.compile(r"(?:while loading conftest|ConftestImportFailure:?)\s*'?(?P<path>[^'\n]*conftest\.py)?")


def usage_error(output: str, code: int) -> str:
    """One sentence for a run that ended before it began, the missing plugin by name where the option tells it."""
    missing = re.search(r"[Mm]issing required plugins?: (.+)", output)
    if missing:
        return f"pytest did not start: the project requires {missing.group(1).strip()}, which is not installed"
    plugin = re.search(r"Error importing plugin \"([^\"]+)\": (.+)", output)
    if plugin:
        return f"pytest did not start: plugin {plugin.group(1)!r} can't be imported: {plugin.group(2).strip()}"
    unknown = re.search(r"unrecognized arguments: (.+)", output)
    if unknown:
        options = unknown.group(1).split()
        named = of_options(options)
        of = f": they belong to {', '.join(named)}, which is not installed" if named else ""
        return f"pytest did not start: it does not know {' '.join(options)}{of}"
    if re.search(r"No module named '?pytest'?\s*$", output, re.MULTILINE):
        return "pytest is not installed in the dependency image"
    if 'required field "lineno" missing from' in output and "_pytest" in output:
        return "pytest did not start: before 6.2.5 it does not run on Python 3.10 or later"
    error = re.search(r"(?m)^(?:ERROR|E  ?|.*error): (.+)$", output)
    last = error.group(1) if error else next(iter(reversed(output.strip().splitlines())), "it printed nothing")
    return f"pytest did not run (exit code {code}): {clip(last.strip(), 400)}"


def conftest_error(output: str, toolchain: Toolchain) -> TestCase | None:
    """The collection error that a conftest is which does not import: pytest ends before any plugin hears of it."""
    found = _CONFTEST.search(output)
    if not found:
        return None
    prefix = f"{toolchain.root}/" if toolchain.root else ""
    path = (found.group("path") or f"{prefix}{DEFAULT_ROOT}/conftest.py").lstrip("/")
    raised = re.findall(r"(?m)^(?:E\s+)?((?:\w+\.)*\w*(?:Error|Exception|Warning)\b.*)$", output[found.start() :])
    cause = raised[-1] if raised else ""
    kind = FailureKind.FIXTURE
    if re.match(r"(SyntaxError|IndentationError|TabError)", cause):
        kind = FailureKind.SYNTAX
    elif re.match(r"(ImportError|ModuleNotFoundError)", cause):
        kind = FailureKind.IMPORT
    frames = re.findall(r"(?m)^(\S+\.py):(\d+): in (.+)$", output[found.start() :])
    ours = [f for f in frames if "site-packages" not in f[0] and not f[0].startswith(("/", "<"))]
    return TestCase(
        test_id=path,
        outcome=TestOutcome.ERROR,
        kind=kind,
        message=clip(output[found.start() :].strip(), 4000),
        frame="{}:{} in {}".format(*ours[-1]) if ours else "",
    )
