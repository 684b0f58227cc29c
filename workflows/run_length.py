"""The length of a run's history: a long one is left, and the flow goes on in a fresh one (continue-as-new)."""

from temporalio import workflow


class RunLength:
    def __init__(self, most_events: int) -> None:
        self._most_events = most_events
        self.exceeded_by_message = False
        """True if the history was too long when a message was last handled."""

    @property
    def exceeded(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() >= self._most_events

    def message_handled(self) -> None:
        """Every handler that took something ends here.

        A wait looks at `exceeded_by_message` and not at the length itself: a refused update lets Temporal ask all
        conditions, and leaves no event by which a replay would ask them again; what only it had made true would never
        have been."""
        self.exceeded_by_message = self.exceeded
