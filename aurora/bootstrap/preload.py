"""The preparation that the fork server makes once, so that no child has to: modules loaded, schemas indexed, patterns
compiled, types of results built."""

import asyncio
import contextlib
from collections.abc import Sequence

from aurora.bounded import calling, child
from aurora.contract import clauses, disagreements, document, views
from aurora.contract.locations import Place
from aurora.errors import Refusal
from aurora.gates import gate_runner
from aurora.settings import repository_file, services
from aurora.settings.repository import Commands
from aurora.survey import graphql_choice, near_refs, reading
from aurora.survey.map import drawing
from aurora.toolchains import registry
from aurora.toolchains.runs import judging, mutant_making, observation
from aurora.tools import edit, grants, hidden_files, listing, near_misses, result_text

RESULTS = (
    calling.ready, reading.facts, reading.facts_if_any, reading.faults_of, reading.disagreements_of, views.views,
    views.whole, clauses.unnamed, reading.detected, reading.loaded, services.composed, judging.read_run,
    observation.findings, mutant_making.made, edit.edited_or_explained, near_misses.explained, listing.matching,
    hidden_files.hidden_among, hidden_files.quoted,
    hidden_files.masked, hidden_files.masked_run, hidden_files.masked_report, result_text.redacted,
    result_text.stabilised,
    result_text.readable, near_refs.nearest, drawing.to_read, drawing.drawn, gate_runner.in_files,
    gate_runner.in_project, grants.asked_for, graphql_choice.read, graphql_choice.read_if_any, graphql_choice.sliced,
    *(function for language in registry.languages() for function in language.in_children),
)  # fmt: skip
"""Every function that is called in a child."""
VERSIONS = ("openapi: 3.0.3", "openapi: 3.1.0", "openapi: 3.2.0", "swagger: '2.0'")
DOCUMENT = """
info: {title: a, version: '1', contact: {email: a@example.org, url: 'https://example.org'}}
servers: [{url: 'https://example.org/{a}', variables: {a: {default: b, enum: [b]}}}]
tags: [{name: a}]
paths:
  /a/{b}:
    parameters: [{name: b, in: path, required: true, schema: {type: string, pattern: '^a$', maxLength: 3}}]
    post:
      operationId: a
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
      responses:
        200:
          description: a
          headers: {X-A: {schema: {type: integer}}}
          content: {a/b: {schema: {type: array, items: {}}}}
        default: {description: a}
components:
  securitySchemes: {a: {type: http, scheme: bearer}}
  schemas:
    A:
      type: object
      required: [a]
      properties: {a: {type: string, format: date, default: a}, b: {$ref: '#/components/schemas/A'}}
"""
OLD = """
info: {title: a, version: '1'}
paths:
  /a/{b}:
    post:
      parameters: [{name: b, in: path, required: true, type: string}]
      responses: {200: {description: a, schema: {$ref: '#/definitions/A'}}}
definitions: {A: {type: object, properties: {a: {type: string}}}}
"""
SETTINGS = """
agents:
  backend:
    tests: [tests]
    contract: openapi.yaml
    context_window: {include: ["src/**/*.py", "tests/**"], exclude: ["**/secret*", "frontend/**"]}
    budget: {turns: 10}
"""
PYPROJECT = (
    "[project]\nname = 'a'\ndependencies = [\"a[b]>=1; python_version < '4'\"]\n[dependency-groups]\ndev = ['b']\n"
)


def rehearse() -> None:
    for function in RESULTS:
        child.adapter(function)
    for version in VERSIONS:
        with contextlib.suppress(Refusal):
            found = document.load(version + (OLD if "2.0" in version else DOCUMENT), "a.yaml")
            disagreements.disagreements(found.raw, {(): Place("a.yaml", ())}, document.nothing)
    with contextlib.suppress(Refusal):
        repository_file.load(SETTINGS)
    for language in registry.languages():
        language.rehearse()
    asyncio.run(registry.detect(_Project(), Commands()))


class _Project:
    """A `ToolchainProbe` over a project of two files."""

    async def paths(self) -> Sequence[str]:
        return ["pyproject.toml", "src/a.py", "tests/test_a.py"]

    async def text(self, path: str) -> str | None:
        return PYPROJECT if path == "pyproject.toml" else "import a\n"
