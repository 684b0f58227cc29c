"""The format of the events that runners' plugins tell, for the tests of each emitter."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from aurora.toolchains.runs import events

SCHEMA = json.loads(Path(events.__file__).with_name("events.schema.json").read_text("utf-8"))
_VALIDATOR = Draft202012Validator(SCHEMA)


def faults(reported: Iterable[Mapping[str, Any]]) -> list[str]:
    """The faults in the format of events of a whole run."""
    found = []
    for number, event in enumerate(reported):
        if event.get("seq") != number:
            found.append(f"event {number} has the number {event.get('seq')}")
        error = next(_VALIDATOR.iter_errors(dict(event)), None)
        if error is not None:
            of_kind = [deep for deep in error.context or () if "was expected" not in deep.message]
            found.append(f"{json.dumps(dict(event))[:300]}: {(of_kind or [error])[0].message[:300]}")
    return found
