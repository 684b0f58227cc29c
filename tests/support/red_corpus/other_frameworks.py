"""Litestar, aiohttp, Starlette, Django Ninja, marshmallow and factory_boy."""

FILES = {
    "requirements.txt": "litestar\naiohttp\nstarlette\nhttpx\ndjango\ndjango-ninja\nmarshmallow\nfactory-boy\n",
    "pytest.ini": "[pytest]\nasyncio_mode = auto\nDJANGO_SETTINGS_MODULE = config.settings\n",
    "config/__init__.py": "",
    "config/settings.py": """
SECRET_KEY = "x"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "stock"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ROOT_URLCONF = "config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
""",
    "config/urls.py": """
from django.urls import path
from django.views.generic import DetailView, ListView

from stock.api import api


class Parts(ListView):
    pass


class PartPage(DetailView):
    pass


urlpatterns = [path("api/", api.urls), path("parts/", Parts.as_view(), name="parts")]
""",
    "stock/__init__.py": "",
    "stock/models.py": """
from django.db import models


class Part(models.Model):
    name = models.CharField(max_length=20)
""",
    "stock/api.py": """
from ninja import NinjaAPI, Schema

from stock.models import Part

api = NinjaAPI()


class PartOut(Schema):
    id: int
    name: str


@api.get("/parts", response=list[PartOut])
def parts(request):
    return Part.objects.all()
""",
    "stock/schemas.py": """
from marshmallow import Schema, fields


class PartSchema(Schema):
    name = fields.Str(required=True)
""",
    "stock/light.py": """
from litestar import Litestar, get
from litestar.exceptions import NotFoundException


@get("/parts/{number:int}")
async def show(number: int) -> dict:
    if number > 5:
        raise NotFoundException("no such part")
    return {"name": "bolt"}


app = Litestar([show])
""",
    "stock/aio.py": """
from aiohttp import ClientSession, web


async def show(request):
    return web.json_response({"name": "bolt"})


async def remote(request):
    async with ClientSession() as http, http.get("http://127.0.0.1:9/") as response:
        return web.json_response(await response.json())


def create_app():
    app = web.Application()
    app.router.add_get("/parts/1", show, name="part")
    app.router.add_get("/remote", remote)
    return app
""",
    "tests/__init__.py": "",
    "tests/factories.py": """
import factory

from stock.models import Part


class PartFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Part

    name = "bolt"


class PricedFactory(PartFactory):
    price = 3
""",
    "tests/conftest.py": """
import pytest
from aiohttp.test_utils import TestClient, TestServer
from litestar.testing import TestClient as LightClient

from stock.aio import create_app
from stock.light import app
from tests.factories import PartFactory, PricedFactory


@pytest.fixture
def light():
    with LightClient(app) as client:
        yield client


@pytest.fixture
async def aio():
    async with TestClient(TestServer(create_app())) as client:
        yield client


@pytest.fixture
def part(db):
    return PartFactory()


@pytest.fixture
def priced(db):
    return PricedFactory()


@pytest.fixture
def order(client, part):
    response = client.post("/api/orders", {"part": part.pk}, content_type="application/json")
    assert response.status_code == 201, response.content
    return response.json()
""",
}

