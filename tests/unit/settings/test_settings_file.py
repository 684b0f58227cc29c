import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from aurora.errors import Refusal
from aurora.reference.schema import EVIDENCE, KEPT, evidence_text, text
from aurora.settings.models import resolve, settle
from aurora.settings.repository import BackendSettings
from aurora.settings.repository_file import defaults, load
from tests.support.evidences import evidence

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 24)


def backend(block: str) -> str:
    return "agents:\n  backend:\n" + "".join(f"    {line}\n" for line in block.splitlines())


def test_the_specifications_own_file_loads_as_printed() -> None:
    loaded = load((ROOT / "aurora.yaml").read_text())
    assert loaded.settings.model == "claude-3-sonnet-20240229"
    assert loaded.settings.temperature == 0.2
    assert loaded.settings.tools == ("read_file", "write_file", "run_pytest", "run_linter")
    assert loaded.settings.context_window.include == ("src/backend/core/**/*.py", "src/backend/api/**/*.py")
    assert loaded.settings.context_window.exclude == ("**/__pycache__", "frontend/**")
    assert loaded.warnings == ()


def test_a_repository_without_the_file_gets_defaults() -> None:
    assert defaults().settings == BackendSettings()
    assert defaults().warnings == ()


@pytest.mark.parametrize(
    "given", ["", "# nothing\n", "agents:\n", "agents: {frontend: {anything: 1}}", "agents: {backend: }"]
)
def test_an_absent_block_gives_defaults_and_says_so(given: str) -> None:
    loaded = load(given)
    assert loaded.settings == BackendSettings()
    assert len(loaded.warnings) == 1


