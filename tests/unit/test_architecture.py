"""The house as ARCHITECTURE.md says it is: one arrow of imports, small files, names that agree."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from activities import class_of
from aurora import names
from aurora.domain.steps import ACTIVITIES, MODEL_STEPS, Activity, ActivityKind, Step, WriteAccess
from workflows import policies

ROOT = Path(__file__).resolve().parents[2]
LAYERS = {"aurora": 0, "activities": 1, "workflows": 2, "worker": 3}
LONGEST = 400
COMPOSITION = ("worker.py", "aurora/bootstrap/", "aurora/drivers/", "aurora/cli/demo.py")
"""Where drivers may be imported: the two composition roots, and the drivers among themselves."""


def sources() -> list[Path]:
    folders = [path for name in LAYERS for path in sorted((ROOT / name).rglob("*.py"))]
    return [*folders, ROOT / "worker.py"]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def layer(path: Path) -> int:
    return LAYERS[path.relative_to(ROOT).parts[0].removesuffix(".py")]


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    upward = [name for name in imports(path) if LAYERS.get(name.split(".")[0], -1) > layer(path)]
    assert upward == [], f"{path} imports from a layer above it"


def test_drivers_are_built_in_the_composition_roots_only() -> None:
    found = {
        str(path.relative_to(ROOT)): [name for name in imports(path) if name.startswith("aurora.drivers")]
        for path in sources()
    }
    wrong = {path: names for path, names in found.items() if names and not path.startswith(COMPOSITION)}
    assert wrong == {}


def test_the_client_knows_no_surface_and_what_makes_it() -> None:
    outside = (["aurora", "cli"], ["aurora", "bootstrap"], ["aurora", "drivers"], ["typer"], ["rich"])
    for path in sorted((ROOT / "aurora" / "client").glob("*.py")):
        wrong = [name for name in imports(path) if name.split(".")[:2] in outside]
        assert wrong == [], path


def test_activities_and_workflows_know_no_client() -> None:
    for path in sources():
        if layer(path) in (LAYERS["activities"], LAYERS["workflows"]):
            assert [name for name in imports(path) if name.startswith("aurora.client")] == [], path


def test_settings_are_capped_and_models_replaced_in_one_place() -> None:
    """Elsewhere the order could be another, and the client refuse what the worker accepts."""
    halves = {("aurora.settings.policy", "cap"), ("aurora.settings.models", "settle")}
    users = {
        str(path.relative_to(ROOT))
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        if halves & {(node.module, alias.name) for alias in node.names}
    }
    assert users == {"aurora/settings/effective.py"}


OWN_PROGRAM = ("aurora/cli/", "aurora/messages_double/")
"""The command line, and a program with options of its own."""
NAMES_A_COMMAND = {
    "aurora/bootstrap/examination.py": "rows of `aurora doctor`, which no other surface shows",
    "aurora/bootstrap/project_values.py": "rows of `aurora doctor`, too",
    "aurora/bootstrap/service_values.py": "the same",
    "aurora/reference/command_line.py": "the documents that the commands print",
}


def sentences(path: Path) -> Iterator[str]:
    """Texts with a space in them, docstrings left out: one word may be an argument of another program."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in alone)
    yield from (text for text in texts if isinstance(text, str) and " " in text)


def options_of_the_command_line() -> set[str]:
    calls = [
        node
        for path in (ROOT / "aurora" / "cli").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "typer.Option"
    ]
    given = [word.value for call in calls for word in call.args if isinstance(word, ast.Constant)]
    every = {word for word in given if isinstance(word, str) and word.startswith("--")}
    return every - {"--version"}  # which every program has


