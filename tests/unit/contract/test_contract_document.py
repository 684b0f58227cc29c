import contextlib
import http.server
import json
import threading

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing.exceptions import Unresolvable

from aurora.contract.checks import meaning
from aurora.contract.document import find, load
from aurora.contract.yaml_text import parse
from aurora.errors import Refusal

USERS = """\
openapi: 3.1.0
info: {title: Users, version: 2024-01-01}
paths:
  /users:
    post:
      operationId: createUser
      responses:
        201:
          description: Created
          content:
            application/json:
              schema: {$ref: '#/components/schemas/User'}
    get:
      responses: {default: {$ref: '#/components/responses/List'}}
  /users/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
    get:
      responses: {'200': {description: One}}
components:
  responses:
    List: {description: All}
  schemas:
    User:
      type: object
      properties:
        name: {type: string, example: 2020-01-01}
        friends: {type: array, items: {$ref: '#/components/schemas/User'}}
"""
SWAGGER = {
    "swagger": "2.0",
    "info": {"title": "Old", "version": "1"},
    "paths": {"/a": {"get": {"responses": {"200": {"description": "ok"}}}}},
}


def refused(text: str, path: str = "openapi.yaml") -> str:
    with pytest.raises(Refusal) as caught:
        load(text, path)
    assert caught.value.hint
    return caught.value.what


def faulty(text: str, path: str = "openapi.yaml") -> str:
    """The faults of a document that binds all the same."""
    return "\n".join(load(text, path).faults)


def test_the_operations_of_a_document_are_named_and_sorted():
    document = load(USERS, "openapi.yaml")
    assert document.operations == ("GET /users", "GET /users/{id}", "POST /users")
    assert (document.version, document.title, document.external, document.warnings) == ("3.1.0", "Users", (), ())


def test_numbers_as_keys_and_dates_are_the_text_they_were_written_as():
    raw = load(USERS, "openapi.yaml").raw
    assert "201" in raw["paths"]["/users"]["post"]["responses"]
    assert raw["info"]["version"] == "2024-01-01"
    json.dumps(raw)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.1", "3.2.0"])
def test_every_version_in_use_is_read(version):
    paths = {"/a": {"get": {"responses": {"200": {"description": "ok"}}}}}
    text = json.dumps({"openapi": version, "info": {"title": "x", "version": "1"}, "paths": paths})
    assert load(text, "openapi.yaml").operations == ("GET /a",)


def test_swagger_2_is_read_as_json():
    document = load(json.dumps(SWAGGER), "swagger.json")
    assert (document.version, document.operations) == ("2.0", ("GET /a",))


