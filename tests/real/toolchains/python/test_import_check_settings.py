"""The import check where settings come from the environment, are lazy, or are classes, and where an app has a factory.

Real libraries, in the environment of the red corpus.
"""

import pytest

from tests.support.import_checks import CHANGE, CONFIGURED, OTHERS, imported, of_django
from tests.support.red_corpus.django_rest import FILES as SHOP

ENV_SETTINGS = "import environ\n\nenv = environ.Env()\nTOKEN = env('SHOP_TOKEN')\n" + SHOP["config/settings.py"]
CONFIGURED_VALUE = CONFIGURED.replace("import Configuration", "import Configuration, values") + (
    "    TOKEN = values.SecretValue(environ_name='SHOP_TOKEN')\n"
)
OF_CLASSES = "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\nDJANGO_CONFIGURATION = Dev\n"
OF_TOX = "[testenv]\nsetenv =\n    SHOP_TOKEN=x\n    DJANGO_SHOP_TOKEN=x\ncommands = pytest\n"
WEB = {
    "pyproject.toml": '[project]\nname = "web"\nversion = "1"\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
    "web/__init__.py": "",
    "web/config.py": (
        "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    web_token: str\n"
    ),
    "tests/test_web.py": "def test_it():\n    pass\n",
}
FLASK = (
    "from flask import Blueprint, Flask, current_app\n\nbp = Blueprint('web', __name__)\n\n\n"
    "@bp.get('/size')\ndef size():\n    return current_app.config['SIZE']\n\n\n"
    "def create_app():\n    app = Flask(__name__)\n    app.register_blueprint(bp)\n    return app\n"
)


@of_django
@pytest.mark.parametrize(
    "base",
    [
        pytest.param({**SHOP, "config/settings.py": ENV_SETTINGS, "tox.ini": OF_TOX}, id="django-environ"),
        pytest.param(
            {**SHOP, "pytest.ini": OF_CLASSES, "config/settings.py": CONFIGURED_VALUE, "tox.ini": OF_TOX},
            id="a value of django-configurations",
        ),
    ],
)
async def test_settings_by_the_environment_are_loaded_where_the_project_sets_it_for_its_tests(tmp_path, base):
    said = await imported(tmp_path, base, {"shop/models.py": CHANGE["shop/models.py"]}, OTHERS)
    assert said.passed and said.summary == "1 module can be imported", said


@of_django
@pytest.mark.parametrize(
    "base",
    [
        pytest.param({**SHOP, "config/settings.py": ENV_SETTINGS}, id="django-environ"),
        pytest.param(
            {**SHOP, "pytest.ini": OF_CLASSES, "config/settings.py": CONFIGURED_VALUE},
            id="a value of django-configurations",
        ),
    ],
)
async def test_settings_whose_variable_is_not_set_here_are_said_and_refuse_nothing(tmp_path, base):
    said = await imported(tmp_path, base, {"shop/models.py": CHANGE["shop/models.py"]}, OTHERS)
    assert said.passed and "not checked: the project's settings can't be loaded" in said.summary, said


@of_django
async def test_lazy_settings_that_need_a_variable_are_no_trouble_until_they_are_made_at_import(tmp_path):
    lazy = "from web.config import Settings\n\n\ndef get():\n    return Settings()\n"
    change = {"web/lazy.py": lazy, "web/eager.py": "from web.config import Settings\n\nsettings = Settings()\n"}
    said = await imported(tmp_path, WEB, change, OTHERS)
    assert said.passed and said.summary.startswith("1 module can be imported; 1 module not checked, first web/eager.py")


@of_django
async def test_settings_made_at_import_load_where_the_tests_set_the_variable(tmp_path):
    base = {**WEB, "tests/conftest.py": "import os\n\nos.environ['WEB_TOKEN'] = 'x'\n"}
    change = {"web/main.py": "from web.config import Settings\n\nsettings = Settings()\n"}
    said = await imported(tmp_path, base, change, OTHERS)
    assert (said.passed, said.summary) == (True, "1 module can be imported"), said


@of_django
async def test_an_app_factory_of_flask_imports_and_one_that_is_made_at_import_is_shown_at_its_line(tmp_path):
    good = {"web/app.py": FLASK, "web/wsgi.py": "from web.app import create_app\n\napp = create_app()\n"}
    assert (await imported(tmp_path / "good", WEB, good, OTHERS)).passed
    twice = FLASK.replace("    return app", "    app.register_blueprint(bp)\n    return app")
    said = await imported(tmp_path / "bad", WEB, {**good, "web/app.py": twice}, OTHERS)
    (finding,) = said.findings
    assert (finding.path, "already registered" in finding.message) == ("web/app.py", True), finding


@of_django
@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        pytest.param(
            {"shop/forms.py": "from django import forms\n\nfrom shop.models import Item\n\n\n"
             "class F(forms.ModelForm):\n"
             "    class Meta:\n        model = Item\n        fields = ['price']\n"},
            "shop/forms.py:6", "Unknown field(s) (price)", id="a form",
        ),
        pytest.param(
            {"shop/__init__.py": "from shop.models import Item\n"},
            "shop/models.py", "Apps aren't loaded yet", id="models in an app's package",
        ),
        pytest.param(
            {"shop/api.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\nclass Nothing:\n    pass\n\n\n"
             "@app.get('/x')\ndef x() -> Nothing: ...\n"},
            "shop/api.py:10", "Invalid args for response field", id="a response model",
        ),
    ],
)  # fmt: skip
async def test_what_a_library_refuses_is_shown_at_the_line_of_the_repository(tmp_path, change, path, said):
    seen = await imported(tmp_path, SHOP, change, OTHERS)
    finding = seen.findings[0]
    assert said in finding.message and f"{finding.path}:{finding.line}".startswith(path), finding
    assert "site-packages" not in finding.message.partition("\nat ")[2]
