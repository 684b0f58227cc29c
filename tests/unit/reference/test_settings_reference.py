"""The reference of every setting: written from the models, complete, and true of what the code reads."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from aurora.reference.settings import COMMAND, DOCUMENTS, Schema, repository_schema, sections, undescribed, variable
from aurora.settings.variables import every_name
from aurora.settings.worker import WorkerSettings

ROOT = Path(__file__).parents[3]
READ_IN = ("aurora", "activities", "workflows", "deploy", "worker.py")


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_the_kept_reference_is_the_one_of_the_models(path: Path) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == DOCUMENTS[path](), f"run {COMMAND}"


@pytest.mark.parametrize("schema", [repository_schema(), WorkerSettings.model_json_schema()], ids=["file", "worker"])
def test_every_key_is_described(schema: Schema) -> None:
    assert undescribed(schema) == [], "give these fields a description="


def _sources() -> Iterator[Path]:
    for name in READ_IN:
        path = ROOT / name
        yield from (p for p in ([path] if path.is_file() else path.rglob("*")) if p.is_file() and p.suffix != ".pyc")


def _described() -> set[str]:
    settings = {variable(key.at) for section in sections(WorkerSettings.model_json_schema()) for key in section.keys}
    return settings | set(every_name())


def test_every_variable_of_ours_that_the_code_names_is_described() -> None:
    known, missing = _described(), {}
    for path in _sources():
        for name in re.findall(r"\bAURORA_[A-Z0-9_]*[A-Z0-9]\b(?!_)", path.read_text("utf-8", errors="replace")):
            if name not in known:
                missing.setdefault(name, str(path.relative_to(ROOT)))
    assert missing == {}, f"describe them in aurora/settings/variables.py, or make them settings; then run {COMMAND}"


def test_every_variable_that_is_read_by_its_name_is_described() -> None:
    """Of programs on the worker's side; what runs inside the sandbox reads the project's own variables, too."""
    known, missing = _described(), {}
    for path in _sources():
        if path.suffix == ".py" and "in_box" not in path.parts:
            for name in _read(ast.parse(path.read_text(encoding="utf-8"))):
                if name not in known:
                    missing[name] = str(path.relative_to(ROOT))
    assert missing == {}, f"describe them in aurora/settings/variables.py, or make them settings; then run {COMMAND}"


def _read(tree: ast.AST) -> Iterator[str]:
    """Literals in `environ.get("X")`, `env.get("X")`, `environ["X"]` where it is read."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop"):
            holder, names = node.func.value, node.args[:1]
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            holder, names = node.value, [node.slice]
        else:
            continue
        if ast.unparse(holder) in ("os.environ", "environ", "env"):
            yield from (name.value for name in names if isinstance(name, ast.Constant) and isinstance(name.value, str))


def test_no_variable_is_described_that_nothing_names() -> None:
    whole = "\n".join(path.read_text("utf-8", errors="replace") for path in _sources() if path.name != "variables.py")
    by_libraries = {"DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"}  # read by docker.from_env
    built = {f"TEMPORAL_{name}" for name in ("ADDRESS", "NAMESPACE", "PROFILE")}
    gone = [name for name in every_name() if name.partition("<")[0] not in whole and name not in by_libraries | built]
    assert gone == []


# ── the writing itself, on models that the product does not have ──


class Tuned(BaseModel):
    """One gate."""

    model_config = ConfigDict(extra="forbid")
    most: int = Field(default=3, ge=1, lt=9, description="Findings.")


class Sample(BaseModel):
    gates: dict[str, bool | Tuned] = Field(default_factory=dict, description="Gates by name.")
    listed: list[Tuned] = Field(default=[], max_length=1, description="In order.")
    mode: Literal["a", "b"] | None = Field(default=None, description="How.")
    bare: float = 0.5


def test_a_mapping_of_free_names_gets_a_section_of_its_own() -> None:
    found = {".".join(section.at): section for section in sections(Sample.model_json_schema())}
    assert list(found) == ["", "gates.<name>", "listed.[]"]
    assert [found["gates.<name>"].in_list, found["listed.[]"].in_list] == [False, True]
    (most,) = found["gates.<name>"].keys
    assert (most.type, most.default, most.bounds, most.description) == ("whole number", "`3`", "≥ 1; < 9", "Findings.")
    gates, listed, mode, bare = found[""].keys
    assert gates.type == "mapping of a name to `true` or `false` or mapping" and gates.default == "`{}`"
    assert (listed.type, listed.bounds) == ("list of mapping", "at most 1 item")
    assert (mode.type, mode.default) == ("`a` or `b`", "unset")
    assert bare.default == "`0.5`"


def test_a_schema_that_was_put_into_another_is_followed() -> None:
    """As the schema of aurora.yaml holds those of the gates."""
    gates = {"size": {"description": "Why.", "anyOf": [{"enum": ["on", "off"]}, Sample.model_json_schema()]}}
    schema = {"properties": {"gates": {"description": "All.", "type": "object", "properties": gates}}}
    found = {".".join(section.at): section for section in sections(schema)}
    assert list(found) == ["", "gates", "gates.size", "gates.size.gates.<name>", "gates.size.listed.[]"]
    assert [key.type for key in found["gates"].keys] == ["`on` or `off` or mapping"]


def test_a_key_without_a_description_is_named() -> None:
    assert undescribed(Sample.model_json_schema()) == ["bare"]


def test_a_variable_is_named_as_the_settings_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable(("policy", "max_turns")), "7")
    monkeypatch.setenv(variable(("providers", "<name>", "base_url")).replace("<name>", "EU"), "http://localhost:1")
    settings = WorkerSettings()  # type: ignore[call-arg]  # filled from the environment
    assert settings.policy.max_turns == 7
    assert settings.providers["eu"].base_url == "http://localhost:1"
