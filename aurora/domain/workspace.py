"""The findings of `open_workspace` about a repository at its base commit; an artifact every later step refers to."""

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import AliasChoices, Field

from aurora.domain.environment_problem import ProposedSetting
from aurora.domain.findings import Finding, TestCounts
from aurora.domain.task import Task
from aurora.domain.value import Digest, Sha, Value
from aurora.settings.repository import BackendSettings

CONVENTIONS = ("AGENTS.md", "CONTRIBUTING.md", "CONTRIBUTING.rst", "STYLE.md", "CLAUDE.md", "docs/CONTRIBUTING.md")
"""Documents that say how a project writes, wherever they are."""


class Distribution(Value):
    """One installed package of the dependency image, as its metadata says."""

    name: str
    """Normalised (PEP 503); of npm as it stands there, `@scope/name`."""
    version: str
    modules: tuple[str, ...]
    """Top-level import names it provides; of npm its own name."""


class DependencyImage(Value):
    reference: str
    """The reference for `docker run`: `aurora/deps:<hex>`."""
    versions: Mapping[str, str]
    """Versions of the interpreters inside, by language: `{"python": "3.11.2"}`. Python is in every image."""
    distributions: tuple[Distribution, ...]
    declared: tuple[str, ...]
    """Normalised names the project itself declares (all groups and extras that were installed)."""
    seconds: float = 0.0
    """The time that building took; 0 when it was there."""
    notes: tuple[str, ...] = ()
    """Facts that the build found out and nobody could know before: an engine the image lacks, modules out of reach."""

    def version_of(self, language: str) -> str:
        """The version of the interpreter that runs the project."""
        return self.versions.get(language, "?")


class Dependencies(Value):
    """The recipe of the dependency image. Only these files' content leaves the repository for the build."""

    language: str
    """The language whose recipe makes the image: see `aurora.toolchains.image_recipe`."""
    manager: str
    """The program that installs: `uv`, `pnpm`; `none` where nothing is installed."""
    files: dict[str, str]
    """Manifest and lock files, path -> text; of Node projects cleaned, and all that the build is given."""
    requirements: tuple[str, ...]
    """PEP 508 lines to install, declared by the project (runtime, then the extras and groups its tests need); of Node
    projects `name@range`, for information."""
    constraints: tuple[str, ...] = ()
    """Pins from a lock, PEP 508 `name==version` lines."""
    groups: tuple[str, ...] = ()
    """Dependency groups that are installed."""
    extras: tuple[str, ...] = ()
    """Extras of the project that are installed."""
    debian: tuple[str, ...] = ()
    """Packages of Debian that are installed before anything else."""
    python: str = ""
    """The version of Python that the base image has, `3.13`; empty: the usual one."""
    interpreter: str | None = None
    """The versions of the interpreter that the manifest allows: `requires-python`, `engines.node`."""
    root: str = ""
    """Folder a Node project is installed from, relative: of a workspace the workspace's."""
    notes: tuple[str, ...] = ()
    """The choices and their reasons: extras, groups, lock."""


class ProjectIdentity(Value):
    """So that `importlib.metadata` finds the project in the sandbox although its build code never runs."""

    name: str
    version: str
    entry_points: dict[str, dict[str, str]] = Field(default_factory=dict)
    import_roots: tuple[str, ...] = ("",)
    """Folders to put on sys.path, relative to the repository's root: `("", "src")`."""
    generated: dict[str, str] = Field(default_factory=dict)
    """Modules that the build writes and no commit holds, by path: their source, as near as it can be told."""


class ServeRecipe(Value):
    """The way the project's application is served on loopback, in an empty data store: detected, not run yet."""

    framework: str
    """`fastapi`, `django`, `express`, `nest` ...: for words, and for what its served document is called."""
    argv: tuple[str, ...]
    """`{port}` stands for the port."""
    server: str = ""
    """Distribution that serves it and must be installed, `uvicorn`; empty where it serves itself."""
    cwd: str = ""
    """Folder that it is started in, from the repository's root."""
    prepare: tuple[tuple[str, ...], ...] = ()
    """Commands that run before it, in the same folder, as migrations."""
    env: Mapping[str, str] = Field(default_factory=dict)
    """`{port}` stands for the port."""
    port: int | None = None
    """The place where it listens when the command does not say it; else one that Aurora chooses."""
    documents: tuple[str, ...] = ()
    """Paths at which it may serve its own OpenAPI document, as `/openapi.json`."""
    graphql_path: str = ""
    """Path of its GraphQL endpoint; empty: it has none, or nobody could tell."""
    why: tuple[str, ...] = ()
    """From what each was told, a line each."""


