"""FastAPI with a factory, settings by pydantic-settings, web sockets, SQLModel, and services that are not reachable."""

from tests.support.red_corpus.fastapi_apps_project import FILES

__all__ = ["FILES", "TESTS"]

TESTS = """
import os
from unittest import mock

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter
from sqlmodel import Session, SQLModel, select

from shop import app as shop_app
from shop import config, models
from shop.app import Out, Priced, create_app
from shop.config import Secrets, Settings, get_settings
from tests.factories import get, payload


def test_absent__id_of_a_missing_route(client):
    created = client.post("/items", json=payload()).json()
    assert created["id"] == 1

def test_absent__token_of_a_fixture(client, auth):
    assert client.get("/me", headers=auth).status_code == 200

def test_http_status__factory_in_a_fixture(make_item):
    assert make_item(price=1)["price"] == 1

def test_http_status__fixture_that_posts(created):
    assert created["id"]

def test_absent__through_a_helper(client):
    assert get(client, "/items/1")["price"] == 1

def test_absent__validated_response(client):
    assert Priced(**client.get("/items/1").json()).price == 1

def test_absent__model_validate(client):
    body = client.get("/items/1").json()
    assert Priced.model_validate(body).price == 1

def test_absent__type_adapter(client):
    assert TypeAdapter(list[Out]).validate_python(client.get("/items/1").json())

def test_absent__model_of_the_text(client):
    assert Priced.model_validate_json(client.get("/items/1").text)

def test_absent__response_that_is_not_as_declared(client):
    assert client.get("/priced").json()["price"] == 1

def test_absent__path_of_the_document(app):
    assert app.openapi()["paths"]["/prices"]["get"]

def test_absent__schema_of_the_document(client):
    document = client.get("/openapi.json").json()
    assert document["components"]["schemas"]["Price"]

def test_absent__web_socket(client):
    with client.websocket_connect("/ws") as socket:
        assert socket.receive_json() == {}

def test_absent__cookie(client):
    assert client.get("/items/1").cookies["session"]

def test_absent__header(client):
    assert client.get("/items/1").headers["etag"]

def test_absent__route(app):
    route = next(route for route in app.routes if getattr(route, "path", "") == "/prices")
    assert route.status_code == 201

def test_absent__table(client):
    client.get("/rows")

def test_absent__table_of_a_session():
    with Session(models.engine) as session:
        session.exec(select(models.Price)).all()

def test_absent__row():
    SQLModel.metadata.create_all(models.engine)
    with Session(models.engine) as session:
        assert session.exec(select(models.Item)).one().name == "x"

def test_absent__first_row():
    SQLModel.metadata.create_all(models.engine)
    with Session(models.engine) as session:
        assert session.exec(select(models.Item)).first().name == "x"

def test_absent__sent_message(client):
    with mock.patch("shop.app.httpx") as sent:
        client.get("/items/1")
    assert sent.post.call_args.args[0] == "http://mail"

def test_absent__logged(client, caplog):
    client.get("/items/1")
    assert caplog.records[-1].message == "shown"

def test_absent__printed(client, capsys):
    client.get("/items/1")
    assert capsys.readouterr().out.splitlines()[0] == "shown"

def test_absent__written(client, tmp_path):
    client.get("/items/1")
    assert (tmp_path / "items.csv").read_text() == ""

def test_absent__detail(client):
    assert client.get("/items/9").json()["detail"]["code"] == "not_found"

def test_absent__unprocessable(client):
    assert client.post("/items/1", json={}).json()["detail"][0]["loc"]

async def test_absent__async(http):
    response = await http.get("/items/1")
    body = response.json()
    assert body["links"]["self"]

async def test_absent__all_async(http):
    items = [(await http.get(f"/items/{n}")).json() for n in range(3)]
    assert [item["price"] for item in items] == [1, 2, 3]

def test_absent__sorted(client):
    items = [client.get("/items/1").json()]
    assert sorted(items, key=lambda item: item["price"])

def test_absent__by_name(client):
    items = {item["name"]: item for item in [client.get("/items/1").json()]}
    assert items["y"]

@pytest.mark.parametrize("field", ["price", "stock"])
def test_absent__parametrised_field(client, field):
    assert client.get("/items/1").json()[field] == 1

def test_absent__in_a_loop(client):
    for number in (1, 2):
        item = client.get(f"/items/{number}").json()
        assert item["price"] == number

def test_absent__in_a_nested_function(client):
    def fetch(number):
        return client.get(f"/items/{number}").json()

    assert fetch(1)["price"] == 1

def test_absent__by_a_lambda(client):
    fetch = lambda number: client.get(f"/items/{number}").json()
    assert fetch(1)["price"] == 1

def test_absent__popped(client):
    body = client.get("/items/1").json()
    assert body.pop("price") == 1

def test_absent__unpacked_values(client):
    name, price = client.get("/items/1").json().values()
    assert price == 1

def test_absent__with_statement(app):
    with TestClient(app) as own:
        assert own.get("/items/1").json()["price"] == 1

def test_absent__own_app():
    own = TestClient(create_app())
    assert own.get("/items/1").json()["price"] == 1

def test_absent__get_of_none(client):
    assert client.get("/items/1").json().get("owner").get("name") == "x"

def test_absent__length_of_none(client):
    assert len(client.get("/items/1").json().get("tags")) == 2

def test_test_code__text_where_a_number_is_due(client):
    assert client.get("/items/1").json()["name"] + 1 == 2

def test_absent__converted(client):
    assert int(client.get("/items/1").headers.get("x-total")) == 2

def test_absent__parsed_date(client):
    from datetime import datetime
    assert datetime.fromisoformat(client.get("/items/1").json().get("created_at"))

def test_http_status__delete(client):
    assert client.delete("/items/1").status_code == 204

def test_http_status__in_a_message(client):
    response = client.post("/items", json={})
    assert response.is_success, response.text

def test_http_status__raise(client):
    client.get("/prices").raise_for_status()

def test_assertion__detail(client):
    assert client.get("/items/9").json() == {"detail": "no item"}

def test_assertion__raises():
    with pytest.raises(ValueError, match="price"):
        Out(name="x")

def test_test_code__planned_setting():
    assert Settings().price == 3

def test_test_code__planned_setting_of_a_function():
    assert get_settings().price == 3

def test_test_code__planned_patch():
    with mock.patch("shop.app.price"):
        pass

def test_test_code__planned_patch_of_the_module(monkeypatch):
    monkeypatch.setattr(shop_app, "price", None)

def test_test_code__planned_attribute_of_a_model():
    assert Out(name="x").price

def test_test_code__planned_column():
    assert select(models.Item).where(models.Item.price > 1)

def test_test_code__planned_override(app):
    app.dependency_overrides[shop_app.price] = lambda: None

def test_environment__variable(client):
    client.get("/token")

def test_environment__variable_in_the_test():
    Secrets()

def test_environment__os(client):
    assert os.environ["SHOP_URL"]

def test_environment__remote(client):
    client.get("/remote")

async def test_environment__remote_async(http):
    await http.get("/remote")

def test_environment__refused_in_the_test():
    httpx.get("http://127.0.0.1:9/")

def test_environment__unknown_host():
    httpx.get("http://shop.invalid/")

def test_application__mocked_timeout(client):
    with mock.patch("shop.app.httpx.AsyncClient.get", side_effect=httpx.ReadTimeout("slow")):
        client.get("/remote")

def test_application__mocked_outage(client):
    with mock.patch("shop.app.httpx.AsyncClient.get", side_effect=httpx.ConnectError("boom")):
        client.get("/remote")

def test_environment__database(remote_database):
    pass

def test_test_code__own_payload():
    assert payload()["price"] == 1

def test_test_code__own_model():
    class Own(BaseModel):
        name: str

    assert Own(name="x").price

def test_test_code__own_invalid_model():
    class Own(BaseModel):
        price: int

    assert Own(name="x")

def test_test_code__invalid_by_literal():
    assert Priced(name="x")

def test_test_code__not_awaited(http):
    assert http.get("/items/1").status_code == 200

def test_test_code__json_is_a_method(client):
    assert client.get("/items/1").json["name"] == "x"

def test_test_code__wrong_keyword(client):
    assert client.get("/items/1", jsn={})

def test_test_code__get_with_a_body(client):
    assert client.get("/items/1", json={"x": 1})

def test_test_code__unknown_name(client):
    assert cilent.get("/items/1")

def test_test_code__own_file(tmp_path):
    assert open("tests/expected.json").read()

def test_test_code__own_index(client):
    expected = [1, 2]
    response = client.get("/items/1")
    assert response.json()["name"] == expected[2]

def test_test_code__own_number():
    assert int("x") == 1

def test_test_code__too_many_arguments(client):
    create_app(client)

def test_fixture__typo(clinet):
    pass
"""
