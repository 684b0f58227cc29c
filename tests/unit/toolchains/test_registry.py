"""One package a language: who else knows a language knows it by the registry."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aurora.domain.workspace import Toolchain
from aurora.drivers.in_box import places
from aurora.errors import Refusal
from aurora.settings.repository import Commands
from aurora.survey import reading
from aurora.toolchains import registry
from aurora.toolchains.folders import COPY
from aurora.toolchains.language import Claim
from aurora.toolchains.python import image as python_image
from aurora.tools.protected_paths import protection
from tests.support.projects import PLUGINS, DictProbe, detected
from tests.support.workspaces import workspace

ROOT = Path(__file__).resolve().parents[3]
TOOLCHAINS = ROOT / "aurora" / "toolchains"
PACKAGES = {path.parent.name for path in TOOLCHAINS.glob("*/language.py")}
NAMES = {language.name for language in registry.LANGUAGES}
NAMES |= {runner for language in registry.LANGUAGES for runner in language.runners}


def sources() -> list[Path]:
    folders = [path for name in ("aurora", "activities", "workflows") for path in sorted((ROOT / name).rglob("*.py"))]
    own = tuple(TOOLCHAINS / name for name in (*PACKAGES, "in_box"))
    return [path for path in (*folders, ROOT / "worker.py") if not any(path.is_relative_to(one) for one in own)]


def texts(node: ast.AST | None) -> set[str]:
    return (
        {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
        if node
        else set()
    )


def told_apart(tree: ast.AST) -> Iterator[tuple[int, set[str]]]:
    """Where a program compares with names of languages or runners, lists them as a type, or keeps a table by them."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare():
                yield node.lineno, {text for one in (node.left, *node.comparators) for text in texts(one)}
            case ast.MatchValue():
                yield node.lineno, texts(node.value)
            case ast.Subscript(value=ast.Name(id="Literal")):
                yield node.lineno, texts(node.slice)
            case ast.Dict() if len(node.keys) > 1:
                keys = [texts(key) for key in node.keys]
                if all(found & NAMES for found in keys):
                    yield node.lineno, set().union(*keys)
            case _:
                pass


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_outside_a_languages_package_compares_its_name(path: Path) -> None:
    found = [(line, names & NAMES) for line, names in told_apart(ast.parse(path.read_text("utf-8"))) if names & NAMES]
    assert found == [], f"{path}: what differs by language belongs into a field of Language"


@pytest.mark.parametrize(
    "text",
    [
        "x = chain.language == 'python'",
        "x = chain.runner in ('unittest', 'django')",
        "Runner = Literal['jest']",
        "x = {'python': 1, 'node': 2}",
        "match x:\n    case 'mocha': pass",
    ],
)
def test_a_comparison_is_seen(text: str) -> None:
    assert any(names & NAMES for _, names in told_apart(ast.parse(text)))


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    found = {
        f"{n.module}.{alias.name}" for n in nodes if isinstance(n, ast.ImportFrom) and n.module for alias in n.names
    }
    return found | {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}


@pytest.mark.parametrize("path", sorted(TOOLCHAINS.rglob("*.py")), ids=lambda path: str(path.relative_to(TOOLCHAINS)))
def test_a_language_knows_no_other_and_what_they_share_knows_none(path: Path) -> None:
    if path == TOOLCHAINS / "registry.py" or path.is_relative_to(TOOLCHAINS / "in_box"):
        return
    own = path.relative_to(TOOLCHAINS).parts[0]
    foreign = {f"aurora.toolchains.{name}" for name in PACKAGES - {own}} | {
        "aurora.toolchains.registry",
        "aurora.gates",
    }
    assert not [name for name in imported(path) if name.startswith(tuple(foreign))], path


def test_only_the_registry_names_a_languages_package() -> None:
    inside = tuple(f"aurora.toolchains.{name}" for name in PACKAGES)
    knowing = {str(p.relative_to(ROOT)) for p in sources() if any(name.startswith(inside) for name in imported(p))}
    assert knowing == {"aurora/toolchains/registry.py"}


def test_no_module_of_the_product_has_a_name_that_pytest_collects() -> None:
    assert list(TOOLCHAINS.rglob("test_*.py")) == []


