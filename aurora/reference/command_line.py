"""The JSON Schema of what commands print with `--json`."""

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from aurora.cli import documents, line_documents
from aurora.cli.documents import Document

_FOLLOWED = (line_documents.EventLine, line_documents.QuestionLine, line_documents.TaskLine)
DOCUMENTS: dict[str, tuple[type[Document], ...]] = {
    "run": (line_documents.HandedInLine, *_FOLLOWED),
    "revise": (line_documents.HandedInLine, *_FOLLOWED),
    "run --detach": (line_documents.HandedIn,),
    "revise --detach": (line_documents.HandedIn,),
    "watch": _FOLLOWED,
    "status": (documents.TaskDocument,),
    "list": (documents.TaskList,),
    "questions": (documents.QuestionList,),
    "answer": (documents.Answered,),
    "approve": (documents.Steered,),
    "clarify": (documents.Steered,),
    "cancel": (documents.Steered,),
    "pause": (documents.Steered,),
    "resume": (documents.Steered,),
    "retry": (documents.Steered,),
    "budget": (documents.Steered,),
    "diff": (documents.DiffDocument,),
    "evidence --log": (documents.LogDocument,),
    "audit": (documents.Audit,),
    "doctor": (documents.Checks,),
    "gates": (documents.Gates,),
    "dev --daemon": (documents.Daemon,),
    "stop": (documents.Stopped,),
}
"""The output of each command with `--json`: one document, or, of a command that follows a task, documents of these
kinds, a line each. `evidence` prints the evidence as it is kept, by docs/using/evidence.schema.json."""


def build() -> dict[str, Any]:
    """`$defs` has each document by its name, `properties` what each command prints."""
    groups: list[tuple[type[Document], ...]] = [*DOCUMENTS.values(), (documents.ErrorDocument,)]
    models = {one.__name__: one for group in groups for one in group}
    _, schema = models_json_schema([(model, "serialization") for model in models.values()])
    printed = {command: _one_of(group) for command, group in DOCUMENTS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": "What each command prints with --json, by its name; `error`: any, on stderr.",
        "type": "object",
        "properties": printed | {"error": _one_of((documents.ErrorDocument,))},
        **schema,
    }


def _one_of(group: tuple[type[Document], ...]) -> dict[str, Any]:
    found = [{"$ref": f"#/$defs/{model.__name__}"} for model in group]
    return found[0] if len(found) == 1 else {"anyOf": found}


def text() -> str:
    return json.dumps(build(), indent=2, sort_keys=True) + "\n"
