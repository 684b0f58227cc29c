"""The messages of steps that ended, for those after them who do not share their conversation."""

from aurora.domain.steps import Step
from aurora.domain.value import Value

NOTE_BYTES = 600
MOST = 6
"""Steps whose words are kept, the last ones."""


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
