"""Hatch's environments, from [tool.hatch] or hatch.toml: what each installs, as a group of its name."""

from collections.abc import Mapping
from typing import Any

from aurora.toolchains.documents import table, texts
from aurora.toolchains.python.declared import lines

FILE = "hatch.toml"
TESTS = "hatch-test"
TESTS_INSTALL = ("coverage", "pytest", "pytest-mock", "pytest-rerunfailures", "pytest-xdist[psutil]")
"""The packages that hatch itself puts into the environment of `hatch test`, where the project names no other."""


def laid_over(document: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A pyproject.toml's document with hatch.toml's tables in [tool.hatch], which they replace."""
    tool = table(document, "tool")
    return {**document, "tool": {**tool, "hatch": {**table(tool, "hatch"), **own}}} if own else dict(document)


def environments(document: Mapping[str, Any], project: str) -> dict[str, tuple[str, ...]]:
    """The environments by the environment's name; its features as `project[feature]`, its dependency groups as
    `{group}`."""
    envs = table(document, "tool", "hatch", "envs")
    found = {name: _installs(envs, name, project, ()) for name in envs}
    return {name: listed for name, listed in found.items() if listed}


def variables(document: Mapping[str, Any]) -> dict[str, str]:
    """`env-vars` of the environments that run tests, the one of `hatch test` last."""
    envs = table(document, "tool", "hatch", "envs")
    found: dict[str, str] = {}
    for name in sorted(envs, key=lambda name: (name == TESTS, name != "default")):
        said = table(envs[name])
        if name == TESTS or _runs_tests(said):
            found |= texts(table(said, "env-vars"))
    return found


def _runs_tests(env: Mapping[str, Any]) -> bool:
    commands = table(env, "scripts").values()
    words = [word for one in commands for word in ([one] if isinstance(one, str) else lines(one))]
    return any("pytest" in word or "manage.py test" in word or "unittest" in word for word in words)


def _installs(envs: Mapping[str, Any], name: str, project: str, above: tuple[str, ...]) -> tuple[str, ...]:
    own = table(envs.get(name))
    template = own.get("template", "default" if name != TESTS else TESTS)
    inherited: tuple[str, ...] = ()
    if isinstance(template, str) and template != name and template not in above and not own.get("detached"):
        inherited = _installs(envs, template, project, (*above, name))
    listed = lines(own.get("dependencies")) or inherited
    if name == TESTS and "dependencies" not in own:
        listed = TESTS_INSTALL
    listed += lines(own.get("extra-dependencies"))
    if project:
        listed += tuple(f"{project}[{feature}]" for feature in lines(own.get("features")))
    members = table(own, "workspace").get("members")
    for member in members if isinstance(members, list) else ():
        path = member if isinstance(member, str) else table(member).get("path")
        extras = ",".join(lines(table(member).get("features")))
        if isinstance(path, str) and "*" not in path:
            listed += (f"-e ./{path.removeprefix('./')}{f'[{extras}]' if extras else ''}",)
    listed += tuple(f"{{{group}}}" for group in lines(own.get("dependency-groups")))
    return tuple(dict.fromkeys(listed))
