"""Signs that a project's environment lacks something, in what its red tests say: packages, variables, services.

What is found is told and offered to a person, never acted on by itself.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from aurora.domain.environment_problem import ProposedSetting
from aurora.domain.runs import TestCase, TestOutcome, TestRun
from aurora.settings.services import SERVICES
from aurora.settings.test_environment import assignments
from aurora.toolchains.absent import Absent, Reader
from aurora.toolchains.runs import preparations

LOOKED_AT = 40
"""Red tests, and as many skipped ones."""
MESSAGE_CHARS = 4_000
OUTPUT_CHARS = 8_000
SHOWN = 6
EXAMPLES = (
    ".env.example",
    ".env.sample",
    ".env.template",
    ".env.dist",
    ".env.test",
    ".env.test.example",
    "env.example",
)
"""Files whose values are meant for everybody's first run."""
PLACEHOLDER = "test"
_NAME = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*"
_KEY = re.compile(rf"KeyError: ['\"](?P<name>{_NAME})['\"]")
"""A variable where the environment was asked, or while a file was loaded."""
_VARIABLES = (
    re.compile(rf"(?P<name>{_NAME}) not found\. Declare it as envvar"),
    re.compile(rf"Set the (?P<name>{_NAME}) environment variable"),
    re.compile(rf"[Ee]nv(?:ironment)?[ _]?var(?:iable)?s?\b[^\n]{{0,40}}?[\s'\"`:](?P<name>{_NAME})\b"),
    re.compile(
        rf"\b(?P<name>{_NAME})['\"`]?(?: environment variable| env(?:ironment)? var)?"
        r" (?:is|was|must be|needs to be|has to be|should be)(?: not| required| missing)*"
        r" ?(?:set|defined|required|provided|missing|configured|specified)\b"
    ),
    re.compile(rf"(?:(?<!type=)[Mm]issing|[Uu]ndefined|[Uu]nset)[^\n]{{0,40}}?\b(?P<name>{_NAME})\b"),
)
_SETTINGS_MODEL = re.compile(
    r"validation errors? for \w*(?:[Ss]ettings|[Cc]onfig(?:uration)?|[Ee]nv\w*)\b(?P<rest>.{0,2000})", re.S
)
_MISSING_FIELD = re.compile(r"(?m)^E?[ \t]*(\w+)\nE?[ \t]+[Ff]ield required")
_NEVER = frozenset(
    {"OK", "ID", "URL", "HTTP", "JSON", "SQL", "GET", "POST", "PUT", "DELETE", "PATCH", "NULL", "NONE", "ERROR", "API"}
)
_REFUSED = re.compile(
    r"[Cc]onnection refused|ECONNREFUSED|[Cc]ould not connect|could not translate host name|EAI_AGAIN|ENOTFOUND"
    r"|[Nn]ame or service not known|[Tt]emporary failure in name resolution|Error \d+ connecting to"
    r"|[Nn]o such file or directory\s+Is the server running"
)
_NO_CONNECTION = re.compile(r"Unable to acquire a connection|Timeout acquiring a connection")
"""The messages of a pool about a server that is not there, and that do not say which."""
_OF_SERVICE = {"postgres": re.compile(r"5432|postgres|psycopg|asyncpg", re.I), "redis": re.compile(r"6379|redis", re.I)}


class Signs(NamedTuple):
    absent: tuple[Absent, ...] = ()
    lacking: tuple[TestCase, ...] = ()
    """Red tests that ask for one of them."""
    skipped: tuple[Absent, ...] = ()
    """Asked for by tests that were skipped for it: a remark, because that is how an optional package is written."""
    variables: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    preparations: tuple[str, ...] = ()
    """Preparations of what was to be generated, downloaded or started beforehand: a sentence each."""


def read(run: TestRun, reader: Reader, own: frozenset[str], clients: Collection[str] = ()) -> Signs:
    """`own`: names that are the project's, whatever a message says of them. `clients`: services whose clients are among
    the dependencies."""
    red = run.red[:LOOKED_AT]
    texts = [f"{case.message[:MESSAGE_CHARS]}\n{case.frame}" for case in red]
    loading = len(run.collection_errors)  # these come first
    whole = [*texts, run.why_invalid, *([run.output[-OUTPUT_CHARS:]] if not run.valid or not run.cases else [])]
    lacking, absent = [], list[Absent]()
    for case, text in zip(red, texts, strict=True):
        found = [one for one in reader(text) if _top(one.what) not in own]
        absent += found
        lacking += [case] if found else []
    for text in whole[len(texts) :]:
        absent += [one for one in reader(text) if _top(one.what) not in own]
    skips = [case for case in run.cases if case.outcome is TestOutcome.SKIPPED][:LOOKED_AT]
    skipped = [one for case in skips for one in reader(case.message[:MESSAGE_CHARS]) if _top(one.what) not in own]
    return Signs(
        absent=tuple(dict.fromkeys(absent)),
        lacking=tuple(lacking),
        skipped=tuple(dict.fromkeys(skipped)),
        variables=tuple(dict.fromkeys(name for n, text in enumerate(whole) for name in _variables(text, n < loading))),
        services=tuple(name for name in SERVICES if any(_asks_for(text, name, clients) for text in whole)),
        preparations=preparations.found(whole),
    )


def asked_for(output: str) -> tuple[str, ...]:
    """Variables that an application asks for which did not start, by what it printed."""
    return tuple(dict.fromkeys(_variables(output[-OUTPUT_CHARS:], True)))[:SHOWN]


def _variables(text: str, loading: bool) -> Iterator[str]:
    keys = (_KEY,) if loading or "environ" in text else ()
    for pattern in (*keys, *_VARIABLES):
        for found in pattern.finditer(text):
            name = found["name"]
            if len(name) > 2 and name not in _NEVER and not name.endswith("Error"):
                yield name
    for model in _SETTINGS_MODEL.finditer(text):
        yield from (name.upper() for name in _MISSING_FIELD.findall(model["rest"]))


def _asks_for(text: str, service: str, clients: Collection[str]) -> bool:
    if tuple(clients) == (service,) and _NO_CONNECTION.search(text):
        return True
    return _REFUSED.search(text) is not None and _OF_SERVICE[service].search(text) is not None


def _top(name: str) -> str:
    return re.split(r"[./]", name, maxsplit=1)[0]


def example_values(text: str) -> dict[str, str]:
    return dict(assignments(text.splitlines()[:400]))


def of_variables(signs: Signs, examples: Mapping[str, str], where: str) -> Iterator[ProposedSetting]:
    """`examples`: values of the file `where`."""
    names = signs.variables[:SHOWN]
    if names:
        known = any(examples.get(name) for name in names)
        values = ", ".join(f"{name}: {quoted(examples.get(name) or PLACEHOLDER)}" for name in names)
        source = f"the value of {where}" if known else "choose the value; never a secret"
        yield ProposedSetting(
            setting=f"project: {{test_env: {{{values}}}}}", why=f"the tests ask for {', '.join(names)}; {source}"
        )


def of_services(signs: Signs, asked: Sequence[str]) -> Iterator[ProposedSetting]:
    """`asked`: those that run already."""
    missing = [name for name in signs.services if name not in asked]
    if missing:
        listed = ", ".join(sorted({*asked, *missing}))
        yield ProposedSetting(
            setting=f"sandbox: {{services: [{listed}]}}", why=f"the tests connect to {' and '.join(missing)}"
        )


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
