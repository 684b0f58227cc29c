"""The choice of the document that binds: a named one, or one that was found by its name and is one; and what is only
told of it."""

import json
from collections.abc import Mapping, Sequence

import pytest

from aurora.contract.document import find, load
from aurora.errors import Refusal
from aurora.survey.contract_choice import Choice, choose

DOCUMENT = """\
openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /orders:
    get: {operationId: list, responses: {"200": {description: ok}}}
"""
KUBERNETES = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\n"


async def chosen(files: dict[str, str], named: str | None = None, root: str = "") -> Choice:
    async def text(path: str) -> str | None:
        return files.get(path)

    async def texts(paths: Sequence[str]) -> Mapping[str, str | None]:
        return {path: files.get(path) for path in paths}

    return await choose(sorted(files), text, texts, named, root)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("api.yaml", KUBERNETES, id="a manifest of Kubernetes"),
        pytest.param("api.yaml", f"{KUBERNETES}---\n{KUBERNETES}", id="several manifests in one file"),
        pytest.param("docs/api.json", '[{"name": "api"}]', id="a list"),
        pytest.param("api.yml", "{{- if .Values.api }}\nkind: Service\n{{- end }}\n", id="a template of Helm"),
        pytest.param("api/api.yaml", "type: google.api.Service\nname: shop.example\n", id="another kind of service"),
        pytest.param("api-spec.yaml", "asyncapi: 2.6.0\ninfo: {title: x, version: '1'}\n", id="AsyncAPI"),
        pytest.param("swagger.json", '{"definitions": {}}', id="a fragment"),
        pytest.param("openapi.yaml", "", id="an empty file"),
        pytest.param("openapi.yml", "generator: typescript\ninput: ./x.yaml\n", id="a generator's settings"),
        pytest.param("api.yaml", "just words\n", id="a text"),
    ],
)
async def test_a_file_of_another_kind_binds_nothing_and_is_refused_only_where_it_is_named(path, text):
    choice = await chosen({path: text})
    assert (choice.path, choice.operations, choice.warnings) == ("", (), ())
    assert choice.passed_over == (f"{path} is no OpenAPI document",)
    with pytest.raises(Refusal, match=r"openapi|not valid|not an OpenAPI"):
        await chosen({path: text}, named=path)


@pytest.mark.parametrize(
    "path",
    [
        "vendor/payments/openapi.yaml",
        "third_party/stripe/openapi.yaml",
        "third-party/x/swagger.json",
        "node_modules/some-api/openapi.json",
        "api/node_modules/x/openapi.yaml",
        "src/clients/payments/openapi.yaml",
        "client/openapi.yaml",
        "app/integrations/github/openapi.yaml",
        "sdk/openapi.json",
        "external/openapi.yaml",
        "tests/fixtures/openapi.yaml",
        "test/openapi.json",
        "spec/fixtures/swagger.json",
        "src/__fixtures__/openapi.yaml",
        "testdata/openapi.yaml",
        "mocks/openapi.yaml",
        "examples/shop/openapi.yaml",
        "templates/service/openapi.yaml",
        ".venv/lib/python3.12/site-packages/x/openapi.json",
        "dist/openapi.json",
        "charts/api/openapi.yaml",
    ],
)
async def test_somebody_elses_document_is_found_by_nobody_and_binds_where_it_is_named(path):
    assert (await chosen({path: DOCUMENT})) == Choice()
    named = await chosen({path: DOCUMENT}, named=path)
    assert (named.path, named.operations, named.named) == (path, ("GET /orders",), True)


