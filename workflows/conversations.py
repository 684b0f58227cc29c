"""The conversations that steps of a task share: what is kept of each, and which one a visit may go on with."""

from activities.messages import PastConversation
from aurora.domain.conversations import shared_by
from aurora.domain.steps import Step
from workflows.state import State

MOST_TOKENS = 100_000
"""The most tokens of a conversation that is gone on with: attention thins out in longer ones, and some models cost more
per token."""
SENT_AGAIN = 5
"""The number of times that a visit sends its conversation: where the task's tokens don't last for that, a new one is
shorter."""


def to_go_on_with(state: State, step: Step) -> PastConversation | None:
    """The conversation before this visit, within the task's tokens; none where the step must begin one."""
    shared = shared_by(step)
    kept = state.conversations.get(shared) if shared is not None else None
    if kept is None or kept.tokens > MOST_TOKENS or kept.tokens * SENT_AGAIN > state.ledger.tokens_left:
        return None
    return kept


def keep(state: State, past: PastConversation) -> None:
    """Keep the conversation for the next visit of the steps that share it; of a step that shares none, nothing is
    kept."""
    shared = shared_by(past.step)
    if shared is not None:
        state.conversations = {**state.conversations, shared: past}
