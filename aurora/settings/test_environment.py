"""The environment variables of the tests that a repository may set: none that the sandbox decides, and no secrets."""

import re
from collections.abc import Iterable, Iterator, Mapping

from aurora import credentials

_OURS = re.compile(
    r"AURORA_\w*|PATH|HOME|TMP|TEMP|TMPDIR|USER|LOGNAME|SHELL|PWD|OLDPWD|VIRTUAL_ENV|XDG_\w+", re.IGNORECASE
)
"""The sandbox's own."""
_LOADER = re.compile(r"(LD|DYLD|MALLOC|GCONV)_\w+|GLIBC_TUNABLES|LOCPATH|NLSPATH|OPENSSL_(CONF|ENGINES|MODULES)")
_SHELL = re.compile(r"BASH_ENV|BASH_FUNC.*|ENV|IFS|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|PERL5\w+|RUBYOPT|GIT_\w+")
"""Programs that programs load. Whoever a commit of a test's is by may be said: `_AUTHOR`."""
_AUTHOR = re.compile(r"GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL|DATE)")
_INTERPRETER = re.compile(r"PYTHON\w*|__PYVENV_LAUNCHER__")
_PYTHON = frozenset({
    "PYTHONPATH", "PYTHONHASHSEED", "PYTHONUTF8", "PYTHONIOENCODING", "PYTHONWARNINGS", "PYTHONASYNCIODEBUG",
    "PYTHONTZPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONFAULTHANDLER", "PYTHON_ENV",
})  # fmt: skip
"""Those that change no code that runs."""
_NODE = re.compile(
    r"NODE_(V8_COVERAGE|TEST_\w+|CHANNEL_\w+|UNIQUE_ID|REPL_\w+|DEBUG_NATIVE|REDIRECT_WARNINGS|COMPILE_CACHE\w*|PATH)"
)
_RUNNER = re.compile(
    r"(PYTEST|COV_CORE|COVERAGE|VITEST|JEST|MOCHA|TOX|NOX|PIP|UV|NPM_CONFIG|YARN|COREPACK)_\w+", re.IGNORECASE
)
_NODE_FLAG = re.compile(
    r"--(no-)?(experimental-(vm-modules|strip-types|transform-types|sqlite|websocket|global-webcrypto|fetch|json-modules)"
    r"|enable-source-maps|warnings|deprecation|trace-(warnings|deprecation|uncaught)|expose-gc|preserve-symlinks(-main)?)"
    r"|--(max-old-space-size|max-semi-space-size|stack-trace-limit|unhandled-rejections|dns-result-order"
    r"|conditions|disable-warning|max-http-header-size|stack-size)=[\w.:-]+|-C=[\w.:-]+|--openssl-legacy-provider"
)
"""Flags of Node.js that load nothing."""
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")


def assignments(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """`NAME=value` of each line that is one, quotes and comments taken off."""
    for line in lines:
        if said := _ASSIGNMENT.fullmatch(line):
            quoted = re.match(r"(['\"])(.*?)\1", said[2])
            yield said[1], quoted[2] if quoted else re.sub(r"(^|\s+)#.*$", "", said[2])


def error_in(name: str, value: str) -> str:
    """The error in a variable, as the end of a sentence; empty where nothing is. Never quotes the value."""
    if name == "NODE_OPTIONS":
        odd = next((word for word in value.split() if not _NODE_FLAG.fullmatch(word)), "")
        return f"may hold flags that load nothing, not {odd.partition('=')[0]!r}: commands.test can" if odd else ""
    if name == "PYTHONPATH":
        outside = any(part.startswith("/") or ".." in part.split("/") for part in value.split(":"))
        return "may name folders of the repository only, relative to the project's" if outside else ""
    if _OURS.fullmatch(name):
        return "is set by the sandbox itself"
    if (_LOADER.fullmatch(name) or _SHELL.fullmatch(name)) and not _AUTHOR.fullmatch(name):
        return "decides what other programs load, so that no result of a test could be believed"
    if (_INTERPRETER.fullmatch(name) and name not in _PYTHON) or _NODE.fullmatch(name):
        return "changes the interpreter that runs and judges the tests"
    if _RUNNER.fullmatch(name):
        return "configures a runner of tests or an installer: write it in that program's own file or in commands.test"
    if next(credentials.found_in(f"{name}={value}"), None):
        return "looks like a real credential; aurora.yaml is no place for one: a dummy of another shape does for tests"
    return ""


def passed_on(variables: Mapping[str, str]) -> dict[str, str]:
    """Those that a run gets as they are: the folders of PYTHONPATH are on the path of every run already."""
    return {name: value for name, value in variables.items() if name != "PYTHONPATH"}
