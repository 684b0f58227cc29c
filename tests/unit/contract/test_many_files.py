"""Documents of many files: what is drawn in, under which names, and what is said of the rest."""

import json

import pytest

from aurora.contract.document import ContractDocument, load
from aurora.contract.references import dangling, references
from aurora.errors import Refusal

HEAD = "openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\n"
ORDER = """\
type: object
required: [id]
properties:
  id: {type: integer}
  lines: {type: array, items: {$ref: ./line.yaml}}
"""
LINE = """\
type: object
properties:
  order: {$ref: 'order.yaml'}
  price: {$ref: '../common.json#/definitions/Price'}
"""
COMMON = json.dumps({"definitions": {"Price": {"type": "string", "pattern": "^\\d+$"}}})
ORDERS = """\
parameters:
  - {$ref: '../common%20parts/params.yaml#/Page'}
get:
  summary: List orders
  responses:
    '200':
      description: All
      content: {application/json: {schema: {type: array, items: {$ref: ../schemas/order.yaml}}}}
    '404': {$ref: '../openapi.yaml#/components/responses/Missing'}
"""
WORDS = """\
x-note: {$ref: note.md}
paths:
  /a:
    get:
      description: {$ref: note.md}
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {oneOf: [{$ref: cat.yaml}], discriminator: {propertyName: k, mapping: {c: cat.yaml}}}
              example: {$ref: cat.json}
"""
SHOP = {
    "api/openapi.yaml": HEAD
    + "paths:\n  /orders: {$ref: paths/orders.yaml}\n"
    + "components:\n  responses: {Missing: {description: None}}\n  schemas: {Order: {$ref: schemas/order.yaml}}\n",
    "api/paths/orders.yaml": ORDERS,
    "api/schemas/order.yaml": ORDER,
    "api/schemas/line.yaml": LINE,
    "api/common.json": COMMON,
    "api/common parts/params.yaml": "Page: {name: page, in: query, schema: {type: integer}}\n",
    "api/unused.yaml": "a: 1\n",
}


def loaded(tree: dict[str, str], path: str = "api/openapi.yaml") -> ContractDocument:
    document = load(tree[path], path, lambda paths: {one: tree.get(one) for one in paths})
    inside = [ref for _, ref in references(document.raw) if not ref.startswith("#")]
    assert inside == [] and [*dangling(document.raw)] == []
    return document


def with_schema(schema: str, **files: str) -> dict[str, str]:
    """A document with one schema, and other files beside it."""
    text = f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A: {schema}\n"
    return {"openapi.yaml": text, **{name.replace("__", "."): one for name, one in files.items()}}


def test_operations_in_other_files_are_known_and_every_reference_leads_inside():
    document = loaded(SHOP)
    assert document.operations == ("GET /orders",)
    assert document.files[0] == "api/openapi.yaml" and set(document.files) == SHOP.keys() - {"api/unused.yaml"}
    assert (document.external, document.faults) == ((), ())


def test_what_the_document_names_keeps_its_name_and_a_circle_stays_a_reference():
    schemas = loaded(SHOP).raw["components"]["schemas"]
    assert sorted(schemas) == ["Order", "Price", "line"]
    assert schemas["Order"]["properties"]["lines"]["items"] == {"$ref": "#/components/schemas/line"}
    assert schemas["line"]["properties"]["order"] == {"$ref": "#/components/schemas/Order"}


def test_a_path_s_item_is_drawn_in_with_its_own_words():
    item = loaded(SHOP).raw["paths"]["/orders"]
    assert item["get"]["summary"] == "List orders"
    assert item["get"]["responses"]["404"] == {"$ref": "#/components/responses/Missing"}
    assert item["parameters"] == [{"$ref": "#/components/parameters/Page"}]


def test_equal_names_of_different_things_are_made_distinct():
    files = {
        "openapi.yaml": f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    Item: {{type: string}}\n"
        "    All: {oneOf: [{$ref: a/Item.yaml}, {$ref: b/Item.yaml}, {$ref: 'c.yaml#/Item'}]}\n",
        "a/Item.yaml": "type: integer\n",
        "b/Item.yaml": "type: boolean\n",
        "c.yaml": "Item: {type: number}\n",
    }
    schemas = loaded(files, "openapi.yaml").raw["components"]["schemas"]
    kinds = [schemas[one["$ref"].rpartition("/")[2]]["type"] for one in schemas["All"]["oneOf"]]
    assert kinds == ["integer", "boolean", "number"] and schemas["Item"] == {"type": "string"}


@pytest.mark.parametrize("section", ["paths: {$ref: paths.yaml}", "paths:\n  $ref: ./paths.yaml"])
def test_a_whole_section_may_be_kept_in_a_file(section):
    files = {
        "openapi.yaml": f"{HEAD}{section}\ncomponents: {{$ref: parts.yaml}}\n",
        "paths.yaml": "/a:\n  get:\n    responses:\n      '200': {$ref: 'parts.yaml#/responses/Ok'}\n",
        "parts.yaml": "responses: {Ok: {description: ok}}\n",
    }
    document = loaded(files, "openapi.yaml")
    assert document.operations == ("GET /a",)
    assert document.raw["paths"]["/a"]["get"]["responses"]["200"] == {"$ref": "#/components/responses/Ok"}


