"""Django: models, queries, forms, settings, commands, migrations; and what the environment of the tests lacks."""

from tests.support.red_corpus.django_models_project import FILES

__all__ = ["FILES", "TESTS"]

TESTS = """
from io import StringIO
from unittest import mock

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import TestCase
from django.urls import resolve, reverse
from rest_framework.test import APIClient, APIRequestFactory, APITestCase

from shop import forms, services, views
from shop.models import Draft, Item
from shop.serializers import ItemSerializer


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def item(db):
    return Item.objects.create(name="x")


@pytest.fixture
def draft(db):
    return Draft.objects.create(title="x")


@pytest.fixture
def priced(db):
    return Item.objects.create(name="x", price=3)


@pytest.fixture
def broken(db):
    return {}["x"]


@pytest.fixture
def fixed(item):
    return item.nmae


def test_absent__field_of_a_detail(api, item):
    response = api.get(f"/api/items/{item.pk}/")
    assert response.data["price"] == 3

def test_absent__page_of_a_list(api, item):
    assert api.get("/api/items/").data["results"][0]["name"] == "x"

def test_absent__error_of_a_field(api, db):
    response = api.post("/api/items/", {"name": "x"}, format="json")
    assert response.data["price"][0].code == "required"

def test_absent__errors_of_a_serializer(db):
    serializer = ItemSerializer(data={"name": "x"})
    serializer.is_valid()
    assert serializer.errors["price"]

def test_absent__validated_data(db):
    serializer = ItemSerializer(data={"name": "x", "price": 1})
    assert serializer.is_valid()
    assert serializer.validated_data["price"] == 1

def test_absent__field_of_a_serializer(db):
    assert ItemSerializer().fields["price"].read_only

def test_absent__field_of_a_form():
    assert forms.ItemForm().fields["price"].required

def test_absent__error_of_a_form():
    form = forms.ItemForm({"name": "x"})
    assert form.errors["price"] == ["This field is required."]

def test_absent__cleaned_data():
    form = forms.ItemForm({"name": "x"})
    form.is_valid()
    assert form.cleaned_data["price"] == 1

def test_absent__field_of_a_model():
    assert Item._meta.get_field("price").max_digits == 8

def test_absent__ordering(item):
    assert list(Item.objects.order_by("price")) == [item]

def test_absent__values(item):
    assert list(Item.objects.values("price"))

def test_absent__values_list(item):
    assert list(Item.objects.values_list("price", flat=True))

def test_absent__updated(item):
    Item.objects.filter(pk=item.pk).update(price=2)

def test_absent__selected(item):
    assert list(Item.objects.select_related("owner"))

def test_absent__prefetched(item):
    assert list(Item.objects.prefetch_related("prices"))

def test_absent__only(item):
    assert list(Item.objects.only("price"))

def test_absent__saved_field(item):
    item.save(update_fields=["price"])

def test_absent__created_in_a_missing_table(draft):
    assert draft.title

def test_absent__bulk(db):
    Draft.objects.bulk_create([Draft(title="x")])

def test_absent__refresh(db):
    item = Item(pk=99, name="x")
    item.refresh_from_db()

def test_absent__model_by_name():
    assert apps.get_model("shop", "Price")

def test_absent__resolved():
    assert resolve("/prices/").func

def test_absent__name_of_a_router():
    assert reverse("price-list")

def test_absent__location(api, db):
    assert api.post("/api/items/", {"name": "x"})["X-Item"]

def test_absent__cookie(client, db):
    assert client.get("/items/").cookies["cart"].value

def test_absent__redirect(client, db):
    assert client.get("/items/").url == "/next/"

def test_absent__context_of_a_view(client, db):
    assert client.get("/items/").context["form"]

def test_absent__migration(transactional_db):
    executor = MigrationExecutor(connection)
    executor.migrate([("shop", "0002_price")])

def test_absent__admin():
    assert admin.site._registry[Item].list_display

def test_absent__option_of_a_command(db):
    call_command("load_items", dry_run=True)

def test_absent__flag_of_a_command(db):
    call_command("load_items", "--dry-run")

def test_absent__raw_column(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT price FROM shop_item")

def test_absent__log(client, db, caplog):
    client.get("/items/")
    assert caplog.records[0].message == "items"

def test_test_code__planned_setting():
    assert settings.SHOP_PRICE == 20

def test_test_code__planned_patch():
    with mock.patch("shop.services.price"):
        services.count()

def test_test_code__planned_patch_of_an_object():
    with mock.patch.object(services, "price"):
        services.count()

def test_test_code__planned_monkeypatch(monkeypatch):
    monkeypatch.setattr(services, "price", lambda: 1)

def test_test_code__planned_monkeypatch_by_path(monkeypatch):
    monkeypatch.setattr("shop.services.price", lambda: 1)

def test_test_code__planned_manager(db):
    assert Item.price.all()

def test_absent__field_of_a_new_row(db):
    Item.objects.get_or_create(name="x", price=1)

def test_test_code__planned_attribute_of_a_row(item):
    assert item.price == 3

def test_test_code__planned_class_attribute():
    assert ItemSerializer.price

def test_fixture__planned_field(priced):
    assert priced

def test_not_implemented__stub(client):
    with mock.patch("shop.views.items", side_effect=NotImplementedError):
        views.items(None)

def test_application__attribute_in_the_code(item):
    services.total(item)

def test_application__setting_in_the_code():
    services.page_size()

def test_assertion__query_count(client, db, django_assert_num_queries):
    with django_assert_num_queries(3):
        client.get("/items/")

def test_assertion__did_not_raise(db):
    with pytest.raises(ValueError):
        services.count()

def test_http_status__post(api, db):
    assert api.post("/nowhere/").status_code == 201

def test_http_status__method(api, item):
    response = api.put("/api/items/")
    assert response.status_code == 200, response.data

def test_assertion__other_status(api, db):
    assert api.post("/api/items/", {}).status_code == 201

def test_environment__database_not_allowed():
    Item.objects.count()

def test_environment__database_not_allowed_in_the_code():
    services.count()

def test_environment__database_not_allowed_by_a_client(client):
    client.get("/count/")

def test_environment__variable_in_the_code():
    services.key()

def test_environment__improperly_configured():
    services.gateway()

def test_environment__refused():
    services.fetch()

def test_environment__refused_by_a_client(client):
    client.get("/fetch/")

def test_environment__refused_url():
    services.load()

def test_environment__not_a_database(settings):
    settings.DATABASES = {"default": {}}
    from django.db import ConnectionHandler
    ConnectionHandler({"default": {}})["default"].cursor()

def test_test_code__own_form_data():
    data = {"name": "x"}
    form = forms.ItemForm(data)
    assert form.is_valid()
    assert data["price"]

def test_test_code__own_row(item):
    assert item.naem == "x"

def test_test_code__client_method(api):
    assert api.gte("/items/")

def test_test_code__request_factory():
    request = APIRequestFactory().get("/items/")
    assert request.dta

def test_test_code__own_list_of_rows(item):
    names = [item.name]
    assert names[3]

def test_test_code__no_arguments(item):
    services.total()

def test_test_code__own_expected(client, db):
    expected = {"items": []}
    assert client.get("/items/").json() == expected["itmes"]

def test_test_code__settings_typo(settings):
    assert settings.SHOP_PGAE

def test_test_code__wrong_patch():
    with mock.patch("shop.services.cuont"):
        services.count()

def test_fixture__raises(broken):
    assert broken

def test_fixture__typo_in_it(fixed):
    assert fixed

def test_fixture__not_there(itme):
    assert itme

def test_test_code__module_of_a_patch():
    with mock.patch("shop.nowhere.send"):
        pass

def test_import__inside():
    from shop.prices import Price


class TestApi(APITestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = get_user_model().objects.create_user("ada", password="x")
        cls.item = Item.objects.create(name="x")

    def setUp(self):
        self.client.force_authenticate(self.user)
        self.data = {"name": "y"}

    def test_absent__created(self):
        response = self.client.post("/api/items/", self.data)
        self.assertEqual(response.data["owner"], self.user.pk)

    def test_absent__relation(self):
        self.assertEqual(list(Item.objects.filter(owner=self.user)), [self.item])

    def test_absent__json(self):
        self.assertIn("x", self.client.get("/prices/").json()["names"])

    def test_test_code__planned_attribute_of_the_class(self):
        self.assertEqual(self.item.price, 3)

    def test_test_code__own_data(self):
        self.assertEqual(self.data["price"], 3)

    def test_test_code__not_set_up(self):
        self.assertEqual(self.itme.name, "x")


class TestBroken(TestCase):
    def setUp(self):
        self.item = Item.objects.create(nmae="x")

    def test_test_code__of_its_set_up(self):
        self.assertTrue(self.item)
"""
