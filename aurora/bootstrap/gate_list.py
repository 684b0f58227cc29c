"""The list of `aurora gates`: every gate, and what aurora.yaml and this installation's policy make of it."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from aurora.domain.value import Value
from aurora.drivers.git.local_repository import LocalRepository
from aurora.gates import GATES, choice
from aurora.gates.gate import Gate, When
from aurora.settings import repository_file
from aurora.settings.policy import Policy, with_mandatory_gates
from aurora.settings.repository import BackendSettings
from aurora.survey.commit_reader import CommitReader


class ListedGate(Value):
    name: str
    why: str
    when: tuple[When, ...]
    languages: tuple[str, ...]
    """Empty: all."""
    advice: bool = False
    """True if what it finds is shown and blocks nothing."""
    state: Literal["on", "off", "mandatory"]
    settings: dict[str, Any]
    """Settings of the gate that can be tuned, with their values here."""


class GateList(Value):
    gates: tuple[ListedGate, ...]
    warnings: tuple[str, ...] = ()
    """Requests of aurora.yaml that this installation does not permit."""


async def listed(repo: str | None, policy: Policy) -> GateList:
    """`repo`: a repository, whose aurora.yaml at HEAD counts; None for the defaults. Raises `Refusal`."""
    loaded = repository_file.defaults()
    if repo is not None:
        repository = await LocalRepository.open(repo)
        loaded = await CommitReader(repository, await repository.resolve(None)).settings()
    settings, kept_on = with_mandatory_gates(loaded.settings, policy)
    gates = tuple(_listed(gate, settings, policy.mandatory_gates) for gate in GATES)
    return GateList(gates=gates, warnings=(*loaded.warnings, *kept_on))


def _listed(gate: Gate, settings: BackendSettings, mandatory: Collection[str]) -> ListedGate:
    off = gate.name in choice.turned_off(settings)
    values: Mapping[str, Any] = {}
    if gate.settings is not None:
        values = gate.settings.model_validate(dict(choice.tuned(settings, gate.name))).model_dump()
    return ListedGate(
        name=gate.name,
        why=gate.why,
        when=gate.when,
        languages=gate.languages,
        advice=gate.advice,
        state="mandatory" if choice.is_mandatory(gate, mandatory) else "off" if off else "on",
        settings=dict(values),
    )