def test_an_operation_behind_a_reference_inside_the_document_is_known():
    item = {"get": {"responses": {"200": {"description": "ok"}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "paths": {"/a": {"$ref": "#/components/pathItems/A"}},
        "components": {"pathItems": {"A": item}},
    }
    assert load(json.dumps(document), "a.json").operations == ("GET /a",)


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────


def test_broken_yaml_is_refused_with_its_line():
    what = refused("openapi: 3.1.0\ninfo:\n  title: [x\npaths: {}\n")
    assert "openapi.yaml:4:6" in what
    assert "begun in line 3" in what


def test_broken_json_is_refused_with_its_line():
    assert "openapi.json:2:11" in refused('{"openapi": "3.1.0",\n "info": {1}}', "openapi.json")


def test_json_nested_without_end_is_refused():
    assert "nested too deep" in refused('{"a":' * 100_000, "openapi.json")


def test_a_key_written_twice_is_refused_with_its_line():
    what = refused(USERS.replace("    get:\n      responses: {default", "    post:\n      responses: {default"))
    assert "openapi.yaml:13" in what
    assert "duplicate key" in what


def test_a_schema_error_says_line_pointer_and_reason():
    what = faulty(USERS.replace("description: Created", "descripton: Created"))
    assert "openapi.yaml:8 at /paths/~1users/post/responses/201: 'description' is a required property" in what


def test_an_error_behind_alternatives_is_the_one_that_helps():
    what = faulty(USERS.replace("openapi: 3.1.0", "openapi: 3.0.0").replace("type: integer", "type: integr"))
    assert "'integr' is not one of" in what
    assert "openapi.yaml:17" in what


def test_a_reference_to_nothing_says_where_it_stands():
    what = faulty(USERS.replace("'#/components/schemas/User'}\n    get", "'#/components/schemas/Usr'}\n    get"))
    assert "openapi.yaml:12" in what
    assert "refers to nothing: #/components/schemas/Usr" in what


def test_a_path_parameter_nobody_declared_is_told():
    assert "'id'" in faulty(USERS.replace("name: id,", "name: other,"))


def test_every_fault_is_told_and_those_beyond_fifty_are_counted():
    paths = {f"/p{i}": {"get": {"responses": {"200": {}}}} for i in range(58)}
    text = json.dumps({"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths}, indent=1)
    said = faulty(text, "openapi.json")
    assert said.count(" at /paths/") == 50 and said.endswith("openapi.json: 8 more faults")
    assert "openapi.json:11 at /paths/~1p0/get/responses/200: 'description' is a required property" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "no mapping", id="nothing"),
        pytest.param("- a\n", "no mapping", id="a list"),
        pytest.param("name: x\n", "neither `openapi` nor `swagger`", id="another kind of document"),
        pytest.param("openapi: 4.0.0\n", "4.0.0", id="a version nobody knows"),
        pytest.param("openapi: 3.1.0\nx: !!python/object:os.system {}\n", "constructor", id="a tag of a language"),
        pytest.param("a: &a [*a]\n", "contains itself", id="an anchor in itself"),
        pytest.param("[" * 5000, "nested too deep", id="depth"),
        pytest.param("a: " + "- " * 5000 + "b", "not valid YAML", id="depth on a line"),
        pytest.param("a:\n  " + "- " * 5000 + "b", "nested too deep", id="depth of lists on a line"),
        pytest.param("a: " + "[" * 5000 + "]" * 5000, "nested too deep", id="depth that is closed"),
        pytest.param("{" + '"a":{' * 100_000, "nested too deep", id="depth in flow mappings"),
        pytest.param("a\x00b: 1", "can't be read", id="a control character"),
    ],
)
def test_what_is_no_openapi_document_is_refused(text, said):
    assert said in refused(text)


@pytest.mark.parametrize("merge", ["", "<<: "], ids=["by aliases", "by merges"])
def test_a_bomb_of_anchors_is_refused(merge):
    lines = ["x0: &x0 {k: 1}"]
    for level in range(1, 12):
        ten = ", ".join([f"*x{level - 1}"] * 10)
        lines.append(f"x{level}: &x{level} {{{merge}[{ten}]}}" if merge else f"x{level}: &x{level} [{ten}]")
    assert "once aliases are expanded" in refused("\n".join(lines) + "\n")


def test_too_large_a_text_is_refused():
    assert "characters" in refused("#" * 4_000_001)


# ── references that lead outside ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def listener():
    """A server that counts who asks."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args): ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server, asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_reference_to_an_address_or_a_file_is_never_followed_and_is_said(listener, tmp_path):
    server, asked = listener
    url = f"http://127.0.0.1:{server.server_port}/user.json"
    (tmp_path / "u.yaml").write_text("not: [yaml")
    text = USERS.replace("'#/components/schemas/User'}\n    get", f"'{url}'}}\n    get")
    text = text.replace("'#/components/responses/List'", f"'file://{tmp_path}/u.yaml'")
    document = load(text, "openapi.yaml")
    assert asked == []
    assert document.external == (f"file://{tmp_path}/u.yaml", url)
    assert "not followed" in document.warnings[0]


@pytest.mark.parametrize("keyword", ["$dynamicRef", "$ref"])
def test_no_other_way_of_referring_opens_an_address_either(listener, keyword):
    server, asked = listener
    text = USERS.replace(
        "name: {type: string,",
        f"name: {{default: x, allOf: [{{{keyword}: 'http://127.0.0.1:{server.server_port}/x.json'}}],",
    )
    with contextlib.suppress(Refusal):
        load(text, "openapi.yaml")
    assert asked == []


def test_even_an_overlooked_reference_opens_nothing(listener):
    server, asked = listener
    schema = {"default": "x", "allOf": [{"$dynamicRef": f"http://127.0.0.1:{server.server_port}/x.json"}]}
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {}}
    document["components"] = {"schemas": {"A": schema}}
    checks = meaning(OpenAPIV31SpecValidator)(document)
    with pytest.raises(Unresolvable):
        list(checks.root_validator(checks.schema_path))
    assert asked == []


def test_structure_is_still_checked_when_a_reference_leads_outside():
    text = USERS.replace("'#/components/responses/List'", "'other.yaml#/List'").replace("title: Users, ", "")
    assert "'title' is a required property" in faulty(text)


def test_a_ref_in_an_example_is_data():
    text = USERS.replace("example: 2020-01-01", "example: {$ref: '#/nowhere'}")
    assert load(text, "openapi.yaml").operations


# ── finding it ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_candidates_come_best_first():
    paths = ["app/main.py", "vendor/x/openapi.json", "docs/openapi.yml", "swagger.json", "openapi.yaml", "api/API.yaml",
             "app/api.json", "openapi.json", "README.md", "openapi.yaml.bak"]  # fmt: skip
    assert find(paths) == (
        "openapi.yaml",
        "openapi.json",
        "docs/openapi.yml",
        "swagger.json",
        "api/API.yaml",
    )


def test_nothing_is_found_in_a_repository_without_one():
    assert find(["app.py", "tests/test_api.py"]) == ()


def test_plain_words_of_yaml_are_read_as_its_version_1_2_reads_them():
    said = "no: yes\noctal: 017\nnew octal: 0o17\nhex: 0x1f\ntime: 12:30\nday: 2020-01-01\nempty: ~\nmany: 1_000\n"
    value, _ = parse(said, "openapi.yaml")
    assert value == {
        "no": "yes", "octal": 17, "new octal": 15, "hex": 31, "time": "12:30", "day": "2020-01-01", "empty": None,
        "many": 1000,
    }  # fmt: skip
