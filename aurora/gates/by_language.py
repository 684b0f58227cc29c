"""The check of a gate whose rule must read syntax: each language has its own part of it."""

from collections.abc import Callable, Iterator

from aurora.gates.context import FileContext
from aurora.gates.gate import Problem


def of_sources(name: str, *, tests: bool = False) -> Callable[[FileContext], Iterator[Problem]]:
    """Asks `Language.craft` for the gate's name about each source file that is no test; `tests`: of tests, too."""

    def check(context: FileContext) -> Iterator[Problem]:
        of_language = context.draft.language.craft.get(name)
        if of_language is None or not context.is_source or (context.is_test and not tests):
            return
        for flaw in of_language(context.draft.workspace, context.edit()):
            yield Problem(flaw.message, flaw.hint, flaw.line, advice=flaw.advice, identity=flaw.identity)

    return check
