"""Every attempt for real, inside a box of ours."""

import os
from dataclasses import replace

import pytest

from aurora.drivers.engine.docker_engine import connect
from tests.attacks.escapes.attempt import Attempt
from tests.attacks.escapes.table import ATTEMPTS, share

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]
PLAYED = ATTEMPTS if os.environ.get("AURORA_ESCAPES") == "all" else share(ATTEMPTS)


@pytest.mark.parametrize("attempt", PLAYED, ids=lambda attempt: f"{attempt.group}: {attempt.name}")
async def test_an_attempt_is_held_or_said_not_to_be(attempt: Attempt, shared, tmp_path):
    ground = replace(shared, folder=tmp_path)
    before = await ground.state()
    won = await attempt.play(ground)
    if attempt.held or not attempt.only_where():
        assert not won, f"{attempt.group}: {attempt.name} won {attempt.wins}: {won}"
    else:
        assert won, f"{attempt.name} is held now: say so in the suite"
    assert await ground.state() == before


@pytest.mark.parametrize(
    "attempt", [a for a in PLAYED if a.shown], ids=lambda attempt: f"{attempt.group}: {attempt.name}"
)
def test_the_suite_sees_an_escape(attempt, image, outside):
    """Where nothing holds, as root with capabilities, without a profile and on a network, the same code wins."""
    said = connect().containers.run(
        image.reference, ["python3", "-c", outside.facts + attempt.shown], user="0", remove=True, network_mode="bridge",
        security_opt=["seccomp=unconfined", "apparmor=unconfined"], cap_add=["SYS_ADMIN", "SYS_PTRACE", "NET_ADMIN", "SYSLOG"],
        labels={"product": "aurora", "aurora.role": "control"}, pid_mode=None, mem_limit="256m", pids_limit=64,
        volumes={"/var/run/docker.sock": {"bind": "/var/run/docker.sock", "mode": "ro"}} if "engine" in attempt.name else {},
    ).decode()  # fmt: skip
    assert "WON" in said, f"the suite would not see {attempt.name!r} succeed:\n{said}"
