"""The project that the tests of `django_models` are written for."""

from tests.support.red_corpus.django_rest import FILES as REST

FILES = {
    **REST,
    "shop/forms.py": """
from django import forms


class ItemForm(forms.Form):
    name = forms.CharField()
""",
    "shop/services.py": """
import os
import socket
import urllib.request

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from shop.models import Item


def count():
    return Item.objects.count()


def total(item):
    return item.price * 2


def key():
    return os.environ["SHOP_API_KEY"]


def gateway():
    raise ImproperlyConfigured("Set the SHOP_GATEWAY environment variable")


def fetch():
    return socket.create_connection(("127.0.0.1", 9), timeout=1)


def load():
    return urllib.request.urlopen("http://127.0.0.1:9/").read()


def page_size():
    return settings.SHOP_PAGE_SIZE
""",
    "shop/management/__init__.py": "",
    "shop/management/commands/__init__.py": "",
    "shop/management/commands/load_items.py": """
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    def handle(self, *args, **options):
        self.stdout.write("loaded")
""",
    "config/urls.py": """
from django.http import HttpResponse
from django.urls import include, path
from rest_framework import routers, viewsets

from shop import services, views
from shop.models import Item
from shop.serializers import ItemSerializer


class ItemViewSet(viewsets.ModelViewSet):
    queryset = Item.objects.all()
    serializer_class = ItemSerializer


router = routers.DefaultRouter()
router.register("api/items", ItemViewSet)

urlpatterns = [
    path("items/", views.items, name="items"),
    path("page/", views.page),
    path("count/", lambda request: HttpResponse(services.count())),
    path("fetch/", lambda request: HttpResponse(services.fetch())),
    path("", include(router.urls)),
]
""",
}
