"""Django with its REST framework, tests by pytest-django."""

FILES = {
    "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\n",
    "requirements.txt": "django\ndjangorestframework\npytest-django\n",
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n",
    "config/__init__.py": "",
    "config/settings.py": """
SECRET_KEY = "x"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ROOT_URLCONF = "config.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
""",
    "config/urls.py": """
from django.urls import path

from shop import views

urlpatterns = [
    path("items/", views.items, name="items"),
    path("crash/", views.crash),
    path("page/", views.page),
    path("items/<int:pk>/", views.ItemViewSet.as_view({"delete": "destroy"})),
]
""",
    "shop/__init__.py": "",
    "shop/models.py": """
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=20)


class Line(models.Model):
    item = models.ForeignKey(Item, on_delete=models.PROTECT)


class Draft(models.Model):
    title = models.CharField(max_length=20)

    class Meta:
        managed = False
""",
    "shop/serializers.py": """
from rest_framework import serializers

from shop.models import Item


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["id", "name"]
""",
    "shop/views.py": """
from django.http import JsonResponse
from django.shortcuts import render
from rest_framework import viewsets

from shop.models import Item
from shop.serializers import ItemSerializer


class ItemViewSet(viewsets.ModelViewSet):
    queryset = Item.objects.all()
    serializer_class = ItemSerializer


def items(request):
    return JsonResponse({"items": []})


def crash(request):
    return {}["x"]


def page(request):
    return render(request, "shop/page.html")
""",
    "tests/__init__.py": "",
}

TESTS = """
import pytest
from django.core import mail
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client, TestCase
from django.urls import reverse
from rest_framework.test import APIClient

from shop.models import Draft, Item, Line
from shop.serializers import ItemSerializer

pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    return APIClient()


def test_absent__field(api):
    assert api.get("/items/").json()["total"] == 0

def test_absent__data_of_a_serializer():
    assert ItemSerializer(Item(name="x")).data["price"] == 1

def test_absent__first_of_no_items(client):
    assert client.get("/items/").json()["items"][0]["name"] == "x"

def test_absent__html_where_json_is_due(api):
    assert api.get("/nowhere/").json()["x"]

def test_absent__data_of_a_page_that_is_no_api(api):
    assert api.get("/items/").data["total"]

def test_absent__url():
    assert reverse("item-detail", args=[1])

def test_absent__template():
    assert render_to_string("shop/mail.txt")

def test_absent__template_of_a_view(client):
    assert client.get("/page/")

def test_absent__header(client):
    assert client.get("/items/")["X-Total"] == "0"

def test_absent__table():
    assert Draft.objects.count() == 0

def test_absent__column():
    assert Item.objects.filter(price=1)

def test_absent__row(client):
    client.post("/items/", {"name": "x"})
    assert Item.objects.get(name="x")

def test_absent__none_of_a_query(client):
    client.post("/items/", {"name": "x"})
    assert Item.objects.filter(name="x").first().name == "x"

def test_absent__mail(client):
    client.post("/items/", {"name": "x"})
    assert mail.outbox[0].to == ["a@b.c"]

def test_absent__command():
    call_command("import_items")

def test_absent__context(client):
    assert client.get("/items/").context["items"]

def test_application__crash(client):
    client.get("/crash/")

def test_application__view_set_without_a_frame_of_its_own(api):
    line = Line.objects.create(item=Item.objects.create(name="x"))
    assert api.delete(f"/items/{line.item_id}/").status_code == 409

def test_test_code__protected_in_the_test_itself():
    line = Line.objects.create(item=Item.objects.create(name="x"))
    line.item.delete()

def test_assertion__status(client):
    assert client.get("/items/").status_code == 201

def test_http_status__of_no_route(client):
    assert client.get("/nowhere/").status_code == 200

def test_test_code__planned_field_of_a_model():
    assert Item.objects.create(name="x", price=1)

def test_test_code__planned_attribute():
    assert Item(name="x").price

def test_test_code__own_payload(client):
    payload = {"name": "x"}
    client.post("/items/", payload)
    assert payload["nmae"]

def test_test_code__name(client):
    assert clinet.get("/items/")

def test_test_code__method_of_the_client(client):
    assert client.fetch("/items/")

def test_fixture__none(api_clinet):
    assert api_clinet

def test_import__wrong():
    from shop.models import Itme


class TestItems(TestCase):
    def setUp(self):
        self.payload = {"name": "x"}
        self.found = self.client.get("/items/").json()

    def test_absent__of_its_own_client(self):
        self.assertEqual(self.client.get("/items/").json()["total"], 0)

    def test_absent__of_its_set_up(self):
        self.assertEqual(self.found["total"], 0)

    def test_test_code__of_its_own_payload(self):
        self.assertEqual(self.payload["price"], 0)

    def test_test_code__own_method(self):
        self.assertEqal(1, 2)
"""
