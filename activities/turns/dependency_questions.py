"""A question of kind dependency: what a `yes` changes, or, at once, that nothing here can be changed by one."""

from collections.abc import Sequence

from aurora.domain.questions import APPROVALS, MAX_OPTIONS, QuestionDraft
from aurora.domain.workspace import Toolchain
from aurora.errors import Refusal
from aurora.text import fit
from aurora.toolchains import registry

AT_ONCE = 6
PACKAGE_CHARS = 100
YES, NO = "yes", "no"
UNNAMED = "ask_architect: a question of kind dependency names its `packages`, or the `files` that a `yes` is to allow."


def named(packages: object) -> tuple[str, ...]:
    """Those that a call gave, each once."""
    given = packages if isinstance(packages, list) else []
    return tuple(dict.fromkeys(" ".join(str(one).split()) for one in given if str(one).strip()))


def completed(question: QuestionDraft, packages: Sequence[str], toolchain: Toolchain) -> QuestionDraft:
    """The question with the effect of `yes`; where nothing can be done the options have none."""
    others = tuple(option for option in question.options if option.strip().lower() not in (*APPROVALS, NO))
    listed = ", ".join(packages)
    try:
        changes = _changes(packages, toolchain)
    except Refusal as refusal:
        said = f"{fit(listed, 400)} can't be added in this task: {refusal.what}. No answer adds it. {refusal.hint}"
        text = f"{said}\n\n{question.text}"
        return question.model_copy(update={"text": fit(text, 4_000), "options": others or ("go on without it",)})
    said = (
        f"The answer `{YES}` adds {listed} to {' and '.join(changes)} and builds the image anew, before the step goes "
        "on; any other answer adds nothing."
    )
    return question.model_copy(
        update={
            "text": fit(f"{said}\n\n{question.text}", 4_000),
            "options": (YES, NO, *others)[:MAX_OPTIONS],
            "allows": tuple(dict.fromkeys((*question.allows, *changes))),
            "packages": tuple(packages),
        }
    )


def _changes(packages: Sequence[str], toolchain: Toolchain) -> tuple[str, ...]:
    language = registry.language(toolchain)
    if language.adding is None:
        raise Refusal(f"packages of {language.title} projects are not added here", "Add them in a commit.")
    if len(packages) > AT_ONCE or any(len(one) > PACKAGE_CHARS for one in packages):
        raise Refusal(f"at most {AT_ONCE} packages are added at once", "Ask for fewer.")
    for package in packages:
        language.adding.name_of(package)
    return language.adding.plan(toolchain).changes
