"""No text of a repository brings out anything but a refusal or a note: not a RecursionError, not a TypeError.

`make fuzz` plays many more, and mutates the real files of a folder that FUZZ_FILES names.
"""

import os
import random
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aurora.contract import document
from aurora.domain.findings import Finding
from aurora.errors import Refusal
from aurora.gates import GATES, gate_runner
from aurora.gates.context import ChangedFile
from aurora.gates.gate import When
from aurora.settings import repository_file
from aurora.toolchains import registry
from aurora.toolchains.mutation import Mutation
from aurora.toolchains.python import mutants
from aurora.toolchains.python.locks import LOCKS
from aurora.toolchains.python.stubs import stubs_left
from tests.support.fuzzed import NODE, OPENAPI, SEEDS, mutated
from tests.support.gate_cases import facts
from tests.support.projects import detected
from tests.support.workspaces import workspace

EXAMPLES = int(os.environ.get("AURORA_FUZZ", "15"))
REAL = os.environ.get("FUZZ_FILES", "")
often = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
AT_AN_EDIT = tuple(gate.name for gate in GATES if When.EDIT in gate.when)
seeds = st.integers(0, 2**32)


@often
@given(seeds)
async def test_a_python_project_of_any_shape_is_detected_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    files = dict(SEEDS)
    kept = chance.choice(LOCKS)
    files = {path: text for path, text in files.items() if path == kept or path not in LOCKS}
    for path in chance.sample(sorted(files), chance.choice((1, 1, 2, 3))):
        files[path] = mutated(files[path], chance)
    await found(files)


@often
@given(seeds)
async def test_a_node_project_of_any_shape_is_detected_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    locks = ("package-lock.json", "pnpm-lock.yaml", "yarn.lock")
    kept = chance.choice(locks)
    files = {path: text for path, text in NODE.items() if path == kept or path not in locks}
    for path in chance.sample(sorted(files), chance.choice((1, 1, 2, 3))):
        files[path] = mutated(files[path], chance)
    await found(files)


@settings(often, max_examples=max(5, EXAMPLES // 4))  # each takes as long as five of the others
@given(seeds)
def test_a_contract_of_any_shape_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    try:
        document.load(mutated(OPENAPI, chance), chance.choice(("openapi.yaml", "openapi.json")))
    except Refusal as refusal:
        assert "openapi." in refusal.what


@often
@given(seeds)
def test_settings_of_any_shape_are_read_or_refused(seed: int) -> None:
    text = Path(__file__).parents[3].joinpath("aurora.yaml").read_text(encoding="utf-8")
    try:
        repository_file.load(mutated(text, random.Random(seed)))
    except Refusal as refusal:
        assert "aurora.yaml" in refusal.what


@often
@given(seeds)
def test_an_edit_of_any_shape_is_judged(seed: int) -> None:
    chance = random.Random(seed)
    text = mutated(SEEDS[chance.choice(("setup.py", "tests/test_a.py"))], chance)
    found = gate_runner.in_files(AT_AN_EDIT, facts(workspace()), (ChangedFile.of_edit("src/shop/a.py", None, text),))
    assert all(isinstance(one, Finding) and one.check != gate_runner.UNREADABLE for one in found)
    list(stubs_left("src/shop/a.py", text))
    for mutation in Mutation:
        try:
            mutants.mutant(text, ["test_a"], mutation, chance)
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # `mutant_of` says so of the file
            break


@often
@given(seeds)
def test_an_edit_of_a_node_project_is_judged(seed: int) -> None:
    chance = random.Random(seed)
    text = mutated(NODE["src/a.test.ts"], chance)
    configuration = {"tsconfig.json": mutated(NODE["tsconfig.json"], chance)}
    known = facts(workspace(language="node", runner="vitest"), configuration)
    found = gate_runner.in_files(AT_AN_EDIT, known, (ChangedFile.of_edit("src/a.ts", None, text),))
    assert gate_runner.UNREADABLE not in {one.check for one in found}


@pytest.mark.skipif(not REAL, reason="FUZZ_FILES names no folder of real manifests, locks and contracts")
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(seeds)
async def test_mutated_real_files_are_detected_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    path = chance.choice(sorted(p for p in Path(REAL).rglob("*") if p.is_file() and p.stat().st_size < 300_000))
    text = mutated(path.read_text(encoding="utf-8", errors="replace"), chance)
    if path.suffix in (".yaml", ".yml", ".json") and "openapi" in text[:2_000]:
        try:
            document.load(text, path.name)
        except Refusal:
            return
    else:
        await found({**(NODE if path.name.startswith("package") else SEEDS), path.name: text})


async def found(files: dict[str, str]) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            chain = await detected(files)
            registry.wording(chain)
    except Refusal as refusal:
        assert str(refusal)