def test_other_agents_a_version_and_keys_of_ones_own_are_not_looked_at() -> None:
    loaded = load(
        "version: 7\n$schema: x\nx-common: &common {model: m}\nagents:\n  frontend: {model: [1, 2]}\n"
        "  backend:\n    <<: *common\n    x-owner: ada\n    budget: {dollars: 3, x-why: small}\n"
        "    contract: {path: a.yaml, x-note: [1]}\n"
    )
    assert (loaded.settings.model, loaded.settings.budget.dollars, loaded.settings.contract.path) == ("m", 3, "a.yaml")
    assert loaded.warnings == ()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param("agent:\n  backend: {}", "aurora.yaml:1: unknown key 'agent'; did you mean 'agents'?", id="top"),
        pytest.param("\nAgents: {}", "aurora.yaml:2: unknown key 'Agents'; did you mean 'agents'?", id="case"),
        pytest.param("verison: 1", "did you mean 'version'?", id="version"),
        pytest.param("backend:\n  model: m", "unknown key 'backend'; did you mean 'agents'?", id="a level too high"),
        pytest.param("model: m", "unknown key 'model'; did you mean 'agents'?", id="two levels too high"),
        pytest.param("deploy: {}", "unknown key 'deploy'.", id="unlike any"),
        pytest.param("agents: {backned: {}}", "unknown agent 'backned'; did you mean 'backend'?", id="agent"),
        pytest.param("agents:\n  model: m", "aurora.yaml:2: 'model' is no agent", id="no agent"),
        pytest.param(backend("budget: {dolars: 1}"), "in agents.backend.budget; did you mean 'dollars'?", id="nested"),
        pytest.param(backend("y-owner: ada"), "unknown key 'y-owner'", id="another prefix"),
    ],
)
def test_a_key_that_nobody_reads_is_refused_wherever_it_stands(given: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        load(given)
    assert says in refused.value.what
    assert "?." not in refused.value.what


@pytest.mark.parametrize(
    ("given", "line", "says"),
    [
        pytest.param(backend("temprature: 1"), 3, "did you mean 'temperature'?", id="misspelt"),
        pytest.param(backend("max_rounds: 3"), 3, "belongs under 'reflexion'", id="one level too high"),
        pytest.param(backend("reflexion:\n  rounds: 3"), 4, "'max_rounds'", id="nested"),
        pytest.param(backend("tools:\n  - read_file\n  - run_pytst"), 5, "mean 'run_pytest'", id="unknown tool"),
        pytest.param(backend("sandbox:\n  services:\n    - redis\n    - postgre"), 6, "mean 'postgres'", id="service"),
        pytest.param(backend("sandbox:\n  services: redis"), 4, "expected a list", id="service that is no list"),
        pytest.param(
            backend("sandbox:\n  disk_mb: 64\n  services:\n    - redis\n    - postgres"), 5,
            "postgres needs a sandbox.disk_mb of at least 256, found 64", id="disk too small for a service",
        ),
        pytest.param(backend("budget:\n  turns: '5'"), 4, "expected a whole number, found the text '5'", id="text"),
        pytest.param(backend("budget:\n  turns: true"), 4, "found true", id="bool for int"),
        pytest.param(backend("budget:\n  dollars: 0"), 4, "greater than 0, found 0", id="out of range"),
        pytest.param(backend("temperature: .nan"), 3, "not a number", id="nan"),
        pytest.param(backend("temperature: .inf"), 3, "not a number", id="inf"),
        pytest.param(backend("architect:"), 3, "expected a mapping, found nothing", id="empty section"),
        pytest.param(backend("commands:\n  test: pytest -q"), 4, "expected a list", id="shell string"),
        pytest.param(backend("model: a\nmodel: b"), 4, "stands twice (first in line 3)", id="duplicate"),
        pytest.param("agents: []", 1, "agents must be a mapping, found a list", id="list"),
        pytest.param("just words", 1, "the document must be a mapping", id="scalar"),
        pytest.param("agents:\n  backend: [1", 2, "not valid YAML", id="not yaml"),
        pytest.param("agents:\n\tbackend: 1", 2, "not valid YAML", id="tab"),
        pytest.param("a: 1\n---\nb: 2", 2, "another document", id="two documents"),
        pytest.param("a: !!python/object:os.system {}", 1, "is not read here", id="tag of a language"),
        pytest.param("a: !x 1", 1, "is not read here", id="own tag"),
        pytest.param("? [a]\n: 1", 1, "not a plain word", id="complex key"),
        pytest.param("a: &a [*a]", 1, "contains itself", id="recursive anchor"),
        pytest.param("[" * 5000, 1, "deep", id="deep"),
        pytest.param(backend("model: " + "9" * 5000), 3, "not an integer", id="huge int"),
        pytest.param(backend("context_window:\n  include:\n    - a\n    - '!b'"), 6, "negation", id="negation"),
        pytest.param(backend("context_window:\n  include: []"), 4, "nothing is readable", id="empty include"),
        pytest.param(backend("context_window:\n  exclude:\n    - ../x"), 5, "relative to", id="pattern outside"),
        pytest.param(backend("contract: ../../etc/passwd"), 3, "not a path inside", id="contract outside"),
        pytest.param(backend("tests:\n  - /tests"), 4, "not a path inside", id="absolute test root"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_line(given: str, line: int, says: str) -> None:
    with pytest.raises(Refusal) as caught:
        load(given, "sub/aurora.yaml")
    assert f"sub/aurora.yaml:{line}: " in caught.value.what
    assert says in caught.value.what
    assert caught.value.hint


def test_every_wrong_line_is_said_at_once_in_order() -> None:
    with pytest.raises(Refusal) as caught:
        load(backend("budget:\n  turns: 0\n  dollars: x\nspeed: 3"))
    assert re.findall(r"aurora.yaml:(\d+)", caught.value.what) == ["4", "5", "6"]


def test_a_bomb_of_anchors_is_refused_before_it_grows() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(Refusal, match="aliases are expanded"):
        load("\n".join(levels))


def test_a_bomb_of_merges_is_refused_before_it_grows() -> None:
    levels = ["a0: &a0 {x: 1}"]
    levels += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 12)]
    with pytest.raises(Refusal, match="aliases are expanded"):
        load("\n".join(levels))


def test_a_file_too_large_is_refused_unparsed() -> None:
    with pytest.raises(Refusal, match="characters"):
        load("#" * 300_000)


def test_anchors_and_merges_of_a_plain_file_work() -> None:
    loaded = load("x-base: &b {turns: 3, dollars: 2}\n" + backend("budget:\n  <<: *b\n  turns: 4"))
    assert (loaded.settings.budget.turns, loaded.settings.budget.dollars) == (4, 2)


def test_a_model_that_looks_like_a_date_stays_text() -> None:
    assert load(backend("model: 2026-01-01")).settings.model == "2026-01-01"


def test_a_retired_model_is_replaced_with_a_warning() -> None:
    model, warning = resolve("claude-3-sonnet-20240229", "successor", TODAY)
    assert model == "claude-sonnet-5-5"
    assert warning is not None and "2025-07-21" in warning


def test_a_retired_model_is_refused_when_the_model_must_be_exact() -> None:
    with pytest.raises(Refusal, match="model_policy"):
        resolve("claude-3-sonnet-20240229", "exact", TODAY)


def test_a_model_that_ends_soon_is_kept_until_its_day() -> None:
    model, warning = resolve("claude-sonnet-4-5", "exact", date(2026, 11, 29))
    assert model == "claude-sonnet-4-5" and warning is not None
    assert resolve("claude-sonnet-4-5", "successor", date(2026, 11, 30))[0] == "claude-sonnet-5-5"


def test_a_model_nobody_listed_is_left_alone() -> None:
    assert resolve("my-own", "exact", TODAY) == ("my-own", None)


def test_models_of_steps_are_resolved_too_and_each_warning_is_said_once() -> None:
    old = "claude-3-sonnet-20240229"
    settings, warnings = settle(BackendSettings(model=old, models={"write_code": old, "reflect": "x"}), TODAY)
    assert settings.models == {"write_code": "claude-sonnet-5-5", "reflect": "x"}
    assert settings.model == "claude-sonnet-5-5"
    assert len(warnings) == 1


def test_the_kept_schema_is_the_one_of_the_models() -> None:
    assert (ROOT / KEPT).read_text() == text(), "run python -m aurora.reference.schema"


def test_the_kept_schema_of_the_evidence_is_the_one_of_its_model_and_takes_evidence() -> None:
    kept = (ROOT / KEPT).with_name(EVIDENCE).read_text()
    assert kept == evidence_text(), "run python -m aurora.reference.schema"
    jsonschema.validate(evidence().model_dump(mode="json"), json.loads(kept))


def test_the_schema_accepts_the_specifications_file_and_refuses_an_unknown_key() -> None:
    import json

    import jsonschema
    from ruamel.yaml import YAML

    schema = json.loads(text())
    value = YAML(typ="safe", pure=True).load((ROOT / "aurora.yaml").read_text())
    jsonschema.validate(value, schema)
    value["agents"]["frontend"] = {"free": True}
    value |= {"x-mine": 1, "version": 2}
    value["agents"]["backend"]["x-mine"] = 1
    jsonschema.validate(value, schema)
    for place in (value, value["agents"]["backend"]):
        place["speed"] = 1
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(value, schema)
        del place["speed"]


def test_lists_below_a_contract_are_read_although_it_may_be_a_text() -> None:
    said = (
        "contract:\n      serve: [python, -m, shop]\n      prepare: [[python, migrate.py]]\n"
        "      auth: {before: [{operation: POST /users, body: {tags: [a]}}], command: [python, token.py]}"
    )
    contract = load(backend(said)).settings.contract
    assert contract.serve == ("python", "-m", "shop") and contract.prepare == (("python", "migrate.py"),)
    assert contract.auth is not None and contract.auth.before[0].operation == "POST /users"
    assert contract.model_dump(mode="json")["auth"]["before"][0]["body"] == {"tags": ["a"]}
    with pytest.raises(Refusal) as refused:
        load(backend("contract: {serve: python -m shop}"))
    assert "contract.serve: expected a list, found the text" in refused.value.what
