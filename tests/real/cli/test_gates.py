"""aurora gates: each with its reason, and what is on, off, tuned or mandatory here."""

import json
from pathlib import Path

from aurora.gates import GATES
from tests.support.command_line import Shell, commit

SETTINGS = "agents: {backend: {gates: {stubs_left: off, secrets: off, syntax: off, size: {max_kb: 500}}}}\n"
MANDATORY = {"AURORA_POLICY__MANDATORY_GATES": '["syntax"]'}


async def test_every_gate_is_listed_with_its_reason(alone: Shell) -> None:
    listed = await alone("gates")
    assert listed.returncode == 0
    assert all(gate.name in listed.stdout and gate.why in " ".join(listed.stdout.split()) for gate in GATES)
    assert listed.stdout.count("advice only: blocks nothing") == sum(gate.advice for gate in GATES)


async def test_what_a_repository_and_the_policy_make_of_them_is_said(alone: Shell, repository: Path) -> None:
    (repository / "aurora.yaml").write_text(SETTINGS)
    commit(repository)
    said = json.loads((await alone("gates", "--json", "--repo", str(repository), **MANDATORY)).stdout)
    found = {gate["name"]: gate for gate in said["gates"]}
    assert [found[name]["state"] for name in ("stubs_left", "secrets", "syntax", "size")] == [
        "off", "mandatory", "mandatory", "on",
    ]  # fmt: skip
    assert found["size"]["settings"] == {"max_kb": 500} and found["stubs_left"]["when"] == ["round"]
    assert len(said["notes"]) == 2 and "gates.secrets" in said["notes"][0]


async def test_a_misspelt_gate_is_refused_wherever_it_stands(alone: Shell, repository: Path) -> None:
    (repository / "aurora.yaml").write_text("agents:\n  backend:\n    gates:\n      stub_left: off\n")
    commit(repository)
    refused = await alone("gates", "--repo", str(repository))
    assert refused.returncode == 2 and "aurora.yaml:4: agents.backend.gates: unknown gate 'stub_left'" in refused.stderr
    policy = await alone("gates", AURORA_POLICY__MANDATORY_GATES='["sintax"]')
    assert policy.returncode == 2 and "unknown gate 'sintax'; did you mean 'syntax'?" in policy.stderr