class Toolchain(Value):
    """The way in which this project is built, linted and tested: detected from its files, unless aurora.yaml
    decides."""

    language: str
    """A name of `toolchains.registry.LANGUAGES`; `registry.language` refuses any other."""
    root: str
    """Folder of the manifest, relative; empty for the repository's root."""
    runner: str
    """One of the language's `runners`."""
    test: tuple[str, ...]
    """argv that runs the whole suite, from `root`."""
    lint: tuple[tuple[str, ...], ...]
    """argv of each linter; its paths are appended."""
    fix: tuple[tuple[str, ...], ...]
    """argv that fixes what the linter can fix by itself, formatting included; paths are appended."""
    types: tuple[tuple[str, ...], ...] = ()
    """argv of type checkers, on all that the project checks; run as the tests are, because plugins are programs."""
    test_roots: tuple[str, ...]
    test_files: tuple[str, ...] = ()
    """Globs of what the runner collects, from the repository's root, where its configuration says it.
    `toolchains.project_tests` answers what is a test."""
    usual_tests: tuple[str, ...] = ()
    """Globs of what is a test by its name alone: the language's own where no configuration says other, and those of the
    other languages."""
    test_support: tuple[str, ...] = ()
    """Paths and globs of what the runner's configuration loads beside the tests: plugins, set-up files."""
    own_modules: tuple[str, ...] = ()
    """Names that may be imported and are no packages: aliases of the project's own files, modules that its runtime
    brings. One that ends in `*` stands for all that begin so. Of Node projects."""
    manifests: tuple[str, ...]
    protected: tuple[str, ...] = ()
    """Test-runner and linter configuration: never writable."""
    serve: ServeRecipe | None = None
    """The way the application is served, where it is a service and that could be told."""
    project: ProjectIdentity | None = None
    dependencies: Dependencies
    why: tuple[str, ...] = ()
    """One line per decision, for `aurora doctor --repo`."""


class Disagreement(Value):
    """Two places of a contract document that can't both hold."""

    kind: str
    """`example`, `default`, `enum`, `required`, `parameter`, `path`, `operation id` ...: what disagrees."""
    said: str
    """In words, complete in themselves."""
    first: str
    """`openapi.yaml:12 at /paths/~1users/post`, and after a colon what stands there."""
    second: str
    """Likewise."""
    operations: tuple[str, ...] = ()
    """That reach either place, `METHOD /path`, sorted; empty where none does."""


class Contract(Value):
    path: str
    digest: Digest
    operations: tuple[str, ...]
    """`METHOD /path`, sorted."""
    faults: tuple[str, ...] = ()
    """Its faults, each with its line: it binds all the same, and is not the model's to fix."""
    files: tuple[str, ...] = ()
    """Every file of the repository that it consists of, its own path first; empty: that path alone."""
    bundle: Digest | None = None
    """The document as JSON, references to its other files drawn in; None where `digest` is the whole document."""
    disagreements: tuple[Disagreement, ...] = ()
    """The place where it contradicts itself, found without a model."""


class GraphQLSchema(Value):
    """The committed schema of a GraphQL service."""

    path: str
    digest: Digest
    """Digest of the SDL as text, all its files joined."""
    files: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    """`Query.user`, `Mutation.addUser`, sorted."""
    faults: tuple[str, ...] = ()
    source: bool = False
    """True if the service is built from these files: a task that adds a resolver writes them. Else they were printed
    from it, and are protected as an OpenAPI document is."""


class Baseline(Value):
    """The project's own lint and tests at the base commit: what failed before may not grow and does not block."""

    counts: TestCounts
    red: tuple[str, ...]
    """Test ids (or paths, for collection errors) that fail at the base commit."""
    green: tuple[str, ...] = ()
    """Test ids that pass at the base commit."""
    flaky: tuple[str, ...] = ()
    """Test ids that were red at the base commit and green when they were run again: neither red nor green."""
    skipped: tuple[str, ...] = ()
    """Test ids that were skipped at the base commit, or failed as they were expected to."""
    plugins: tuple[str, ...] | None = None
    """Files of the repository that the runner loaded as plugins at the base commit; none where it was not looked at."""
    written: tuple[str, ...] | None = None
    """Files of the repository that the tests themselves wrote to at the base commit; none where nobody looked."""
    lint: tuple[str, ...]
    """Keys of the lint findings at the base commit, one for each: the same trouble twice stands here twice."""
    lint_findings: tuple[Finding, ...] = ()
    why_invalid: str = ""
    """The reason why the run of the tests can't be trusted; empty when it can."""
    error: str = ""
    """The reason why this is no baseline at all; empty when it is one. A task that has it goes on only as the Architect
    said."""
    words: str = ""
    """The runner's own, bounded, where there is trouble."""
    proposals: tuple[ProposedSetting, ...] = Field(default=(), validation_alias=AliasChoices("proposals", "mends"))
    """Settings that may be set against the trouble."""
    remark: str = ""
    """A note that is no reason to ask."""
    seconds: float = 0.0
    """The time that one run of the tests took."""
    lint_seconds: float = 0.0
    taken_at: int = 0
    """The time when it was taken, seconds since the epoch."""
    kept: bool = False
    """True if an earlier task took it, of the same commit in the same image."""

    @property
    def run(self) -> str:
        """The run that it belongs to: `base run of 2026-11-30 21:03 UTC, kept`."""
        if not self.taken_at:
            return "base run"
        moment = datetime.fromtimestamp(self.taken_at, UTC)
        return f"base run of {moment:%Y-%m-%d %H:%M} UTC{', kept' if self.kept else ''}"


class NamedDocument(Value):
    path: str
    digest: Digest
    """Its text at the base commit as a model may see it: bounded, redacted."""


class Workspace(Value):
    task: Task
    base: Sha
    settings: BackendSettings
    toolchain: Toolchain
    image: DependencyImage
    baseline: Baseline
    contract: Contract | None
    graphql: GraphQLSchema | None = None
    files: int
    """Tracked files at the base commit."""
    listing: Digest
    """The map of the visible files at the base commit for this task, as the text a model is shown."""
    conventions: tuple[str, ...] = ()
    """Paths of documents that say how this project writes (CONTRIBUTING, AGENTS.md and the like)."""
    documents: tuple[NamedDocument, ...] = ()
    """Documents that the task's text names."""
    warnings: tuple[str, ...] = ()
    """Warnings for the user and the evidence: a model replaced, a temperature not sent, a bound lowered."""
