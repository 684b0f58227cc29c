"""The tests as CONTRIBUTING says they lie: who may import whom, what each folder needs, and one folder a package."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
KINDS = ("unit", "real", "attacks", "support")
PRODUCT = ("aurora", "activities", "workflows", "benchmarks", "deploy")
ENGINE = ("boxes", "engine", "house", "node_boxes", "opened", "private_index")
"""Of `tests.support`: what needs the Docker engine."""
SERVERS = ("command_line", "daemons", "played", "routed", "servers")
"""The tests that need a Temporal server."""
ENGINE_FIXTURES = {"box", "image", "sandbox"}


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def imports(path: Path) -> frozenset[str]:
    """Modules by their whole names: `from tests.support import boxes` imports tests.support.boxes."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def supported(path: Path) -> set[str]:
    """Modules of `tests.support` that a file imports, directly or through others of them."""
    found: set[str] = set()
    waiting = [path]
    while waiting:
        for name in imports(waiting.pop()):
            parts = name.split(".")
            if parts[:2] == ["tests", "support"] and len(parts) > 2 and parts[2] not in found:
                module = TESTS / "support" / f"{parts[2]}.py"
                if module.exists():
                    found.add(parts[2])
                    waiting.append(module)
    return found


def marks(path: Path) -> set[str]:
    attributes = [node for node in nodes(path) if isinstance(node, ast.Attribute)]
    return {node.attr for node in attributes if ast.unparse(node.value) == "pytest.mark"}


def modules_in(*folders: str) -> list[Path]:
    return [path for path in sources(*folders) if path.name.startswith("test_")]


def test_every_file_lies_in_one_of_the_four_folders() -> None:
    beside = {path.name for path in TESTS.iterdir()} - {*KINDS, "__init__.py", "conftest.py", "__pycache__"}
    assert beside == set()


def test_no_test_module_is_imported() -> None:
    modules = {name_of(path) for path in sources("tests") if path.name.startswith(("test_", "conftest"))}
    wrong = {name_of(path): sorted(modules & set(imports(path))) for path in sources("tests", "benchmarks")}
    assert {path: names for path, names in wrong.items() if names} == {}


@pytest.mark.parametrize(
    ("folder", "allowed"),
    [
        ("benchmarks", ("tests.support",)),
        ("tests/support", ("tests.support",)),
        ("tests/unit", ("tests.support",)),
        ("tests/real", ("tests.support",)),
        ("tests/attacks", ("tests.support", "tests.attacks")),
    ],
)
def test_tests_and_benchmarks_share_what_lies_in_support(folder: str, allowed: tuple[str, ...]) -> None:
    found = {name_of(path): [name for name in imports(path) if name.startswith("tests.")] for path in sources(folder)}
    wrong = {path: [name for name in names if not name.startswith(allowed)] for path, names in found.items()}
    assert {path: names for path, names in wrong.items() if names} == {}


def test_a_benchmark_is_imported_by_its_own_tests_only() -> None:
    importing = [path for path in sources("tests") if any(name.split(".")[0] == "benchmarks" for name in imports(path))]
    assert [name_of(path) for path in importing if "real/benchmarks" not in path.as_posix()] == []


def test_unit_tests_need_neither_engine_nor_server() -> None:
    for path in sources("tests/unit"):
        assert supported(path) & {*ENGINE, *SERVERS} == set(), path
        assert marks(path) & {"docker", "server", "kill"} == set(), path


def test_what_needs_the_engine_is_marked() -> None:
    """So that `-m "not docker"` runs without one."""
    for path in modules_in("tests/real", "tests/attacks"):
        functions = [
            node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.AsyncFunctionDef)
        ]
        asked = {argument.arg for function in functions for argument in function.args.args}
        if asked & ENGINE_FIXTURES or supported(path) & set(ENGINE):
            assert "docker" in marks(path), f"{path} needs the engine and is not marked `docker`"


def test_what_takes_images_away_runs_in_one_process() -> None:
    for path in modules_in("tests/real", "tests/attacks"):
        if "opened" in supported(path):
            assert "one_process" in marks(path), f"{path} removes images and is not marked `one_process`"


@pytest.mark.parametrize("kind", ["unit", "real"])
def test_a_folder_is_named_for_the_package_it_tests(kind: str) -> None:
    packages = {
        path.relative_to(ROOT / top if top == "aurora" else ROOT)
        for top in PRODUCT
        for path in [ROOT / top, *(ROOT / top).rglob("*")]
        if path.is_dir()
    }
    modules = {path.relative_to(ROOT / "aurora").with_suffix("") for path in (ROOT / "aurora").rglob("*.py")}
    # languages that are not the product's are packages of the tests
    tried = {Path("toolchains", path.parent.name) for path in (TESTS / "support").glob("*/language.py")}
    folders = {path.parent.relative_to(TESTS / kind) for path in modules_in(f"tests/{kind}")}
    assert folders - packages - modules - tried - {Path("end_to_end")} == set()
