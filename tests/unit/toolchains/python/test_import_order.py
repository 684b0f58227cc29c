"""The cases of circular imports, put to the interpreter itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aurora.toolchains.python.import_order import Project, failures
from tests.support import import_cycles as corpus
from tests.support.gate_cases import Case

ASK = """
import importlib, json, os, sys
names = json.loads(sys.argv[1])
sys.path.insert(0, "src")
failed = []
for name in names:
    read, write = os.pipe()
    if os.fork() == 0:
        said = ""
        try:
            importlib.import_module(name)
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(write, said.encode()[:3000])
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        if said := pipe.read():
            failed.append([name, said])
    os.wait()
print(json.dumps(failed))
"""


def of_python(cases: list[Case]) -> list[object]:
    own = [case for case in cases if not case.toolchain and case.path.startswith("src/") and "parsed" not in case.id]
    return [pytest.param(case, id=case.id) for case in own]


def imported(case: Case, folder: Path) -> list[list[str]]:
    """(module, error) of those that can't be the first one imported."""
    texts = {path: content.decode() for path, content in case.tree.items()}
    texts |= {one.path: str(one.text) for one in (case, *case.beside)}
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    names = [p.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".") for p in texts]
    argv = [sys.executable, "-c", ASK, json.dumps(names)]
    reported = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=True)
    found: list[list[str]] = json.loads(reported.stdout)
    return found


@pytest.mark.parametrize("case", of_python(corpus.BAD))
def test_what_the_gate_refuses_fails_in_the_interpreter(case: Case, tmp_path: Path) -> None:
    failed = imported(case, tmp_path)
    assert failed, "every module can be imported first"
    assert any("circular import" in said for _, said in failed), failed


@pytest.mark.parametrize("case", of_python(corpus.GOOD))
def test_what_the_gate_lets_through_can_be_imported_in_any_order(case: Case, tmp_path: Path) -> None:
    assert imported(case, tmp_path) == []


def test_a_long_cycle_is_followed_without_the_stack_of_the_interpreter() -> None:
    texts = {f"m{n}.py": f"from m{n + 1} import x\nx = 1\n" for n in range(1_200)}
    texts["m1200.py"] = "from m0 import x\n"
    project = Project.of(texts, [""])
    (found, *_) = failures(project, frozenset(texts), ["m0.py"])
    assert len(found.cycle) == 1_201
