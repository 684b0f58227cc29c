"""Type checkers as a project configures them: which are run, on what, and what mypy says of unchanged files."""

from aurora.toolchains.python import lint
from aurora.toolchains.runs import lint_report
from tests.support.projects import detected, linted, written
from tests.support.typed_shop import CONFIG, GROUP, MANIFEST, SHOP


async def test_a_change_is_wrong_where_another_file_uses_it(tmp_path):
    files = {**SHOP, "pyproject.toml": MANIFEST + GROUP + CONFIG}
    toolchain = await detected(files)
    [argv] = toolchain.types
    assert argv[-1] == "shop"
    assert "types: mypy, configured by pyproject.toml, on shop" in toolchain.why
    assert "mypy" in toolchain.dependencies.requirements
    written(tmp_path, files)
    before = lint.parse(argv, linted(tmp_path, argv))
    assert before == ()
    changed = SHOP["shop/prices.py"].replace("str", "int")
    written(tmp_path, {"shop/prices.py": changed})
    found = lint.parse(argv, linted(tmp_path, argv))
    assert [(f.check, f.path, f.line) for f in found] == [("mypy:return-value", "shop/pages.py", 5)]
    report = lint_report.report(found, [], ["shop/prices.py"])
    assert not report.passed and report.findings[0].path == "shop/pages.py"
    assert lint_report.report(found, [f.key for f in found], ["shop/prices.py"]).passed
