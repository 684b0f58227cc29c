"""Real linters on real files."""

from aurora.settings.repository import Commands
from aurora.toolchains.python import lint as python_lint
from tests.support.projects import detected, linted, written

MESSY = "import os\nimport sys\n\n\ndef f(x=[]):\n    y = 1\n    return sys.argv, x\n"


async def lint(folder, files, paths, commands=None):
    toolchain = await detected(files, commands)
    written(folder, files)
    found = []
    for argv in python_lint.commands(toolchain, paths, fix=False):
        found += python_lint.parse(argv, linted(folder, argv, toolchain.root))
    return toolchain, found


async def test_our_rules_find_errors_where_the_project_has_none_of_its_own(tmp_path):
    _, found = await lint(tmp_path, {"app.py": MESSY}, ["app.py"])
    assert [(f.check, f.path, f.line, f.fixable) for f in found] == [
        ("ruff:F401", "app.py", 1, True),
        ("ruff:B006", "app.py", 5, False),
        ("ruff:F841", "app.py", 6, False),
    ]


async def test_the_projects_rules_are_followed(tmp_path):
    files = {"app.py": MESSY, "ruff.toml": "lint.select = ['B']\nexclude = ['made.py']\n", "made.py": MESSY}
    _, found = await lint(tmp_path, files, ["app.py", "made.py"])
    assert [(f.check, f.path) for f in found] == [("ruff:B006", "app.py")]


async def test_a_dependency_in_a_default_is_no_finding_of_ours(tmp_path):
    text = "from fastapi import Depends\n\n\ndef get():\n    return 1\n\n\ndef f(x=Depends(get)):\n    return x\n"
    assert (await lint(tmp_path, {"app.py": text}, ["app.py"]))[1] == []


async def test_a_file_that_does_not_parse_is_a_finding(tmp_path):
    _, found = await lint(tmp_path, {"app.py": "def (\n", "ruff.toml": "[format]\n"}, ["app.py"])
    assert {"ruff:invalid-syntax", "ruff format"} == {f.check for f in found}
    assert all(f.path == "app.py" and not f.fixable for f in found)


async def test_formatting_is_mechanical_and_fix_mends_all_that_is(tmp_path):
    files = {"app.py": "import os\n\nx = {'a':1}\n", "pyproject.toml": "[tool.ruff.format]\nquote-style = 'double'\n"}
    toolchain, found = await lint(tmp_path, files, ["app.py"])
    assert {(f.check, f.fixable) for f in found} == {("ruff:F401", True), ("ruff format", True)}
    for argv in python_lint.commands(toolchain, ["app.py"], fix=True):
        assert linted(tmp_path, argv).exit_code == 0
    assert (tmp_path / "app.py").read_text() == 'x = {"a": 1}\n'
    assert (await lint(tmp_path, {**files, "app.py": 'x = {"a": 1}\n'}, ["app.py"]))[1] == []


async def test_fix_does_nothing_that_ruff_calls_unsafe(tmp_path):
    files = {"app.py": "def f():\n    y = 1\n", "ruff.toml": "lint.select = ['F841']\nunsafe-fixes = true\n"}
    toolchain = await detected(files)
    written(tmp_path, files)
    for argv in python_lint.commands(toolchain, ["app.py"], fix=True):
        linted(tmp_path, argv)
    assert (tmp_path / "app.py").read_text() == files["app.py"]


async def test_only_new_files_are_formatted_where_the_project_has_no_formatter(tmp_path):
    files = {"old.py": "x = {'a':1}\n", "new.py": "x = {'a':1}\n"}
    toolchain = await detected(files)
    written(tmp_path, files)
    for argv in python_lint.commands(toolchain, ["new.py", "old.py"], fix=True, created=["new.py"]):
        linted(tmp_path, argv)
    assert (tmp_path / "old.py").read_text() == files["old.py"]
    assert (tmp_path / "new.py").read_text() == 'x = {"a": 1}\n'


async def test_findings_of_the_base_commit_do_not_count_and_new_ones_do(tmp_path):
    _, before = await lint(tmp_path, {"app.py": MESSY}, ["."])
    keys = [f.key for f in before]
    _, after = await lint(tmp_path, {"app.py": MESSY + "print(nope)\n"}, ["app.py"])
    report = python_lint.report(after, keys, ["app.py"])
    assert [f.check for f in report.findings] == ["ruff:F821"]
    assert python_lint.report(before, keys, ["app.py"]).passed


async def test_the_same_trouble_once_more_in_a_file_that_had_it_is_new(tmp_path):
    old = "def f(x=[]):\n    return x\n"
    _, before = await lint(tmp_path, {"app.py": f"import os\n\n{old}"}, ["app.py"])
    _, after = await lint(tmp_path, {"app.py": f"import os\n\n{old.replace('f(', 'g(')}\n\n{old}"}, ["app.py"])
    keys = [f.key for f in before]
    assert len(after) == len(before) + 1
    one_more = python_lint.report(after, keys, ["app.py"], {"app.py": {3, 4, 5}})
    assert [(f.check, f.line) for f in one_more.findings] == [("ruff:B006", 3)]
    unknown_where = python_lint.report(after, keys, ["app.py"])
    assert [(f.check, f.line) for f in unknown_where.findings] == [("ruff:B006", 7)]
    assert python_lint.report(before, [f.key for f in after], ["app.py"]).passed


async def test_paths_are_the_repositorys_although_the_tool_runs_below(tmp_path):
    files = {"src/backend/setup.py": "", "src/backend/app.py": MESSY, "tool.py": MESSY}
    paths = ["src/backend/app.py", "tool.py"]
    _, found = await lint(tmp_path, files, paths)
    report = python_lint.report(found, (), paths)
    assert sorted({f.path for f in report.findings}) == paths


async def test_a_linter_that_breaks_is_a_finding_with_its_own_words(tmp_path):
    _, found = await lint(tmp_path, {"app.py": "", "ruff.toml": "lint.select = ['NOPE9']\n"}, ["app.py"])
    assert found[0].check == "lint:ruff check" and "NOPE9" in found[0].message


async def test_ruffs_json_of_a_projects_own_command_is_read(tmp_path):
    commands = Commands(lint=("ruff", "check", "--isolated", "--select=F", "--output-format=json"))
    _, found = await lint(tmp_path, {"app.py": MESSY}, ["app.py"], commands)
    assert [(f.check, f.path, f.fixable) for f in found] == [
        ("ruff:F401", "app.py", True),
        ("ruff:F841", "app.py", False),
    ]
