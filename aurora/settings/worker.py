"""The settings of the worker's operator, from `AURORA_*` variables or the YAML file that `AURORA_SETTINGS` names.

Trusted, and never travels: credentials, endpoints, folders, and the policy that caps what a repository may ask for.
The environment wins over the file; nested values are `AURORA_POLICY__MAX_DOLLARS=5`.
"""

import difflib
import json
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from aurora.errors import Refusal
from aurora.settings.checkers import Checker
from aurora.settings.policy import Policy
from aurora.settings.repository import Strict
from aurora.settings.webhooks import Webhook

PREFIX = "AURORA_"
FILE_VARIABLE = "AURORA_SETTINGS"


class Provider(Strict):
    """A model endpoint. The key is given here or named by the variable that holds it; never shown by `repr`."""

    base_url: str | None = Field(default=None, description="Address of the endpoint; unset: the service's own.")
    api_key: SecretStr | None = Field(default=None, description="The key itself; wins over `api_key_env`.")
    api_key_env: str | None = Field(
        default=None,
        description="Variable of the worker's environment that holds the key, looked up when it is needed.",
    )
    takes_temperature: bool = Field(default=False, description="True if the endpoint accepts a temperature.")

    def key(self) -> SecretStr | None:
        """Looked up when asked, so that a changed variable of a restarted worker counts."""
        if self.api_key is not None:
            return self.api_key if self.api_key.get_secret_value().strip() else None
        value = os.environ.get(self.api_key_env, "").strip() if self.api_key_env else ""
        return SecretStr(value) if value else None


class Slots(Strict):
    """Concurrent work on this worker; the rest waits in its queue."""

    replies: int = Field(default=20, ge=1, le=1000, description="Concurrent model calls.")
    workflows: int = Field(
        default=300,
        ge=1,
        le=10_000,
        description="Tasks held in memory between two of their steps, about 0.2 MB each; others are replayed.",
    )
    sandboxes: int = Field(default=4, ge=1, le=256, description="Concurrent activities that hold a container.")
    spares: int = Field(
        default=2,
        ge=0,
        le=64,
        description="Started containers kept for future tasks, one of each image used last; 0: none.",
    )


class Images(Strict):
    """Retention of the sandbox's images on this engine; one that was removed is built again when it is needed."""

    days: float = Field(default=30, gt=0, description="Days without use after which an image is removed.")
    count: int = Field(default=50, ge=1, description="Dependency images kept; of more, the longest unused are removed.")
    gigabytes: float = Field(
        default=20,
        gt=0,
        description="Size in GB (10^9 bytes) of all dependency images, without their base; of more, the longest unused "
        "are removed.",
    )


class BaseRuns(Strict):
    """Base runs of the tests, kept for the next task of the same commit, image and settings."""

    days: float = Field(
        default=7,
        ge=0,
        le=365,
        allow_inf_nan=False,
        description="Days until the tests of a base commit are run anew; 0: for each task. A run with problems, "
        "or with a service beside it, is never kept.",
    )


