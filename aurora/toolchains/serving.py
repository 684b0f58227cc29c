"""The way a task's application is served: what aurora.yaml says goes before what was detected."""

import posixpath
import shlex
from collections.abc import Sequence

from aurora.domain.executions import ServeCommand
from aurora.domain.workspace import Distribution, ServeRecipe, Toolchain
from aurora.settings import services
from aurora.settings.repository import BackendSettings

PORT = 18_080
"""The place where the application is told to listen, unless it decides by itself."""
READY_SECONDS = 60
PREPARE_SECONDS = 60
MOST_READY_SECONDS = 300
_STATED = "Say how it is started as `contract: {serve: [...]}` in aurora.yaml."


_OF_TESTS = frozenset({"PYTHONPATH", "NODE_ENV", "DJANGO_SETTINGS_MODULE"})


def serve_command(
    settings: BackendSettings, toolchain: Toolchain, distributions: Sequence[Distribution] = (), *, port: int = PORT
) -> ServeCommand | str:
    """The command, or why there is none: a sentence with what a person may do.

    `distributions`: of the dependency image, where it is built: without them nothing is said of what it lacks."""
    said, recipe = settings.contract, toolchain.serve
    if said.serve is None and recipe is None:
        return f"Nothing tells how the application is served. {_STATED}"
    detected = recipe or ServeRecipe(framework="", argv=())
    stated = said.serve is not None
    argv = said.serve or detected.argv
    cwd = toolchain.root if stated else detected.cwd
    before = detected.prepare if cwd == detected.cwd else tuple(_from(cwd, detected.cwd, a) for a in detected.prepare)
    prepare = said.prepare if said.prepare is not None else before
    names = {one.name for one in distributions}
    if not stated and detected.server and names and detected.server not in names:
        return (
            f"The application would be served by {detected.server}, which its environment does not have: add it to the "
            f"project's packages, or to `project: {{install: [...]}}` of aurora.yaml. {_STATED}"
        )
    env = _environment(settings, toolchain, detected)
    asked = any("{port}" in word for word in (*argv, *env.values()))
    number = said.port or (port if asked else (None if stated else detected.port) or port)
    return ServeCommand(
        argv=tuple(_filled(word, number) for word in argv),
        prepare=tuple(tuple(_filled(word, number) for word in words) for words in prepare),
        cwd=cwd,
        env={name: _filled(value, number) for name, value in env.items()},
        port=number,
        ready_seconds=min(READY_SECONDS + PREPARE_SECONDS * len(prepare), MOST_READY_SECONDS),
        print_header=said.auth.command or () if said.auth is not None else (),
    )


def graphql_path(settings: BackendSettings, toolchain: Toolchain) -> str:
    """The graphql path of the GraphQL endpoint; empty where none is known."""
    return settings.contract.graphql_path or (toolchain.serve.graphql_path if toolchain.serve else "")


def _environment(settings: BackendSettings, toolchain: Toolchain, recipe: ServeRecipe) -> dict[str, str]:
    """The detected values, the variables that the command of the tests sets, and those of aurora.yaml, in this order.
    What the sandbox sets for every run, of services and `test_env`, is left to it."""
    set_before = {*(settings.project.test_env or {}), *services.environment(settings.sandbox.services)}
    # tests may be run with settings of their own, as those of a data store in memory
    of_tests = {name: value for name, value in _variables(toolchain.test).items() if name not in _OF_TESTS}
    found = {**of_tests, **recipe.env}
    own = {name: value for name, value in found.items() if name not in set_before}
    return {**own, **(settings.contract.env or {})}


def _variables(argv: Sequence[str]) -> dict[str, str]:
    """The variables of a command that begins with `env A=b`."""
    found: dict[str, str] = {}
    for word in argv[1:] if argv[:1] == ("env",) else ():
        name, sign, value = word.partition("=")
        if not sign or not name.isidentifier():
            break
        found[name] = value
    return found


def _from(cwd: str, folder: str, argv: tuple[str, ...]) -> tuple[str, ...]:
    """The same command from another folder."""
    at = posixpath.relpath(folder or ".", cwd or ".")
    return ("sh", "-c", f"cd {shlex.quote(at)} && exec {shlex.join(argv)}")


def _filled(text: str, port: int) -> str:
    return text.replace("{port}", str(port))
