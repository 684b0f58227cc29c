"""Importing what a task changed as the project's tests would, and comparing what fails with the base commit.

What failed in the same way at the base, or asks for what is not here (settings that can't be loaded, a variable of the
environment), is no fault of the change: it is said in the summary, and the check goes on.
"""

import json
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aurora import bounded
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.runs import ExecEnd
from aurora.domain.workspace import Workspace
from aurora.errors import OutOfBounds
from aurora.ports import Box, TestCommand, TestExecution
from aurora.text import clip, counted
from aurora.toolchains.python import command_words, plugins
from aurora.toolchains.runs import circular
from aurora.toolchains.runs import command as runs_command

CHECK = "imports"
PROGRAM = "aurora_imports"
SECONDS = 120
PATHS = 800
"""Modules imported in one check: their paths travel in one variable of the environment."""
PROGRAMS = frozenset({"__main__.py", "setup.py", "conftest.py", "manage.py", "noxfile.py", "fabfile.py"})
"""Files that are run, not imported."""
_APP_LABEL = re.compile(r"Model class ([\w.]+) doesn't declare an explicit app_label")
_UNSET = "settings are not configured"


@dataclass(frozen=True)
class ImportFailure:
    """One module that failed, or the settings (`module` is empty) before any was tried."""

    path: str
    module: str
    exc: str
    message: str
    frame: str
    environment: bool
    circle: str = ""
    """The imports that lead back to a module that had begun, where that is why it failed."""

    @property
    def place(self) -> str:
        """The file of the last frame in the repository."""
        return self.frame.partition(":")[0]

    @property
    def cause(self) -> tuple[str, str]:
        return self.exc, self.message


@dataclass(frozen=True)
class Imported:
    settings: str
    settings_path: str
    tried: int
    failures: tuple[ImportFailure, ...]
    broken: str = ""
    """The reason why the run did not finish."""


async def check(box: Box, workspace: Workspace, paths: Sequence[str], importing: str) -> Report:
    """`paths`: of changed modules, tests left out; `importing`: how interfaces that do not import are fixed."""
    chosen = [path for path in paths if posixpath.basename(path) not in PROGRAMS]
    if not chosen:
        return Report(checker=CHECK, status=ReportStatus.PASSED, summary="no module changed")
    now = await _run(box, workspace, chosen[:PATHS], {})
    notes = [f"{counted(len(chosen) - PATHS, 'module')} more not tried"] if len(chosen) > PATHS else []
    if now.broken:
        finding = Finding(check=CHECK, message=clip(now.broken, 3_900), hint=importing)
        return _report([finding], now, notes)
    failures, unchecked = _sorted(now.failures)
    if failures:
        old = await _at_base(box, workspace, paths, failures)
        known = {(error.path, *error.cause) for error in old.failures}
        as_before = [t for t in failures if {(t.path, *t.cause), (t.place, *t.cause)} & known]
        failures = [t for t in failures if t not in as_before]
        if as_before and not as_before[0].module:
            said = clip(as_before[0].message.splitlines()[-1], 160)
            notes.append(f"not checked: the project's settings can't be loaded, as at the base commit ({said})")
        elif as_before:
            notes.append(f"{counted(len(as_before), 'module')} fail as at the base commit, first {as_before[0].path}")
    if unchecked:
        one = unchecked[0]
        notes.append(f"{counted(len(unchecked), 'module')} not checked, first {one.path}: {_last(one.message)}")
    return _report([_finding(one, now, importing) for one in _distinct(failures)], now, notes)


def _sorted(failures: Iterable[ImportFailure]) -> tuple[list[ImportFailure], list[ImportFailure]]:
    """(what may be the change's fault, what can't be checked here)."""
    fault: list[ImportFailure] = []
    unchecked: list[ImportFailure] = []
    for one in failures:
        program = one.exc == "SystemExit"  # it is run, not imported
        (unchecked if (one.environment and one.module) or _UNSET in one.message or program else fault).append(one)
    return fault, unchecked


async def _run(box: Box, workspace: Workspace, paths: Sequence[str], instead: Mapping[str, str]) -> Imported:
    """Run by the runner of the project's tests; by a plain process where that does not come so far."""
    found = Imported("", "", 0, ())
    for argv in _commands(workspace):
        run = await box.run_tests(_command(workspace, argv, paths, instead))
        try:
            found = await bounded.call(read, run, about="what the imports told")
        except OutOfBounds as error:
            found = Imported("", "", 0, (), clip(error.what, 400))
        if not found.broken:
            return found
    return found


def _commands(workspace: Workspace) -> list[tuple[str, ...]]:
    chain = workspace.toolchain
    variables, words = command_words.split(chain.test)
    started, rest = command_words.program(words)
    python = (*variables, *(started or ("python",)), "-m", PROGRAM)
    plain = (*variables, "python", "-m", PROGRAM, "plain")
    if chain.runner == "pytest" and any(posixpath.basename(part) in ("pytest", "py.test") for part in chain.test):
        return [(*chain.test, "-p", PROGRAM, "--color=no", "--tb=line"), plain]
    if chain.runner == "django" and rest and rest[0].endswith(".py"):
        return [(*python, "django", *rest), plain]
    return [plain]


def _command(
    workspace: Workspace, argv: tuple[str, ...], paths: Sequence[str], instead: Mapping[str, str]
) -> TestCommand:
    chain = workspace.toolchain
    # a project that names no import roots is imported from its manifest's folder
    roots = chain.project.import_roots if chain.project else (chain.root,)
    asked = json.dumps({"paths": list(paths), "roots": list(roots)})
    env = {"PYTHONDONTWRITEBYTECODE": "1", "AURORA_IMPORTS": asked}
    command = runs_command.command(chain, workspace.settings, argv, env, judge=plugins.NAMES)
    return command.model_copy(update={"seconds": SECONDS, "output_bytes": 200_000, "instead": dict(instead)})