def test_swagger_2_keeps_what_it_draws_in_among_its_definitions():
    files = {
        "swagger.yaml": "swagger: '2.0'\ninfo: {title: a, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n"
        "        200: {description: ok, schema: {$ref: 'a.json'}}\n",
        "a.json": '{"type": "object", "properties": {"b": {"$ref": "#/properties/c"}, "c": {"type": "string"}}}',
    }
    raw = loaded(files, "swagger.yaml").raw
    assert raw["paths"]["/a"]["get"]["responses"]["200"]["schema"] == {"$ref": "#/definitions/a"}
    assert raw["definitions"]["a"]["properties"]["b"] == {"$ref": "#/definitions/a/properties/c"}


def test_a_discriminator_s_mapping_and_words_and_examples_in_files_are_drawn_in():
    files = {
        "openapi.yaml": HEAD + WORDS,
        "cat.yaml": "type: object\nproperties: {k: {type: string}}\n",
        "cat.json": '{"k": "c"}',
        "note.md": "# All cats\n",
    }
    operation = loaded(files, "openapi.yaml").raw["paths"]["/a"]["get"]
    media = operation["responses"]["200"]["content"]["application/json"]
    assert operation["description"] == "# All cats\n" and media["example"] == {"k": "c"}
    assert media["schema"]["discriminator"]["mapping"] == {"c": "#/components/schemas/cat"}


# ── what is not drawn in ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "ref",
    ["https://example.org/a.yaml", "//example.org/a.yaml", "file:///etc/passwd", "/etc/a.yaml", "../../a.yaml",
     "..%2f..%2fa.yaml", "a.yaml?x=1", ".env", "\\\\host\\a.yaml", "urn:a", "a\\u0000.yaml"],
)  # fmt: skip
def test_what_leads_out_of_the_repository_is_never_asked_for_and_is_said(ref):
    asked: list[str] = []

    def texts(paths):
        asked.extend(paths)
        return dict.fromkeys(paths)

    text = with_schema(f'{{$ref: "{ref}"}}')["openapi.yaml"]
    document = load(text, "api/openapi.yaml", texts)
    assert [path for path in asked if path != "api/openapi.yaml"] == []
    assert len(document.external) == 1 and "not followed" in document.warnings[-1]
    assert document.raw["components"]["schemas"]["A"] == {"x-not-followed": document.external[0]}
    assert document.faults == ()


def test_a_parameter_that_is_not_followed_is_missed_by_nobody():
    text = f"{HEAD}paths:\n  /a/{{b}}:\n    parameters: [{{$ref: 'https://example.org/b.yaml'}}]\n" + (
        "    get: {responses: {'200': {description: ok}}}\n"
    )
    document = load(text, "openapi.yaml")
    assert document.faults == () and document.raw["paths"]["/a/{b}"]["parameters"] == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "there is no such file"),
        ({"b__yaml": "a: [\n"}, "b.yaml:2:1: not valid YAML"),
        ({"b__yaml": "C: {}\n"}, "nothing stands there"),
        ({"b__yaml": "B: {$ref: '#/B'}\n"}, "leads to itself"),
        ({"b__yaml": "B: {$ref: 'c.yaml#/B'}\n", "c__yaml": "B: {$ref: 'b.yaml#/B'}\n"}, "leads to itself"),
    ],
)
def test_what_is_not_there_or_can_not_be_read_is_a_fault_with_its_line(files, said):
    tree = with_schema("{$ref: 'b.yaml#/B'}", **files)
    document = load(tree["openapi.yaml"], "openapi.yaml", lambda paths: {one: tree.get(one) for one in paths})
    (fault,) = document.faults
    assert fault.startswith("openapi.yaml:6 at /components/schemas/A") and said in fault


def test_a_fault_in_another_file_has_that_file_and_its_line():
    tree = {**SHOP, "api/schemas/line.yaml": LINE.replace("  price:", "  count:\n    type: integr\n  price:")}
    (fault,) = loaded(tree).faults
    assert fault.startswith("api/schemas/line.yaml:5 at /properties/count/type: 'integr' is not one of")


def test_a_section_that_draws_in_itself_ends():
    tree = {"openapi.yaml": f"{HEAD}paths:\n  /a: {{$ref: a.yaml}}\n", "a.yaml": "parameters: {$ref: a.yaml}\n"}
    assert "without end" in "".join(load(tree["openapi.yaml"], "openapi.yaml", lambda p: tree).faults)


@pytest.mark.parametrize("width", [6_000, 2])
def test_too_many_files_are_refused(width):
    def texts(paths):
        # each file names more files
        return {one: json.dumps([{"$ref": f"{one[:-5]}{n}.json"} for n in range(width)]) for one in paths}

    with pytest.raises(Refusal, match="more than"):
        load(with_schema("{$ref: b.json}")["openapi.yaml"], "openapi.yaml", texts)


def test_a_reference_written_for_the_document_s_own_components_is_taken_for_that_and_said():
    tree = with_schema("{$ref: b.yaml}", b__yaml="properties: {c: {$ref: '#/components/schemas/C'}}\n")
    tree["openapi.yaml"] += "    C: {type: string}\n"
    document = loaded(tree, "openapi.yaml")
    assert document.raw["components"]["schemas"]["A"]["properties"]["c"] == {"$ref": "#/components/schemas/C"}
    assert "that of openapi.yaml is taken" in document.faults[0]
