"""The place where notices go: the operator's webhooks, `webhooks` in the worker's settings. Never from aurora.yaml."""

from typing import Literal

from pydantic import Field

from aurora.settings.repository import Name
from aurora.settings.signed_address import SignedAddress

NoticeEvent = Literal["on_question", "on_reminder", "on_outcome"]
EVERY_EVENT: tuple[NoticeEvent, ...] = ("on_question", "on_reminder", "on_outcome")


class Webhook(SignedAddress):
    """One receiver of notices, and which it takes."""

    events: tuple[NoticeEvent, ...] = Field(
        default=EVERY_EVENT, min_length=1, description="Notices that it takes: of questions, reminders, outcomes."
    )
    people: tuple[Name, ...] = Field(default=(), description="People whose notices it takes; empty: everyone's.")

    def takes(self, event: NoticeEvent, to: str) -> bool:
        """Return whether notices of this event, to this person, go here."""
        return event in self.events and (not self.people or to in self.people)
