"""The check of a gate whose rule must read syntax: each language has its own part of it."""

from collections.abc import Callable, Iterator

from aurora.gates.context import FileContext, ProjectContext
from aurora.gates.gate import Problem


def of_sources(name: str, *, tests: bool = False) -> Callable[[FileContext], Iterator[Problem]]:
    """Asks `Language.code_checks` for the gate's name about each source file that is no test; `tests`: of tests,
    too."""

    def check(context: FileContext) -> Iterator[Problem]:
        of_language = context.draft.language.code_checks.get(name)
        if of_language is None or not context.is_source or (context.is_test and not tests):
            return
        for flaw in of_language(context.draft.workspace, context.edit()):
            yield Problem(flaw.message, flaw.hint, flaw.line, advice=flaw.advice, identity=flaw.identity)

    return check


def of_project(name: str) -> Callable[[ProjectContext], Iterator[Problem]]:
    """Asks `Language.project_checks` for the gate's name about the whole project, tests left out."""

    def check(context: ProjectContext) -> Iterator[Problem]:
        from aurora.toolchains.code_checks import Sources  # slow to load: a client lists gates without it

        of_language = context.draft.language.project_checks.get(name)
        if of_language is None:
            return
        texts = {path: text for path, text in context.texts.items() if not context.draft.is_test(path)}
        for flaw in of_language(context.draft.workspace, Sources(texts, context.changed)):
            yield Problem(flaw.message, flaw.hint, flaw.line, flaw.path, flaw.advice, flaw.identity, flaw.parts)

    return check
