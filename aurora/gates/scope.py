"""Changes that neither the task nor the plan names: files far from the plan, and names that are gone.

Lock files, CI, editor and hook files, manifests' scripts are `protected_paths`' and `manifest_changes`'; binaries are
`plain_text`'s, modes `file_kinds`': none of them may be there unasked. This gate asks about the rest."""

import difflib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from pydantic import Field

from aurora.gates.context import NOTHING, ChangedFile, ProjectContext
from aurora.gates.gate import Problem, ProjectGate, When
from aurora.settings.repository import Strict

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_GENERIC = frozenset(
    """
    admin api app apps base common config const constants controller controllers core crud dependencies dependency deps
    dto entities entity error errors exception exceptions helper helpers index init lib main mod model models module
    repositories repository route router routers routes schema schemas service services setting settings src test tests
    types url urls util utils view views
    """.split()  # noqa: SIM905  a list of a hundred lines says no more
)
"""Words of paths that say nothing of what a file is about."""
_COMPANIONS = re.compile(
    r"(^|/)(__init__\.pyi?|index\.[cm]?[jt]sx?|mod\.ts|conftest\.py|CHANGELOG[^/]*|CHANGES[^/]*|HISTORY[^/]*|py\.typed)$"
    r"|(^|/)(changes|changelog|changelog\.d|newsfragments|news|__snapshots__|\.changeset)/|\.snap$|\.po$",
    re.I,
)
"""Files that go with a change of others."""
_MIGRATION = re.compile(r"(^|/)(migrations?|alembic/versions|versions)/")
_DATA = re.compile(
    r"(^|/)(models?|entit(y|ies)|schemas?|tables?|db|database)([./_-]|$)|\.(entity|model)\.|\.prisma$", re.I
)
TAKE_BACK = (
    "Take it back unless the task can't be done without it. If it can't, ask_architect (kind decision) names the file "
    "and says why."
)


class Settings(Strict):
    small_change: int = Field(
        default=12, ge=0, le=1_000, description="Changed lines of a file outside the plan that need no mention."
    )


def check(context: ProjectContext) -> Iterator[Problem]:
    if context.draft.plan is None:
        return
    asked = _Asked(context)
    small = context.tuned(Settings).small_change
    for file in context.files:
        if context.draft.is_test(file.path) or asked.names_file(file.path) or asked.goes_with(file.path):
            continue
        if asked.is_near(file.path) or (not file.is_new and file.mode != NOTHING and _lines(file) <= small):
            continue
        what = "is new" if file.is_new else "is gone" if file.mode == NOTHING else "is changed"
        yield Problem(f"{file.path} {what}, and neither the task nor the plan names it.", TAKE_BACK, path=file.path)
    yield from _gone(context, asked)


def _gone(context: ProjectContext, asked: "_Asked") -> Iterator[Problem]:
    """Names that others may use; one that moved to another changed file is still there."""
    offered = context.draft.language.offered
    now = {name for file in context.files for name in offered(file.path, file.text or "")}
    for file in context.files:
        if (
            file.before is None
            or context.draft.is_test(file.path)
            or (file.mode == NOTHING and asked.names_file(file.path))
        ):
            continue
        gone = offered(file.path, file.before) - now
        owners = {name for name in gone if "." not in name}
        removed = sorted(name for name in gone if name.partition(".")[0] not in owners or name in owners)
        unnamed = [name for name in removed if not asked.names_symbol(name)]
        if unnamed:
            said = ", ".join(f"`{name}`" for name in unnamed[:6])
            message = f"{said} {'is' if len(unnamed) == 1 else 'are'} gone, and neither the task nor the plan says so."
            yield Problem(message, "Keep what others may use, or ask_architect whether it may go.", path=file.path)


class _Asked:
    """The names in task, answers and plan."""

    def __init__(self, context: ProjectContext) -> None:
        plan = context.draft.plan
        assert plan is not None
        said = [context.draft.workspace.task.text, plan.summary, plan.reasoning, *plan.risks, *plan.operations]
        said += [sentence for one in context.draft.grants.said for sentence in one.mentions.sentences]
        said += [word for file in plan.files for word in (file.path, file.purpose, *file.symbols)]
        said += [word for test in plan.tests for word in (test.path, test.behaviour)]
        self.text = "\n".join(said)
        self.words = frozenset(_stem(word) for word in _words(self.text))
        self.paths = frozenset(str(PurePosixPath(file.path)) for file in plan.files)
        self.folders = frozenset(path.rpartition("/")[0] for path in self.paths)
        self.of_data = any(_DATA.search(path) for path in self.paths) or "migration" in self.text.lower()

    def names_file(self, path: str) -> bool:
        if path in self.paths or path in self.text or path.rpartition("/")[2] in self.text:
            return True
        telling = [word for word in _words(path.rpartition("/")[2].partition(".")[0]) if word not in _GENERIC]
        return bool(telling) and all(_stem(word) in self.words for word in telling)

    def goes_with(self, path: str) -> bool:
        """Return whether such files change with others: a package's names, a snapshot, the migration of a model."""
        if _MIGRATION.search(path):
            return self.of_data
        return bool(_COMPANIONS.search(path))

    def is_near(self, path: str) -> bool:
        """Return whether it lies in a folder of the plan, or in one that is about what the task names."""
        folder = path.rpartition("/")[0]
        if folder in self.folders:
            return True
        telling = [word for word in _words(folder.rpartition("/")[2]) if word not in _GENERIC]
        return bool(telling) and all(_stem(word) in self.words for word in telling)

    def names_symbol(self, name: str) -> bool:
        last = name.rpartition(".")[2]
        if re.search(rf"\b{re.escape(last)}\b", self.text):
            return True
        words = _words(last)
        return bool(words) and all(_stem(word) in self.words for word in words)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _stem(word: str) -> str:
    for end in ("ies", "es", "s", "ing", "ed"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[: -len(end)].rstrip("e")
    return word.rstrip("ye") if len(word) > 4 else word


def _lines(file: ChangedFile) -> int:
    before, after = (file.before or "").splitlines(), (file.text or "").splitlines()
    return sum(line[:2] in ("+ ", "- ") for line in difflib.ndiff(before, after)) if len(before) < 3_000 else len(after)


GATE = ProjectGate(
    name="scope",
    why="Unrequested changes must still be reviewed, tested and maintained, and may break what others rely on.",
    when=(When.ROUND,),
    check=check,
    advice=True,
    against_base=False,
    sources=False,
    settings=Settings,
)
