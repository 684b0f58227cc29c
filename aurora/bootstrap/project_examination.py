"""The report of `aurora doctor --repo` on a repository's files at HEAD: what was detected, why, and what its globs
name."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from aurora import bounded
from aurora.bootstrap import project_values, service_values
from aurora.bootstrap.preflight import MachinePreflight
from aurora.bootstrap.row import Row
from aurora.contract.log_in import LogIn
from aurora.domain.workspace import CONVENTIONS, Toolchain
from aurora.drivers.git.local_repository import LocalRepository
from aurora.errors import AuroraError, Refusal
from aurora.globs import Globs
from aurora.settings.effective import effective_settings
from aurora.settings.policy import Policy
from aurora.settings.repository import BackendSettings, ContextWindow, ServiceName
from aurora.settings.services import COMPOSE_FILES, described, spoken_to
from aurora.survey import graphql_choice, log_in, reading
from aurora.survey.commit_reader import CommitReader
from aurora.survey.contract_choice import Choice
from aurora.text import counted
from aurora.toolchains import example_environment
from aurora.toolchains.project_tests import in_root, is_test
from aurora.tools.path_policy import PathPolicy

UNDECLARED = ("the tests import ", "pytest is configured for ")
"""Beginnings of detection's notes that name packages nobody declares."""


async def rows(
    repo: str, policy: Policy, preflight: MachinePreflight | None = None, *, write: bool = False
) -> list[Row]:
    """`preflight`: of the worker that a task would be submitted to, where this machine has it; `write`: add to the work
    tree's aurora.yaml what it could say of the project."""
    rows: list[Row] = []
    what = "repository"
    try:
        repository = await LocalRepository.open(repo)
        commit = await repository.resolve(None)
        left_out = await repository.examine(commit)
        rows.append(Row(what="repository", state="ok", found=f"{repository.path} at {commit[:12]}"))
        rows += [Row(what="repository", state="note", found=note) for note in left_out]
        reader = CommitReader(repository, commit)
        what = "aurora.yaml"
        today = datetime.now(UTC).date()
        loaded = await reader.settings()
        settings, warnings = effective_settings(loaded, policy, today, submitter=None)
        rows += [Row(what="aurora.yaml", state="note", found=warning) for warning in warnings]
        rows.append(Row(what="aurora.yaml", state="ok", found=f"model {settings.model}"))
        rows.append(await _models(settings, preflight))
        what = "project"
        services = await _services(repository, commit, settings.sandbox.services)
        rows += services
        toolchain = await reader.toolchain(settings)
        rows += _clients(toolchain, settings.sandbox.services, services)
        paths = tuple(await reader.paths())
        path, contract, logs_in = await _contract(reader, settings, toolchain)
        schema = await _schema(reader, settings, toolchain)
        example = await example_environment.read(paths, reader.text, toolchain.root)
        named = await bounded.call(effects, settings, toolchain, paths, path, about="the globs of aurora.yaml")
    except AuroraError as error:
        return [*rows, bad(what, error)]
    rows.append(Row(what="runner", state="ok", found=f"{toolchain.language}: {toolchain.runner}"))
    rows.append(Row(what="tests", state="ok", found=" ".join(toolchain.test)))
    rows += [Row(what="lint", state="ok", found=" ".join(argv)) for argv in toolchain.lint]
    rows += [Row(what="types", state="ok", found=" ".join(argv)) for argv in toolchain.types]
    rows += contract
    rows += schema
    rows += service_values.rows(settings, toolchain)
    rows += service_values.log_in_rows(settings, logs_in)
    rows += named
    rows += project_values.rows(settings, loaded.project_lines, toolchain, repository.folder)
    rows += [_why(line) for line in toolchain.why]
    values = project_values.proposed(settings, toolchain, path, example)
    rows += project_values.proposal(values, example)
    if not write:
        return rows
    return [*rows, project_values.write(repository.path, values, service_values.proposed(settings, logs_in))]


