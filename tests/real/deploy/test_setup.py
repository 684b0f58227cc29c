"""The set-up's reaction to an engine that does not answer: it never starts beside one that may be there."""

import socket
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[3] / "deploy" / "setup.sh"


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """The pid file of an engine that was killed."""
    file = tmp_path / "docker.pid"
    file.write_text("4242")
    return file


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A process table with one process that is no engine."""
    return with_process(tmp_path / "proc", 4242, "python3")


def with_process(proc: Path, number: int, name: str) -> Path:
    (proc / str(number)).mkdir(parents=True)
    (proc / str(number) / "comm").write_text(f"{name}\n")
    return proc


def call(*words: object) -> subprocess.CompletedProcess[str]:
    script = f'. "{SETUP}"; {words[0]} "${{@:2}}"'
    argv = ["bash", "-c", script, "bash", *map(str, words)]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_a_killed_engines_pid_file_goes_although_its_number_is_another_process_now(left: Path, proc: Path) -> None:
    done = call("forget_killed_engine", left, left.with_name("docker.sock"), proc)
    assert done.returncode == 0, done.stderr
    assert not left.exists()
    assert "it said 4242" in done.stderr


def test_a_pid_file_stays_while_an_engine_runs_that_does_not_answer(left: Path, proc: Path) -> None:
    with_process(proc, 77, "dockerd")
    assert call("forget_killed_engine", left, left.with_name("docker.sock"), proc).returncode == 0
    assert left.exists()


def test_a_pid_file_stays_while_an_engine_of_another_namespace_listens(left: Path, proc: Path) -> None:
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(left.with_name("docker.sock")))
        engine.listen()
        assert call("somebody_listens", left.with_name("docker.sock")).returncode == 0
        assert call("forget_killed_engine", left, left.with_name("docker.sock"), proc).returncode == 0
    assert left.exists()


def test_a_socket_that_a_killed_engine_left_is_nobodys(left: Path, proc: Path) -> None:
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(left.with_name("docker.sock")))
    assert call("somebody_listens", left.with_name("docker.sock")).returncode != 0
    call("forget_killed_engine", left, left.with_name("docker.sock"), proc)
    assert not left.exists()


def test_a_process_that_only_resembles_an_engine_is_none(proc: Path) -> None:
    with_process(proc, 78, "dockerd-proxy")
    assert call("engine_runs", proc).returncode != 0


def test_without_a_pid_file_nothing_is_said(tmp_path: Path, proc: Path) -> None:
    assert call("forget_killed_engine", tmp_path / "none", tmp_path / "docker.sock", proc).stderr == ""
