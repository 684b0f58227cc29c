"""An edit before the gates, all together: in their order, and whatever its text."""

from hypothesis import given
from hypothesis import strategies as st

from aurora.domain.findings import Finding, Weight
from aurora.gates import choice, gate_runner
from aurora.gates.gate import FileGate, When
from aurora.settings.repository import BackendSettings
from aurora.toolchains.python.imports import imports_of
from tests.support.gate_cases import Case

APP = "src/shop/app.py"
AWS_KEY = "AKIA" + "QWERTYUIOPASDFGH"


def edited(path: str, text: str, before: str | None = None) -> tuple[Finding, ...]:
    case = Case("an edit", path, text, before)
    gates = choice.chosen(BackendSettings(), case.workspace.toolchain.language, When.EDIT)
    names = tuple(gate.name for gate in gates if isinstance(gate, FileGate))
    found = gate_runner.in_files(names, case.facts, (case.file,))
    return tuple(finding for finding in found if finding.weight is not Weight.KNOWN)


def test_a_sound_edit_is_kept() -> None:
    assert edited(APP, "import fastapi\n", "") == ()


def test_imports_are_judged_together_with_the_rest() -> None:
    found = edited(APP, f"import requests\nkey = '{AWS_KEY}'\n", "")
    assert {f.check for f in found} == {"secrets", "bill_of_materials"}


def test_after_a_conclusive_gate_nothing_more_is_asked() -> None:
    """A NUL is hidden, too; and of a file that can't be parsed no imports are judged."""
    assert [f.check for f in edited("a.txt", "a\0b", "")] == ["plain_text"]
    assert [f.check for f in edited(APP, "import requests\ndef f(:\n", "")] == ["syntax"]


def test_a_credential_is_not_repeated() -> None:
    (found,) = edited("config.txt", f"b = '{AWS_KEY}'\n")
    assert AWS_KEY not in found.model_dump_json()


def test_imports_of_a_file_that_was_broken_before_are_judged() -> None:
    found = edited(APP, "import requests\ndef f(:\n", "def f(:\n")
    assert [f.check for f in found] == ["bill_of_materials"]


@given(st.text(max_size=300), st.text(max_size=300) | st.none())
def test_no_text_crashes_the_gates(text: str, before: str | None) -> None:
    for path in ("a.py", "a.txt"):
        assert gate_runner.UNREADABLE not in {f.check for f in edited(path, text, before)}


@given(st.text(max_size=300))
def test_a_text_is_never_trouble_against_itself(text: str) -> None:
    assert edited(APP, text, text) == ()


@given(
    st.lists(
        st.sampled_from(["import ", "from ", "a", ".", " as ", "\n", "try:\n ", "except ImportError:\n ", "(", ","])
    )
)
def test_imports_are_found_in_any_text(parts: list[str]) -> None:
    assert all(found.line >= 1 and found.top for found in imports_of("".join(parts)))
