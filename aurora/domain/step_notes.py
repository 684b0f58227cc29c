"""What steps found out that those after them do not hear: the context check's result, and the words of `finish`."""

from aurora.domain.steps import Step
from aurora.domain.value import Value

NOTE_BYTES = 600
MOST = 6
"""Steps whose words are kept, the last ones."""


class MissingPiece(Value):
    """One thing only the Architect can settle."""

    question: str
    options: tuple[str, ...] = ()
    assumed: str = ""


class ContextReport(Value):
    """Structured output of check_context."""

    summary: str
    missing: tuple[MissingPiece, ...] = ()
    open_points: tuple[str, ...] = ()
    """What stays open and is no question, with what will be taken for granted; at most a line each."""


class StepNote(Value):
    step: Step
    said: str
    """The model's own words, which nobody verified; at most `NOTE_BYTES`."""


class StepNotes(Value):
    notes: tuple[StepNote, ...] = ()

    def with_note(self, note: StepNote) -> "StepNotes":
        """A step's last word takes the place of the one before it."""
        others = [one for one in self.notes if one.step is not note.step]
        return StepNotes(notes=(*others, note)[-MOST:])
