"""Of a large document: which operations a task means, and what is shown of them."""

import pytest
import yaml

from aurora.contract.document import load
from aurora.contract.reach import Parts
from aurora.contract.similarity import likely
from aurora.contract.slicing import Slice, index, neighbours, sliced, whole
from aurora.contract.views import resolved, views
from tests.support.large_document import SHOP, shop


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("`POST /orders` must refuse negative amounts.", ("POST /orders",)),
        ("Change deleteInvoice so that it keeps a copy", ("DELETE /invoices/{id}",)),
        ("GET /parcels/17 answers 500", ("GET /parcels/{id}",)),
        ("Customers can be listed page by page", ("GET /customers",)),
        ("Let the warehouse be dropped", ("DELETE /warehouses/{id}",)),
        ("Refactor the logging", ()),
    ],
)
def test_the_operations_that_a_task_names_or_resembles_come_first(text, first):
    assert likely(SHOP, text).operations[: len(first)] == first and (bool(first) or not likely(SHOP, text).operations)


def test_a_path_names_neither_what_is_below_it_nor_what_ends_like_it():
    assert set(likely(SHOP, "See /orders.").operations) == {"GET /orders", "POST /orders"}
    assert not likely(SHOP, "see /old/orders").named


def test_a_slice_is_a_document_by_itself_in_the_documents_order_and_words():
    part = sliced(SHOP, ("POST /orders", "GET /invoices/{id}"), 50_000)
    made = yaml.safe_load(part.text)
    assert list(made) == ["openapi", "info", "tags", "paths", "components"]
    assert list(made["paths"]) == ["/orders", "/invoices/{id}"] and list(made["paths"]["/orders"]) == ["post"]
    assert list(made["components"]["schemas"]) == ["Order", "Customer", "Invoice"]
    assert made["components"]["schemas"]["Order"] == SHOP["components"]["schemas"]["Order"]
    assert [tag["name"] for tag in made["tags"]] == ["order", "invoice"]
    assert "key" in made["components"]["securitySchemes"] and list(made["components"]["responses"]) == ["Missing"]
    assert load(part.text, "part.yaml").faults == () and part.left_out == ()


def test_every_line_of_a_slice_but_the_cut_description_is_one_of_the_whole():
    part = sliced({**SHOP, "info": {"title": "Shop", "version": "1"}}, ("POST /orders",), 50_000)
    assert {*part.text.splitlines()} <= {*whole(SHOP).splitlines(), "info:", "  title: Shop", "  version: '1'"}


def test_what_does_not_fit_is_named_and_the_operations_themselves_stay():
    part = sliced(SHOP, ("POST /orders", "GET /invoices"), 2_700)
    assert len(part.text) <= 2_700 and set(part.operations) == {"POST /orders", "GET /invoices"}
    assert "/components/schemas/Customer" in part.left_out
    assert sliced(SHOP, ("POST /orders",), 100).left_out[0] == "POST /orders"
    assert sliced(SHOP, ("POST /nothing",), 10_000) == Slice()


def test_a_reader_is_not_shown_twice_what_it_has():
    first = sliced(SHOP, ("GET /customers",), 50_000)
    second = sliced(SHOP, ("GET /customers", "POST /customers"), 50_000, without=first.parts)
    assert second.operations == ("POST /customers",) and "/components/schemas/Customer" not in second.parts


def test_code_samples_go_before_anything_else_does():
    document = shop()
    document["paths"]["/orders"]["post"]["x-codeSamples"] = [{"lang": "Go", "source": "x" * 9_000}]
    part = sliced(document, ("POST /orders",), 6_000)
    assert "POST /orders" in part.operations and part.left_out == ("x-codeSamples",)


@pytest.mark.parametrize(
    ("most", "lines", "said"),
    [
        (5_000, 20, "- POST /orders: Add one order (createOrder)"),
        (600, 10, "- /orders: GET, POST"),
        (200, 5, "- /orders…: "),
    ],
)
def test_an_index_folds_to_what_fits(most, lines, said):
    text = index(SHOP, most)
    assert len(text) <= most and (text.count("\n") + 1 == lines or most == 200)
    assert said in text or most == 200


def test_neighbours_share_a_path_or_a_tag():
    assert neighbours(SHOP, ("POST /orders",)) == ("GET /orders", "GET /orders/{id}", "DELETE /orders/{id}")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("post /orders/", "POST /orders"),
        ("GET /orders/{order_id}", "GET /orders/{id}"),
        ("GET /api/v1/orders/{id}", "GET /orders/{id}"),
    ],
)
def test_operations_are_known_however_a_plan_writes_them(given, meant):
    assert resolved(SHOP, (given,)) == (meant,)


def test_who_reaches_a_schema_is_known_through_others():
    reaching = Parts(SHOP).reaching(("components", "schemas", "Invoice", "properties"))
    assert set(reaching) >= {"GET /orders", "POST /customers", "GET /parcels"}


def test_what_is_shown_before_the_plan_is_the_same_after_it():
    text, task = whole(SHOP), "POST /orders must refuse negative amounts"
    before, after = (views(text, "a.yaml", task, planned, 5_000) for planned in ((), ("DELETE /warehouses/{id}",)))
    assert (before.index, before.likely) == (after.index, after.likely)
    assert after.planned.operations == ("DELETE /warehouses/{id}",) and "GET /warehouses" in after.near
    assert before.planned == Slice() and not before.whole


def test_a_small_document_is_shown_whole():
    assert views(whole(SHOP), "a.yaml", "x", (), 60_000).whole == whole(SHOP)
