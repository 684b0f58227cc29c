"""Every application for real, inside a box of ours: each ends in a clear word, and nothing of it is left."""

import pytest

from tests.attacks.served.applications import APPLICATIONS, Application
from tests.support.boxes import python
from tests.support.served import ALL

pytestmark = [pytest.mark.docker, pytest.mark.timeout(180)]
PLAYED = [one for one in APPLICATIONS if ALL or not one.slow]
LEFT = "ls -d /work/tree /tmp/tests /tmp/[a-z]* /dev/shm/* /work/private/* 2>/dev/null; ps -o args= -u 1002"


@pytest.mark.parametrize("application", PLAYED, ids=lambda application: application.name)
async def test_an_application_ends_in_a_clear_word_and_leaves_nothing(application: Application, shared):
    run = await shared.exercise(application.command, application.order)
    reported = (run.end, run.not_ready, run.result[:200], run.driver_said, run.stderr[-500:])
    assert run.end in application.ends, reported
    assert application.not_ready in run.not_ready, reported
    assert bool(application.not_ready) == bool(run.not_ready), reported
    assert application.result in run.result.decode(), reported
    assert application.driver_said in run.driver_said, reported
    assert len(run.stdout) + len(run.stderr) < 9_000_000
    looked = await shared.execute(["sh", "-c", LEFT])
    ours = ("_server as s", "runc init")  # the next run's server, on its way
    assert [line for line in looked.stdout.splitlines() if not any(one in line for one in ours)] == []
    after = await shared.run_tests(python("print('works')"))
    assert after.stdout == "works\n", after.stderr
