"""Type checkers as a project configures them: which are run, and on what."""

import pytest

from aurora.toolchains.python import lint_output
from aurora.toolchains.python.declared import name_of
from tests.support.projects import detected
from tests.support.typed_shop import CONFIG, GROUP, MANIFEST, PYRIGHT, SHOP


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
        (MANIFEST + CONFIG, "configures mypy, which no installed package brings: not run"),
        (MANIFEST + PYRIGHT, "pyproject.toml configures pyright, which no installed package brings: not run"),
        (
            MANIFEST + PYRIGHT + GROUP.replace("mypy", "pyright==1.1.390"),
            "pyright==1.1.390 would fetch itself from npm",
        ),
        (MANIFEST + PYRIGHT + GROUP.replace("mypy", "pyright<1.1.394,>1"), "pyright<1.1.394 would fetch itself"),
        (MANIFEST + GROUP, ""),
    ],
)
async def test_what_is_not_run_is_said(manifest, said):
    toolchain = await detected({**SHOP, "pyproject.toml": manifest})
    assert toolchain.types == ()
    typed = [line for line in toolchain.why if line.startswith("types:")]
    assert (said in typed[0]) if said else typed == []


@pytest.mark.parametrize(
    ("manifest", "files", "checkers"),
    [
        (PYRIGHT + GROUP.replace("mypy", "pyright"), {}, ["pyright"]),
        (PYRIGHT + GROUP.replace("mypy", "pyright>=1.1.300,!=1.1.393,<2"), {}, ["pyright"]),
        (PYRIGHT + GROUP.replace("mypy", "pyright[nodejs]~=1.1.400"), {}, ["pyright"]),
        (PYRIGHT + GROUP.replace("mypy", "basedpyright"), {}, ["basedpyright"]),
        ("[tool.basedpyright]\nstrict = ['shop']\n" + GROUP.replace("mypy", "basedpyright"), {}, ["basedpyright"]),
        (GROUP.replace("mypy", "pyright==1.1.*"), {"pyrightconfig.json": "{}"}, ["pyright"]),
        (CONFIG + PYRIGHT + "[dependency-groups]\nlint = ['mypy', 'pyright', 'ruff']\n", {}, ["mypy", "pyright"]),
        (CONFIG + PYRIGHT + "[dependency-groups]\nlint = ['mypy']\ntypes = ['pyright']\n", {}, ["mypy", "pyright"]),
    ],
)
async def test_each_checker_that_is_configured_and_declared_is_installed_and_run(manifest, files, checkers):
    toolchain = await detected({**SHOP, "pyproject.toml": MANIFEST + manifest, **files})
    assert [lint_output.tool_of(argv) for argv in toolchain.types] == checkers
    assert set(checkers) <= {name_of(line) for line in toolchain.dependencies.requirements}
    assert [line.split()[1].rstrip(",") for line in toolchain.why if line.startswith("types:")] == checkers


async def test_a_lock_decides_too_whether_pyright_can_be_run():
    lock = "version = 1\n[[package]]\nname = 'pyright'\nversion = '1.1.390'\nsource = { registry = 'x' }\n"
    manifest = MANIFEST + PYRIGHT + GROUP.replace("mypy", "pyright")
    toolchain = await detected({**SHOP, "pyproject.toml": manifest, "uv.lock": lock})
    assert toolchain.types == () and any("pyright==1.1.390 would fetch" in line for line in toolchain.why)
