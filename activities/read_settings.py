"""read_settings: an answer that sets something of aurora.yaml for this task, read as the file itself is read."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import ReadSettingsInput, ReadSettingsResult
from aurora.domain.task import SettingsOverride
from aurora.errors import Refusal
from aurora.ports import ArtifactStore
from aurora.settings import override_text
from aurora.stored_values import whole
from aurora.survey import reading
from aurora.text import fit

SHOWN_BYTES = 240
QUOTED = "what it sets only quotes the question. Answer with the settings alone, or with other words."


@dataclass(frozen=True)
class ReadSettingsActivity:
    artifacts: ArtifactStore

    @activity.defn
    async def read_settings(self, order: ReadSettingsInput) -> ReadSettingsResult:
        """An assumption made by silence sets nothing, whatever it says: only a person's words do."""
        artifacts = self.artifacts.of(order.task)
        (exchange,) = await whole(artifacts, (order.exchange,))
        if exchange.silent or exchange.question is None:
            return ReadSettingsResult(summary="nobody's words")
        said = override_text.said(exchange.text)
        if not said:
            return ReadSettingsResult(summary="sets nothing")
        if override_text.is_quoted(exchange.text, exchange.question.text):
            return ReadSettingsResult(refused=QUOTED, summary="quotes the question")
        try:
            block = await reading.override(said)
        except Refusal as refusal:
            return ReadSettingsResult(refused=fit(f"{refusal.what} {refusal.hint}", 380), summary="can't be set")
        shown = fit(" ".join(said.split()), SHOWN_BYTES)
        kept = SettingsOverride(
            block=await artifacts.put(block.encode()),
            shown=shown,
            by=fit(exchange.by, 80),
            question=exchange.question.id,
        )
        return ReadSettingsResult(override=kept, summary=shown)
