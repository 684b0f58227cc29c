"""judge_contradiction: whether a frozen test contradicts a clause, said by neither its writer nor the coder."""

from dataclasses import dataclass, replace

from temporalio import activity

from activities.messages import Judgement, TurnInput, TurnReply
from activities.turns.brief import Brief, opening, render_case
from activities.turns.sources import sources
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.contradiction import Verdict, place_of
from aurora.domain.step_notes import StepNotes
from aurora.domain.steps import Step
from aurora.ports import ArtifactStore
from aurora.stored_values import fetch, workspace_of
from aurora.text import fit


def _opening(brief: Brief) -> str:
    # neither the code nor what was thought about it: the test and the clause are judged as they are written
    plain = replace(brief, plan=None, frozen=None, diff="", reports=(), reflections=(), advice="")
    plain = replace(plain, context=None, notes=StepNotes(), planned_texts=None)
    assert brief.case is not None
    text = brief.frozen.texts.get(brief.case.path, "") if brief.frozen is not None else ""
    return opening(plain, render_case(brief.case, text), "Judge. Answer with the JSON result when you are sure.")


SPEC = StepSpec(step=Step.JUDGE_CONTRADICTION, opening=_opening, output=Verdict, effort="high", max_tokens=8_000)


@dataclass(frozen=True)
class JudgeContradictionActivity:
    turns: Turns
    artifacts: ArtifactStore

    @activity.defn
    async def judge_contradiction(self, order: TurnInput) -> TurnReply:
        reply = await self.turns.reply(order, SPEC)
        if reply.result is None:
            return reply
        artifacts = self.artifacts.of(order.draft.task)
        verdict = await fetch(artifacts, reply.result, Verdict)
        place = place_of(
            verdict.clause, await sources(artifacts, order.draft, await workspace_of(artifacts, order.draft))
        )
        judged = Judgement(contradicts=verdict.contradicts, quoted=bool(place), why=fit(verdict.why, 400))
        said = "it contradicts" if verdict.contradicts else "it does not contradict"
        return reply.model_copy(update={"verdict": judged, "summary": fit(f"{said}: {verdict.why}", 300)})