@pytest.mark.parametrize(
    ("paths", "root", "first"),
    [
        pytest.param(["openapi.yaml", "docs/openapi.yaml"], "", "openapi.yaml", id="the root before docs"),
        pytest.param(["app/static/openapi.json"], "", "app/static/openapi.json", id="deep, where there is no other"),
        pytest.param(["apps/billing/openapi.yaml"], "apps/api", None, id="another service's"),
        pytest.param(
            ["apps/billing/openapi.yaml", "apps/api/docs/openapi.yaml", "openapi.yaml"], "apps/api",
            "apps/api/docs/openapi.yaml", id="the service's own before the repository's",
        ),
        pytest.param(["docs/openapi.yaml"], "backend", "docs/openapi.yaml", id="the repository's, for its service"),
        pytest.param(["client/openapi.yaml"], "client", "client/openapi.yaml", id="in the project's folder itself"),
    ],
)  # fmt: skip
async def test_the_projects_own_document_comes_first(paths, root, first):
    assert next(iter(find(paths, root)), None) == first
    assert ((await chosen(dict.fromkeys(paths, DOCUMENT), root=root)).path or None) == first


async def test_a_file_of_another_kind_does_not_hide_the_document_behind_it():
    choice = await chosen({"api.yaml": KUBERNETES, "openapi.yaml": "a: b\n", "docs/openapi.yaml": DOCUMENT})
    assert choice.path == "docs/openapi.yaml" and choice.passed_over == ("openapi.yaml is no OpenAPI document",)


@pytest.mark.parametrize("said", ["none", "None", " none "])
async def test_none_in_aurora_yaml_means_none(said):
    assert await chosen({"openapi.yaml": DOCUMENT}, named=said) == Choice(named=True)


async def test_a_named_document_that_is_not_there_is_refused_with_what_to_do():
    with pytest.raises(Refusal, match=r"'api/v2\.yaml' is not in the base commit") as caught:
        await chosen({"openapi.yaml": DOCUMENT}, named="api/v2.yaml")
    assert "contract: none" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "where"),
    [
        pytest.param("openapi: 3.0.3\ninfo: {title: [}\n", "openapi.yaml:2", id="broken YAML"),
        pytest.param("openapi: 3.0.3\nopenapi: 3.0.3\n", "openapi.yaml:2", id="a key twice"),
        pytest.param("openapi: 4.0.0\n", "openapi.yaml", id="a version that nobody knows"),
        pytest.param("openapi: 3.0.3\nx: &a [*a]\n", "openapi.yaml", id="an anchor in itself"),
    ],
)
async def test_what_can_not_be_read_is_refused_where_named_and_a_warning_where_guessed(text, where):
    choice = await chosen({"openapi.yaml": text})
    assert choice.path == "" and len(choice.warnings) == 1
    assert choice.warnings[0].startswith(where) and "binds nothing" in choice.warnings[0]
    with pytest.raises(Refusal, match=where):
        await chosen({"openapi.yaml": text}, named="openapi.yaml")


# ── faults by degree ─────────────────────────────────────────────────────────────────────────────────────────────

