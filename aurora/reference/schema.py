"""The JSON Schemas of aurora.yaml, so that editors complete and check the file, of the evidence, and of what
commands print with `--json`: `python -m aurora.reference.schema`."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from aurora.domain.evidence import Evidence
from aurora.gates import GATES
from aurora.reference import command_line
from aurora.settings.repository import BackendSettings
from aurora.settings.repository_file import FREE, IGNORED

KEPT = Path("docs/using/aurora.schema.json")
EVIDENCE = "evidence.schema.json"
COMMAND_LINE = "command-line.schema.json"
"""Command line beside it."""


class Agents(BaseModel):
    """Blocks of other agents may stand beside ours; they are not read."""

    model_config = ConfigDict(extra="allow")
    backend: BackendSettings | None = Field(default=None, description="Settings of the backend agent.")


class AuroraFile(BaseModel):
    """The whole of aurora.yaml. Keys that begin with `x-` are the repository's own and are not read."""

    model_config = ConfigDict(extra="forbid", title="aurora.yaml")
    agents: Agents | None = None


def build() -> dict[str, Any]:
    schema = AuroraFile.model_json_schema()
    schema["properties"] |= {name: {} for name in IGNORED}
    for one in (schema, *schema["$defs"].values()):
        if one.get("additionalProperties") is False:
            one["patternProperties"] = {f"^{FREE}": {}}
    schema["$defs"]["BackendSettings"]["properties"]["gates"] |= {"properties": _gates(), "additionalProperties": False}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _gates() -> dict[str, Any]:
    """Each gate by its name, with what it is for and what can be tuned of it."""
    found: dict[str, Any] = {}
    for gate in GATES:
        switch = {"enum": ["on"] if gate.mandatory else ["on", "off"]}
        choices = [switch, *([gate.settings.model_json_schema()] if gate.settings else [])]
        found[gate.name] = {"description": gate.why, "anyOf": choices}
    return found


def text() -> str:
    return json.dumps(build(), indent=2, sort_keys=True) + "\n"


def evidence_text() -> str:
    schema = Evidence.model_json_schema(mode="serialization")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(whole, indent=2, sort_keys=True) + "\n"


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else KEPT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text(), encoding="utf-8")
    target.with_name(EVIDENCE).write_text(evidence_text(), encoding="utf-8")
    target.with_name(COMMAND_LINE).write_text(command_line.text(), encoding="utf-8")


if __name__ == "__main__":
    main()
