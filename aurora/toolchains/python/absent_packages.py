"""Packages that a Python project's tests ask for and that are not installed, by what the tests say."""

import re
import sys
from collections.abc import Iterator, Sequence

from aurora.domain.environment_problem import ProposedSetting
from aurora.domain.workspace import Toolchain
from aurora.toolchains.absent import Absent
from aurora.toolchains.python.declared import normalised
from aurora.toolchains.python.import_names import DISTRIBUTION_OF
from aurora.toolchains.python.pytest_plugins import of_fixture, of_options

_MODULE = re.compile(r"No module named ['\"]?([A-Za-z_][\w.]*)|could not import ['\"]([A-Za-z_][\w.]*)['\"]")
_FIXTURE = re.compile(r"fixture '(\w+)' not found")
_UNKNOWN = re.compile(r"(?:unrecognized arguments: |it does not know )([^\n:]+)")
_REQUIRED = re.compile(r"(?:[Mm]issing required plugins?: |the project requires )([\w.\-, \[\]=<>~!]+)")
_ASYNC = re.compile(r"async def functions are not natively supported")
_INSTEAD = {"environ": "django-environ", "decouple": "python-decouple", "factory": "factory-boy"}
"""Beside `import_names.DISTRIBUTION_OF`."""
_IN_PYTEST = frozenset({"pytest", "_pytest", "aurora_pytest_events"})


def absent(message: str) -> Iterator[Absent]:
    for found in _MODULE.finditer(message):
        name = found[1] or found[2]
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in _IN_PYTEST:
            yield Absent(name, _distribution(name))
    for found in _FIXTURE.finditer(message):
        if package := of_fixture(found[1]):
            yield Absent(f"the fixture {found[1]!r}", package)
    for found in _UNKNOWN.finditer(message):
        yield from (Absent(f"an option of {name}", name) for name in of_options(found[1].split()))
    for found in _REQUIRED.finditer(message):
        names = (re.split(r"[\[=<>~! ]", part.strip())[0] for part in found[1].split(","))
        yield from (Absent(name, name) for name in names if re.match(r"pytest[-_]", name))
    if _ASYNC.search(message):
        yield Absent("a plugin for `async def` tests", "pytest-asyncio")


def package_settings(toolchain: Toolchain, packages: Sequence[str]) -> Iterator[ProposedSetting]:
    """The setting that installs these packages beside those of now."""
    if not packages:
        return
    there = toolchain.dependencies
    groups = [word for name in there.groups for word in ("--group", name)]
    if there.constraints:  # of a lock, which then counts again
        extras = [word for name in there.extras for word in ("--extra", name)]
        lines = [" ".join(("uv sync", *extras, *groups)), *packages]
    else:
        own = f".[{','.join(there.extras)}]" if there.extras else "."
        lines = [" ".join(("pip install", own, *groups, *packages))]
    listed = ", ".join(f'"{line}"' for line in lines)
    why = "installed beside what the manifest names; declare it there, too"
    yield ProposedSetting(setting=f"project: {{install: [{listed}]}}", why=why)


def _distribution(module: str) -> str:
    top = module.partition(".")[0]
    return DISTRIBUTION_OF.get(module) or DISTRIBUTION_OF.get(top) or _INSTEAD.get(top) or normalised(top)