def test_only_the_command_line_names_a_command_or_an_option_of_its_own() -> None:
    """A REST surface shows the same refusals: what helps on the command line is added there, by the reason."""
    options = options_of_the_command_line()
    assert {"--repo", "--base", "--spec", "--question"} <= options
    names_one = re.compile(rf"`aurora |\baurora [a-z]+ [-`<]|(?<![\w-])({'|'.join(sorted(options))})(?![\w-])")
    found = {
        place: [text for text in sentences(path) if names_one.search(text)]
        for path in sources()
        if not (place := str(path.relative_to(ROOT))).startswith(OWN_PROGRAM)
    }
    assert {place for place, texts in found.items() if texts} == set(NAMES_A_COMMAND), found


def test_the_values_that_travel_know_pydantic_and_the_standard_library_only() -> None:
    ours = ("aurora.domain", "aurora.text", "aurora.settings.repository", "aurora.settings.webhooks")
    for path in sorted((ROOT / "aurora" / "domain").glob("*.py")):
        names = [name for name in imports(path) if not name.startswith(ours)]
        outside = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
        assert outside <= {"pydantic"}, path


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_longer_than_a_reader_can_hold(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{path} has {lines} lines"


def test_workflow_code_knows_neither_time_nor_chance_nor_the_outside() -> None:
    """It is passed through Temporal's sandbox, which would refuse them: a replay must do what the first run did."""
    allowed = {"asyncio", "collections.abc", "dataclasses", "datetime", "functools", "hashlib", "re", "typing"}
    ours = ("workflows", "activities.messages", "aurora.", "aurora", "temporalio", "pydantic")
    for path in sorted((ROOT / "workflows").glob("*.py")):
        foreign = {name for name in imports(path) if name not in allowed and not name.startswith(ours)}
        assert foreign == set(), f"{path.name} imports {foreign}"
        called = {ast.unparse(n.func) for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)}
        assert not called & {"open", "datetime.now", "datetime.utcnow", "asyncio.sleep", "datetime.today"}, path.name


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_every_declared_activity_is_a_method_of_that_name_in_a_file_of_that_name(activity: Activity) -> None:
    method = getattr(class_of(activity), activity.value)
    assert getattr(method, "__temporal_activity_definition").name == activity.value


def test_every_file_of_an_activity_is_declared() -> None:
    files = {path.stem for path in (ROOT / "activities").glob("*.py")} - {"__init__"}
    assert files == set(ACTIVITIES), "activities/ holds a file an activity; aurora/domain/steps.py declares each"


def test_every_step_with_a_model_has_its_prompt() -> None:
    prompts = {path.stem for path in (ROOT / "aurora" / "prompts").glob("*.md")}
    assert prompts == {*MODEL_STEPS, "common"}


@pytest.mark.parametrize("step", MODEL_STEPS)
def test_a_step_ends_by_a_result_if_it_writes_nothing_and_else_by_finish(step: Step) -> None:
    """A step without write access is not offered `finish`: without a result it would never end."""
    spec = import_module(f"activities.{step}").SPEC
    assert spec.step is step
    assert (spec.output is not None) == (step.write_access is WriteAccess.NONE)


def test_workflows_call_activities_by_their_declared_names() -> None:
    for path in sorted((ROOT / "workflows").glob("*.py")):
        texts = {node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)}
        assert not texts & {activity.value for activity in ACTIVITIES}, path.name


@pytest.mark.parametrize("kind", ActivityKind)
def test_every_kind_of_activity_has_a_queue_and_a_policy(kind: ActivityKind) -> None:
    assert kind in names.ACTIVITY_QUEUES
    assert kind in policies.ACTIVITY_POLICIES


def test_every_policy_heartbeats_and_is_bounded() -> None:
    for kind, policy in policies.ACTIVITY_POLICIES.items():
        assert policy["heartbeat_timeout"] == policies.HEARTBEAT
        assert policy["start_to_close_timeout"] > policies.HEARTBEAT
        unlimited = policy["retry_policy"].maximum_attempts == policies.UNLIMITED
        assert unlimited == (kind in (ActivityKind.CHECKPOINT, ActivityKind.NOTICE))


def test_nothing_in_the_tree_names_a_machine() -> None:
    for path in [*sources(), *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.*")]:
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text, path
