"""tox: what its environment for tests installs and sets, from tox.ini, setup.cfg, tox.toml or [tool.tox].

Many older projects declare their tests' packages nowhere else. One environment is read: the one that runs tests on this
Python, with the lines that are for it by its factors (`py311: mock`)."""

import configparser
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aurora.toolchains.documents import table
from aurora.toolchains.python.declared import Declared, lines
from aurora.toolchains.python.interpreter import VERSION
from aurora.toolchains.python.setup_files import ini

GROUP = "tox"
MAX_ENVIRONMENTS = 500
RUNS_TESTS = re.compile(r"\b(pytest|py\.test|unittest|manage\.py|runtests\.py|run_tests\.py|trial|green|ward)\b")
_CONDITION = re.compile(r"(?P<factors>!?[\w{},!.-]+)\s*:(?!//)\s*(?P<rest>.*)")
_THIS = "py" + "".join(VERSION.split(".")[:2])
_TESTS = re.compile(r"(^|[-_])(tests?|unit|unittests?|pytest|py)([-_]|$)")


def tox_ini(text: str, prefix: str = "") -> Declared:
    """The declarations of a tox.ini, or of a setup.cfg, where tox's own section is `tox:tox`."""
    parser = ini(text) if text else None
    if parser is None or not any(name.startswith("testenv") for name in parser.sections()):
        return Declared()
    best = _chosen(parser, prefix)
    if not best:
        return Declared()
    asked = list(_of(parser, best, "deps"))
    asked += [f".[{extra}]" for extra in re.split(r"[\s,]+", " ".join(_of(parser, best, "extras"))) if extra]
    groups = " ".join((*_of(parser, best, "dependency_groups"), *_of(parser, best, "dependency-groups")))
    asked += [f".[{group}]" for group in re.split(r"[\s,]+", groups) if group]
    said = (*_of(parser, best, "setenv"), *_of(parser, best, "set_env"))
    pairs = (line.partition("=") for line in said)
    return _declared(asked, {key.strip(): value.strip() for key, _, value in pairs})


def _chosen(parser: configparser.ConfigParser, prefix: str) -> str:
    listed = _value(parser, f"{prefix}tox", "envlist") or _value(parser, f"{prefix}tox", "env_list")
    sections = [name.removeprefix("testenv:") for name in parser.sections() if name.startswith("testenv:")]
    named = [name for section in sections for name in _spread(section)]
    names = list(_spread(listed)) or (["py"] if parser.has_section("testenv") else [])
    return _best((*names, *named), lambda name: "\n".join(_of(parser, name, "commands")))


def commands(text: str, prefix: str = "") -> list[str]:
    """Lines of the environment that runs the tests."""
    parser = ini(text) if text else None
    if parser is None or not any(name.startswith("testenv") for name in parser.sections()):
        return []
    best = _chosen(parser, prefix)
    return list(_of(parser, best, "commands")) if best else []


def tox_toml(document: Mapping[str, Any]) -> Declared:
    """The declarations of a tox.toml, or of [tool.tox]."""
    if isinstance(document.get("legacy_tox_ini"), str):
        return tox_ini(document["legacy_tox_ini"])
    base, own = table(document, "env_run_base"), table(document, "env")

    def of(name: str, key: str) -> Any:
        said = table(own, name)
        return said[key] if key in said else base.get(key)

    listed = [one for name in lines(document.get("env_list")) for one in _spread(name)]
    names = listed or (["py"] if base else [])
    best = _best((*names, *own), lambda name: str(of(name, "commands") or ""))
    if not best:
        return Declared()
    found = of(best, "deps")
    deps = lines(found) if isinstance(found, list) else tuple(str(found).splitlines()) if found else ()
    asked = [line for line in (_applied(one.strip(), _factors(best)) for one in deps) if line]
    asked += [f".[{name}]" for key in ("extras", "dependency_groups") for name in lines(of(best, key))]
    env = table(of(best, "set_env"))
    return _declared(asked, {key: str(value) for key, value in env.items() if isinstance(value, str | int)})


def _declared(asked: Sequence[str], env: Mapping[str, str]) -> Declared:
    cleaned = (re.sub(r"\{(toxinidir|tox_root)\}/?", "./", line) for line in asked)
    kept = tuple(dict.fromkeys(line for line in cleaned if "{" not in line.replace("{extra", "")))
    return Declared(optional={GROUP: kept} if kept else {}, test_env=dict(env))


def _best(names: Iterable[str], commands: Any) -> str:
    """The environment that runs tests, of this Python where the names say one; empty when there is none."""
    held = list(dict.fromkeys(names))[:MAX_ENVIRONMENTS]
    running = [name for name in held if RUNS_TESTS.search(commands(name))]
    running = running or [name for name in held if _TESTS.search(name) or re.match(r"py3?\d*(-|$)", name)]

    def rank(name: str) -> tuple[int, int]:
        factors = _factors(name)
        pythons = [f for f in factors if re.fullmatch(r"(py|python)?\d[\d.]*", f)]
        fits = [f for f in pythons if "py" + re.sub(r"\D", "", f) == _THIS]
        # of several for this Python the last: the newest framework
        return (0 if fits else 1 if not pythons or "py3" in factors else 2, -held.index(name))

    return min(running, key=rank, default="")


def _of(parser: configparser.ConfigParser, name: str, key: str) -> Iterator[str]:
    own = (one for one in parser.sections() if one.startswith("testenv:") and parser.has_option(one, key))
    section = next((one for one in own if name in _spread(one.removeprefix("testenv:"))), "testenv")
    for line in _value(parser, section, key).splitlines():
        cut = line.split(" #", 1)[0].strip()
        if cut and not cut.startswith("#") and (applied := _applied(cut, _factors(name))):
            yield applied


def _value(parser: configparser.ConfigParser, section: str, key: str, depth: int = 0) -> str:
    said = parser.get(section, key, fallback="") or ""

    def other(found: re.Match[str]) -> str:
        return _value(parser, found[1], found[2], depth + 1) if depth < 5 else ""

    return re.sub(r"\{\[([^\]]+)\]([\w-]+)\}", other, said)


def _factors(name: str) -> frozenset[str]:
    return frozenset((*name.split("-"), name))


def _applied(line: str, factors: frozenset[str]) -> str:
    """The line without its condition where that holds; empty where it does not."""
    found = _CONDITION.fullmatch(line)
    if found is None or line.startswith(("-", ".")) or "@" in line.partition(":")[0]:
        return line
    for one in _spread(found["factors"]):
        parts = one.split("-")
        if all((part[1:] not in factors) if part.startswith("!") else (part in factors) for part in parts):
            return found["rest"].strip()
    return ""


def _spread(listed: str) -> Iterator[str]:
    """`py{310,311}-django{42,52}, lint` as names."""
    text = re.sub(r"\{[^{}]*\}", lambda m: re.sub(r"\s+", "", m[0]), listed)
    waiting = [name for name in re.split(r"[\s,]+(?![^{]*\})", text) if name]
    made = 0
    while waiting and made < MAX_ENVIRONMENTS:
        name = waiting.pop(0)
        group = re.search(r"\{([^{}]*)\}", name)
        if group is None:
            made += 1
            yield name.strip("-")
        else:
            waiting[:0] = [name[: group.start()] + choice + name[group.end() :] for choice in group[1].split(",")]
