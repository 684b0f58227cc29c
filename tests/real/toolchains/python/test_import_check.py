"""Changed modules are imported as the project's own tests import them, and what fails is compared with the base."""

import pytest

from tests.support.import_checks import CHANGE, CONFIGURED, MODEL, OTHERS, imported, of_django
from tests.support.red_corpus.django_rest import FILES as SHOP

LIBRARY = {
    "pyproject.toml": '[project]\nname = "lib"\nversion = "1"\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
    "src/lib/__init__.py": "",
    "src/lib/core.py": "def size():\n    return 1\n",
    "tests/test_core.py": "def test_it():\n    pass\n",
}


async def test_what_imports_passes_and_is_counted(tmp_path):
    change = {"src/lib/more.py": "from lib.core import size\n", "src/lib/core.py": "def size() -> int: ...\n"}
    said = await imported(tmp_path, LIBRARY, change)
    assert (said.passed, said.summary) == (True, "2 modules can be imported")


async def test_a_finding_shows_the_last_frame_within_the_repository(tmp_path):
    change = {
        "src/lib/more.py": "from lib import parse\n",
        "src/lib/parse.py": "import json\n\nDATA = json.loads('{')\n",
    }
    said = await imported(tmp_path, LIBRARY, change)
    (finding,) = said.findings
    assert not said.passed and (finding.path, finding.line) == ("src/lib/parse.py", 3)
    assert "at src/lib/parse.py:3 in <module>\n    DATA = json.loads('{')" in finding.message


async def test_modules_that_import_each_other_are_a_finding(tmp_path):
    change = {"src/lib/a.py": "from lib.b import y\nx = 1\n", "src/lib/b.py": "from lib.a import x\ny = 1\n"}
    said = await imported(tmp_path, LIBRARY, change)
    assert not said.passed and "circular" in said.findings[0].message and "circular" in said.findings[0].hint
    assert "src/lib/a.py:1 imports src/lib/b.py:1 imports src/lib/a.py" in said.findings[0].message
    assert "inside the function" in said.findings[0].hint


async def test_each_cause_is_one_finding_and_one_failing_module_does_not_hide_another(tmp_path):
    change = {
        "src/lib/__init__.py": "",
        "src/lib/a.py": "nope\n",
        "src/lib/b.py": "1 / 0\n",
        "src/lib/c.py": "import lib.b\n",
    }
    said = await imported(tmp_path, LIBRARY, change)
    assert [finding.path for finding in said.findings] == ["src/lib/a.py", "src/lib/b.py"]
    assert said.summary.startswith("2 imports fail")


async def test_what_failed_in_the_same_way_at_the_base_is_not_the_tasks_trouble(tmp_path):
    base = {**LIBRARY, "src/lib/old.py": "import not_there\n"}
    change = {"src/lib/old.py": "import not_there\n\nX = 1\n", "src/lib/new.py": "import lib.old\n"}
    said = await imported(tmp_path, base, change)
    assert said.passed and "2 modules fail as at the base commit, first src/lib/new.py" in said.summary


async def test_a_new_module_that_fails_in_an_unchanged_broken_one_is_not_the_tasks_trouble(tmp_path):
    base = {**LIBRARY, "src/lib/old.py": "import not_there\n"}
    said = await imported(tmp_path, base, {"src/lib/new.py": "import lib.old\n"})
    assert said.passed and "1 module fail as at the base commit" in said.summary


async def test_another_error_than_at_the_base_is_a_finding(tmp_path):
    base = {**LIBRARY, "src/lib/old.py": "import not_there\n"}
    said = await imported(tmp_path, base, {"src/lib/old.py": "import not_here\n"})
    assert not said.passed and "not_here" in said.findings[0].message


async def test_a_variable_of_the_environment_that_is_not_set_here_is_said_and_not_refused(tmp_path):
    change = {"src/lib/config.py": "import os\n\nKEY = os.environ['LIB_KEY']\n"}
    said = await imported(tmp_path, LIBRARY, change)
    assert said.passed and "1 module not checked, first src/lib/config.py: KeyError: 'LIB_KEY'" in said.summary


