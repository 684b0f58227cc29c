"""The code of a repository that needs its submodules and its files in Git LFS."""

import pytest

from aurora.survey.left_out import may_need, pointers_needed, submodules_needed, words


def needing(part: str, files: dict[str, str]) -> list[str]:
    """Who names a submodule, of files that are found by its words as the driver finds them."""
    found = {path: text for path, text in files.items() if may_need(path) and any(w in text for w in words(part))}
    return [need.by for need in submodules_needed([part], found, list(files))]


@pytest.mark.parametrize(
    ("part", "files", "by"),
    [
        pytest.param("money", {"app/main.py": "import os\nimport money\n"}, "app/main.py:2", id="a module at the root"),
        pytest.param("vendor/pay-lib", {"a.py": "from vendor.pay_lib.x import y"}, "a.py:1", id="a dotted module"),
        pytest.param("vendor/pay", {"a.py": "from vendor import core, pay as p"}, "a.py:1", id="out of its folder"),
        pytest.param("app/proto", {"app/api.py": "from .proto import x_pb2"}, "app/api.py:1", id="a relative import"),
        pytest.param("app/proto", {"app/a/api.py": "from ..proto import x"}, "app/a/api.py:1", id="relative, above"),
        pytest.param("libs/common", {"app/a.py": "from common.log import get"}, "app/a.py:1", id="on the import path"),
        pytest.param(
            "vendor/kit", {"conftest.py": "sys.path.insert(0, 'vendor/kit/src')"}, "conftest.py:1", id="put on the path"
        ),
        pytest.param(
            "shared", {"app/a.py": "P = ROOT.parent / 'shared' / 'x.json'"}, "app/a.py:1", id="a path in pieces"
        ),
        pytest.param(
            "tests/fixtures/suite",
            {"tests/test_a.py": "for f in (HERE / 'fixtures' / 'suite').iterdir():"},
            "tests/test_a.py:1",
            id="a test's data",
        ),
        pytest.param("vendor/ui", {"src/a.ts": "import x from '../vendor/ui/src/x'"}, "src/a.ts:1", id="TypeScript"),
        pytest.param("lib", {"server/a.js": "const l = require('../lib')"}, "server/a.js:1", id="require"),
        pytest.param(
            "vendor/ui", {"package.json": '{"dependencies": {"ui": "file:vendor/ui"}}'}, "package.json", id="npm"
        ),
        pytest.param(
            "libs/ui",
            {"apps/api/package.json": '{"dependencies": {"ui": "link:../../libs/ui"}}'},
            "apps/api/package.json",
            id="a link from a member",
        ),
        pytest.param("vendor/kit", {"requirements.txt": "flask\n-e ./vendor/kit\n"}, "requirements.txt", id="editable"),
        pytest.param(
            "vendor/kit",
            {"pyproject.toml": '[tool.uv.sources]\nkit = {path = "vendor/kit"}'},
            "pyproject.toml",
            id="uv",
        ),
        pytest.param(
            "vendor/kit", {"pytest.ini": "[pytest]\npythonpath = . vendor/kit/src\n"}, "pytest.ini", id="pythonpath"
        ),
        pytest.param(
            "vendor/kit",
            {"tsconfig.json": '{"compilerOptions": {"paths": {"kit/*": ["vendor/kit/src/*"]}}}'},
            "tsconfig.json",
            id="tsconfig paths",
        ),
        pytest.param(
            "tests/spec",
            {"package.json": '{"scripts": {"test": "node tests/spec/run.js"}}'},
            "package.json",
            id="script",
        ),
    ],
)
def test_a_submodule_that_code_needs_is_named_with_who_needs_it(part, files, by):
    assert needing(part, files) == [by]


@pytest.mark.parametrize(
    ("part", "files"),
    [
        pytest.param("docs/theme", {"docs/conf.py": "html_theme_path = ['theme']"}, id="its documents use it"),
        pytest.param(
            "docs/theme", {"app/a.py": "theme = settings['theme']\nimport theme", "app/theme.py": ""}, id="a word"
        ),
        pytest.param("docs/theme", {"app/a.py": "from app.theme import dark", "app/theme/__init__.py": ""}, id="ours"),
        pytest.param(
            "vendor/requests", {"a.py": "import requests", "requirements.txt": "requests==2.32\n"}, id="declared"
        ),
        pytest.param(
            "vendor/kit",
            {"pyproject.toml": '[tool.ruff]\nexclude = ["vendor/kit"]\n[tool.mypy]\nexclude = "vendor/kit"'},
            id="passed over by tools",
        ),
        pytest.param("common", {"tasks.py": "from common import tasks", "app/a.py": ""}, id="chores of invoke"),
        pytest.param("vendor/kit", {"setup.cfg": "[flake8]\nexclude =\n    .git,\n    vendor/kit\n"}, id="flake8"),
        pytest.param("vendor/kit", {"tsconfig.json": '{"exclude": ["vendor/kit"]}'}, id="tsconfig exclude"),
        pytest.param("vendor/kit", {"eslint.config.js": "ignores: ['vendor/kit/**']"}, id="eslint"),
        pytest.param(
            "website/themes/x", {"package.json": '{"scripts": {"site": "hugo -t website/themes/x"}}'}, id="script"
        ),
        pytest.param("deploy/charts", {"app/a.py": "# see deploy/charts\nimport os"}, id="a comment"),
        pytest.param(
            "vendor/kit", {"README.md": "see vendor/kit", ".github/x.js": "require('../vendor/kit')"}, id="prose"
        ),
        pytest.param("vendor/kit", {"a.py": "from kitchen import sink\nimport vendors.kit"}, id="another name"),
    ],
)
def test_a_submodule_that_no_code_names_is_not_needed(part, files):
    assert needing(part, files) == []


@pytest.mark.parametrize(
    ("pointer", "files", "needed"),
    [
        pytest.param("data/model.bin", {"app/a.py": "load('data/model.bin')"}, True, id="code loads it"),
        pytest.param("tests/data/a.parquet", {"tests/test_a.py": "DATA.glob('*.parquet')"}, True, id="tests glob it"),
        pytest.param("tests/data/a.png", {"tests/test_a.py": "open(HERE / 'a.png')"}, True, id="a picture in a test"),
        pytest.param("app/main.py", {}, True, id="code itself"),
        pytest.param("package-lock.json", {}, True, id="a lock"),
        pytest.param("web/logo.png", {"web/App.tsx": "import logo from './logo.png'"}, False, id="a picture of a page"),
        pytest.param("docs/intro.mp4", {"README.md": "intro.mp4"}, False, id="a film of the documents"),
        pytest.param("data/model.bin", {"app/a.py": "load('other_model.bin')"}, False, id="another file"),
    ],
)
def test_a_pointer_is_needed_where_code_or_tests_open_the_file(pointer, files, needed):
    found = {path: text for path, text in files.items() if may_need(path) and any(w in text for w in words(pointer))}
    assert bool(pointers_needed([pointer], found)) == needed