HEAD = 'openapi: 3.0.3\ninfo: {title: Shop, version: "1"}\npaths:\n'
OK = '{"200": {description: ok}}'


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        pytest.param(
            f"{HEAD}  /a:\n    get: {{operationId: x, responses: {OK}}}\n  /b:\n    get:\n      operationId: x\n"
            f"      responses: {OK}\n",
            ["openapi.yaml:8 at /paths/~1b/get/operationId: Operation ID 'x' for 'get' in '/b' is not unique"],
            id="an operationId twice",
        ),
        pytest.param(
            f"{HEAD}  /c/{{id}}:\n    get: {{responses: {OK}}}\n    put: {{responses: {OK}}}\n",
            ["openapi.yaml:5 at /paths/~1c~1{id}/get: Path parameter 'id'",
             "openapi.yaml:6 at /paths/~1c~1{id}/put: Path parameter 'id'"],
            id="a path parameter that nobody declares",
        ),
        pytest.param(
            f"{HEAD}  /d:\n    get:\n      parameters:\n      - name: q\n        in: query\n        default: 3\n"
            f"        schema: {{type: integer}}\n      responses: {OK}\n",
            ["openapi.yaml:7 at /paths/~1d/get/parameters/0: 'default' does not match"], id="a misplaced default",
        ),
        pytest.param(
            f"{HEAD}  /d:\n    get:\n      parameters:\n      - name: q\n        in: query\n        schema:\n"
            f"          enum: [a, b]\n          default: c\n      responses: {OK}\n",
            ["openapi.yaml:11 at /paths/~1d/get/parameters/0/schema/default: 'c' is not one of"],
            id="a default outside its enum",
        ),
        pytest.param(
            f"{HEAD}  /d:\n    get:\n      responses:\n        '200':\n          descripton: ok\n",
            ["openapi.yaml:7 at /paths/~1d/get/responses/200: 'description' is a required property"],
            id="a key that is misspelt",
        ),
        pytest.param("openapi: 3.1\ninfo: {title: x, version: '1'}\npaths: {}\n",
                     ["openapi.yaml:1 at /openapi: `openapi: 3.1` should be text: '3.1.0'"], id="a number"),
        pytest.param("swagger: 2.0\ninfo: {title: x, version: '1'}\npaths: {}\n",
                     ["openapi.yaml:1 at /swagger: `swagger: 2.0` should be text: '2.0'"], id="Swagger's as a number"),
        pytest.param("openapi: 3.1.0\n", ["'info' is a required property"], id="nothing but a version"),
        pytest.param("openapi: 3.0.3\ninfo: []\npaths: [a]\n", ["is not of type 'object'"], id="another shape"),
        pytest.param(
            f"{HEAD}  /d:\n    get:\n      responses:\n        default: {{$ref: '#/components/responses/No'}}\n",
            ["openapi.yaml:7 at /paths/~1d/get/responses/default/$ref: refers to nothing"], id="a reference to nothing",
        ),
    ],
)  # fmt: skip
async def test_lesser_faults_are_told_with_their_lines_and_the_document_binds(text, reported):
    document = load(text, "openapi.yaml")
    assert len(document.faults) >= len(reported)
    for said in reported:
        assert any(said in fault for fault in document.faults), document.faults
    choice = await chosen({"openapi.yaml": text})
    assert choice.path == "openapi.yaml" and choice.warnings == document.faults
    assert (await chosen({"openapi.yaml": text}, named="openapi.yaml")).warnings == document.faults


@pytest.mark.parametrize(
    ("pattern", "default"),
    [
        (r"^\p{L}+$", "abc"),
        (r"^(?<year>\d{4})$", "2024"),
        (r"^\/v1\/[a-z\-]+$", "/v1/a-b"),
        (r"^[\u00e0-\u00ff]+$", "x"),
        (r"(?<!a)b\cJ", "b"),
        ("[", "x"),
    ],
)
def test_a_pattern_of_ecma_is_no_fault_of_the_document(pattern, default):
    schema = {"type": "string", "pattern": pattern}
    item = {"get": {"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}}}
    text = {"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {"/a": item}}
    assert load(json.dumps(text), "openapi.json").faults == ()
    schema["default"] = 3
    assert any("default" in fault and "'string'" in fault for fault in load(json.dumps(text), "openapi.json").faults)


def test_all_faults_are_told_at_once():
    text = (
        f"{HEAD}  /a:\n    get: {{operationId: x, responses: {OK}}}\n"
        f"  /b:\n    get: {{operationId: x, responses: {OK}}}\n"
        f"  /c/{{id}}:\n    get: {{responses: {{'200': {{}}}}}}\n"
    )
    lines = [fault.partition(" at ")[0] for fault in load(text, "openapi.yaml").faults]
    assert lines == ["openapi.yaml:7", "openapi.yaml:9", "openapi.yaml:9"]


def test_a_document_in_json_has_lines_too():
    text = json.dumps({"openapi": "3.0.3", "info": {"title": "x"}, "paths": {}}, indent=2)
    assert load(text, "openapi.json").faults == ("openapi.json:3 at /info: 'version' is a required property",)


def test_what_looks_like_a_pattern_may_be_a_property():
    properties = {"pattern": {"type": "string", "default": "["}}
    text = {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "components": {"schemas": {"A": {"type": "object", "properties": properties}}},
    }
    assert load(json.dumps(text), "openapi.json").faults == ()
