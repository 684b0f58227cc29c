"""An environment that does not work, as a question: the tool's own words, and what may be set to fix it.

One wording for every place that finds such trouble: the opening of a workspace, a step that reports it, a dependency
that can't be installed. Pure, so that workflows may ask, too.
"""

from typing import Final

from pydantic import AliasChoices, Field

from aurora.domain.questions import (
    ABANDON,
    GO_ON_WITHOUT,
    MAX_OPTIONS,
    MAX_QUESTION_CHARS,
    TRY_AGAIN,
    QuestionDraft,
    QuestionKind,
)
from aurora.domain.value import Short, Value
from aurora.text import fit

SET: Final = "set "
"""The beginning of an option that stands for settings."""
OPTION_BYTES: Final = 150
"""Bytes of an option that is to be taken word for word: a longer proposal stands in the text only."""
PROPOSED: Final = 4
WORDS_CHARS: Final = 2_200


class ProposedSetting(Value):
    """Something that a person can set so that an environment works. A guess, and only ever offered."""

    setting: str
    """Setting of `agents.backend`, as YAML in one line: `project: {extras: [test]}`."""
    why: Short

    @property
    def option(self) -> str:
        return SET + self.setting


class EnvironmentProblem(Value):
    """An environment that does not work, and what can be done about it."""

    what: str
    """One paragraph: `The tests of the base commit are no baseline: …`."""
    words: str = ""
    """The tool's own, bounded."""
    proposals: tuple[ProposedSetting, ...] = Field(default=(), validation_alias=AliasChoices("proposals", "mends"))
    without: str = ""
    """The consequence of going on without it, after `go on without`; empty where that can't be."""
    partial: bool = False
    """True if most works: then going on without is the first choice, and silence may decide for it."""


def environment_question(trouble: EnvironmentProblem) -> QuestionDraft:
    """Its options begin with what may be set; an answer may set anything else as well."""
    proposed = [proposal.option for proposal in trouble.proposals if len(proposal.option.encode()) <= OPTION_BYTES][
        :PROPOSED
    ]
    options = [*proposed, TRY_AGAIN]
    if trouble.without:
        options.insert(0 if trouble.partial else len(options), GO_ON_WITHOUT)
    without = f"{GO_ON_WITHOUT}: {trouble.without}" if trouble.without else ""
    words = (
        f"The tool's own words:\n{fit(trouble.words, WORDS_CHARS)}" if trouble.words else "The tool printed nothing."
    )
    text = "\n\n".join((fit(trouble.what, 1_000), _choices(trouble, without), words))
    return QuestionDraft(
        kind=QuestionKind.DECISION if trouble.partial else QuestionKind.DEPENDENCY,
        text=fit(text, MAX_QUESTION_CHARS),
        options=tuple([*options, ABANDON][:MAX_OPTIONS]),
        assumed=without if trouble.partial and without else "no model is called before this is answered",
    )


def _choices(trouble: EnvironmentProblem, without: str) -> str:
    for_instance = "" if trouble.proposals else ", for instance `project: {test_env: {NAME: value}}`"
    lines = [
        f"Answer with settings of aurora.yaml as YAML{for_instance}: they apply to this task only; the image is "
        "rebuilt and the tests run again. `null` as a value removes an earlier setting."
    ]
    if trouble.proposals:
        lines.append("What may help (to keep it, commit it under `agents: backend:` of aurora.yaml):")
        lines += [f"- `{fit(proposal.setting, 300)}`: {proposal.why}" for proposal in trouble.proposals[:PROPOSED]]
    lines.append(
        f"Or `{TRY_AGAIN}` once what is missing is there; to use another commit, `{ABANDON}` and hand "
        "the task in again."
    )
    if without:
        lines.append(f"Or `{without.replace(':', '`:', 1)}.")
    return "\n".join(lines)