class WorkerSettings(BaseSettings):
    """Settings of the worker, and of the daemon and commands beside it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,  # an input may be a key
    )

    home: Path = Field(
        description="State folder of this user: database, keys, artifacts, logs. An absolute path.",
        json_schema_extra={"default": "$XDG_STATE_HOME/aurora, else ~/.local/state/aurora"},
    )
    temporal_address: str | None = Field(
        default=None,
        description="`host:port` of a Temporal cluster; unset: the embedded server. TEMPORAL_ADDRESS says the same.",
    )
    temporal_namespace: str | None = Field(
        default=None, description="Namespace on that cluster. TEMPORAL_NAMESPACE says the same."
    )
    temporal_profile: str | None = Field(
        default=None, description="Profile of Temporal's own client configuration. TEMPORAL_PROFILE says the same."
    )
    temporal_network: Path | None = Field(
        default=None,
        description="Network namespace of the embedded server. Set by the daemon for its worker; not for people.",
    )
    artifacts: str = Field(
        description="Where prompts, conversations, bundles, reports and evidence are kept: a folder, or a URL of S3, "
        "GCS or Azure (`s3://bucket/prefix`), whose credentials are read from that service's own variables.",
        json_schema_extra={"default": "<home>/artifacts"},
    )
    payload_keys: Path | None = Field(
        default=None,
        description="File of the keys that encrypt payloads for a Temporal cluster; unset: payloads are plain JSON. "
        "The "
        "embedded server's keys lie in the state folder.",
    )
    providers: dict[str, Provider] = Field(
        description="Model endpoints by name. `default` needs no entry: it is made of Anthropic's own variables.",
        json_schema_extra={
            "default": {"default": {"base_url": "$ANTHROPIC_BASE_URL", "api_key_env": "ANTHROPIC_API_KEY"}}
        },
    )
    base_image: str | None = Field(
        default=None,
        description="Registry image with Python 3.11 that the sandbox is built from; unset: Debian's own packages.",
    )
    runtime: str | None = Field(
        default=None, description="Docker runtime of the sandboxes, for example runsc; unset: the engine's default."
    )
    policy: Policy = Policy()
    idle_minutes: float = Field(
        default=60, gt=0, allow_inf_nan=False, description="Minutes without an open task after which the daemon ends."
    )
    slots: Slots = Slots()
    images: Images = Images()
    base_runs: BaseRuns = BaseRuns()
    webhooks: tuple[Webhook, ...] = Field(
        default=(), description="The webhooks that receive questions, reminders and outcomes."
    )
    checkers: tuple[Checker, ...] = Field(
        default=(), description="Programs that are asked about a draft before its commit: docs/using/checkers.md."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severity that the worker logs."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  a .env of the current folder is not the operator's word
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  nothing is read that was not named
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        env = os.environ
        data.setdefault("home", _home())
        data.setdefault("artifacts", str(Path(str(data["home"])).expanduser() / "artifacts"))
        for name in ("address", "namespace", "profile"):
            if value := env.get(f"TEMPORAL_{name.upper()}"):
                data.setdefault(f"temporal_{name}", value)
        providers = data.setdefault("providers", {})
        if isinstance(providers, dict) and "default" not in providers:
            url = env.get("ANTHROPIC_BASE_URL") or None
            data["providers"] = {**providers, "default": {"base_url": url, "api_key_env": "ANTHROPIC_API_KEY"}}
        return data

    @model_validator(mode="after")
    def _sound(self) -> "WorkerSettings":
        if not self.home.expanduser().is_absolute():
            raise ValueError("home must be an absolute folder: a worker is started from anywhere")
        for key, names, why in (
            ("webhooks", [webhook.name for webhook in self.webhooks], "it records who was notified already"),
            ("checkers", [checker.name for checker in self.checkers], "aurora.yaml chooses by it"),
        ):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"{key}: the name {twice[0]!r} is given twice; {why}")
        return self

    def provider(self, name: str) -> Provider:
        """Raises `Refusal` for a name that only aurora.yaml knows."""
        if name in self.providers:
            return self.providers[name]
        close = difflib.get_close_matches(name, self.providers, n=1)
        nearest = f"; did you mean {close[0]!r}?" if close else "."
        raise Refusal(
            f"aurora.yaml asks for provider {name!r}, which this worker does not have{nearest}",
            f"Name one of: {', '.join(sorted(self.providers))}; or add it to the worker's settings.",
        )

    def secrets(self) -> tuple[str, ...]:
        """Every key and secret, in the clear: for redaction only."""
        keys = (provider.key() for provider in self.providers.values())
        signing = {secret for one in (*self.webhooks, *self.checkers) for secret in one.spoken().split()}
        return tuple(sorted({key.get_secret_value() for key in keys if key} | signing))


def load() -> WorkerSettings:
    """Load the settings from this process's environment. Raises `Refusal`, which never repeats a value: it may be a
    key."""
    _refuse_misspelt(os.environ)
    given: dict[str, Any] = {}
    source = "environment"
    if file := os.environ.get(FILE_VARIABLE):
        given, source = _file(Path(file)), f"environment and {file}"
    try:
        return WorkerSettings(**given)
    except ValidationError as error:
        lines = [
            f"worker settings ({source}): {'.'.join(str(part) for part in e['loc']) or 'settings'}: {e['msg']}"
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise Refusal(
            "\n".join(lines),
            f"Variables are {PREFIX}<NAME>, nested ones {PREFIX}POLICY__MAX_DOLLARS.",
        ) from None
    except (ValueError, TypeError) as error:  # pydantic-settings raises these for a variable that is not JSON
        raise Refusal(f"worker settings ({source}): {error}", "Lists and mappings are given as JSON.") from None


def _home() -> str:
    state = os.environ.get("XDG_STATE_HOME", "")
    return str((Path(state) if state.startswith("/") else Path.home() / ".local" / "state") / "aurora")


def _file(path: Path) -> dict[str, Any]:
    from aurora.settings.yaml_document import parse  # with a YAML library: most installations have no such file

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Refusal(
            f"{FILE_VARIABLE} names {str(path)!r}, which cannot be read: {reason}.",
            "Correct or unset it.",
        ) from None
    value = parse(text, str(path)).value
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refusal(f"{path}:1: worker settings must be a mapping.", "Write `policy:`, `providers:` and so on.")
    unknown = [key for key in value if key not in WorkerSettings.model_fields]
    if unknown:
        close = difflib.get_close_matches(unknown[0], WorkerSettings.model_fields, n=1, cutoff=0.5)
        nearest = f"; did you mean {close[0]!r}?" if close else "."
        line = parse(text, str(path)).line((unknown[0],))
        raise Refusal(f"{path}:{line}: unknown key {unknown[0]!r}{nearest}", "Correct the line and start again.")
    return value


def _refuse_misspelt(environment: "os._Environ[str]") -> None:
    """A bound under a misspelt name would be no bound. Other `AURORA_*` variables may belong to other programs."""
    known = {f"{PREFIX}{name.upper()}": name for name in WorkerSettings.model_fields}
    for variable in sorted(environment):
        head = variable.upper().split("__")[0]
        if not head.startswith(PREFIX) or head in known or head == FILE_VARIABLE:
            continue
        if close := difflib.get_close_matches(head, [*known, FILE_VARIABLE], n=1, cutoff=0.87):
            raise Refusal(f"variable {variable!r} is not known; did you mean {close[0]!r}?", "Rename or unset it.")


def described(settings: WorkerSettings) -> str:
    """JSON fit for a log or a person: keys, secrets and the addresses of webhooks are stars."""
    return json.dumps(settings.model_dump(mode="json"), sort_keys=True)