async def _models(settings: BackendSettings, preflight: MachinePreflight | None) -> Row:
    """Return whether what aurora.yaml asks for can be called, judged as it is before a task is submitted."""
    where = "" if settings.provider == "default" else f" of provider {settings.provider}"
    found = ", ".join(dict.fromkeys((settings.model, *settings.models.values()))) + where
    if preflight is None:
        return Row(what="models", state="note", found=f"{found}: the cluster's worker asks for them")
    if settings.provider == "default" and preflight.settings.provider("default").key() is None:
        return Row(what="models", state="note", found=f"{found}: not asked without a key")
    try:
        preflight.check_key(settings)
        notes = await preflight.check_models(settings)
    except Refusal as refusal:
        return Row(what="models", state="bad", found=f"{found}: {refusal.what}", hint=refusal.hint)
    return Row(what="models", state="note" if notes else "ok", found="; ".join((found, *notes)))


def _why(line: str) -> Row:
    """A choice of detection; an import that no declared package seems to provide is a row of its own."""
    if not line.startswith(UNDECLARED):
        return Row(what="why", state="note", found=line)
    hint = "where its package is called otherwise all is well; else declare it: the baseline run tells what to set"
    return Row(what="imports", state="note", found=line, hint=hint)


def bad(what: str, error: AuroraError) -> Row:
    said, _, hint = str(error).partition("\n")
    return Row(what=what, state="bad", found=said, hint=hint)


def effects(settings: BackendSettings, toolchain: Toolchain, paths: tuple[str, ...], contract: str) -> tuple[Row, ...]:
    return tuple(_effects(settings, toolchain, paths, contract))


async def _contract(
    reader: CommitReader, settings: BackendSettings, toolchain: Toolchain
) -> tuple[str, tuple[Row, ...], LogIn]:
    """(path of the contract document, or nothing; what is said of it; how it asks to log in). One that is named and
    can't be read is a row, so that the rest is seen, too."""
    try:
        hidden = settings.context_window.exclude
        choice = await reader.contract(settings.contract.path, toolchain.root, hidden)
    except AuroraError as error:
        return settings.contract.path or "", (bad("contract", error),), LogIn()
    if not choice.path:
        return "", tuple(_choice(choice)), LogIn()
    try:
        found = await log_in.read(await reader.paths(), reader.text, toolchain, choice.text, choice.path)
    except AuroraError as error:
        return choice.path, (*_choice(choice), bad("log-in", error)), LogIn()
    return choice.path, tuple(_choice(choice)), found


def _choice(choice: Choice) -> Iterator[Row]:
    """The document that binds, why, and all its faults."""
    if choice.path:
        operations = counted(len(choice.operations), "operation")
        how = "named in aurora.yaml" if choice.named else "found by its name; turned off by `contract: none`"
        files = f" in {len(choice.files)} files" if len(choice.files) > 1 else ""
        yield Row(what="contract", state="ok", found=f"{choice.path}: {operations}{files}, {how}")
    elif choice.named:
        yield Row(what="contract", state="note", found="none, by aurora.yaml: the task and the code bind")
    else:
        yield Row(what="contract", state="note", found="no OpenAPI document: the task and the code bind")
    for said in (*choice.warnings, *choice.passed_over):
        yield Row(what="contract", state="note", found=said)
    for one in choice.disagreements:
        yield Row(what="contract", state="note", found=f"it contradicts itself: {one.said}")


async def _schema(reader: CommitReader, settings: BackendSettings, toolchain: Toolchain) -> tuple[Row, ...]:
    """The schema of a GraphQL service: which files bind, and whether a task may write them. None where no schema is
    found."""
    named, packages = settings.contract.graphql, toolchain.dependencies.requirements
    try:
        found = await graphql_choice.choose(await reader.paths(), reader.text, named, packages, toolchain.root)
    except AuroraError as error:
        return (bad("graphql", error),)
    notes = tuple(Row(what="graphql", state="note", found=said) for said in found.warnings)
    if not found.path:
        return notes
    files = f" in {len(found.files)} files" if len(found.files) > 1 else ""
    how = (
        "the service is built from it, a task may write it" if found.source else "protected: the code makes the schema"
    )
    fields = counted(len(found.fields), "operation")
    return (Row(what="graphql", state="ok", found=f"{found.path}: {fields}{files}; {how}"), *notes)


