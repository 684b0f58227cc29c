"""Python: where a project says what its tests need, how it is laid out, and how its tests are named."""

from tests.support.stranger_projects.stranger import Stranger

TEST = "import shop\n\n\ndef test_a(mocker):\n    assert shop\n"
PLAIN = "def test_a():\n    assert True\n"
NEEDING = {
    "shop/__init__.py": "import itsdangerous\n",
    "tests/test_a.py": TEST,
    "pytest.ini": "[pytest]\naddopts = --timeout=30\n",
}
"""Needs a package, a fixture of one plugin, and an option of another."""
PROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["itsdangerous"]\n'
FREE = '[project]\nname = "shop"\nversion = "1"\n[dependency-groups]\ndev = ["pytest"]\n'
THREE = '["pytest", "pytest-mock", "pytest-timeout"]'
LINES = "pytest\npytest-mock\npytest-timeout\n"
POETRY = (
    '[tool.poetry]\nname = "shop"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.8"\nitsdangerous = "^2"\n'
)
PIPFILE = '[packages]\nitsdangerous = "*"\nenum34 = {version = "*", markers = "python_version < \'3.4\'"}\n[dev-packages]\npytest = "*"\npytest-mock = "*"\npytest-timeout = {version = "*", index = "pypi"}\n'
VERSIONED = {
    "shop/__init__.py": "from shop._version import version\n",
    "tests/test_a.py": "import shop\n\n\ndef test_a():\n    assert shop.version\n",
}
DYNAMIC = '[project]\nname = "shop"\ndynamic = ["version"]\n[dependency-groups]\ndev = ["pytest"]\n'
IMPORTED = "import shop.prices\n\n\ndef test_a():\n    assert shop.prices\n"
SETUP = "from setuptools import setup\nsetup()\n"


def needing(name: str, **files: str | bytes) -> Stranger:
    return Stranger(name, {**NEEDING, **named(files)})


def named(files: dict[str, str | bytes]) -> dict[str, str | bytes]:
    """Keyword names as paths: `tests__requirements_txt` is tests/requirements.txt, `setup_cfg` setup.cfg."""
    return {name.replace("__", "/")[::-1].replace("_", ".", 1)[::-1]: text for name, text in files.items()}


