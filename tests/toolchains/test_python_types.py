"""mypy as a project configures it: when it is run, on what, and what it says of files that nobody changed."""

import pytest

from aurora.toolchains import lint_report, python_lint
from tests.toolchains.projects import detected, linted, written

MANIFEST = "[project]\nname = 'shop'\nversion = '1'\ndependencies = []\n"
GROUP = "[dependency-groups]\ntypes = ['mypy']\n"
CONFIG = "[tool.mypy]\nstrict = true\nshow_column_numbers = true\nshow_error_end = true\npretty = true\n"
SHOP = {
    "shop/__init__.py": "",
    "shop/prices.py": "def total(price: int) -> str:\n    return str(price)\n",
    "shop/pages.py": "from shop.prices import total\n\n\ndef page() -> str:\n    return total(1)\n",
    "tests/__init__.py": "",
    "tests/test_prices.py": "def test_it():\n    assert untyped\n",
}


async def test_a_change_is_wrong_where_another_file_uses_it(tmp_path):
    files = {**SHOP, "pyproject.toml": MANIFEST + GROUP + CONFIG}
    toolchain = await detected(files)
    [argv] = toolchain.types
    assert argv[-1] == "shop"
    assert "types: mypy, configured by pyproject.toml, on shop" in toolchain.why
    assert "mypy" in toolchain.dependencies.requirements
    written(tmp_path, files)
    before = python_lint.parse(argv, linted(tmp_path, argv))
    assert before == ()
    changed = SHOP["shop/prices.py"].replace("str", "int")
    written(tmp_path, {"shop/prices.py": changed})
    found = python_lint.parse(argv, linted(tmp_path, argv))
    assert [(f.check, f.path, f.line) for f in found] == [("mypy:return-value", "shop/pages.py", 5)]
    report = lint_report.report(found, [], ["shop/prices.py"])
    assert not report.passed and report.findings[0].path == "shop/pages.py"
    assert lint_report.report(found, [f.key for f in found], ["shop/prices.py"]).passed


@pytest.mark.parametrize(
    ("files", "on"),
    [
        ({"mypy.ini": "[mypy]\nfiles = shop\n"}, "configured by mypy.ini, on the files it names"),
        ({"setup.cfg": "[mypy]\nstrict = True\n"}, "configured by setup.cfg, on shop"),
    ],
)
async def test_its_configuration_may_stand_in_a_file_of_its_own(files, on):
    toolchain = await detected({**SHOP, "pyproject.toml": MANIFEST + GROUP, **files})
    assert f"types: mypy, {on}" in toolchain.why
    assert len(toolchain.types) == 1


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (MANIFEST + CONFIG, "which no package that is installed brings: not run"),
        (MANIFEST + "[tool.pyright]\nstrict = ['shop']\n", "pyright is used by the project and can't be run here"),
        (MANIFEST + GROUP, ""),
    ],
)
async def test_what_is_not_run_is_said(manifest, said):
    toolchain = await detected({**SHOP, "pyproject.toml": manifest})
    assert toolchain.types == ()
    typed = [line for line in toolchain.why if line.startswith("types:")]
    assert (said in typed[0]) if said else typed == []
