"""Check whether migrations hold what the models say: Django's autodetector and Alembic's autogenerate, run in the
sandbox.

Both are the project's own code, so they run as tests do. What differed at the base already is no fault of the change:
where something differs, the same is asked of the base's texts. What can't be run is reported as advice, with the
reason.
"""

import json
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from aurora import bounded
from aurora.domain.runs import ExecEnd
from aurora.domain.workspace import Workspace
from aurora.errors import OutOfBounds
from aurora.ports import Box, TestExecution
from aurora.text import clip, counted
from aurora.toolchains import project_tests
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.python import command_words, plugins
from aurora.toolchains.python.model_changes import MIGRATION, concerns_models
from aurora.toolchains.runs import command as runs_command

SECONDS = 180
SHOWN = 12
"""Operations of one application that a finding names."""
TABLES = ("CreateTableOp", "DropTableOp", "AddColumnOp", "DropColumnOp")
"""Operations that are told the same by any database: of types and defaults one of another kind says too much."""


class Operation(NamedTuple):
    says: str
    code: str


class Difference(NamedTuple):
    where: str
    """Application, or folder of revisions."""
    path: str
    operations: tuple[Operation, ...]
    text: str = ""
    """A migration that would hold them."""
    no_default: tuple[str, ...] = ()


class Asked(NamedTuple):
    """The result of one run of a tool."""

    differences: tuple[Difference, ...] = ()
    conflicts: tuple[str, ...] = ()
    broken: str = ""
    """A migration that can't be loaded or run."""
    unchecked: str = ""
    """The reason why nothing is known."""
    unreachable: bool = False


async def check(workspace: Workspace, box: Box, edits: Sequence[Edit]) -> Iterable[Flaw]:
    chain = workspace.toolchain
    sources = [e for e in edits if e.path.endswith(".py") and not project_tests.is_test(chain, e.path)]
    files = edits[0].files if edits else ()
    installed = {one.name for one in workspace.image.distributions}
    tools = [tool for tool in (_django(files, installed), _alembic(files, installed, chain.root)) if tool]
    if not sources or not tools:
        return ()
    try:
        models = await bounded.call(concerned, sources, about="the changed models")
    except OutOfBounds:
        models = tuple(e.path for e in sources)
    if not models:
        return ()
    found: list[Flaw] = []
    for program, ini in tools:
        found += await _flaws(_Run(workspace, box, edits, models, program, ini))
    return found


def concerned(sources: Sequence[Edit]) -> tuple[str, ...]:
    """Read in a child: the files whose change may ask for a migration, or is one."""
    return tuple(e.path for e in sources if concerns_models(e.path, e.before, e.after))


def _django(files: Iterable[str], installed: set[str]) -> tuple[str, str] | None:
    has = "django" in installed and any(f.endswith("/migrations/__init__.py") or _is_numbered(f) for f in files)
    return ("aurora_django_migrations", "") if has else None