GROUPS = (
    needing(
        "flit's legacy tables",
        pyproject_toml='[build-system]\nrequires = ["flit_core >=2,<4"]\nbuild-backend = "flit_core.buildapi"\n[tool.flit.metadata]\n'
        f'module = "shop"\nauthor = "a"\nrequires = ["itsdangerous"]\n[tool.flit.metadata.requires-extra]\nci = {THREE}\n',
    ),
    needing("a PEP 735 group of another", pyproject_toml=PROJECT
            + '[dependency-groups]\nverify = [{include-group = "speed"}, "pytest", "pytest-mock"]\nspeed = ["pytest-timeout"]\n'),
    needing("uv's default groups", pyproject_toml=PROJECT + f'[dependency-groups]\nrobots = {THREE}\n[tool.uv]\ndefault-groups = ["robots"]\n'),
    needing("uv's legacy dev-dependencies", pyproject_toml=PROJECT + f"[tool.uv]\ndev-dependencies = {THREE}\n"),
    needing("rye", pyproject_toml=PROJECT + f"[tool.rye]\ndev-dependencies = {THREE}\n"),
    needing("PDM", pyproject_toml=PROJECT + f'[tool.pdm.dev-dependencies]\nlint = ["flake8"]\nunit = {THREE}\n'),
    needing("pixi", pyproject_toml=PROJECT + '[tool.pixi.feature.test.dependencies]\npytest = "*"\npytest-mock = "*"\n'
            '[tool.pixi.feature.test.pypi-dependencies]\npytest-timeout = "*"\n'),
    needing("Poetry's legacy dev-dependencies", pyproject_toml=POETRY
            + '[tool.poetry.dev-dependencies]\npytest = "*"\npytest-mock = "^3"\npytest-timeout = {version = "^2", python = "^3.8"}\n'),
    needing("an optional group of Poetry", pyproject_toml=POETRY + '[tool.poetry.group.qa]\noptional = true\n'
            '[tool.poetry.group.qa.dependencies]\npytest = "*"\npytest-mock = "*"\npytest-timeout = "*"\n'),
    needing("hatch, an environment of another", pyproject_toml=PROJECT + '[tool.hatch.envs.default]\ndependencies = ["pytest"]\n'
            '[tool.hatch.envs.ci]\nextra-dependencies = ["pytest-mock", "pytest-timeout"]\n[tool.hatch.envs.ci.scripts]\nrun = "pytest {args}"\n'),
    needing("hatch test", pyproject_toml=PROJECT + '[tool.hatch.envs.hatch-test]\nextra-dependencies = ["pytest-timeout"]\n'),
    needing("tox in pyproject.toml", pyproject_toml=PROJECT + '[tool.tox]\nlegacy_tox_ini = """\n[tox]\nenvlist = py{39,311}, lint\n'
            "[testenv]\ndeps =\n  pytest\n  py311: pytest-mock\n  {[base]deps}\ncommands = pytest {posargs}\n[base]\ndeps = pytest-timeout\n\"\"\"\n"),
    needing("tox, extras and groups", tox_ini="[tox]\nenv_list = 3.11\n[testenv]\nextras = verify\ndependency_groups = check\ncommands = pytest\n",
            pyproject_toml=PROJECT + '[project.optional-dependencies]\nverify = ["pytest-mock"]\n[dependency-groups]\ncheck = ["pytest", "pytest-timeout"]\n'),
    needing("nox in a loop", pyproject_toml=PROJECT, noxfile_py="import nox\n\n\n@nox.session\ndef unit(session):\n    session.install('.')\n"
            "    for one in ('pytest', 'pytest-mock', 'pytest-timeout'):\n        session.install(one)\n    session.run('pytest')\n"),
    Stranger("Pipfile, markers and another index", {**NEEDING, "Pipfile": PIPFILE}),
    needing("setup.cfg", setup_py=SETUP, setup_cfg="[metadata]\nname = shop\nversion = 1\n[options]\npackages = find:\ninstall_requires =\n"
            '    itsdangerous>=2 ; python_version>"3"\n[options.extras_require]\ntesting =\n    pytest\n    pytest-mock\n    pytest-timeout\n'),
    needing("setuptools' dynamic files", deps_txt="itsdangerous\n", qa_txt=LINES,
            pyproject_toml='[project]\nname = "shop"\nversion = "1"\ndynamic = ["dependencies", "optional-dependencies"]\n'
            '[tool.setuptools.dynamic]\ndependencies = {file = ["deps.txt"]}\noptional-dependencies.qa = {file = "qa.txt"}\n'),
    needing("requirements in the tests' folder", requirements_txt="itsdangerous\n", tests__requirements_txt=LINES),
    needing("requirements in a folder", requirements__base_txt="itsdangerous\n", requirements__local_txt="-r base.txt\n" + LINES,
            requirements__production_txt="-r base.txt\ngunicorn\n"),
    needing("requirements in UTF-16", requirements_txt=("itsdangerous\r\n" + LINES.replace("\n", "\r\n")).encode("utf-16")),
    needing("options of requirements", requirements_txt="--index-url https://pypi.org/simple\n--pre\nitsdangerous>=2 \\\n  ; python_version >= '3.8' \\\n"
            "  --hash=sha256:c6242fc49e35958c8b15141343aa660db5fc54d4f13a1db01a3f5891b98700ef\n-c limits.txt\npytest # for the tests\n"
            "pytest-mock\npytest-timeout --config-settings x=y\n", limits_txt="pytest<10\n"),
    needing("an editable with extras", requirements_txt="-e .[test]\n",
            pyproject_toml=PROJECT + f"[project.optional-dependencies]\ntest = {THREE}\n"),
    needing("conda's environment", environment_yml="name: x\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - itsdangerous=2\n"
            "  - pytest\n  - pip\n  - pip:\n    - pytest-mock\n    - pytest-timeout\n"),
)  # fmt: skip
LAYOUTS = (
    Stranger("src without __init__", {"pyproject.toml": FREE, "src/shop/prices.py": "", "tests/test_a.py": IMPORTED}, quick=True),
    Stranger("packages of hatch elsewhere", {"pyproject.toml": FREE + '[tool.hatch.build.targets.wheel]\npackages = ["backend/shop"]\n',
             "backend/shop/prices.py": "", "tests/test_a.py": IMPORTED}),
    Stranger("sources of hatch elsewhere", {"pyproject.toml": FREE + '[tool.hatch.build.targets.wheel.sources]\n"code/shop" = "shop"\n',
             "code/shop/prices.py": "", "tests/test_a.py": IMPORTED}),
    Stranger("package_dir of setup.py", {"setup.py": "from setuptools import setup, find_packages\nsetup(name='shop', package_dir={'': 'lib'}, "
             "packages=find_packages('lib'), extras_require={'dev': ['pytest']})\n", "lib/shop/prices.py": "", "tests/test_a.py": IMPORTED}),
    Stranger("a package in a folder of another name", {"pyproject.toml": FREE + '[tool.setuptools.package-dir]\nshop = "code"\n',
             "code/__init__.py": "", "code/prices.py": "", "tests/test_a.py": IMPORTED}),
    Stranger("a path that a member of a workspace needs", {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "0"\ndependencies = ["shop-money-zz"]\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
        '[tool.uv.sources]\nshop-money-zz = {workspace = true}\n[dependency-groups]\ndev = ["pytest"]\n',
        "packages/money/pyproject.toml": '[project]\nname = "shop-money-zz"\nversion = "1"\ndependencies = ["itsdangerous"]\n',
        "packages/money/src/money/__init__.py": "import itsdangerous\n", "tests/test_a.py": "import money\n\n\ndef test_a():\n    assert money\n"}),
    Stranger("a folder of Poetry and one of hatch", {
        "pyproject.toml": FREE + '[tool.hatch.envs.default]\nworkspace.members = ["libs/two"]\n[tool.poetry]\nname = "shop"\n'
        '[tool.poetry.dependencies]\nshop-one-zz = {path = "libs/one", develop = true}\n',
        "libs/one/pyproject.toml": '[project]\nname = "shop-one-zz"\nversion = "1"\n', "libs/one/one.py": "",
        "libs/two/pyproject.toml": '[project]\nname = "shop-two-zz"\nversion = "1"\n', "libs/two/src/two/__init__.py": "",
        "tests/test_a.py": "import one\nimport two\n\n\ndef test_a():\n    assert one and two\n"}),
    Stranger("tests beside the service", {"service/requirements.txt": "pytest\n", "service/main.py": "X = 1\n",
             "tests/unit/test_a.py": "from main import X\n\n\ndef test_a():\n    assert X\n"}),
    Stranger("settings of a linter at the top", {"pyproject.toml": "[tool.ruff]\nline-length = 100\n", "backend/requirements.txt": "pytest\n",
             "backend/app.py": "", "backend/tests/test_a.py": "import app\n\n\ndef test_a():\n    assert app\n"}, root="backend"),
    Stranger("a browser's tests at the top", {"package.json": '{"scripts": {"test": "playwright test"}, "devDependencies": {"@playwright/test": "^1"}}',
             "e2e/a.spec.ts": "", "api/pyproject.toml": FREE, "api/shop/__init__.py": "", "api/tests/test_a.py": PLAIN}, root="api"),
    Stranger("Django below requirements", {
        "requirements/dev.txt": "django>=4.2\n", "src/manage.py": "import os, sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf')\n"
        "from django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n",
        "src/conf.py": "SECRET_KEY = 'x'\nINSTALLED_APPS = ['blog']\nDATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n",
        "src/blog/__init__.py": "", "src/blog/tests.py": "from django.test import TestCase\n\n\nclass T(TestCase):\n    def test_a(self):\n        pass\n",
    }, root="src", runner="django"),
)  # fmt: skip
NAMES = (
    Stranger("names in tox.ini", {"pyproject.toml": FREE, "tox.ini": "[pytest]\npython_files = check_*.py spec_*.py\n", "shop/__init__.py": "",
             "checks/check_a.py": PLAIN}),
    Stranger("every module below testpaths", {"pyproject.toml": FREE, "pytest.ini": "[pytest]\npython_files = *.py\ntestpaths = qa\n",
             "shop/__init__.py": "", "qa/prices.py": PLAIN}, quick=True),
    Stranger("classes and functions by other names", {"pyproject.toml": FREE + '[tool.pytest.ini_options]\npython_files = ["*_spec.py"]\n'
             'python_functions = ["should_*", "it_*"]\npython_classes = ["Describe*"]\n', "shop/__init__.py": "", "shop/cart_spec.py":
             "class DescribeCart:\n    def it_adds(self): assert 1\n    def should_empty(self): assert 1\n"}, passed=2),
    Stranger("a configuration above", {"pytest.ini": "[pytest]\npython_files = *_spec.py\ntestpaths = backend/specs\n", "backend/pyproject.toml": FREE,
             "backend/shop/__init__.py": "", "backend/specs/a_spec.py": PLAIN}),
    Stranger("unittest by a Makefile", {"pyproject.toml": FREE, "shop/__init__.py": "", "spec/a_spec.py":
             "import unittest\n\n\nclass T(unittest.TestCase):\n    def test_a(self): pass\n",
             "Makefile": "test:\n\tpython -m unittest discover -s spec -p '*_spec.py'\n"}, runner="unittest"),
    Stranger("a path of modules in a Makefile", {"pyproject.toml": FREE, "Makefile": "test:\n\tPYTHONPATH=lib poetry run pytest -q qa/checks.py\n",
             "lib/shop/prices.py": "", "qa/checks.py": IMPORTED}),
    Stranger("xdist, coverage, warnings as errors", {"requirements-dev.txt": "pytest\npytest-xdist\npytest-cov\n", "svc/__init__.py": "A = 1\n",
             "pytest.ini": "[pytest]\naddopts = -n auto --dist loadscope --cov=svc --cov-fail-under=99 --strict-config\nfilterwarnings = error\n",
             "tests/test_a.py": "import svc\n\n\ndef test_a():\n    assert svc.A\n"}),
)  # fmt: skip
VERSIONS = (
    Stranger("setuptools-scm with a template", {**VERSIONED, "shop/__init__.py": "from shop._version import release as version\n",
             "pyproject.toml": DYNAMIC + '[tool.setuptools_scm]\nversion_file = "shop/_version.py"\nversion_file_template = """\nrelease = "{version}"\n"""\n'}),
    Stranger("hatch-vcs", {**VERSIONED, "pyproject.toml": DYNAMIC + '[tool.hatch.version]\nsource = "vcs"\n[tool.hatch.build.hooks.vcs]\n'
             'version-file = "shop/_version.py"\n'}),
    Stranger("a path that setup.py joins", {**VERSIONED, "setup.py": "import os\nfrom setuptools import setup\nsetup(name='shop', "
             "use_scm_version=dict(write_to=os.path.join('shop', '_version.py')), extras_require={'dev': ['pytest']})\n"}),
)  # fmt: skip
SAID = (
    Stranger("files like tests that nobody collects", {"requirements.txt": "pytest\n", "shop/__init__.py": "",
             "unit_tests/add_tests.py": "import unittest\n\n\nclass Add(unittest.TestCase):\n    def test_it(self): pass\n"},
             says="no test was collected, although 1 file looks like one: unit_tests/add_tests.py"),
    Stranger("a package that nobody declares", {"requirements.txt": "pytest\n", "tests/test_a.py": "import nobody_zz\n" + PLAIN},
             says="No module named 'nobody_zz'"),
)  # fmt: skip
PYTHON: tuple[Stranger, ...] = (*GROUPS, *LAYOUTS, *NAMES, *VERSIONS, *SAID)