TESTS = """
import json
from unittest import mock

import marshmallow
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from django.test import SimpleTestCase, TestCase
from django.urls import reverse

from stock import aio as aio_module
from stock import api as api_module
from stock import light as light_module
from stock.api import PartOut
from stock.models import Part
from stock.schemas import PartSchema
from tests.factories import PartFactory, PricedFactory


def test_absent__light_field(light):
    assert light.get("/parts/1").json()["price"] == 1

def test_absent__light_error(light):
    assert light.get("/parts/9").json()["extra"]["code"] == "gone"

def test_absent__light_route():
    assert light_module.app.route_reverse("part")

def test_absent__light_document():
    assert light_module.app.openapi_schema.paths["/orders"].post

def test_absent__light_header(light):
    assert light.get("/parts/1").headers["etag"]

def test_http_status__light(light):
    assert light.post("/orders", json={}).status_code == 201

def test_http_status__light_method(light):
    response = light.delete("/parts/1")
    assert response.status_code == 204, response.text

async def test_absent__aio_field(aio):
    response = await aio.get("/parts/1")
    assert (await response.json())["price"] == 1

async def test_absent__aio_body(aio):
    async with aio.get("/parts/1") as response:
        body = await response.json()
    assert body["price"] == 1

async def test_http_status__aio_not_json(aio):
    response = await aio.get("/orders")
    assert (await response.json())["id"]

def test_absent__aio_name():
    assert aio_module.create_app().router["order"].url_for()

def test_absent__aio_key():
    assert aio_module.create_app()["database"]

async def test_http_status__aio(aio):
    response = await aio.get("/orders")
    assert response.status == 200

async def test_http_status__aio_raised(aio):
    response = await aio.get("/orders")
    response.raise_for_status()

async def test_assertion__aio_remote(aio):
    assert (await aio.get("/remote")).status == 200

async def test_absent__own_server():
    async with TestClient(TestServer(aio_module.create_app())) as own:
        body = await (await own.get("/parts/1")).json()
        assert body["price"] == 1

def test_absent__ninja_field(client, part):
    assert client.get("/api/parts").json()[0]["price"] == 1

def test_absent__ninja_page(client, part):
    body = client.get("/api/parts").json()
    assert body["items"][0]["name"] == "bolt"

def test_absent__ninja_created(client, db):
    body = client.post("/api/parts", {"name": "nut"}, content_type="application/json").json()
    assert body["id"] == 1

def test_absent__ninja_url():
    assert reverse("api-1.0.0:order_list")

def test_absent__ninja_order(client, db):
    client.post("/api/orders", json.dumps({"part": 1}), content_type="application/json")
    assert Part.objects.get().name == "nut"

def test_http_status__ninja(client, db):
    assert client.get("/api/orders").status_code == 200

def test_http_status__order_of_a_fixture(order):
    assert order["id"] == 1

def test_absent__list_view_without_a_model(client, db):
    assert client.get("/parts/").status_code == 200

def test_absent__count(part, django_assert_num_queries):
    from django.db.models import Sum

    assert Part.objects.aggregate(total=Sum("price"))["total"] == 1

def test_absent__annotated(part):
    from django.db.models import F

    assert Part.objects.annotate(double=F("price") * 2).first().double == 2

def test_absent__excluded(part):
    assert not Part.objects.exclude(price__gt=1).exists()

def test_absent__by_date(part):
    assert Part.objects.filter(created_at__isnull=False).exists()

def test_absent__schema_load(light):
    assert PartSchema().load(light.get("/parts/9").json())

def test_absent__dumped(part):
    assert PartSchema().dump(part)["price"] == 1

def test_absent__schema_of_ninja(client, part):
    assert PartOut(**client.get("/api/parts").json()[0], price=client.get("/api/parts").json()[0]["price"])

def test_test_code__planned_factory_keyword(db):
    PartFactory(price=3)

def test_fixture__planned_of_a_factory(priced):
    assert priced

def test_test_code__planned_priced_factory(db):
    PricedFactory()

def test_test_code__planned_handler():
    assert light_module.price

def test_test_code__planned_field_of_a_schema():
    assert PartOut(id=1, name="x").price

def test_test_code__planned_spy():
    with mock.patch.object(api_module, "price", autospec=True):
        pass

def test_test_code__planned_class_patch():
    with mock.patch.object(Part, "price"):
        pass

def test_test_code__planned_dict_patch():
    with mock.patch("stock.models.Part.price", new_callable=mock.PropertyMock):
        pass

def test_environment__simple(client):
    client.get("/api/parts")

def test_environment__queries():
    Part.objects.exists()

def test_test_code__own_answer(light):
    answer = {"name": "bolt"}
    assert light.get("/parts/1").json()["name"] == answer["nmae"]

def test_test_code__own_schema():
    assert PartSchema().load({"nmae": "x"})

async def test_test_code__not_awaited(aio):
    response = aio.get("/parts/1")
    assert response.status == 200

async def test_test_code__json_not_awaited(aio):
    response = await aio.get("/parts/1")
    assert response.json()["name"] == "bolt"

async def test_test_code__status_code_of_aiohttp(aio):
    response = await aio.get("/parts/1")
    assert response.status_code == 200

def test_test_code__factory_typo(db):
    assert PartFactory().naem

def test_test_code__factory_name(db):
    assert PartFctory()

def test_test_code__tuple_index(light):
    pair = (1, light.get("/parts/1"))
    assert pair[2]

def test_test_code__missing_argument():
    reverse()

def test_test_code__unhashable(light):
    assert {[]: 1}

def test_test_code__bad_format(light):
    assert "{name}".format(light.get("/parts/1").json())

def test_test_code__exhausted_mock():
    send = mock.Mock(side_effect=[1])
    send()
    send()

def test_fixture__typo(lihgt):
    pass

def test_import__nothing():
    from stock.orders import Order


class TestParts(SimpleTestCase):
    def test_environment__not_allowed(self):
        self.assertEqual(Part.objects.count(), 0)

    def test_absent__client(self):
        self.assertEqual(self.client.get("/nowhere/").json()["x"], 1)


class TestStock(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.part = PartFactory()

    def test_absent__relation(self):
        self.assertEqual(list(Part.objects.filter(orders__isnull=True)), [self.part])

    def test_test_code__planned_attribute(self):
        self.assertEqual(self.part.price, 3)

    def test_http_status__status(self):
        response = self.client.post("/api/orders", {"part": self.part.pk})
        self.assertEqual(response.status_code, 201)

    def test_test_code__assertion_name(self):
        self.assertEqualz(1, 1)

    def test_test_code__own_attribute(self):
        self.assertEqual(self.prat.name, "bolt")
"""
