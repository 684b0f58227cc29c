"""What steps said when they ended, for a conversation that they do not share."""

from collections.abc import Sequence

from activities.messages import StepNote


def render_notes(notes: Sequence[StepNote]) -> str:
    return "\n".join(f"- {note.step}: {' '.join(note.said.split())}" for note in notes if note.said.strip())
