"""Distributions of pytest's plugins, by what shows that a project uses them: options, settings, marks, fixtures."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

_OPTIONS = (
    (r"--(no-)?cov\b", "pytest-cov"),
    (r"-n\b|-n\w+$|--numprocesses|--dist|--maxprocesses", "pytest-xdist"),
    (r"--asyncio", "pytest-asyncio"),
    (r"--(session-)?timeout", "pytest-timeout"),
    (r"--(ds|dc|reuse-db|create-db|no-?migrations|nomigrations)\b", "pytest-django"),
    (r"--reruns", "pytest-rerunfailures"),
    (r"--randomly", "pytest-randomly"),
    (r"--random-order", "pytest-random-order"),
    (r"--benchmark", "pytest-benchmark"),
    (r"--(self-contained-)?html", "pytest-html"),
    (r"--snapshot", "syrupy"),
    (r"--mypy", "pytest-mypy"),
    (r"--flake8", "pytest-flake8"),
    (r"--black", "pytest-black"),
    (r"--ruff", "pytest-ruff"),
    (r"--isort", "pytest-isort"),
    (r"--env", "pytest-dotenv"),
    (r"--count", "pytest-repeat"),
    (r"--(strict-)?socket|--disable-socket|--allow-hosts", "pytest-socket"),
)
_SETTINGS = {
    "asyncio_mode": "pytest-asyncio", "asyncio_default_fixture_loop_scope": "pytest-asyncio",
    "asyncio_default_test_loop_scope": "pytest-asyncio", "timeout": "pytest-timeout",
    "timeout_method": "pytest-timeout", "DJANGO_SETTINGS_MODULE": "pytest-django",
    "DJANGO_CONFIGURATION": "pytest-django", "django_find_project": "pytest-django", "env": "pytest-env",
    "env_files": "pytest-dotenv",
    "mock_use_standalone_module": "pytest-mock", "mock_traceback_monkeypatch": "pytest-mock",
    "bdd_features_base_dir": "pytest-bdd", "trio_mode": "pytest-trio", "reruns": "pytest-rerunfailures",
    "httpx_mock_assert_all_responses_were_requested": "pytest-httpx", "celery_config": "celery",
    "postgresql_host": "pytest-postgresql", "redis_port": "pytest-redis", "flask_app": "pytest-flask",
    "aiohttp_fast": "pytest-aiohttp",
}  # fmt: skip
KNOWN = frozenset((*(name for _, name in _OPTIONS), *_SETTINGS.values()))
"""Those that are installed also where no manifest names them: no name in it is taken from a repository."""
_MARKS = {
    "asyncio": "pytest-asyncio", "timeout": "pytest-timeout", "django_db": "pytest-django", "trio": "pytest-trio",
    "flaky": "pytest-rerunfailures", "repeat": "pytest-repeat",
    "order": "pytest-order", "freeze_time": "pytest-freezer",
    "httpx_mock": "pytest-httpx", "respx": "respx", "vcr": "pytest-recording", "benchmark": "pytest-benchmark",
    "dependency": "pytest-dependency", "xdist_group": "pytest-xdist", "enable_socket": "pytest-socket",
    "anyio": "anyio", "parametrize_with_cases": "pytest-cases", "datafiles": "pytest-datafiles",
}  # fmt: skip
_FIXTURES = {
    "mocker": "pytest-mock", "class_mocker": "pytest-mock", "module_mocker": "pytest-mock",
    "session_mocker": "pytest-mock", "httpx_mock": "pytest-httpx",
    "respx_mock": "respx", "benchmark": "pytest-benchmark",
    "freezer": "pytest-freezer", "requests_mock": "requests-mock", "faker": "faker", "snapshot": "syrupy",
    "aiohttp_client": "pytest-aiohttp", "live_server": "pytest-django", "django_user_model": "pytest-django",
    "admin_client": "pytest-django", "django_assert_num_queries": "pytest-django", "settings": "pytest-django",
    "transactional_db": "pytest-django", "db": "pytest-django", "rf": "pytest-django", "subtests": "pytest-subtests",
    "check": "pytest-check", "datadir": "pytest-datadir", "shared_datadir": "pytest-datadir",
    "data_regression": "pytest-regressions", "file_regression": "pytest-regressions", "fs": "pyfakefs",
    "fake_process": "pytest-subprocess", "fp": "pytest-subprocess", "httpserver": "pytest-httpserver",
    "postgresql": "pytest-postgresql", "redisdb": "pytest-redis", "celery_app": "pytest-celery",
    "page": "pytest-playwright", "time_machine": "time-machine", "caplog_structlog": "pytest-structlog",
    "unused_tcp_port": "pytest-asyncio", "cov": "pytest-cov", "socket_enabled": "pytest-socket",
    "socket_disabled": "pytest-socket", "aioresponses": "aioresponses", "responses": "responses",
    "selenium": "pytest-selenium", "benchmark_weave": "pytest-benchmark", "qtbot": "pytest-qt",
}  # fmt: skip


def of_options(options: Iterable[str]) -> list[str]:
    """Distributions that options of a command line belong to."""
    return [name for pattern, name in _OPTIONS if any(re.match(pattern, option) for option in options)]


def of_fixture(name: str) -> str:
    """The distribution whose fixture this is; empty where nobody knows."""
    return _FIXTURES.get(name, "")


def configured(addopts: Sequence[str], keys: Iterable[str]) -> frozenset[str]:
    """Those that pytest's configuration can't do without."""
    found = set(of_options(addopts))
    found |= {_SETTINGS[key] for key in keys if key in _SETTINGS}
    for at, word in enumerate(addopts):
        plugin = addopts[at + 1] if word == "-p" and at + 1 < len(addopts) else ""
        plugin = word[2:] if re.match(r"-p\w", word) else plugin
        if re.fullmatch(r"pytest_\w+", plugin):
            found.add(plugin.replace("_", "-"))
    return frozenset(found)


def used(texts: Iterable[str]) -> frozenset[str]:
    """Those whose marks and fixtures the tests use, fixtures that the tests define themselves left out."""
    wanted: set[str] = set()
    defined: set[str] = set()
    for text in texts:
        try:
            module = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if node.name.startswith("test") or node.decorator_list:
                    wanted |= {one.arg for one in (*node.args.args, *node.args.kwonlyargs)} & set(_FIXTURES)
                if not node.name.startswith("test"):
                    defined.add(node.name)
            elif isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("pytest.mark", "mark"):
                wanted |= {f"@{node.attr}"} if node.attr in _MARKS else set()
    return frozenset(_named(wanted - defined))


def _named(wanted: Iterable[str]) -> Iterator[str]:
    for one in wanted:
        yield _MARKS[one[1:]] if one.startswith("@") else _FIXTURES[one]
