"""The model of an attack: it plays the attack's turns, then the honest ones, and ends every visit after them."""

from collections import defaultdict, deque
from collections.abc import Mapping

from aurora.messages_double.asked import Asked
from aurora.messages_double.play import Part
from aurora.messages_double.refusal import Refused
from aurora.messages_double.scenario import Reply
from tests.attacks.tasks.moves import HONEST, REFLECTION, Moves, finish, result, turn

READERS: Mapping[str, Reply] = {
    "check_context": HONEST["check_context"][0],
    "draft_plan": HONEST["draft_plan"][0],
    "reflect": result(**REFLECTION),
    "judge_contradiction": result(contradicts=True, clause="500 cents up to 1000 grams", why="The test demands more."),
    "review": result(findings=[], summary="Nothing to say."),
}
"""The words of a step that ends by a result when nothing else is left to play."""


class HijackedModel:
    """A player for the strict endpoint; the same request gets the same reply, as from the real service's cache."""

    live = False

    def __init__(self) -> None:
        self._left: dict[str, dict[str, deque[Reply]]] = {}
        self._said: dict[str, Reply] = {}
        self.requests: defaultdict[str, list[str]] = defaultdict(list)
        """Every text that left for the model, by task."""

    def expect(self, task: str, moves: Moves) -> None:
        """`moves` replace the honest turns of the steps that they name."""
        self._left[task] = {step: deque(turns) for step, turns in {**HONEST, **moves}.items()}

    async def play(self, asked: Asked) -> Part:
        task, step = asked.task or "", asked.step or ""
        if task not in self._left:
            raise Refused(f"no attack is played under task {task!r}")
        self.requests[task].append(asked.text)
        if asked.digest not in self._said:
            left = self._left[task].get(step)
            self._said[asked.digest] = left.popleft() if left else READERS.get(step, turn(finish()))
        return Part(step, self._said[asked.digest])
