"""How gates are asked: old problems told from new, texts in a process that can be killed, and who turns one off."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from aurora.errors import Refusal
from aurora.gates import GATES, choice, gate_runner
from aurora.gates.context import ChangedFile, DraftContext, DraftFacts
from aurora.gates.gate import Problem, When
from aurora.ports import Box
from aurora.settings.policy import Policy, cap
from aurora.settings.repository import BackendSettings
from aurora.settings.repository_file import load
from tests.support.folder_box import FolderBox
from tests.support.gate_cases import Case


def new(now: str, before: str) -> list[int]:
    """Lines of what came on top, of a check that finds every line with a `*`."""

    def check(text: str) -> Iterator[Problem]:
        for number, line in enumerate(text.splitlines(), 1):
            if "*" in line:
                yield Problem("A star.", line=number)

    return [problem.line for problem in gate_runner.beyond(list(check(now)), now, check(before), before)]


@pytest.mark.parametrize(
    ("now", "before", "lines"),
    [
        pytest.param("a*\nb\n", "b\n", [1], id="new"),
        pytest.param("b\n\n  a*\n", "a*\nb\n", [], id="moved and indented"),
        pytest.param("a*\na*\n", "a*\n", [2], id="one more of its kind"),
        pytest.param("b*\n", "a*\n", [1], id="another in its place"),
        pytest.param("a*\n", "a*\na*\n", [], id="one less"),
        pytest.param("", "a*\n", [], id="gone"),
    ],
)
def test_a_problem_is_known_by_its_text_and_not_by_its_line(now: str, before: str, lines: list[int]) -> None:
    assert new(now, before) == lines


def context(files: list[ChangedFile], folder: Path, settings: BackendSettings | None = None) -> DraftContext:
    facts = Case("any").facts
    space = facts.workspace.model_copy(update={"settings": settings or BackendSettings()})
    known = {**facts.__dict__, "workspace": space, "paths": facts.paths | {file.path for file in files}}
    fields = {name: known[name] for name in DraftFacts.__dataclass_fields__}
    return DraftContext(files, DraftFacts(**fields), cast(Box, FolderBox(folder, {})))


async def test_all_files_are_judged_in_one_child_and_in_order(tmp_path: Path) -> None:
    files = [ChangedFile(f"app/{n}.py", content=f"import nowhere{n}\n".encode()) for n in range(50)]
    found = await gate_runner.judged(context(files, tmp_path), When.ROUND)
    assert [(f.check, f.path) for f in found] == [("bill_of_materials", f"app/{n}.py") for n in range(50)]


async def test_a_text_that_breaks_its_reader_is_found_and_the_others_are_judged(tmp_path: Path) -> None:
    broken = "x = " + "[" * 3_000_00 + "\n"
    files = [
        ChangedFile("app/a.py", content=b"import nowhere\n"),
        ChangedFile("app/b.json", edited="1", content=None),
        ChangedFile("app/c.py", content=broken.encode()),
    ]
    found = await gate_runner.judged(context(files, tmp_path), When.ROUND)
    by_path = {f.path: f.check for f in found}
    assert by_path["app/a.py"] == "bill_of_materials" and by_path["app/c.py"] in ("syntax", gate_runner.UNREADABLE)


async def test_what_aurora_yaml_turns_off_is_not_asked(tmp_path: Path) -> None:
    files = [ChangedFile("app/a.py", content=b"import nowhere\n")]
    settings = BackendSettings(gates={"bill_of_materials": "off"})
    assert await gate_runner.judged(context(files, tmp_path, settings), When.ROUND) == ()
    assert choice.turned_off(settings) == ("bill_of_materials",)


def test_a_gate_that_is_always_on_stays_on_and_that_is_said() -> None:
    asked = BackendSettings(gates={"secrets": "off", "stubs_left": "off", "size": {"max_kb": 500}})
    settings, (warning,) = choice.without_mandatory(asked)
    assert settings.gates == {"stubs_left": "off", "size": {"max_kb": 500}}
    assert warning == "gates.secrets: off is ignored; this gate is always on."


def test_a_worker_makes_a_gate_mandatory() -> None:
    policy = Policy(mandatory_gates=("stubs_left",))
    settings, (warning,) = cap(BackendSettings(gates={"stubs_left": "off", "syntax": "off"}), policy)
    assert settings.gates == {"syntax": "off"} and "stubs_left" in warning and "mandatory_gates" in warning


def test_gates_that_protect_are_always_on() -> None:
    everything = BackendSettings(gates={gate.name: "off" for gate in GATES})
    left = {gate.name for gate in choice.chosen(everything, "python")}
    assert {"frozen_tests", "protected_paths", "secrets", "file_kinds", "file_names", "manifest_changes"} <= left
    assert choice.turned_off(everything), "and the others can be turned off"


def test_a_misspelt_mandatory_gate_is_refused() -> None:
    with pytest.raises(Refusal, match="unknown gate 'stub_left'; did you mean 'stubs_left'"):
        choice.check_names(["stub_left"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("gates: {stub_left: off}", "aurora.yaml:3: agents.backend.gates: unknown gate 'stub_left'; did you mean"),
        ("gates: {size: {max_kbs: 5}}", "aurora.yaml:3: unknown key 'max_kbs' in agents.backend.gates.size; did"),
        ("gates: {size: {max_kb: many}}", "aurora.yaml:3: agents.backend.gates.size.max_kb: expected a whole number"),
        ("gates: {size: {max_kb: 9999}}", "expected less than or equal to 2000, found 9999"),
        ("gates: {secrets: {a: 1}}", "nothing of this gate can be tuned"),
        ("gates: {secrets: never}", "expected `on`, `off`, or a mapping"),
    ],
)  # fmt: skip
def test_a_mistake_in_aurora_yaml_is_refused_with_its_line(line: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        load(f"agents:\n  backend:\n    {line}\n", gates=choice.TUNABLE)
    assert said in refused.value.what


@pytest.mark.parametrize("word", ["off", "false"])
def test_a_gate_is_turned_off_by_either_word(word: str) -> None:
    loaded = load(f"agents: {{backend: {{gates: {{stubs_left: {word}}}}}}}\n", gates=choice.TUNABLE)
    assert choice.turned_off(loaded.settings) == ("stubs_left",)
