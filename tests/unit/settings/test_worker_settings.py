import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from aurora.errors import Refusal
from aurora.settings import repository_file
from aurora.settings.policy import Policy, cap
from aurora.settings.repository import BackendSettings, BudgetSettings, SandboxSettings
from aurora.settings.worker import described, load


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for name in list(os.environ):
        if name.startswith(("AURORA_", "ANTHROPIC_", "TEMPORAL_", "XDG_")):
            monkeypatch.delenv(name)
    yield monkeypatch


def test_home_is_the_state_folder_of_the_user(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load().home == Path.home() / ".local/state/aurora"
    environment.setenv("XDG_STATE_HOME", str(tmp_path))
    assert load().home == tmp_path / "aurora"
    environment.setenv("AURORA_HOME", str(tmp_path / "own"))
    assert load().home == tmp_path / "own"
    assert load().artifacts == str(tmp_path / "own/artifacts")


def test_the_default_provider_is_the_sdks_own_environment(environment: pytest.MonkeyPatch) -> None:
    assert load().provider("default").key() is None
    environment.setenv("ANTHROPIC_API_KEY", "sk-ant-0123456789")
    environment.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    default = load().provider("default")
    key = default.key()
    assert key is not None and key.get_secret_value() == "sk-ant-0123456789"
    assert default.base_url == "http://127.0.0.1:1"


def test_an_empty_key_is_no_key(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ANTHROPIC_API_KEY", "  ")
    assert load().provider("default").key() is None


def test_a_key_is_never_shown(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "worker.yaml"
    file.write_text("providers:\n  local: {base_url: 'http://x', api_key: hidden-key-1, takes_temperature: true}\n")
    environment.setenv("AURORA_SETTINGS", str(file))
    environment.setenv("ANTHROPIC_API_KEY", "hidden-key-2")
    settings = load()
    for shown in (repr(settings), str(settings), described(settings), repr(settings.providers)):
        assert "hidden-key" not in shown
    assert settings.secrets() == ("hidden-key-1", "hidden-key-2")


def test_a_refusal_never_repeats_a_key(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "worker.yaml"
    file.write_text("providers:\n  local: {api_key: [hidden-key-1]}\n")
    environment.setenv("AURORA_SETTINGS", str(file))
    with pytest.raises(Refusal) as caught:
        load()
    assert "hidden-key" not in str(caught.value)
    assert "providers.local.api_key" in caught.value.what


def test_the_environment_wins_over_the_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "worker.yaml"
    file.write_text("policy: {max_dollars: 5, max_rounds: 3}\nlog_level: debug\n")
    environment.setenv("AURORA_SETTINGS", str(file))
    environment.setenv("AURORA_POLICY__MAX_DOLLARS", "7")
    settings = load()
    assert (settings.policy.max_dollars, settings.policy.max_rounds) == (7, 3)
    assert settings.log_level == "debug"


def test_a_cluster_named_for_temporals_own_tools_is_taken(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TEMPORAL_ADDRESS", "cluster:7233")
    assert load().temporal_address == "cluster:7233"
    environment.setenv("AURORA_TEMPORAL_ADDRESS", "other:7233")
    assert load().temporal_address == "other:7233"


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("AURORA_POLICY__MAX_DOLARS", "5", "policy.max_dolars"),
        ("AURORA_POLCY__MAX_DOLLARS", "5", "'AURORA_POLICY'"),
        ("AURORA_POLICY__MAX_TURNS", "many", "policy.max_turns"),
        ("AURORA_POLICY__MAX_DOLLARS", "-1", "policy.max_dollars"),
        ("AURORA_PROVIDERS", "{bad", "providers"),
        ("AURORA_LOG_LEVEL", "loud", "log_level"),
        ("AURORA_HOME", "relative", "absolute"),
        ("AURORA_SETTINGS", "/does/not/exist", "cannot be read"),
    ],
)
def test_a_bad_configuration_starts_nothing(
    environment: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    environment.setenv(variable, value)
    with pytest.raises(Refusal) as caught:
        load()
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("polcy: {}\n", "worker.yaml:1: unknown key 'polcy'; did you mean 'policy'?"),
        ("- 1\n", "must be a mapping"),
        ("policy:\n  max_dolars: 1\n", "max_dolars"),
        ("policy: {\n", "not valid YAML"),
    ],
)
def test_a_bad_file_starts_nothing(environment: pytest.MonkeyPatch, tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "worker.yaml"
    file.write_text(text)
    environment.setenv("AURORA_SETTINGS", str(file))
    with pytest.raises(Refusal) as caught:
        load()
    assert says in caught.value.what


def test_a_provider_that_only_the_repository_knows_is_refused() -> None:
    with pytest.raises(Refusal, match="did you mean 'default'"):
        load().provider("defualt")


def test_a_repository_can_only_tighten() -> None:
    asked = BackendSettings(budget=BudgetSettings(dollars=500, turns=10), sandbox=SandboxSettings(memory_mb=65_536))
    settings, warnings = cap(asked, Policy(max_dollars=20, max_turns=50, max_memory_mb=1024))
    assert settings.budget.dollars == 20
    assert settings.budget.turns == 10
    assert settings.budget.turns_per_step == 40
    assert settings.sandbox.memory_mb == 1024
    assert [w.split(":")[0] for w in warnings] == ["budget.dollars", "sandbox.memory_mb"]


def test_settings_within_the_policy_come_back_unchanged_and_unwarned() -> None:
    assert cap(BackendSettings(), Policy()) == (BackendSettings(), ())


@pytest.mark.parametrize("settings", [BackendSettings(model="dear"), BackendSettings(models={"reflect": "dear"})])
def test_a_model_outside_the_list_is_refused(settings: BackendSettings) -> None:
    with pytest.raises(Refusal, match="does not permit"):
        cap(settings, Policy(models=("claude-sonnet-5-5",)))


def test_an_empty_list_of_models_permits_none() -> None:
    with pytest.raises(Refusal):
        cap(BackendSettings(), Policy(models=()))


NO_AMOUNTS = [".nan", ".inf", "-.inf", "-1", "0", "1e999", "", "much", "[1]"]


@pytest.mark.parametrize("amount", ["nan", "NaN", "inf", "-inf", "Infinity", "-1", "0", "1e999", "", "much"])
@pytest.mark.parametrize("bound", ["MAX_DOLLARS", "MAX_CPUS", "MAX_TURNS", "MAX_TOKENS"])
def test_a_variable_that_is_no_amount_bounds_nothing_and_is_refused(
    environment: pytest.MonkeyPatch, bound: str, amount: str
) -> None:
    environment.setenv(f"AURORA_POLICY__{bound}", amount)
    with pytest.raises(Refusal):
        load()


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "-1", '"NaN"', "1e999"])
def test_a_policy_given_as_json_takes_no_such_amount_either(environment: pytest.MonkeyPatch, amount: str) -> None:
    environment.setenv("AURORA_POLICY", f'{{"max_dollars": {amount}}}')
    with pytest.raises(Refusal):
        load()


@pytest.mark.parametrize("amount", NO_AMOUNTS)
def test_no_file_takes_an_amount_that_is_none(environment: pytest.MonkeyPatch, tmp_path: Path, amount: str) -> None:
    file = tmp_path / "worker.yaml"
    file.write_text(f"policy: {{max_dollars: {amount or repr('')}}}\n")
    environment.setenv("AURORA_SETTINGS", str(file))
    with pytest.raises(Refusal):
        load()
    with pytest.raises(Refusal):
        repository_file.load(f"agents: {{backend: {{budget: {{dollars: {amount or repr('')}}}}}}}\n")


@pytest.mark.parametrize(
    "variable", ["AURORA_POLICY__MAX_DOLLAR", "AURORA_POLICY__MAXDOLLARS", "AURORA_POLCY__MAX_DOLLARS"]
)
def test_a_bound_under_a_misspelt_name_is_refused(environment: pytest.MonkeyPatch, variable: str) -> None:
    environment.setenv(variable, "5")
    with pytest.raises(Refusal):
        load()
