"""mypy from a project's own packages, in the sandbox: what it said at the base commit, and what a change adds."""

import pytest

from aurora.domain import Draft
from aurora.toolchains import lint_report, registry
from tests.images.opened import EVERY_FORM, opened

pytestmark = [pytest.mark.docker, pytest.mark.skipif(not EVERY_FORM, reason="slow: AURORA_IMAGES=1")]
PRICES = "def total(price: int) -> str:\n    return str(price)\n"
PROJECT = {
    "requirements.txt": "mypy==1.17.1\n",
    "mypy.ini": "[mypy]\nstrict = True\n",
    "shop/__init__.py": "",
    "shop/prices.py": PRICES,
    "shop/pages.py": "from shop.prices import total\n\n\ndef page() -> str:\n    return total(1)\n\n\nx: int = ''\n",
    "tests/test_prices.py": "from shop.prices import total\n\n\ndef test_total():\n    assert total(1) == '1'\n",
}


async def test_a_change_is_held_against_what_mypy_said_before(sandbox, artifacts, tmp_path):
    async with opened(tmp_path, PROJECT, sandbox, artifacts) as (opening, workspace):
        assert workspace is not None, opening
        assert any(line.startswith("types: mypy, configured by mypy.ini") for line in workspace.toolchain.why)
        assert [(f.check, f.path) for f in workspace.baseline.lint_findings] == [("mypy:assignment", "shop/pages.py")]
        draft = Draft.model_validate(opening.opened.draft.model_dump())
        async with sandbox.open(draft, workspace) as box:
            await box.write("shop/prices.py", PRICES.replace("str", "int").encode())
            found = await registry.tools(workspace).lint(box, ["shop/prices.py"])
    report = lint_report.report(found, workspace.baseline.lint, ["shop/prices.py"])
    assert [(f.check, f.path, f.line) for f in report.findings] == [("mypy:return-value", "shop/pages.py", 5)]
