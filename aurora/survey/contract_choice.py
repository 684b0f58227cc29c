"""The choice of a task's contract document: the one that is named, or the first that was found by its name and is one.

What is found by its name is a guess, so nothing is refused for it: a file that is no OpenAPI document is passed over.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aurora.contract import guess
from aurora.domain.value import Value
from aurora.domain.workspace import Disagreement
from aurora.errors import OutOfBounds, Refusal
from aurora.globs import Globs
from aurora.survey import reading
from aurora.text import clip

NONE = "none"
"""As `contract` in aurora.yaml: there is none, whatever lies in the repository."""
MOST_GUESSES = 6
_MEANT = re.compile(r"(?m)^\s*[{\"']*(openapi|swagger)[\"']?\s*:")


class Choice(Value):
    path: str = ""
    """Empty where no document binds."""
    text: str = ""
    operations: tuple[str, ...] = ()
    named: bool = False
    warnings: tuple[str, ...] = ()
    """The faults of the document, or of one that was guessed and can't be read."""
    passed_over: tuple[str, ...] = ()
    """Files that are named like one and are another kind of document."""
    files: tuple[str, ...] = ()
    """Files of the repository that it consists of, its own path first."""
    bundle: str | None = None
    """As JSON, its other files drawn in; None where `text` is all there is."""
    disagreements: tuple[Disagreement, ...] = ()


def is_none(contract: str | None) -> bool:
    return contract is not None and contract.strip().lower() == NONE


async def choose(
    paths: Sequence[str],
    text: Callable[[str], Awaitable[str | None]],
    texts: reading.Texts,
    named: str | None,
    root: str = "",
    hidden: Sequence[str] = (),
) -> Choice:
    """`text`: of one file, `texts`: of many. `named`: by the task or aurora.yaml. `root`: folder of the project.
    `hidden`: globs of files that no document draws in, as aurora.yaml hides them. Raises `Refusal` for a named document
    that is not there or can't be read."""
    there, unseen = frozenset(paths), Globs(hidden)

    async def others(wanted: Sequence[str]) -> Mapping[str, str | None]:
        open_to = [path for path in wanted if path in there and not unseen.match(path)]
        return {**dict.fromkeys(wanted), **(await texts(open_to) if open_to else {})}

    if is_none(named):
        return Choice(named=True)
    if named:
        content = await text(named)
        if content is None:
            raise Refusal(
                f"The contract document {named!r} is not in the base commit.",
                "Commit it, name another path, or say `contract: none` in aurora.yaml.",
            )
        return _chosen(named, content, await reading.contract(content, named, others)).model_copy(
            update={"named": True}
        )
    warnings: list[str] = []
    passed_over: list[str] = []
    for path in guess.find(paths, root)[:MOST_GUESSES]:
        content = await text(path)
        if content is None:
            passed_over.append(f"{path} is too large or not text")
            continue
        try:
            found = await reading.guessed_contract(content, path, others)
        except (Refusal, OutOfBounds) as error:
            if _MEANT.search(content[:200_000]):
                said = clip(str(error).partition("\n")[0], 260)
                warnings.append(f"{said} It was found by its name and binds nothing: see `contract` in aurora.yaml.")
            else:
                passed_over.append(f"{path} is no OpenAPI document")
            continue
        if found is None:
            passed_over.append(f"{path} is no OpenAPI document")
            continue
        chosen = _chosen(path, content, found)
        update = {"warnings": (*warnings, *found.warnings), "passed_over": tuple(passed_over)}
        return chosen.model_copy(update=update)
    return Choice(warnings=tuple(warnings), passed_over=tuple(passed_over))


def _chosen(path: str, text: str, facts: reading.ContractFacts) -> Choice:
    return Choice(
        path=path,
        text=text,
        operations=facts.operations,
        warnings=facts.warnings,
        files=facts.files,
        bundle=facts.bundle,
        disagreements=facts.disagreements,
    )
