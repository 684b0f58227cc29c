"""Processor and wall time of commands beside those of Python and of Temporal's client: `make bench-cli`.

Rounds alternate, so that a machine that is busy for a while is busy for all of them. Medians are printed, each also
as a multiple of `import temporalio.client`. Everything runs in a state folder of its own, with a double of the Messages
API; `status` and `run --detach` need a Docker engine and are left out without one.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
AURORA = (sys.executable, "-P", "-m", "aurora")
CLIENT = "import temporalio.client"
READY_SECONDS = 120.0


@dataclass
class Timed:
    """The times of one command, a round each."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


def timed(argv: Sequence[str], env: dict[str, str], cwd: Path) -> tuple[float, float]:
    """Processor and wall seconds of a process that has to succeed."""
    began, before = time.monotonic(), os.times()
    ran = subprocess.run(argv, env=env, cwd=cwd, capture_output=True, text=True, check=False)
    after = os.times()
    if ran.returncode != 0:
        sys.exit(f"{' '.join(argv)} ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return cpu, time.monotonic() - began


def worker_start(env: dict[str, str], cwd: Path) -> tuple[float, float]:
    """Until a second worker beside the daemon's says that it is ready."""
    endpoint = json.loads((Path(env["AURORA_HOME"]) / "endpoint.json").read_text())
    ran = subprocess.Popen(
        [sys.executable, "-P", "-m", "worker"],
        env=env
        | {
            "TEMPORAL_ADDRESS": endpoint["address"],
            "AURORA_PAYLOAD_KEYS": str(Path(env["AURORA_HOME"]) / "payload-keys.json"),
        },
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    began, before = time.monotonic(), os.times()
    assert ran.stdout is not None
    said = []
    for line in ran.stdout:
        said.append(line)
        if "worker_started" in line:
            wall = time.monotonic() - began
            ran.terminate()
            ran.stdout.read()
            ran.wait(READY_SECONDS)
            after = os.times()
            cpu = after.children_user + after.children_system - before.children_user - before.children_system
            return cpu, wall
    sys.exit(f"the worker ended: {''.join(said)[-2000:]}")


def repository(folder: Path) -> Path:
    """The demo's service, committed."""
    shutil.copytree(ROOT / "examples" / "shop", folder)
    author = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*author, "commit", "-q", "-m", "Begin"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def main() -> None:
    words = argparse.ArgumentParser(prog="benchmarks.cli", description=__doc__)
    words.add_argument("--rounds", type=int, default=7)
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-cli-") as name:
        folder = Path(name)
        env = {k: v for k, v in os.environ.items() if not k.startswith(("ANTHROPIC_", "TEMPORAL_", "AURORA_"))}
        env |= {"AURORA_HOME": str(folder / "state"), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        hand = folder / "hand"
        hand.mkdir()
        double = subprocess.Popen(
            [sys.executable, "-m", "aurora.messages_double", "--by-hand", str(hand)],
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert double.stdout is not None
        env |= {"ANTHROPIC_BASE_URL": double.stdout.readline().strip(), "ANTHROPIC_API_KEY": "of-the-double"}
        try:
            subprocess.run([*AURORA, "dev", "--daemon"], env=env, check=True, capture_output=True)
            measure(repository(folder / "shop"), env, given.rounds)
        finally:
            subprocess.run([*AURORA, "stop"], env=env, check=False, capture_output=True)
            double.terminate()
            double.wait()


def measure(shop: Path, env: dict[str, str], rounds: int) -> None:
    docker = subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    run = [*AURORA, "run", "Create a POST /users endpoint", "--repo", str(shop), "--detach", "--json"]
    if docker:  # `status` needs a task; it waits for its first reply, which nobody gives
        subprocess.run(run, env=env, check=True, capture_output=True)

    def command(*argv: str) -> Callable[[], tuple[float, float]]:
        return lambda: timed(argv, env, shop)

    rows: dict[str, Callable[[], tuple[float, float]]] = {
        "python -c pass": command(sys.executable, "-c", "pass"),
        CLIENT: command(sys.executable, "-c", CLIENT),
        "aurora --help": command(*AURORA, "--help"),
        "aurora list": command(*AURORA, "list"),
    }
    if docker:
        rows["aurora status"] = command(*AURORA, "status")
        rows["aurora run --detach"] = command(*run)
    rows["worker ready"] = lambda: worker_start(env, shop)
    times = {name: Timed() for name in rows}
    for _ in range(rounds):
        for name, measured in rows.items():
            cpu, wall = measured()
            times[name].cpu.append(cpu)
            times[name].wall.append(wall)
    client = times[CLIENT]
    print(f"{'median of ' + str(rounds):<28}{'cpu s':>8}{'wall s':>8}{'cpu ratio':>11}{'wall ratio':>12}")
    for name, one in times.items():
        cpu, wall = statistics.median(one.cpu), statistics.median(one.wall)
        ratios = (cpu / statistics.median(client.cpu), wall / statistics.median(client.wall))
        print(f"{name:<28}{cpu:>8.2f}{wall:>8.2f}{ratios[0]:>11.2f}{ratios[1]:>12.2f}")


if __name__ == "__main__":
    main()
