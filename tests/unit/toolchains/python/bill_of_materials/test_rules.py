import dataclasses

import pytest

from aurora.domain.workspace import Distribution
from aurora.toolchains.python.bill_of_materials import BillOfMaterials
from aurora.toolchains.python.first_party import FirstParty
from tests.support.workspaces import workspace

PATHS = ("src/shop/__init__.py", "src/shop/app.py", "tests/test_app.py")


def bill() -> BillOfMaterials:
    return BillOfMaterials.of(workspace(), PATHS)


def test_an_import_that_was_there_before_does_not_block_an_edit() -> None:
    before = "import requests\n"
    assert bill().check("src/shop/app.py", before + "x = 1\n", before) == ()


def test_an_import_that_was_for_typing_only_is_new_when_it_runs() -> None:
    before = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import httpcore\n"
    assert len(bill().check("src/shop/app.py", "import httpcore\n", before)) == 1


def test_an_import_that_was_there_in_a_broken_file_does_not_block_its_mending() -> None:
    assert bill().check("src/shop/app.py", "import requests\n\ndef f(): ...\n", "import requests\n\ndef f(:\n") == ()


def test_a_package_imported_twice_is_said_once() -> None:
    assert len(bill().check("src/shop/app.py", "import requests\nimport requests.auth\n", "")) == 1


def test_every_undeclared_package_is_said() -> None:
    found = bill().check("src/shop/app.py", "import requests\nimport numpy\n", "")
    assert [f.line for f in found] == [1, 2]


def test_a_module_written_a_turn_ago_is_first_party() -> None:
    assert bill().check("src/shop/app.py", "import newly\n", "")
    grown = BillOfMaterials.of(workspace(), (*PATHS, "src/newly/__init__.py"))
    assert grown.check("src/shop/app.py", "import newly\n", "") == ()


@pytest.mark.parametrize(
    "path", ["requests2.py", "src/shop/yaml.py", "src/shop/logging.py", "tests/yaml.txt", "test.py"]
)
def test_a_new_file_that_hides_nothing_is_fine(path: str) -> None:
    assert bill().check(path, "", None) == ()


@pytest.mark.parametrize(
    "path", ["yaml.py", "src/json.py", "pytest.py", "src/pytest/__init__.py", "google/__init__.py"]
)
def test_a_new_file_on_an_import_root_must_not_hide_a_library(path: str) -> None:
    (found,) = bill().check(path, "", None)
    assert "hide" in found.message


def test_a_module_that_already_hides_a_library_may_be_edited() -> None:
    old = BillOfMaterials.of(workspace(), (*PATHS, "json.py"))
    assert old.check("json.py", "x = 1", "x = 0") == ()


def test_a_project_that_does_not_tell_development_apart_may_use_all_it_declares() -> None:
    plain = workspace()
    files = plain.toolchain.dependencies.model_copy(update={"files": {}})
    free = BillOfMaterials.of(workspace(dependencies=files), PATHS)
    assert free.check("src/shop/app.py", "import freezegun\n", "") == ()


def test_requirements_files_tell_development_by_their_name() -> None:
    files = {"requirements.txt": "httpx==1 # client\n-r other.txt\n", "requirements-dev.txt": "freezegun\nhttpx\n"}
    dependencies = workspace().toolchain.dependencies.model_copy(update={"files": files})
    reported = BillOfMaterials.of(workspace(dependencies=dependencies), PATHS)
    assert reported.development == {"freezegun"}


def test_code_of_a_monorepo_below_a_folder_is_first_party() -> None:
    mono = BillOfMaterials.of(workspace(root="backend"), ("backend/app/main.py", "backend/src/core/x.py"))
    assert mono.check("backend/app/main.py", "import app.main\nimport core.x\n", "") == ()


def developed() -> BillOfMaterials:
    return dataclasses.replace(bill(), development=frozenset({"freezegun"}))


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import freezegun\nexcept ImportError:\n    freezegun = None\n",
        "if settings.DEBUG:\n    import freezegun\n",
        "if DEBUG and not testing:\n    from freezegun import freeze_time\n",
    ],
)
def test_a_development_package_may_be_imported_where_the_product_does_without_it(text: str) -> None:
    assert developed().check("src/shop/app.py", text, "") == ()
    assert len(developed().check("src/shop/app.py", text.replace("freezegun", "numpy"), "")) == 1


@pytest.mark.parametrize(
    "text",
    ["import freezegun\n", "if settings.DEBUG:\n    pass\nelse:\n    import freezegun\n", "if x: import freezegun"],
)
def test_a_development_package_is_not_there_when_the_product_runs(text: str) -> None:
    (found,) = developed().check("src/shop/app.py", text, "")
    assert "development only" in found.message


def test_modules_that_a_newer_python_added_are_standard() -> None:
    assert bill().check("src/shop/app.py", "import annotationlib\nimport compression.zstd\n", "") == ()


@pytest.mark.parametrize(
    ("framework", "package", "module"),
    [
        ("django-ninja", "pydantic", "pydantic"),
        ("strawberry-graphql", "graphql-core", "graphql"),
        ("ariadne", "graphql-core", "graphql"),
    ],
)
def test_what_a_frameworks_own_documentation_imports_is_declared_with_it(
    framework: str, package: str, module: str
) -> None:
    bill = BillOfMaterials(
        distributions=(Distribution(name=package, version="1.0", modules=(module,)),),
        declared=frozenset({framework}),
        first_party=FirstParty.of(("shop/api.py",), ("",), lambda _: False),
    )
    assert bill.check("shop/api.py", f"import {module}") == ()
    (found,) = dataclasses.replace(bill, declared=frozenset({"flask"})).check("shop/api.py", f"import {module}")
    assert "installed only as a dependency" in found.message
