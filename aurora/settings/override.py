"""Settings that a person sets for one task, in an answer: read as aurora.yaml is read, applied over it.

Only what says how the project is installed and run may be set so: budgets, people, models and gates stay as committed.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from aurora.errors import Refusal
from aurora.settings.override_text import MAX_CHARS, SETTABLE
from aurora.settings.project import ProjectSettings
from aurora.settings.repository import BackendSettings
from aurora.settings.repository_file import BLOCK, Loaded, load
from aurora.settings.yaml_document import parse

PLACE = "your answer"
HINT = "Say what to set as YAML, for instance `project: {test_env: {NAME: value}}`."


def read(text: str) -> str:
    """The settings in an answer, as the JSON of a part of `agents.backend`; keys of `project` may stand alone.

    Raises `Refusal` that says what is wrong with it."""
    project_keys = tuple(ProjectSettings.model_fields)
    if len(text) > MAX_CHARS:
        raise Refusal(f"{PLACE} has more than {MAX_CHARS} characters", HINT)
    value = parse(text, PLACE).value
    for key in BLOCK:
        if isinstance(value, dict) and set(value) == {key}:
            value = value[key]
    if not isinstance(value, dict) or not value:
        raise Refusal(f"{PLACE} is no mapping of settings", HINT)
    if isinstance(value.get("contract"), str | None) and set(value) <= set(project_keys):
        value = {"project": value}
    for key, below in value.items():
        if key not in SETTABLE:
            known = ", ".join(sorted({*SETTABLE, *project_keys}))
            raise Refusal(f"{PLACE}: {key!r} can't be set in an answer; what can: {known}", HINT)
        inner = SETTABLE[key]
        if key == "contract" and isinstance(below, str | None):
            continue
        if inner and (not isinstance(below, dict) or not set(below) <= set(inner)):
            raise Refusal(f"{PLACE}: of {key!r} an answer may set {', '.join(inner)}", HINT)
    # the file's own reader: the same types, the same words about what is wrong
    load(_as_file(value), PLACE)
    return json.dumps(value, sort_keys=True)


def applied(loaded: Loaded, blocks: Iterable[str]) -> Loaded:
    """The settings with each block of `read` over those before it; null brings back what is detected.

    Raises `Refusal` where they don't go together."""
    settings = loaded.settings
    for block in blocks:
        given: dict[str, Any] = json.loads(block)
        said = load(_as_file(given), PLACE).settings
        update: dict[str, Any] = {"tests": said.tests} if "tests" in given else {}
        for section in ("commands", "sandbox"):
            named = {key: getattr(getattr(said, section), key) for key in given.get(section) or {}}
            update[section] = getattr(settings, section).model_copy(update=named)
        named = _of_contract(given, said)
        update["contract"] = settings.contract.model_copy(update=named)
        settings = settings.model_copy(update=update).with_project(said.project)
        detected = {key: None for key, value in (given.get("project") or {}).items() if value is None}
        update = {"project": settings.project.model_copy(update=detected)}
        if "contract" in detected:
            update["contract"] = settings.contract.model_copy(update={"path": None})
        settings = settings.model_copy(update=update)
        load(_as_file({"sandbox": settings.sandbox.model_dump(mode="json")}), PLACE)
    return Loaded(settings, loaded.warnings)


def _of_contract(given: Mapping[str, Any], said: BackendSettings) -> dict[str, Any]:
    """The settings of `contract` in a block; a text or null alone is its path."""
    if "contract" not in given:
        return {}
    below = given["contract"]
    keys = below if isinstance(below, dict) else ("path",)
    return {key: getattr(said.contract, key) for key in keys}


def _as_file(block: Mapping[str, Any]) -> str:
    """JSON is YAML."""
    return json.dumps({BLOCK[0]: {BLOCK[1]: block}})
