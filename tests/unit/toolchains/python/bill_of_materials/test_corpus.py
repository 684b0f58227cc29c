"""One case an import, in the dress real code wears."""

import pytest

from aurora.toolchains.python.bill_of_materials import BillOfMaterials
from tests.support.workspaces import workspace

PATHS = (
    "src/shop/__init__.py",
    "src/shop/api/__init__.py",
    "src/shop/api/users.py",
    "src/shop/services/orders.py",
    "src/backend/core/money.py",
    "legacy.py",
    "admin/manage.py",
    "admin/polls/models.py",
    "scripts/seed.py",
    "scripts/seeding.py",
    "tests/conftest.py",
    "tests/factories.py",
    "tests/unit/test_orders.py",
    "tests/unit/builders.py",
    "pyproject.toml",
)
APP, TEST, SCRIPT = "src/shop/api/users.py", "tests/unit/test_orders.py", "scripts/seed.py"

ALLOWED = [
    pytest.param(APP, "import os, sys, json", id="standard library"),
    pytest.param(APP, "from collections.abc import Iterator", id="standard library submodule"),
    pytest.param(APP, "from __future__ import annotations", id="future"),
    pytest.param(APP, "import tomllib", id="standard library since 3.11"),
    pytest.param(APP, "import fastapi", id="declared"),
    pytest.param(APP, "from fastapi.testclient import TestClient", id="submodule of declared"),
    pytest.param(APP, "import httpx as client", id="alias"),
    pytest.param(APP, "import yaml", id="yaml is pyyaml"),
    pytest.param(APP, "from bs4 import BeautifulSoup", id="bs4 is beautifulsoup4"),
    pytest.param(APP, "from PIL import Image", id="PIL is pillow"),
    pytest.param(APP, "import jwt", id="jwt is pyjwt"),
    pytest.param(APP, "from dateutil.parser import isoparse", id="dateutil is python-dateutil"),
    pytest.param(APP, "from google.cloud import storage", id="namespace package, from"),
    pytest.param(APP, "import google.cloud.storage.blob", id="namespace package, dotted"),
    pytest.param(APP, "import google.cloud", id="namespace itself"),
    pytest.param(APP, "from pydantic import BaseModel", id="pydantic comes with fastapi's own documentation"),
    pytest.param(APP, "from starlette.requests import Request", id="starlette with fastapi"),
    pytest.param(APP, "from . import orders", id="relative"),
    pytest.param(APP, "from ..services.orders import place", id="relative parent"),
    pytest.param(APP, "from shop.services.orders import place", id="first party below src"),
    pytest.param(APP, "import src.shop.api", id="first party through the root"),
    pytest.param(APP, "from backend.core.money import Money", id="first party without __init__"),
    pytest.param(APP, "import legacy", id="module in the root"),
    pytest.param("admin/polls/views.py", "from polls.models import Poll", id="Django application beside manage.py"),
    pytest.param(SCRIPT, "import seeding", id="beside a script"),
    pytest.param(TEST, "from factories import make_user", id="helper above a test"),
    pytest.param(TEST, "import builders", id="helper beside a test"),
    pytest.param(TEST, "from tests.factories import make_user", id="tests as a package"),
    pytest.param(TEST, "import pytest", id="runner in a test"),
    pytest.param(TEST, "import _pytest.monkeypatch", id="runner's inside in a test"),
    pytest.param(TEST, "from freezegun import freeze_time", id="development package in a test"),
    pytest.param("conftest.py", "import freezegun", id="development package in conftest"),
    pytest.param("scripts/x.py", "import freezegun", id="development package in a script"),
    pytest.param(APP, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import httpcore", id="typing"),
    pytest.param(APP, "import typing\nif typing.TYPE_CHECKING:\n    import freezegun", id="typing, development"),
    pytest.param(APP, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import _typeshed", id="typeshed"),
    pytest.param(APP, "try:\n    import tomllib\nexcept ImportError:\n    import tomli", id="by marker"),
    pytest.param(APP, "import importlib\nimportlib.import_module('yaml')", id="dynamic declared"),
    pytest.param(APP, "import importlib\nimportlib.import_module('.x', __package__)", id="dynamic relative"),
    pytest.param(APP, "import importlib\nimportlib.import_module(name)", id="dynamic unknown"),
    pytest.param(APP, "text = 'import requests'", id="import inside a string"),
    pytest.param(APP, "# import requests", id="import inside a comment"),
    pytest.param("src/shop/api/orders.py", "from shop.api import users", id="from a file that is new"),
]  # fmt: skip

REFUSED = [
    pytest.param(
        APP, "import fastapi_users_db_sqlalchemy_async_magic", "fastapi_users_db_sqlalchemy_async_magic", "`fastapi`",
        id="the specification's hallucination",
    ),
    pytest.param(APP, "import requests", "requests", "`httpx`", id="same purpose"),
    pytest.param(APP, "import httpxx", "httpxx", "`httpx`", id="misspelt"),
    pytest.param(APP, "import numpy as np", "numpy", "ask_architect", id="alias"),
    pytest.param(APP, "from sqlalchemy.orm import Session", "sqlalchemy", "ask_architect", id="submodule"),
    pytest.param(APP, "import os, requests", "requests", "httpx", id="second of a line"),
    pytest.param(APP, "import six", "six", "dependency of another package", id="transitive, parent unknown"),
    pytest.param(APP, "import httpcore", "httpcore", "dependency of httpx", id="transitive, parent known"),
    pytest.param(APP, "import anyio", "anyio", "dependency of httpx, starlette", id="transitive of two"),
    pytest.param(APP, "from google.protobuf import message", "google", "package protobuf", id="namespace, other part"),
    pytest.param(APP, "from google.cloud import bigquery", "google", "ask_architect", id="namespace, part not there"),
    pytest.param(APP, "from sklearn import svm", "sklearn", "scikit-learn", id="import name differs, not installed"),
    pytest.param(APP, "import cv2", "cv2", "opencv-python", id="cv2"),
    pytest.param(APP, "try:\n    import orjson\nexcept ImportError:\n    orjson = None", "orjson",
                 "Catching ImportError", id="guarded"),
    pytest.param(APP, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import boto3", "boto3", "ask",
                 id="typing, not installed"),
    pytest.param(APP, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import six", "six",
                 "dependency", id="else of typing"),
    pytest.param(APP, "import importlib\nimportlib.import_module('requests.auth')", "requests", "httpx", id="dynamic"),
    pytest.param(APP, "from importlib import import_module\nimport_module('requests')", "requests", "httpx",
                 id="dynamic by name"),
    pytest.param(APP, "__import__('requests')", "requests", "httpx", id="dunder import"),
    pytest.param(APP, "def f():\n    import requests", "requests", "httpx", id="inside a function"),
    pytest.param(APP, "class A:\n    if True:\n        from requests import get", "requests", "httpx", id="in a class"),
    pytest.param(APP, "import freezegun", "freezegun", "development only", id="development package in the product"),
    pytest.param(APP, "import pytest", "pytest", "development only", id="runner in the product"),
    pytest.param(APP, "import users", "users", "from . import users", id="module of the same package"),
    pytest.param(APP, "import urllib2", "urllib2", "ask_architect", id="Python 2"),
    pytest.param(TEST, "import respx", "respx", "ask_architect", id="test library nobody declared"),
    pytest.param(TEST, "import pytest\nrequests = pytest.importorskip('requests')", "requests", "httpx",
                 id="importorskip"),
    pytest.param(SCRIPT, "import pandas", "pandas", "ask_architect", id="script"),
    pytest.param("src/shop/x.py", "from requests import *", "requests", "httpx", id="star"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text"), ALLOWED)
def test_what_the_project_declares_or_owns_may_be_imported(path: str, text: str) -> None:
    assert BillOfMaterials.of(workspace(), PATHS).check(path, text, before="") == ()


@pytest.mark.parametrize(("path", "text", "package", "says"), REFUSED)
def test_what_is_not_declared_is_refused_with_what_to_do(path: str, text: str, package: str, says: str) -> None:
    findings = BillOfMaterials.of(workspace(), PATHS).check(path, text, before="")
    assert len(findings) == 1, findings
    (found,) = findings
    assert f"`{package}`" in found.message
    assert says in f"{found.message} {found.hint}"
    assert found.check == "bill_of_materials"
    assert found.path == path
    needle = next(i for i, line in enumerate(text.splitlines(), 1) if package in line)
    assert found.line == needle