def read(run: TestExecution) -> Imported:
    """Read in a child: the modules themselves could write to the pipe."""
    settings = settings_path = at = ""
    tried, ended, failures = 0, False, []
    for event in run.read_events():
        match event.get("t"):
            case "settings":
                settings, settings_path = _text(event, "module"), _text(event, "path")
                if event.get("exc"):
                    failures.append(_import_failure(event, path="", module=""))
            case "importing":
                at = _text(event, "path")
                tried += bool(event.get("module"))
            case "failed":
                failures.append(_import_failure(event, path=_text(event, "path"), module=_text(event, "module")))
            case "session":
                ended = True
            case _:
                pass
    broken = ""
    if run.impostors:
        broken = f"{run.impostors[0]} has the name of the judge's own program and may replace it"
    elif not ended:
        how = run.end.value.replace("_", " ") if run.end is not ExecEnd.EXITED else f"with exit code {run.exit_code}"
        where = f"while {at} was imported" if at else "before any module was imported"
        broken = f"The process ended {how} {where}.\n{(run.stderr or run.stdout).strip()[-2_500:]}".strip()
    return Imported(settings, settings_path, tried, tuple(failures), broken)


def _import_failure(event: Mapping[str, Any], path: str, module: str) -> ImportFailure:
    frame, line = _text(event, "frame"), _text(event, "line_text")
    return ImportFailure(
        path=path,
        module=module,
        exc=_text(event, "exc"),
        message=_text(event, "message"),
        frame=f"{frame}\n    {line}" if frame and line else frame,
        environment=event.get("environment") is True,
        circle=_text(event, "circle"),
    )


def _text(event: Mapping[str, Any], key: str) -> str:
    value = event.get(key)
    return clip(value.encode("utf-8", "backslashreplace").decode(), 4_000) if isinstance(value, str) else ""


# ── the base commit ──


async def _at_base(
    box: Box, workspace: Workspace, changed: Sequence[str], failures: Sequence[ImportFailure]
) -> Imported:
    """The same imports with the texts that changed files had at the base. What is new can't fail there: for it the
    unchanged file that it fails in is tried."""
    diff = await box.execute(["git", "diff", "--name-only", "-z", "--no-renames", workspace.base, "--"])
    everything = {*changed, *(path for path in diff.stdout.split("\0") if path)}
    before = {
        path: text for path in sorted(everything) if (text := await _text_at_base(box, workspace, path)) is not None
    }
    tried = {one.path for one in failures if one.path in before}
    tried |= {one.place for one in failures if one.place and one.place not in everything}
    return await _run(box, workspace, sorted(tried), before)


async def _text_at_base(box: Box, workspace: Workspace, path: str) -> str | None:
    run = await box.execute(["git", "show", f"{workspace.base}:{path}"])
    return run.stdout if run.exit_code == 0 and not run.cut and "\ufffd" not in run.stdout else None


# ── what is said ──


def _distinct(failures: Sequence[ImportFailure]) -> list[ImportFailure]:
    """One for each cause: a package that fails takes all its modules with it."""
    found: dict[tuple[str, str, str], ImportFailure] = {}
    for one in failures:
        found.setdefault((one.frame, *one.cause), one)
    return list(found.values())


def _finding(one: ImportFailure, now: Imported, importing: str) -> Finding:
    at = re.match(r"(.+?):(\d+) in ", one.frame)
    at_frame = f"at {one.frame}" if one.frame else ""
    circle = f"The imports go in a circle: {one.circle}." if one.circle else ""
    what = f"importing {one.module} ({one.path})" if one.module else f"loading the settings {now.settings}"
    return Finding(
        check=CHECK,
        path=at[1] if at else one.path,
        line=int(at[2]) if at else 0,
        message=clip("\n".join(part for part in (f"{what}: {one.message}", at_frame, circle) if part), 3_900),
        hint=clip(_hint(one, now, importing), 900),
    )


def _hint(one: ImportFailure, now: Imported, importing: str) -> str:
    if found := _APP_LABEL.search(one.message):
        app = found[1].rpartition(".")[0].removesuffix(".models").partition(".models.")[0]
        return (
            f"The module imports, but no installed app holds its models: add {app!r} to INSTALLED_APPS in "
            f"{now.settings_path or now.settings or 'the settings'}, under the name that its apps.py gives."
        )
    if said := circular.hint(one.message):
        return said
    if one.exc == "AppRegistryNotReady":
        return "Models can't be imported while apps are loaded: import them where they are used, or in `ready()`."
    if not one.module:
        return "The settings loaded at the base commit: fix what the change brought into them or into what they name."
    return importing


def _report(findings: list[Finding], now: Imported, notes: Sequence[str]) -> Report:
    if findings:
        said = _last(findings[0].message.partition("\nat ")[0])
        head = f"{counted(len(findings), 'import')} fail, first: {said}" if len(findings) > 1 else said
    else:
        good = now.tried - sum(bool(one.module) for one in now.failures)
        head = f"{counted(good, 'module')} can be imported" if now.tried else "no module was imported"
    return Report(
        checker=CHECK,
        status=ReportStatus.FAILED if findings else ReportStatus.PASSED,
        summary=clip("; ".join((head, *notes)), 390),
        findings=tuple(findings),
        total=len(findings),
    )


def _last(message: str) -> str:
    return clip((message.strip().splitlines() or [""])[-1], 200)