async def test_a_key_that_an_own_table_lacks_is_a_finding_all_the_same(tmp_path):
    said = await imported(tmp_path, LIBRARY, {"src/lib/config.py": "KEY = {}['LIB_KEY']\n"})
    assert not said.passed


async def test_what_a_conftest_sets_up_is_there(tmp_path):
    base = {**LIBRARY, "conftest.py": "import os\n\nos.environ['LIB_KEY'] = 'x'\n"}
    said = await imported(tmp_path, base, {"src/lib/config.py": "import os\n\nKEY = os.environ['LIB_KEY']\n"})
    assert (said.passed, said.summary) == (True, "1 module can be imported")


async def test_a_program_that_ends_itself_is_no_module(tmp_path):
    change = {
        "scripts/load.py": "import sys\n\nsys.exit('usage: load')\n",
        "src/lib/__main__.py": "raise SystemExit(2)\n",
    }
    said = await imported(tmp_path, LIBRARY, change)
    assert said.passed and "1 module not checked, first scripts/load.py" in said.summary


async def test_a_module_that_ends_the_process_is_named(tmp_path):
    said = await imported(tmp_path, LIBRARY, {"src/lib/hard.py": "import os\n\nos._exit(3)\n"})
    assert not said.passed and "while src/lib/hard.py was imported" in said.findings[0].message


async def test_a_pytest_that_does_not_start_is_done_without(tmp_path):
    base = {**LIBRARY, "pyproject.toml": LIBRARY["pyproject.toml"] + 'addopts = "--nowhere"\n'}
    said = await imported(tmp_path, base, {"src/lib/core.py": "X = 1\n"})
    assert (said.passed, said.summary) == (True, "1 module can be imported")


async def test_a_project_of_unittest_is_imported_from_its_root(tmp_path):
    base = {
        "shop/__init__.py": "",
        "tests/__init__.py": "",
        "tests/test_a.py": "import unittest\n\nclass A(unittest.TestCase):\n    def test_a(self): ...\n",
    }
    said = await imported(tmp_path, base, {"shop/prices.py": "import shop\n"})
    assert (said.passed, said.summary) == (True, "1 module can be imported")


async def test_an_app_factory_imports_without_its_app(tmp_path):
    factory = (
        "from starlette.applications import Starlette\n\nfrom lib import routes\n\n\n"
        "def create_app():\n    return Starlette(routes=routes.all())\n"
    )
    change = {"src/lib/factory.py": factory, "src/lib/routes.py": "def all():\n    raise NotImplementedError\n"}
    said = await imported(tmp_path, LIBRARY, change)
    assert said.passed


# ── Django ──

WITHOUT_INI = {path: text for path, text in SHOP.items() if path != "pytest.ini"}
UNITTEST = "from django.test import TestCase\n\n\nclass A(TestCase):\n    def test_a(self):\n        pass\n"
MANAGE = (
    "import os\nimport sys\n\n\ndef main():\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n"
    "    from django.core.management import execute_from_command_line\n    execute_from_command_line(sys.argv)\n\n\n"
    "if __name__ == '__main__':\n    main()\n"
)
OF_MANAGE = {**WITHOUT_INI, "requirements.txt": "django\n", "manage.py": MANAGE, "shop/tests.py": UNITTEST}


@of_django
@pytest.mark.parametrize(
    "base",
    [
        pytest.param(SHOP, id="pytest.ini"),
        pytest.param(
            {**WITHOUT_INI, "setup.cfg": "[tool:pytest]\nDJANGO_SETTINGS_MODULE = config.settings\n"}, id="cfg"
        ),
        pytest.param({**WITHOUT_INI, "tox.ini": "[pytest]\naddopts = --ds=config.settings\n"}, id="--ds in tox.ini"),
        pytest.param(
            {
                **WITHOUT_INI,
                "pyproject.toml": '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "config.settings"\n',
            },
            id="pyproject.toml",
        ),
        pytest.param(
            {
                **WITHOUT_INI,
                "conftest.py": "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n",
            },
            id="conftest",
        ),
        pytest.param(
            {**WITHOUT_INI, "requirements.txt": "pytest\ndjango\n", "manage.py": MANAGE}, id="manage.py, pytest"
        ),
        pytest.param(OF_MANAGE, id="manage.py, Django's runner"),
    ],
)
async def test_a_model_a_serializer_a_view_and_a_setting_are_no_trouble(tmp_path, base):
    said = await imported(tmp_path, base, CHANGE, OTHERS)
    assert said.passed, said.findings
    assert said.summary == "5 modules can be imported"


