"""mypy and pyright of a project, in the sandbox: what they said at the base commit, and what a change adds."""

import pytest

from aurora.domain.task import Draft
from aurora.toolchains import registry
from aurora.toolchains.runs import lint_report
from tests.support.opened import EVERY_FORM, opened

pytestmark = [pytest.mark.docker, pytest.mark.one_process, pytest.mark.timeout(600)]
SLOW = pytest.mark.skipif(not EVERY_FORM, reason="slow: AURORA_IMAGES=1")
PRICES = "def total(price: int) -> str:\n    return str(price)\n"
PROJECT = {
    "requirements.txt": "mypy==1.17.1\n",
    "mypy.ini": "[mypy]\nstrict = True\n",
    "shop/__init__.py": "",
    "shop/prices.py": PRICES,
    "shop/pages.py": "from shop.prices import total\n\n\ndef page() -> str:\n    return total(1)\n\n\nx: int = ''\n",
    "tests/test_prices.py": "from shop.prices import total\n\n\ndef test_total():\n    assert total(1) == '1'\n",
}
CONFIG = '{"include": ["shop"], "venvPath": ".", "venv": ".venv", "typeCheckingMode": "strict"}'
PYRIGHT = {
    **{path: text for path, text in PROJECT.items() if path != "mypy.ini"},
    "requirements.txt": "pyright==1.1.414\npackaging\n",
    "pyrightconfig.json": CONFIG,
    "pyright.py": "raise SystemExit('not the checker')\n",
    "shop/versions.py": "from packaging.version import Version\n\nFIRST: int = Version('1').major\n",
}


@pytest.mark.parametrize(
    ("files", "tool", "base", "change"),
    [
        pytest.param(PROJECT, "mypy", "assignment", "return-value", id="mypy", marks=SLOW),
        pytest.param(PYRIGHT, "pyright", "reportAssignmentType", "reportReturnType", id="pyright"),
        pytest.param(
            {**PYRIGHT, "requirements.txt": "basedpyright==1.40.2\npackaging\n"},
            "basedpyright",
            "reportAssignmentType",
            "reportReturnType",
            id="basedpyright",
            marks=SLOW,
        ),
    ],
)
async def test_a_change_is_held_against_what_the_checker_said_before(
    files, tool, base, change, sandbox, artifacts, tmp_path
):
    async with opened(tmp_path, files, sandbox, artifacts) as (opening, workspace):
        assert workspace is not None, opening
        assert any(line.startswith(f"types: {tool}, configured by ") for line in workspace.toolchain.why)
        typed = [f for f in workspace.baseline.lint_findings if f.check.startswith((tool, "lint:"))]
        assert [(f.check, f.path, f.line) for f in typed] == [(f"{tool}:{base}", "shop/pages.py", 8)], typed
        draft = Draft.model_validate(opening.opened.draft.model_dump())
        async with sandbox.open(draft, workspace) as box:
            await box.write("shop/prices.py", PRICES.replace("str", "int").encode())
            found = await registry.tools(workspace).lint(box, ["shop/prices.py"])
    report = lint_report.report(found, workspace.baseline.lint, ["shop/prices.py"])
    assert [(f.check, f.path, f.line) for f in report.findings] == [(f"{tool}:{change}", "shop/pages.py", 5)]
