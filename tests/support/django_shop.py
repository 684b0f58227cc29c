"""A Django project as `startproject` makes it, with one app, a database, and a test for every outcome."""

PROJECT = {
    "requirements.txt": "Django==5.2.1\n",
    "manage.py": '''import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
    execute_from_command_line(sys.argv)
''',
    "site_settings.py": '''SECRET_KEY = "x"
INSTALLED_APPS = ["django.contrib.contenttypes", "shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.sqlite3"}}
ROOT_URLCONF = "shop.urls"
TEST_RUNNER = "shop.own_runner.OwnRunner"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
''',
    "shop/__init__.py": "",
    "shop/own_runner.py": '''from django.test.runner import DiscoverRunner


class OwnRunner(DiscoverRunner):
    """The project's own: it must go on being used."""

    def setup_test_environment(self, **kwargs):
        super().setup_test_environment(**kwargs)
        from shop import views

        views.GREETING = "from the project's own runner"
''',
    "shop/models.py": '''from django.db import models


class Order(models.Model):
    price = models.IntegerField()
''',
    "shop/views.py": '''from django.http import HttpResponse

GREETING = ""


def total(request):
    from shop.models import Order

    return HttpResponse(str(sum(order.price for order in Order.objects.all())))
''',
    "shop/urls.py": '''from django.urls import path

from shop import views

urlpatterns = [path("total", views.total)]
''',
    "shop/tests.py": '''from django.test import TestCase

from shop import views
from shop.models import Order


class OrderTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        Order.objects.create(price=7)

    def test_total(self):
        self.assertEqual(self.client.get("/total").content, b"7")

    def test_the_projects_own_runner_is_used(self):
        self.assertEqual(views.GREETING, "from the project's own runner")

    def test_absent_route(self):
        self.assertEqual(self.client.get("/users").status_code, 200)

    def test_wrong(self):
        self.assertContains(self.client.get("/total"), "8")


class Broken(TestCase):
    @classmethod
    def setUpTestData(cls):
        raise ValueError("no fixture")

    def test_it(self):
        pass
''',
}  # fmt: skip
RUNTESTS = {
    **{path: text for path, text in PROJECT.items() if path not in ("manage.py", "requirements.txt")},
    "setup.py": 'from setuptools import setup\nsetup(name="shop", version="1", install_requires=["Django==5.2.1"])\n',
    "runtests.py": """import os
import sys

import django
from django.conf import settings
from django.test.utils import get_runner

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "site_settings"
    django.setup()
    failures = get_runner(settings)().run_tests(["shop"])
    sys.exit(bool(failures))
""",
}