def _effects(settings: BackendSettings, toolchain: Toolchain, paths: Sequence[str], contract: str) -> Iterator[Row]:
    """Files that each path and pattern of aurora.yaml, or its default, matches."""
    window, default = settings.context_window, ContextWindow()
    hidden = Globs(window.exclude).match
    for pattern in window.include:
        found = [path for path in paths if Globs((pattern,)).match(path)]
        yield _named("include", pattern, found, known=pattern in default.include, but=hidden)
    for pattern in window.exclude:
        found = [path for path in paths if Globs((pattern,)).match(path)]
        yield _named("exclude", pattern, found, known=pattern in default.exclude)
    for root in toolchain.test_roots:
        found = [path for path in paths if in_root(toolchain, path, root)]
        yield _named("test root", root, found, known=not settings.tests)
    policy = PathPolicy(
        include=window.include,
        exclude=window.exclude,
        manifests=toolchain.manifests,
        contracts=[contract] if contract else [],
        conventions=CONVENTIONS,
        test_roots=toolchain.test_roots,
        is_test=partial(is_test, toolchain),
    )
    shown, _ = policy.visible(paths)
    yield Row(
        what="visible", state="ok", found=f"{len(shown)} of {counted(len(paths), 'file')}, such as {_some(shown)}"
    )


def _named(
    what: str, name: str, found: Sequence[str], *, known: bool, but: Callable[[str], bool] = lambda _: False
) -> Row:
    """`known`: nobody wrote it, so it may well name nothing."""
    if not found:
        hint = "" if known else "check its spelling; paths are relative to the repository's root"
        if not known and what == "test root":
            hint += ", and a test root is a folder or file, not a glob"
        return Row(what=what, state="note", found=f"{name!r}: no file of this commit", hint=hint)
    without = sum(map(but, found))
    less = f", {without} of them excluded" if without else ""
    return Row(what=what, state="ok", found=f"{name!r}: {counted(len(found), 'file')}, such as {_some(found)}{less}")


def _some(paths: Sequence[str]) -> str:
    """The first and the last, which are rarely of one folder."""
    return " and ".join(dict.fromkeys((*paths[:1], *paths[-1:]))) or "none"


async def _services(repository: LocalRepository, commit: str, asked: Sequence[ServiceName]) -> list[Row]:
    """Those that aurora.yaml asks for, and those that a compose file runs: a hint, acted upon by a person only."""
    rows = [Row(what="service", state="ok", found=f"before each run of the tests: {described(name)}") for name in asked]
    for path in COMPOSE_FILES:
        content = await repository.read(commit, path)
        if content is None:
            continue
        missing = [n for n in await reading.services(content.decode("utf-8", errors="replace"), path) if n not in asked]
        if missing:
            found = f"{path} runs {', '.join(missing)}, which the sandbox does not start unasked"
            hint = f"where the tests need it: `sandbox: {{services: [{', '.join((*asked, *missing))}]}}` in aurora.yaml"
            rows.append(Row(what="service", state="note", found=found, hint=hint))
    return rows


def _clients(toolchain: Toolchain, asked: Sequence[ServiceName], said: Sequence[Row]) -> Iterator[Row]:
    """Services that only the dependencies hint at: many a project's tests find their database in CI."""
    for name, package in spoken_to(toolchain.dependencies.requirements).items():
        if name in asked or any(name in row.found for row in said):
            continue
        found = f"{package} is among the dependencies, a client of {name}, which the sandbox does not start unasked"
        hint = f"where the tests need it: `sandbox: {{services: [{', '.join((*asked, name))}]}}` in aurora.yaml"
        yield Row(what="service", state="note", found=found, hint=hint)