def _is_numbered(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return folder.endswith("migrations") and name.endswith(".py") and name[:4].isdigit()


def _alembic(files: Sequence[str], installed: set[str], root: str) -> tuple[str, str] | None:
    if "alembic" not in installed:
        return None
    folders = {posixpath.dirname(f) for f in files if f.endswith(".py") and MIGRATION.search(f)}
    inis = [f for f in files if posixpath.basename(f) == "alembic.ini" and f.startswith(root)]
    # one without revisions is a template, or of somebody who has not begun
    inis = [f for f in inis if any(_below(folder, posixpath.dirname(f)) for folder in folders)]
    return ("aurora_alembic_migrations", min(inis, key=lambda f: (f.count("/"), f))) if inis else None


def _below(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


class _Run(NamedTuple):
    workspace: Workspace
    box: Box
    edits: Sequence[Edit]
    models: tuple[str, ...]
    program: str
    ini: str

    async def asked(self, *, base: bool = False, sqlite: bool = False) -> Asked:
        chain = self.workspace.toolchain
        variables, words = command_words.split(chain.test)
        started, _ = command_words.program(words)
        argv = (*variables, *(started or ("python",)), "-m", self.program)
        roots = list(chain.project.import_roots if chain.project else (chain.root,))
        new = [e.path for e in self.edits if e.before is None and MIGRATION.search(e.path)] if base else []
        wanted = {"roots": roots, "without": new, "models": list(self.models), "ini": self.ini, "sqlite": sqlite}
        env = {"PYTHONDONTWRITEBYTECODE": "1", "AURORA_MIGRATIONS": json.dumps(wanted)}
        command = runs_command.command(chain, self.workspace.settings, argv, env, judge=plugins.NAMES)
        before = {e.path: e.before for e in self.edits if e.before is not None} if base else {}
        command = command.model_copy(update={"seconds": SECONDS, "output_bytes": 200_000, "instead": before})
        run = await self.box.run_tests(command)
        try:
            return await bounded.call(read, run, about="what the migrations told")
        except OutOfBounds as error:
            return Asked(unchecked=clip(error.what, 400))


async def _flaws(run: _Run) -> list[Flaw]:
    now = await run.asked()
    sqlite = now.unreachable
    if sqlite:
        now = await run.asked(sqlite=True)
    if not (now.differences or now.conflicts or now.broken or now.unchecked):
        return []
    at_base = await run.asked(base=True, sqlite=sqlite)
    where = run.models[0]
    if now.unchecked or now.unreachable or (now.broken and (sqlite or at_base.broken or at_base.unchecked)):
        why = _last(now.unchecked or now.broken)
        message = f"It could not be checked whether the migrations match the models: {why}"
        return [Flaw(message, "Compare models and migrations yourself.", path=where, advice=True)]
    if now.broken:
        message = f"The migrations can't be applied, as they could at the base: {clip(now.broken, 3_000)}"
        return [Flaw(message, "Fix the migration that the change brought.", path=_migration(run), identity="broken")]
    flaws = [
        Flaw(f"Two migrations of one parent: {one}.", "Let the newer one depend on the other.", path=_migration(run))
        for one in now.conflicts
        if one not in at_base.conflicts
    ]
    old = {(d.where, o.code) for d in at_base.differences for o in d.operations}
    for difference in now.differences:
        new = [o for o in difference.operations if (difference.where, o.code) not in old]
        new = [o for o in new if not sqlite or o.says in TABLES]
        if new:
            flaws.append(_flaw(difference, new, where))
    return flaws


def _migration(run: _Run) -> str:
    return next((e.path for e in run.edits if MIGRATION.search(e.path)), run.models[0])


def _flaw(difference: Difference, new: Sequence[Operation], where: str) -> Flaw:
    lines = [o.code if o.says.endswith("Op") else f"{o.says}: {o.code}" for o in new[:SHOWN]]
    rest = f"\n... and {len(new) - SHOWN} more" if len(new) > SHOWN else ""
    head = (
        f"The models of {difference.where} contain changes that no migration makes ({counted(len(new), 'operation')}):"
    )
    # a whole migration only where all of it is new: it would bring in what was missing at the base, too
    whole = f"\n\n{difference.text}" if difference.text and len(new) == len(difference.operations) else ""
    hint = "Write a migration with these operations, in the manner of the newest one, with that one as its parent."
    if difference.no_default:
        hint += (
            f" Rows that exist need a value: give a default to {', '.join(difference.no_default[:5])}, or allow null."
        )
    message = clip("\n".join((head, *lines)) + rest, 2_400) + whole
    return Flaw(clip(message, 3_900), clip(hint, 900), path=difference.path or where, identity=f"missing {new[0].code}")


def _last(text: str) -> str:
    return clip((text.strip().splitlines() or ["no reason was given"])[-1], 300)


# ── in a child ──


def read(run: TestExecution) -> Asked:
    differences: list[Difference] = []
    conflicts: list[str] = []
    broken = unchecked = ""
    ended = unreachable = False
    for event in run.read_events():
        match event.get("t"):
            case "missing":
                differences.append(_difference(event))
            case "conflict":
                conflicts.append(f"{_text(event, 'app')}: {', '.join(_texts(event, 'names'))}")
            case "broken":
                broken, unreachable = _text(event, "message"), event.get("unreachable") is True
            case "unchecked":
                unchecked, unreachable = _text(event, "message"), event.get("unreachable") is True
            case "session":
                ended = True
            case _:
                pass
    if run.impostors:
        unchecked = f"{run.impostors[0]} has the name of the judge's own program and may replace it"
    elif not ended:
        how = run.end.value.replace("_", " ") if run.end is not ExecEnd.EXITED else f"with exit code {run.exit_code}"
        unchecked = f"{(run.stderr or run.stdout).strip()[-1_500:]}\nthe process ended {how}".strip()
    return Asked(tuple(differences), tuple(conflicts), broken, unchecked, unreachable)


def _difference(event: Mapping[str, Any]) -> Difference:
    reported = event.get("operations")
    operations = [
        Operation(_text(one, "says"), _text(one, "code"))
        for one in (reported if isinstance(reported, list) else [])
        if isinstance(one, dict)
    ]
    return Difference(
        _text(event, "where"),
        _text(event, "path"),
        tuple(operations),
        _text(event, "text"),
        tuple(_texts(event, "no_default")),
    )


def _texts(event: Mapping[str, Any], key: str) -> list[str]:
    value = event.get(key)
    return [clip(one, 200) for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _text(event: Mapping[str, Any], key: str) -> str:
    value = event.get(key)
    return clip(value.encode("utf-8", "backslashreplace").decode(), 4_000) if isinstance(value, str) else ""
