"""A missing part of the machine is refused like a user's mistake: before anything starts, in two lines, nothing
lost."""

import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.command_line import KEY, Shell, refused

NOBODY = 65534
WITHOUT_ROOTS_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Root passes over the permissions of files; with this it is held to them like anybody."""


@pytest.fixture
def unprivileged(alone: Shell) -> Shell:
    return replace(alone, prefix=WITHOUT_ROOTS_RIGHTS) if os.geteuid() == 0 else alone


async def test_no_engine_at_the_socket_that_is_named(alone: Shell, repository: Path, tmp_path: Path) -> None:
    gone = f"unix://{tmp_path}/no.sock"
    said = await refused(alone, "do it", "--repo", str(repository), exit_code=3, DOCKER_HOST=gone, **KEY)
    assert "its socket is missing" in said
    assert "check DOCKER_HOST" in said


async def test_an_engine_that_is_named_by_address_and_does_not_listen(alone: Shell, repository: Path) -> None:
    said = await refused(alone, "do it", "--repo", str(repository), exit_code=3, DOCKER_HOST="tcp://127.0.0.1:9", **KEY)
    assert "'tcp://127.0.0.1:9' does not answer: Connection refused" in said
    assert "Max retries exceeded" not in said


async def test_a_socket_that_nobody_answers_at(alone: Shell, repository: Path, tmp_path: Path) -> None:
    place = str(tmp_path / "left.sock")
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(place)
    said = await refused(alone, "do it", "--repo", str(repository), exit_code=3, DOCKER_HOST=f"unix://{place}", **KEY)
    assert "does not answer: Connection refused" in said


async def test_no_right_to_the_engine_names_the_group_to_join(
    unprivileged: Shell, repository: Path, tmp_path: Path
) -> None:
    place = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(place))
        engine.listen()
        place.chmod(0)
        said = await refused(
            unprivileged, "do it", "--repo", str(repository), exit_code=3, DOCKER_HOST=f"unix://{place}", **KEY
        )
    assert f"no right to the Docker engine's socket '{place}'" in said
    assert "usermod -aG docker" in said


async def test_no_right_to_the_folder_of_the_engines_socket(
    unprivileged: Shell, repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir(mode=0)
    host = f"unix://{tmp_path}/run/docker.sock"
    said = await refused(unprivileged, "do it", "--repo", str(repository), exit_code=3, DOCKER_HOST=host, **KEY)
    assert "no right to the Docker engine's socket" in said


async def test_a_state_folder_that_may_not_be_made(unprivileged: Shell, repository: Path, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    words = ("do it", "--repo", str(repository))
    said = await refused(unprivileged, *words, **KEY, AURORA_HOME=f"{tmp_path}/locked/state")
    assert "can't be made: Permission denied" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
async def test_a_repository_of_another_user(alone: Shell, repository: Path) -> None:
    for path in (repository, *repository.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    said = await refused(alone, "do it", "--repo", str(repository), **KEY, GIT_CONFIG_GLOBAL="/dev/null")
    assert "belongs to another user" in said
    assert "safe.directory" in said


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "aurora", str(place)], check=False)
    if mounted.returncode:
        pytest.skip("this user may mount no disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


async def test_no_free_disk_says_how_much_and_where(alone: Shell, repository: Path, small_disk: Path) -> None:
    said = await refused(alone, "do it", "--repo", str(repository), AURORA_HOME=f"{small_disk}/state", **KEY)
    assert "only 8 MB are free" in said
    assert "AURORA_HOME" in said


async def test_a_disk_without_a_single_free_byte(alone: Shell, repository: Path, small_disk: Path) -> None:
    with (small_disk / "all").open("wb") as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(b"x" * 65_536)
            file.flush()
    said = await refused(alone, "do it", "--repo", str(repository), AURORA_HOME=f"{small_disk}/state", **KEY)
    assert "0 MB are free" in said
