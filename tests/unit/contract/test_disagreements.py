"""Contradictions inside a document that are found without a model, and what is none."""

import pytest

from aurora.contract.disagreements import disagreements
from aurora.contract.document import opened
from aurora.domain.workspace import Disagreement

HEAD = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\n"
B = "{name: b, in: path, required: true, schema: {}}"
C = B.replace("name: b", "name: c")
Q = "{name: b, in: query, schema: {}}"
OK = "responses: {'200': {description: ok}}"


def found(text: str, **files: str) -> tuple[Disagreement, ...]:
    tree = {"openapi.yaml": text, **{f"{name}.yaml": one for name, one in files.items()}}

    def texts(paths):
        return {one: tree.get(one) for one in paths}

    read = opened(text, "openapi.yaml", texts)
    return disagreements(read.raw, read.origins, texts)


def schema(text: str) -> str:
    return (
        f"{HEAD}paths:\n  /a:\n    get:\n      responses:\n        '200':\n          description: ok\n"
        "          content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}\n"
        f"components:\n  schemas:\n    A: {text}\n"
    )


def paths(text: str) -> str:
    return f"{HEAD}paths:\n{text}"


@pytest.mark.parametrize(
    ("text", "kind", "first", "second"),
    [
        (schema("{type: integer, example: many}"), "example", "openapi.yaml:12 ", '/type: "integer"'),
        (schema("{type: string, enum: [a, b], default: c}"), "default", 'default: "c"', '["a", "b"]'),
        (schema("{type: integer, minimum: 5, maximum: 3}"), "bounds", "minimum: 5", "maximum: 3"),
        (schema("{type: string, minLength: 5, maxLength: 3}"), "bounds", "minLength: 5", "maxLength: 3"),
        (schema("{type: object, required: [b], properties: {a: {}}, additionalProperties: false}"), "required",
         'required: ["b"]', "additionalProperties: false"),
        (schema("{type: object, properties: {a: {type: string, readOnly: true, writeOnly: true}}}"), "direction",
         "readOnly: true", "writeOnly: true"),
        (schema("{type: object, required: [a], properties: {a: {}}, example: {b: 1}}"), "partial example", '{"b": 1}',
         '["a"]'),
        (paths(f"  /a/{{b}}:\n    get: {{{OK}}}\n"), "path parameter", "/paths/~1a~1{b}", "/get"),
        (paths(f"  /a:\n    get:\n      parameters: [{B}]\n      {OK}\n"),
         "path parameter", '"name": "b"', "/paths/~1a:"),
        (paths(f"  /a/{{b}}:\n    parameters: [{B}]\n    get: {{{OK}}}\n"
               f"  /a/{{c}}:\n    parameters: [{C}]\n    get: {{{OK}}}\n"),
         "path", "~1{b}", "~1{c}"),
        (paths(f"  /a:\n    get: {{operationId: x, {OK}}}\n    put: {{operationId: x, {OK}}}\n"), "operation id",
         "/get/operationId", "/put/operationId"),
        (paths(f"  /a:\n    get:\n      parameters: [{Q}, {Q}]\n"
               f"      {OK}\n"), "parameter", "parameters/0", "parameters/1"),
        (paths("  /a:\n    get: {responses: {'204': {description: ok, content: {a/b: {schema: {type: string}}}}}}\n"),
         "bodiless", "responses/204", "content"),
        (paths(f"  /a:\n    get: {{security: [{{key: []}}], {OK}}}\ncomponents: {{securitySchemes: {{other: "
               "{type: http, scheme: basic}}}\n"), "security", '{"key": []}', "securitySchemes"),
    ],
)  # fmt: skip
def test_each_contradiction_is_told_once_with_both_places(text, kind, first, second):
    (one,) = found(text)
    assert one.kind == kind and first in one.first and second in one.second, one
    assert one.operations and one.first in one.said and one.second in one.said
    assert all(place.startswith("openapi.yaml:") for place in (one.first, one.second))


def test_places_in_other_files_are_named_by_their_own_lines():
    (one,) = found(schema("{$ref: a.yaml}"), a="type: object\nproperties:\n  n: {$ref: b.yaml}\nexample: {n: [1]}\n",
                   b="type: integer\n")  # fmt: skip
    assert one.first.startswith("a.yaml:4 at /example/n") and one.second.startswith("b.yaml:1 at /type")
    assert one.operations == ("GET /a",)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(schema("{type: string, example: 12}"), id="a number that YAML made of a text"),
        pytest.param(schema("{type: object, example: '{\"a\": 1}'}"), id="a JSON text for an object"),
        pytest.param(schema("{type: integer, example: null}"), id="no value"),
        pytest.param(
            schema("{type: object, required: [a], properties: {a: {type: string, writeOnly: true}}}"),
            id="a required property of requests alone",
        ),
        pytest.param(
            schema("{type: object, required: [a], properties: {a: {type: string, readOnly: true}}, example: {}}"),
            id="an example of a request",
        ),
        pytest.param(
            schema("{allOf: [{type: object, required: [b], additionalProperties: false}]}").replace(
                "additionalProperties: false", "properties: {b: {}}, additionalProperties: false"
            ),
            id="parts of one schema",
        ),
        pytest.param(schema("{type: string, example: {$ref: '#/x'}}"), id="a reference in data"),
        pytest.param(
            paths("  /a:\n    get: {responses: {'204': {description: ok, content: {application/json: {}}}}}\n"),
            id="an empty kind of content",
        ),
        pytest.param(
            paths(
                f"  /a/{{b}}:\n    parameters: [{B}]\n    get: {{{OK}}}\n"
                f"  /a/{{c}}:\n    parameters: [{C}]\n    put: {{{OK}}}\n"
            ),
            id="two paths with other methods",
        ),
        pytest.param(
            paths(f"  /a/{{b}}:\n    get:\n      parameters: [{{$ref: 'https://example.org/b.yaml'}}]\n      {OK}\n"),
            id="a parameter that was not followed",
        ),
    ],
)
def test_what_misleads_nobody_is_not_told(text):
    assert found(text) == ()


def test_a_document_that_is_no_mapping_where_one_belongs_is_passed_over():
    text = f"{HEAD}paths: {{/a: [1], /b: {{get: 3, post: {{parameters: 1, responses: [], security: 2, tags: 5}}}}}}\n"
    assert found(f"{text}components: [1]\ntags: 3\nsecurity: {{}}\n") == ()
