"""The cost of reading untrusted text in a child: the same readings here and there, the best of some, in milliseconds.

make bench-bounded            [FILES="a contract.yaml another.json"]
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aurora import bounded
from aurora.bounded.calling import ready
from aurora.bounded.fork_server_owner import FORK_SERVER
from aurora.gates import GATES, gate_runner
from aurora.gates.context import ChangedFile, DraftFacts
from aurora.gates.gate import FileGate, When
from aurora.settings import repository_file
from aurora.settings.repository import Commands
from aurora.survey import reading
from aurora.toolchains.python.language import PYTHON
from aurora.toolchains.runs import judging
from aurora.tools import listing
from aurora.tools.path_policy import PathPolicy
from tests.support.fuzzed import OPENAPI, SEEDS
from tests.support.projects import DictProbe
from tests.support.workspaces import workspace

ROOT = Path(__file__).parents[1]


async def inside(function: Callable[..., Any], args: tuple[Any, ...], times: int) -> float:
    return await _best(times, lambda: bounded.call(function, *args, about="a text", bounds=reading.CONTRACT))


async def _best(times: int, call: Callable[[], Any]) -> float:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        await call()
        spent.append(time.perf_counter() - began)
    return min(spent) * 1e3


def here(function: Callable[..., Any], args: tuple[Any, ...], times: int) -> float:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        function(*args)
        spent.append(time.perf_counter() - began)
    return min(spent) * 1e3


async def no_others(paths: Sequence[str]) -> Mapping[str, str | None]:
    return dict.fromkeys(paths)


async def main(files: list[Path]) -> None:
    began = time.perf_counter()
    await bounded.warm()
    print(f"fork server started: {(time.perf_counter() - began) * 1e3:.0f} ms")
    paths = tuple(f"src/shop/part_{n}/module_{n}.py" for n in range(2_000))
    text = (ROOT / "aurora" / "client" / "desk.py").read_text(encoding="utf-8")
    change = ChangedFile.of_edit("src/shop/desk.py", text, text + "\n\nX = 1\n")
    names = tuple(gate.name for gate in GATES if isinstance(gate, FileGate) and When.EDIT in gate.when)
    edited = (names, DraftFacts(judging.slim(workspace()), PYTHON, frozenset(paths)), (change,))
    rows: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = [
        ("nothing", ready, ()),
        ("an edit of 380 lines, 2,000 paths", gate_runner.in_files, edited),
        ("list_files over 2,000 paths", listing.matching, (PathPolicy(), paths, "src/**/*.py")),
        ("aurora.yaml", repository_file.load, ((ROOT / "aurora.yaml").read_text(encoding="utf-8"),)),
        ("a small contract", reading.facts, (OPENAPI, "openapi.yaml")),
    ]
    print(f"{'':40} {'here':>9} {'in a child':>11}")
    for name, function, args in rows:
        print(f"{name:40} {here(function, args, 30):9.1f} {await inside(function, args, 60):11.1f}")
    probe = DictProbe({path: text for path, text in SEEDS.items() if path != "poetry.lock"})
    there = await _best(10, lambda: reading.toolchain(probe, Commands()))
    print(f"{'detection of a Python project':40} {await _best(10, lambda: _detected(probe)):9.1f} {there:11.1f}")
    for path in files:
        content = path.read_text(encoding="utf-8")
        began = time.perf_counter()
        try:
            said = f"{len((await reading.contract(content, path.name, no_others)).operations)} operations"
        except Exception as error:  # noqa: BLE001  a benchmark says what happened
            said = str(error).partition("\n")[0][:90]
        print(f"{path.name:40} {'':9} {(time.perf_counter() - began) * 1e3:11.1f}  {len(content):,} characters: {said}")
    print(f"the fork server's own memory: {memory_of(FORK_SERVER.current().pid)} MB")


def memory_of(pid: int) -> int:
    said = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in said if line.startswith("RssAnon")).split()[1]) // 1024


async def _detected(probe: DictProbe) -> None:
    from aurora.toolchains import registry

    await registry.detect(probe, Commands())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="contract documents, whatever their size")
    asyncio.run(main(parser.parse_args().files))