def test_every_package_of_a_language_is_registered() -> None:
    registered = {language.name for language in registry.LANGUAGES}
    assert registered == PACKAGES


# ── what is read from artifacts ──


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"language": "cobol"}, "the language 'cobol', which this worker does not know; it knows python, node"),
        ({"runner": "nose"}, "run by 'nose', which this worker does not know of Python; it knows pytest"),
    ],
)
def test_an_unknown_name_in_an_artifact_is_refused_by_name(changes: dict[str, str], said: str) -> None:
    written = workspace(**changes).model_dump_json()
    read = type(workspace()).model_validate_json(written)
    with pytest.raises(Refusal, match=re.escape(said)) as refusal:
        registry.tools(read)
    assert "Submit the task again" in refusal.value.hint
    with pytest.raises(Refusal):
        registry.wording(read.toolchain)


# ── which language a repository is of ──


@pytest.mark.parametrize(
    ("paths", "language"),
    [
        (["pyproject.toml", "package.json", "src/a.py", "src/a.ts"], "python"),
        (["web/pyproject.toml", "package.json", "a.ts"], "node"),
        (["package.json", "a.ts", "tools/a.py"], "node"),
        (["package.json", "a.ts", "b.py", "c.py"], "python"),
        (["docs/package.json", "docs/a.ts", "docs/b.ts", "a.py"], "python"),
        (["docs/package.json", "docs/a.ts"], "node"),
        (["apps/api/package.json", "apps/api/a.ts", "scripts/setup.py"], "node"),
    ],
)
async def test_what_each_language_says_decides(paths: list[str], language: str) -> None:
    declaring = '{"dependencies": {"express": "5"}}'
    files = {path: declaring if path.endswith(".json") else "" for path in paths}
    assert (await detected(files)).language == language


async def test_a_repository_of_no_language_names_those_there_are() -> None:
    with pytest.raises(Refusal, match=r"Neither Python nor Node\.js: .* among the 1 files") as refusal:
        await registry.detect(DictProbe({"main.c": ""}), Commands())
    assert "Add a pyproject.toml, requirements.txt or package.json" in refusal.value.hint


def test_a_claim_is_of_paths_alone() -> None:
    claims = [language.claim(["pyproject.toml", "a/b/package.json", "a/b/x.ts"]) for language in registry.LANGUAGES]
    assert claims == [Claim(0, 0), Claim(2, 1)]


# ── the judge's own plugins ──


def test_every_file_of_the_judges_own_is_a_plugin_of_one_language() -> None:
    owned = [path.name for language in registry.LANGUAGES for path in language.plugins]
    there = sorted(path.name for path in PLUGINS.iterdir() if path.is_file() and not path.name.startswith("."))
    assert sorted(owned) == [name for name in there if name != "ruff.toml"]


@pytest.mark.parametrize(
    "path", [path for language in registry.LANGUAGES for path in language.plugins], ids=lambda p: p.name
)
def test_no_step_may_write_a_file_of_a_plugins_name(path: Path) -> None:
    for written in (path.name, f"src/{path.name}", f"{path.stem}/__init__.py", f"a/{path.stem}.so"):
        found = protection(written)
        assert found is not None and found.never and found.kind == "runner", written


def test_places_in_the_sandbox_are_those_of_the_image() -> None:
    assert COPY == places.COPY
    assert python_image.describe(workspace().toolchain.dependencies)[0] == f"{places.DEPENDENCIES}/bin/python"


def test_the_toolchain_is_a_value_of_names() -> None:
    assert Toolchain.model_fields["language"].annotation is str


async def test_a_child_chooses_between_languages_as_this_process_does():
    """It gets copies of the languages."""
    files = {
        "backend/package.json": '{"name": "srv", "scripts": {"test": "node --test"}, "dependencies": {"ms": "*"}}',
        "backend/src/one.test.js": "",
        "scripts/requirements.txt": "requests\n",
        "scripts/load.py": "import requests\n",
    }
    here, there = await detected(files), await reading.toolchain(DictProbe(files), Commands())
    assert (here.language, here.root) == (there.language, there.root) == ("node", "backend")
