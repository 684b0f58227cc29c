"""The documents that a tree holds its application to: the OpenAPI document, the GraphQL schema."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from pydantic import Field

from activities.checks.project_tools import at_base, text_of
from aurora import bounded
from aurora.bounded import Bounds
from aurora.contract import exercised, exercised_schema
from aurora.contract.exercised import Clause
from aurora.domain.exercise import ApiKind, ExerciseOrder, ObservedBreach
from aurora.domain.value import Value
from aurora.domain.workspace import Workspace
from aurora.errors import OutOfBounds, Refusal
from aurora.ports import Box
from aurora.toolchains.serving import graphql_path

READING = Bounds(seconds=60, megabytes=1_500, result_bytes=32_000_000)
"""A large honest document takes seconds."""


class Target(Value):
    """One document of one tree."""

    kind: ApiKind
    path: str
    text: str
    """Text of the file, or of all files of the schema joined."""
    whole: str = ""
    """The document in one piece: the file's own text, or of many files the bundle."""
    document: str = ""
    """Document as the driver is given it; empty where it can't be read: `why_not` says why."""
    operations: dict[str, str] = Field(default_factory=dict)
    """Operation -> digest of all that the document states of it."""
    base_path: str = ""
    secured: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Operations that take no call without a log-in -> the schemes that one may use."""
    schemes: dict[str, str] = Field(default_factory=dict)
    """Security scheme -> what the document says of it, with its place."""
    why_not: str = ""

    @property
    def easiest(self) -> tuple[str, ...]:
        """The operation that is asked to see whether the application answers; none where it has none."""
        ranked = sorted(self.operations, key=lambda name: (name in self.secured, not name.startswith("GET "),
                                                           "{" in name, name))  # fmt: skip
        return tuple(ranked[:1])

    def order(self, port: int) -> ExerciseOrder:
        return ExerciseOrder(kind=self.kind, document=self.document, port=port, base_path=self.base_path)


Reader = Callable[[str], Awaitable[str | None]]
"""The text of a file, or None."""


async def targets(box: Box, workspace: Workspace) -> tuple[Target, ...]:
    """Detect from the tree that the box holds."""
    return await _targets(_reader(box), workspace)


def _reader(box: Box) -> Reader:
    async def read(path: str) -> str | None:
        return await text_of(box, path)

    return read


async def base_targets(box: Box, workspace: Workspace) -> tuple[Target, ...]:
    """The same of the base commit; none that it does not have, or that can't be read there."""

    async def read(path: str) -> str | None:
        return await at_base(box, workspace.base, path)

    return tuple([one for one in await _targets(read, workspace) if not one.why_not])


async def _targets(read: Reader, workspace: Workspace) -> tuple[Target, ...]:
    found = []
    if workspace.contract is not None:
        found.append(await _openapi(read, workspace, workspace.contract.path))
    if workspace.graphql is not None:
        found.append(await _graphql(read, workspace, workspace.graphql.files or (workspace.graphql.path,)))
    return tuple(found)


async def _openapi(read: Reader, workspace: Workspace, path: str) -> Target:
    text = await read(path)
    if text is None:
        return Target(kind=ApiKind.OPENAPI, path=path, text="", why_not=f"{path} is not there any more")
    try:
        found = await bounded.call(
            exercised.read_asking, text, path, about=path, bounds=READING, answers={"texts": _texts(read)}
        )
    except (OutOfBounds, Refusal) as error:
        return Target(kind=ApiKind.OPENAPI, path=path, text=text, why_not=error.what)
    base_path = workspace.settings.contract.base_path
    return Target(
        kind=ApiKind.OPENAPI,
        path=path,
        text=text,
        whole=text if len(found.files) < 2 else found.json_text,
        document=found.json_text,
        operations=found.operations,
        secured=found.secured,
        schemes=found.schemes,
        base_path=(found.base_path if base_path is None else base_path).rstrip("/"),
    )


def _texts(read: Reader) -> Callable[[list[str]], Awaitable[dict[str, str | None]]]:
    async def texts(paths: list[str]) -> dict[str, str | None]:
        return {path: await read(path) for path in paths}

    return texts


async def _graphql(read: Reader, workspace: Workspace, files: Sequence[str]) -> Target:
    assert workspace.graphql is not None
    path = workspace.graphql.path
    texts = {one: text for one in files if (text := await read(one)) is not None}
    if not texts:
        return Target(kind=ApiKind.GRAPHQL, path=path, text="", why_not=f"{path} is not there any more")
    try:
        found = await bounded.call(exercised_schema.read, texts, about=path, bounds=READING)
    except (OutOfBounds, Refusal) as error:
        return Target(kind=ApiKind.GRAPHQL, path=path, text="", why_not=error.what)
    return Target(
        kind=ApiKind.GRAPHQL,
        path=path,
        text=found.text,
        whole=found.text,
        document=found.text,
        operations=found.operations,
        base_path=graphql_path(workspace.settings, workspace.toolchain) or "/graphql",
    )


def touched(draft: Target, base: Target | None, planned: Sequence[str]) -> tuple[str, ...]:
    """Operations that the plan names, and those of which the document states something else than at the base."""
    before: Mapping[str, str] = base.operations if base is not None else {}
    named = set(planned)
    return tuple(
        sorted(name for name, digest in draft.operations.items() if name in named or before.get(name) != digest)
    )


async def clauses(box: Box, target: Target, seen: Sequence[ObservedBreach]) -> tuple[Clause, ...]:
    """The clause that each was held against; empty where that can't be determined. `box`: with the target's tree."""
    if target.kind is not ApiKind.OPENAPI or not seen:
        return tuple(Clause() for _ in seen)
    wanted = tuple((one.operation, one.breach.value, one.status) for one in seen)
    try:
        return await bounded.call(exercised.clauses_asking, target.text, target.path, wanted, about=target.path,
                                  bounds=READING, answers={"texts": _texts(_reader(box))})  # fmt: skip
    except (OutOfBounds, Refusal):
        return tuple(Clause() for _ in seen)
