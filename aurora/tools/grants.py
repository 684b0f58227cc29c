"""The protected files that this task may write: what its text, an answer or an approved plan asks for.

Words of a model grant nothing: not a question's text, not a plan's, only what a person said, and the paths that a
question of ours names as those which a `yes` allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aurora.domain.evidence import Allowed
from aurora.domain.questions import APPROVALS, AnswerBook, Exchange
from aurora.domain.task import Task
from aurora.text import fit
from aurora.tools.mentions import Mentions
from aurora.tools.paths import folded
from aurora.tools.protected_paths import CONTRACT, Protection, protection

QUOTED = 160
QUOTED_LINE = 20
"""Characters: a longer line of an answer that stands in the question, too, is quoted from it."""


@dataclass(frozen=True)
class Said:
    """Words of a person. `by`: whose, for the evidence."""

    by: str
    mentions: Mentions


@dataclass(frozen=True)
class Grants:
    said: tuple[Said, ...] = ()
    approved: Mapping[str, str] = field(default_factory=dict)
    """Folded path -> who approved it."""

    @classmethod
    def of(cls, task: Task, answers: AnswerBook) -> "Grants":
        """Silence grants nothing, whatever the settings take it for."""
        said = [Said("the task", Mentions.of(task.text))]
        approved: dict[str, str] = {}
        for exchange in answers.exchanges:
            if exchange.silent:
                continue
            who = fit(exchange.by, 80) or "the Architect"
            question = exchange.question
            if question is not None and exchange.word in APPROVALS:
                approved |= {folded(path): f"{who}, who answered {question.id}" for path in question.allows}
            name = question.id if question is not None else exchange.id
            said.append(Said(f"{who}, in answer {name}" if name else who, Mentions.of(_own_words(exchange))))
        return cls(tuple(said), approved)

    def of_path(self, path: str, found: Protection | None) -> Allowed | None:
        """The person who asked for a file that is protected as `found`; None when nobody did, or it may never be
        written.

        `path` is clean."""
        if found is None or found.never:
            return None
        if who := self.approved.get(folded(path)):
            return Allowed(path=path, kind=found.kind, asked_by=fit(who, 160), words="")
        for said in self.said:
            if sentence := said.mentions.ask_for(path, found.words):
                return Allowed(path=path, kind=found.kind, asked_by=fit(said.by, 160), words=fit(sentence, QUOTED))
        return None

    def unasked(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Those of the paths that only somebody's word could allow, and nobody has said it; in order, each once."""
        found = dict.fromkeys(path for path in paths if (p := protection(path)) and not p.never)
        return tuple(path for path in found if self.of_path(path, protection(path)) is None)


def asked_for(grants: Grants, paths: tuple[str, ...], contracts: tuple[str, ...] = ()) -> tuple[Allowed, ...]:
    """Those of the paths that are protected and that somebody asked for. In a child: what people said is any text."""
    documents = frozenset(map(folded, contracts))
    found = (grants.of_path(path, CONTRACT if folded(path) in documents else protection(path)) for path in paths)
    return tuple(allowed for allowed in found if allowed is not None)


def _own_words(exchange: Exchange) -> str:
    """The words of an answer beside those of the question: an option that was chosen, or a quoted line, is a
    model's."""
    if exchange.question is None:
        return exchange.text
    if exchange.word in {option.strip().lower() for option in exchange.question.options}:
        return ""
    asked = " ".join(folded(exchange.question.text).split())
    lines = (line for line in exchange.text.split("\n") if not line.lstrip().startswith((">", "|")))
    return "\n".join(line for line in lines if len(line) < QUOTED_LINE or " ".join(folded(line).split()) not in asked)
