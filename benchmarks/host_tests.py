"""A project's tests on this machine, outside the sandbox: same commit, same versions, the runner's own report."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from aurora.domain.workspace import Workspace
from aurora.drivers.engine.docker_engine import connect
from aurora.settings.repository import ServiceName
from aurora.settings.services import SERVICES, environment
from benchmarks import host_reports
from benchmarks.host_reports import HostReport
from benchmarks.projects import Project

SECONDS = 1200
ANYBODY = 65534
REPORTER = Path(__file__).with_name("host_node_reporter.mjs")
NAMES: Mapping[str, Callable[[str], str]] = {
    "pytest": host_reports.python_name,
    "unittest": host_reports.python_name,
    "django": host_reports.python_name,
    "mocha": host_reports.mocha_name,
}
"""Names by runner: the name of a test id as the runner's report has it; of the others they are the same."""


class HostRun(NamedTuple):
    report: HostReport
    seconds: float
    notes: tuple[str, ...] = ()


class NotRun(Exception):
    """The tests have no result outside, so there is nothing to compare with."""


def named(workspace: Workspace, node: str) -> str:
    return NAMES.get(workspace.toolchain.runner, str)(node)


def run(project: Project, tree: Path, workspace: Workspace) -> HostRun:
    """Raises `NotRun`."""
    with tempfile.TemporaryDirectory(prefix="aurora-host-") as name:
        folder = Path(name)
        copy = folder / "copy"
        subprocess.run(["git", "clone", "--quiet", str(tree), str(copy)], check=True)
        notes: tuple[str, ...] = ()
        if workspace.toolchain.language == "python":
            path, notes = _venv(workspace, copy, folder)
        else:
            path = _packages_of_image(workspace, copy, folder)
        env = {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)}
        return _tested(project, workspace, folder, env)._replace(notes=notes)


def _tested(project: Project, workspace: Workspace, folder: Path, env: dict[str, str]) -> HostRun:
    copy, report = folder / "copy", folder / "report"
    argv = _argv(workspace, project.host or workspace.toolchain.test, report)
    names = workspace.settings.sandbox.services
    with _services(workspace.image.reference, names):
        begun = time.monotonic()
        try:
            ended = subprocess.run(
                argv,
                cwd=copy / workspace.toolchain.root,
                env=env | environment(names),
                user=_anybody(folder),
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise NotRun(f"the tests outside did not end within {SECONDS} s") from late
        seconds = time.monotonic() - begun
    printed = (ended.stdout + b"\n" + ended.stderr).decode("utf-8", "replace")
    try:
        return HostRun(_read(workspace.toolchain.runner, report, printed, copy), seconds)
    except (OSError, ValueError, SyntaxError) as error:
        tail = printed.strip()[-1500:]
        raise NotRun(f"the tests outside left no report ({error}; exit code {ended.returncode}):\n{tail}") from error


def _anybody(folder: Path) -> int | None:
    """Nobody tests as root, who may read and write everything: another user then owns the folder."""
    if os.getuid() != 0:
        return None
    subprocess.run(["chown", "-R", f"{ANYBODY}:{ANYBODY}", str(folder)], check=True)
    return ANYBODY


@contextmanager
def _services(image: str, names: Sequence[ServiceName]) -> Iterator[None]:
    """Those the sandbox has, of the same versions, on the host's loopback. Raises `NotRun`."""
    if not names:
        yield
        return
    ports = {name: SERVICES[name].port for name in names}
    code = "import sys, time; sys.path.insert(0, '/opt/aurora'); from in_box import services; "
    code += f"services.start({ports}); print('ready', flush=True); time.sleep({SECONDS + 60})"
    container = connect().containers.run(
        image, ["python3", "-I", "-c", code], detach=True, network_mode="host", labels={"product": "aurora-benchmark"}
    )
    try:
        for line in container.logs(stream=True):
            if line.startswith(b"ready"):
                break
        else:
            raise NotRun(f"outside the services did not start: {container.logs().decode()[-1500:]}")
        yield
    finally:
        container.remove(force=True)


def _argv(workspace: Workspace, command: tuple[str, ...], report: Path) -> list[str]:
    """The command with the runner's own report; as in the sandbox one module that does not load hides no other."""
    match workspace.toolchain.runner:
        case "pytest":
            return [
                *command,
                f"--junitxml={report}",
                "-p",
                "no:cacheprovider",
                "-rX",
                "--continue-on-collection-errors",
            ]
        case "unittest":
            return [*command, "-v"]
        case "django":
            return [*command, "--verbosity", "2"]
        case "node:test" if command[0] == "borp":
            return [*command, f"--reporter={REPORTER}:{report}"]
        case "node:test":
            at = command.index("--test")
            reporting = (f"--test-reporter={REPORTER}", f"--test-reporter-destination={report}")
            return [*command[:at], *reporting, *command[at:]]
        case "mocha":
            return [*command, "--reporter", "json", "--reporter-option", f"output={report}"]
        case "vitest":
            return [*command, "--reporter=json", f"--outputFile={report}"]
        case "jest":
            return [*command, "--json", f"--outputFile={report}"]


def _read(runner: str, report: Path, printed: str, copy: Path) -> HostReport:
    match runner:
        case "pytest":
            return host_reports.junit(report, printed)
        case "unittest" | "django":
            return host_reports.unittest_lines(printed)
        case "node:test":
            return host_reports.node_test(report.read_text(encoding="utf-8").splitlines(), copy)
        case "mocha":
            return host_reports.mocha(report, copy)
        case _:
            return host_reports.jest(report, copy)


def _venv(workspace: Workspace, copy: Path, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """An environment of the image's pins and the project itself, as a developer installs it."""
    venv = folder / "venv"
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "venv", "--quiet", "--python", "/usr/bin/python3", str(venv)], check=True)
    project = workspace.toolchain.project
    own = project.name.lower().replace("_", "-").replace(".", "-") if project else ""
    pins = [f"{d.name}=={d.version}" for d in workspace.image.distributions if d.name != own]
    into = [uv, "pip", "install", "--quiet", "--python", str(venv / "bin" / "python")]
    installed = subprocess.run([*into, *pins], capture_output=True, text=True, check=False)
    if installed.returncode:
        raise NotRun(f"the image's versions can't be installed outside: {installed.stderr.strip()[-400:]}")
    argv = [*into, "--no-deps", "--editable", str(copy / workspace.toolchain.root)]
    failed = subprocess.run(argv, capture_output=True, check=False).returncode != 0
    return venv / "bin", ("outside the project itself could not be installed",) if failed else ()


def _packages_of_image(workspace: Workspace, copy: Path, folder: Path) -> Path:
    """Node and the packages as they stand in the image, compiled modules included: no lock says which they are."""
    container = connect().containers.create(workspace.image.reference)
    try:
        for source, target in (("/opt/node", folder / "node"), ("/opt/project/node_modules", copy / "node_modules")):
            argv = ["docker", "cp", "--quiet", f"{container.id}:{source}", str(target)]
            subprocess.run(argv, check=True, capture_output=True)
    finally:
        container.remove()
    found = shutil.which("node", path=str(folder / "node" / "bin"))
    if found is None:
        raise NotRun("the image holds no Node")
    return Path(f"{copy / 'node_modules' / '.bin'}{os.pathsep}{folder / 'node' / 'bin'}")