@of_django
@pytest.mark.parametrize("base", [SHOP, OF_MANAGE], ids=["pytest", "Django's runner"])
async def test_a_project_in_a_folder_is_imported_by_its_own_names(tmp_path, base):
    moved = {f"backend/{path}": text for path, text in base.items()}
    said = await imported(tmp_path, moved, {f"backend/{path}": text for path, text in CHANGE.items()}, OTHERS)
    assert said.passed, said.findings


@of_django
async def test_configuration_at_the_root_and_manage_py_in_a_folder(tmp_path):
    moved = {f"backend/{path}": text for path, text in WITHOUT_INI.items() if path != "requirements.txt"}
    base = {**moved, "pytest.ini": SHOP["pytest.ini"], "requirements.txt": SHOP["requirements.txt"]}
    said = await imported(tmp_path, base, {f"backend/{path}": text for path, text in CHANGE.items()}, OTHERS)
    assert said.passed, said.findings


@of_django
async def test_settings_as_classes_are_set_up(tmp_path):
    ini = "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\nDJANGO_CONFIGURATION = Dev\n"
    base = {**SHOP, "pytest.ini": ini, "config/settings.py": CONFIGURED}
    said = await imported(tmp_path, base, {"shop/models.py": CHANGE["shop/models.py"]}, OTHERS)
    assert said.passed, said.findings


@of_django
async def test_models_of_a_new_app_that_is_not_installed_are_a_finding_with_its_own_advice(tmp_path):
    change = {"billing/__init__.py": "", "billing/models.py": MODEL.format(name="Invoice")}
    said = await imported(tmp_path, SHOP, change, OTHERS)
    (finding,) = said.findings
    assert finding.path == "billing/models.py" and "INSTALLED_APPS in config/settings.py" in finding.hint
    assert "'billing'" in finding.hint


@of_django
async def test_models_of_a_new_app_that_is_installed_pass(tmp_path):
    settings = SHOP["config/settings.py"].replace('"shop"]', '"shop", "billing"]')
    change = {
        "billing/__init__.py": "",
        "billing/models.py": MODEL.format(name="Invoice"),
        "config/settings.py": settings,
    }
    assert (await imported(tmp_path, SHOP, change, OTHERS)).passed


@of_django
async def test_settings_that_could_not_be_loaded_before_the_change_are_said_and_the_task_goes_on(tmp_path):
    base = {**SHOP, "config/settings.py": "import not_installed\n" + SHOP["config/settings.py"]}
    said = await imported(tmp_path, base, {"shop/models.py": CHANGE["shop/models.py"]}, OTHERS)
    assert said.passed and "not checked: the project's settings can't be loaded, as at the base commit" in said.summary
    assert "not_installed" in said.summary


@of_django
async def test_settings_that_the_change_broke_are_a_finding(tmp_path):
    change = {"config/settings.py": SHOP["config/settings.py"].replace('"shop"]', '"shop", "nowhere"]')}
    said = await imported(tmp_path, SHOP, change, OTHERS)
    assert not said.passed and "loading the settings config.settings" in said.findings[0].message
    assert "at the base commit" in said.findings[0].hint


@of_django
async def test_a_model_that_does_not_load_is_a_finding_at_its_line(tmp_path):
    change = {"shop/models.py": SHOP["shop/models.py"] + "\n\nclass Price(models.Modle):\n    pass\n"}
    said = await imported(tmp_path, SHOP, change, OTHERS)
    assert not said.passed and said.findings[0].path == "shop/models.py" and "Modle" in said.findings[0].message


@of_django
async def test_without_any_settings_what_needs_them_is_said_to_be_unchecked(tmp_path):
    base = {path: text for path, text in WITHOUT_INI.items() if path != "manage.py"}
    said = await imported(tmp_path, base, {"shop/models.py": CHANGE["shop/models.py"]}, OTHERS)
    assert said.passed and "1 module not checked, first shop/models.py" in said.summary
