"""noxfile.py: what the session that runs the tests installs and sets, read without running it."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aurora.toolchains.python.declared import UNREADABLE, Declared
from aurora.toolchains.python.setup_files import UNKNOWN, literal
from aurora.toolchains.python.tox import RUNS_TESTS

FILE = "noxfile.py"
GROUP = "nox"
_TESTS = re.compile(r"(^|_)(tests?|unit|pytest|coverage)(_|$)")
_GROUPS = ("--group", "--extra", "--only-group", "--with", "-G", "-E", "--extras")
_FILED = r"-[rce]\S|--(requirement|constraint|editable)="
_VALUED = ("--index-url", "--extra-index-url", "-i", "--find-links", "-f", "--prefix")


def nox(text: str) -> Declared:
    """The group `nox`: literal arguments of `session.install`; what is computed is left out."""
    try:
        module = ast.parse(text)
    except (SyntaxError, *UNREADABLE):
        return Declared(notes=(f"{FILE} can't be parsed: ignored",)) if text else Declared()
    names: dict[str, Any] = {}
    for node in module.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id] = literal(node.value, names)
    sessions = [one for one in module.body if isinstance(one, ast.FunctionDef) and _is_session(one)]
    running = [one for one in sessions if RUNS_TESTS.search(ast.unparse(one))]
    chosen = min(running or sessions, key=lambda one: not _TESTS.search(one.name), default=None)
    if chosen is None or (not running and not _TESTS.search(chosen.name)):
        return Declared()
    functions = {one.name: one for one in module.body if isinstance(one, ast.FunctionDef)}
    asked: list[str] = []
    env: dict[str, str] = {}
    for body in (chosen, *_called(chosen, functions)):
        here = dict(names)
        inside = list(ast.walk(body))
        for assigned in (one for one in inside if isinstance(one, ast.Assign) and len(one.targets) == 1):
            _assigned(assigned.targets[0], assigned.value, here, env)
        for loop in (one for one in inside if isinstance(one, ast.For | ast.comprehension)):
            if isinstance(loop.target, ast.Name):  # `session.install(one)` in it installs all of them
                here[loop.target.id] = literal(loop.iter, here)
        for call in (one for one in inside if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)):
            asked += _installed(call, here)
            env |= _env(call, here)
    kept = tuple(dict.fromkeys(asked))
    return Declared(optional={GROUP: kept} if kept else {}, test_env=env)


def _is_session(function: ast.FunctionDef) -> bool:
    for one in function.decorator_list:
        target = one.func if isinstance(one, ast.Call) else one
        name = target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""
        if name in ("session", "nox_session"):
            return True
    return False


def _called(function: ast.FunctionDef, functions: Mapping[str, ast.FunctionDef]) -> Iterator[ast.FunctionDef]:
    """Functions of the file that the session hands itself to: `_tests(session)`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
            other = functions[node.func.id]
            if other is not function and any(isinstance(a, ast.Name) and a.id == "session" for a in node.args):
                yield other


def _assigned(target: ast.expr, value: ast.expr, names: dict[str, Any], env: dict[str, str]) -> None:
    if isinstance(target, ast.Name):
        names[target.id] = literal(value, names)
    elif isinstance(target, ast.Subscript) and ast.unparse(target.value).endswith(".env"):
        key, said = literal(target.slice, names), literal(value, names)
        if isinstance(key, str) and isinstance(said, str):
            env[key] = said


def _installed(call: ast.Call, names: Mapping[str, Any]) -> list[str]:
    assert isinstance(call.func, ast.Attribute)
    words = [word for one in call.args for word in _words(one, names)]
    if call.func.attr == "install":
        return list(_requirements(words))
    if call.func.attr in ("run", "run_install", "run_always") and words[:2] in (
        ["uv", "sync"], ["poetry", "install"], ["pdm", "install"], ["pdm", "sync"],
    ):  # fmt: skip
        return [
            f".[{group}]" for group in _options(words[2:], ("--group", "--extra", "--only-group", "--with", "-G", "-E"))
        ]
    return []


def _words(node: ast.expr, names: Mapping[str, Any]) -> list[str]:
    inner = node.value if isinstance(node, ast.Starred) else node
    if isinstance(inner, ast.Call) and ast.unparse(inner.func).endswith("dependency_groups"):
        said = [literal(one, names) for one in inner.args[1:]]
        return [f".[{one}]" for one in said if isinstance(one, str)]
    value = literal(inner, names)
    if value is UNKNOWN:
        return []
    return [value] if isinstance(value, str) else [one for one in value or () if isinstance(one, str)]


def _requirements(words: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word in ("-r", "--requirement", "-c", "--constraint", "-e", "--editable") and at < len(words):
            yield f"{word} {words[at]}"
            at += 1
        elif word in _VALUED:
            at += 1
        elif word == "." or not word.startswith("-") or re.match(_FILED, word):
            yield word


def _options(words: Sequence[str], named: Sequence[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        option, mark, value = word.partition("=")
        if option in named:
            found = value if mark else (words[at + 1] if at + 1 < len(words) else "")
            yield from (one.strip() for one in found.split(",") if one.strip())


def _env(call: ast.Call, names: Mapping[str, Any]) -> dict[str, str]:
    """`env={...}` of the call that runs the tests; `session.env.update({...})`."""
    assert isinstance(call.func, ast.Attribute)
    said: Any = {}
    if call.func.attr == "run" and RUNS_TESTS.search(ast.unparse(call)):
        said = next((literal(one.value, names) for one in call.keywords if one.arg == "env"), {})
    elif call.func.attr == "update" and ast.unparse(call.func.value).endswith(".env") and call.args:
        said = literal(call.args[0], names)
    return {k: v for k, v in said.items() if isinstance(v, str)} if isinstance(said, dict) else {}
