"""Packages whose folder has another name: what the project's build maps, the sandbox maps."""

import subprocess
import sys

import pytest

from aurora.toolchains.python import mapped_packages
from aurora.toolchains.python.bill_of_materials import BillOfMaterials
from tests.support.projects import detected
from tests.support.workspaces import workspace

NAMED = '[project]\nname = "shop"\nversion = "1"\n[dependency-groups]\ndev = ["pytest"]\n'
FILES = {"code/__init__.py": "", "code/prices.py": "", "tests/test_a.py": "from shop import prices\n"}
FORCED = '[tool.hatch.build.targets.wheel.force-include]\n"code" = "shop"\n"LICENSE" = "shop/LICENSE"\n'


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"pyproject.toml": NAMED + '[tool.setuptools.package-dir]\nshop = "code"\n'}, id="package-dir"),
        pytest.param(
            {"pyproject.toml": NAMED + '[tool.setuptools]\npackage-dir = {"shop" = "./code/"}\n'}, id="inline"
        ),
        pytest.param(
            {"setup.cfg": "[metadata]\nname = shop\n[options]\npackage_dir =\n  shop = code\n"}, id="setup.cfg"
        ),
        pytest.param(
            {"setup.py": "from setuptools import setup\nsetup(name='shop', package_dir={'shop': 'code'})\n"},
            id="setup.py",
        ),
        pytest.param(
            {"pyproject.toml": NAMED + '[tool.hatch.build.targets.wheel.sources]\ncode = "shop"\n'}, id="hatch"
        ),
        pytest.param(
            {"pyproject.toml": NAMED + '[tool.hatch.build.sources]\n"code" = "shop"\n'}, id="hatch, any target"
        ),
        pytest.param({"pyproject.toml": NAMED + FORCED}, id="hatch's force-include"),
    ],
)
async def test_a_package_is_found_by_its_name(files):
    chain = await detected({**files, **FILES})
    assert chain.project is not None
    assert "/code/__init__.py" in chain.project.generated["shop.py"]
    assert "code" not in chain.project.import_roots
    assert "packages whose folder has another name: shop is 'code'" in chain.why
    assert not any("the tests import" in line for line in chain.why)


async def test_an_import_of_it_is_the_projects_own():
    chain = await detected({"pyproject.toml": NAMED + '[tool.setuptools.package-dir]\nshop = "code"\n', **FILES})
    bill = BillOfMaterials.of(workspace(project=chain.project, root=chain.root), list(FILES))
    assert bill.check("code/api.py", "import shop.prices\n") == ()
    assert bill.check("code/api.py", "import shops\n") != ()


@pytest.mark.parametrize(
    "table",
    [
        pytest.param('[tool.setuptools.package-dir]\nshop = "src/shop"\n', id="its own name, elsewhere"),
        pytest.param('[tool.setuptools.package-dir]\nshop = "gone"\n', id="no such folder"),
        pytest.param('[tool.hatch.build.targets.wheel.force-include]\n"README" = "shop"\n', id="a file"),
    ],
)
async def test_nothing_is_mapped_where_no_folder_has_another_name(table):
    chain = await detected({"pyproject.toml": NAMED + table, "src/shop/a.py": "", "README": "", "tests/test_a.py": ""})
    assert chain.project is not None
    assert chain.project.generated == {}


@pytest.mark.parametrize("regular", [True, False])
def test_python_imports_it_with_its_modules_and_their_relative_imports(tmp_path, regular):
    code = tmp_path / "code"
    code.mkdir()
    (code / "prices.py").write_text("from . import rates\nPRICE = rates.RATE\n")
    (code / "rates.py").write_text("RATE = 7\n")
    if regular:
        (code / "__init__.py").write_text("from .prices import PRICE\n")
    (tmp_path / "shop.py").write_text(mapped_packages.module(str(code), regular))
    asked = "import shop.prices as p, sys; print(p.PRICE, p.__file__, sys.modules['shop'].__path__)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.stdout, done.stderr) == (f"7 {code}/prices.py {[str(code)]}\n", "")
