import asyncio
import gc
import subprocess
import sys
import time
import uuid

import pytest

from aurora.domain.task import TaskRef
from aurora.domain.workspace import Dependencies
from aurora.drivers.engine.docker_engine import connect, exec_output, named
from aurora.drivers.engine.owner import died, this_process
from aurora.drivers.images import dependency_image
from aurora.drivers.sandbox import sandbox_container
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.drivers.sandbox.sandbox_container import Shape
from aurora.errors import ArtifactMissing, DiskFull, EngineError, EngineForbidden, ImageBuildFailed, SandboxLost
from tests.support.boxes import DEPENDENCIES, PROJECT, RUNTIME, SMALL, SUBMITTED, containers, python

pytestmark = pytest.mark.docker


async def test_the_dependency_image_knows_which_distribution_an_import_belongs_to(sandbox, image):
    modules = {name: one.name for one in image.distributions for name in one.modules}
    assert modules["yaml"] == "pyyaml"
    assert modules["dateutil"] == "python-dateutil"
    assert modules["pytest"] == "pytest"
    assert image.declared == ("python-dateutil", "pyyaml")
    assert image.versions["python"].startswith("3.")
    again = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    assert again == image.model_copy(update={"seconds": 0.0})


async def test_builds_of_one_image_at_once_share_it(sandbox):
    dependencies = Dependencies(
        language="python",
        manager="uv",
        files={},
        requirements=("six",),
        constraints=("six==1.16.0",),
        notes=("shared",),
    )
    made = await asyncio.gather(*(sandbox.build(TaskRef(id=f"b{n}"), dependencies, None) for n in range(3)))
    assert len({one.reference for one in made}) == 1
    assert {one.version for one in made[0].distributions if one.name == "six"} == {"1.16.0"}
    assert sum(one.seconds > 0 for one in made) <= 1


async def test_nothing_of_the_hosts_network_settings_stays_in_an_image(image):
    engine = connect()
    config = engine.images.get(image.reference).attrs["Config"]
    assert not [entry for entry in config["Env"] or [] if "CERT" in entry or "PROXY" in entry.upper()]
    listed = engine.containers.run(image.reference, ["ls", "/opt"], remove=True, network_mode="none").decode().split()
    assert "build" not in listed


async def test_a_build_that_fails_says_why_and_leaves_nothing(sandbox):
    task = TaskRef(id="failing")
    dependencies = Dependencies(
        language="python", manager="uv", files={}, requirements=("no-such-package-of-aurora==99",)
    )
    with pytest.raises(ImageBuildFailed) as failure:
        await sandbox.build(task, dependencies, None)
    assert "no-such-package-of-aurora" in failure.value.log_tail
    assert containers(task) == []
    reference = dependency_image.reference_of(await sandbox.base(), dependencies, None)
    assert connect().images.list(filters={"reference": reference}) == []


@pytest.mark.parametrize("line", ["--index-url https://evil.example", "-e .", "./local", "/etc"])
async def test_an_installer_option_is_not_a_requirement(sandbox, line):
    with pytest.raises(ImageBuildFailed, match="not a requirement"):
        await sandbox.build(
            TaskRef(id="x"), Dependencies(language="python", manager="uv", files={}, requirements=(line,)), None
        )


async def test_a_warm_container_is_kept_between_openings(sandbox, draft, workspace):
    async with sandbox.open(draft, workspace):
        first = containers(draft.task)
    async with sandbox.open(draft, workspace):
        assert containers(draft.task) == first
    assert len(first) == 1


async def test_two_users_of_one_task_take_turns(sandbox, draft, workspace):
    async def edit(name):
        async with sandbox.open(draft, workspace) as box:
            await box.write(name, b"x = 1\n")
            await asyncio.sleep(0.05)
            return {entry.path for entry in await box.files()}

    one, two = await asyncio.gather(edit("one.py"), edit("two.py"))
    assert "two.py" not in one
    assert "one.py" not in two


async def test_a_repository_can_be_looked_at_before_there_is_a_workspace(sandbox, draft):
    async with sandbox.look(draft, SMALL, None, SUBMITTED) as box:
        assert b"VALUE" in await box.read("app.py")


@pytest.mark.parametrize("how", ["kill", "remove", "server"])
async def test_a_container_lost_in_mid_use_is_sandbox_lost_and_opening_again_works(sandbox, draft, workspace, how):
    with pytest.raises(SandboxLost):
        async with sandbox.open(draft, workspace) as box:
            await box.write("users.py", b"x = 1\n")
            container = connect().containers.get(containers(draft.task)[0])
            if how == "server":
                killer = ["python3", "-c", "import os; os.kill(-1, 9)"]
                list(exec_output(connect(), connect().api.exec_create(container.id, killer, user="1000")["Id"]))
            elif how == "remove":
                container.remove(force=True)
            else:
                container.kill()
            await box.read("users.py")
    async with sandbox.open(draft, workspace) as box:
        assert "users.py" not in {entry.path for entry in await box.files()}


async def test_a_container_removed_between_openings_is_replaced_silently(sandbox, draft, workspace):
    async with sandbox.open(draft, workspace) as box:
        await box.write("users.py", b"x = 1\n")
        sealed = await box.seal("Add users")
    connect().containers.get(containers(draft.task)[0]).remove(force=True)
    async with sandbox.open(sealed, workspace) as box:
        assert await box.read("users.py") == b"x = 1\n"


async def test_a_cancelled_operation_leaves_a_box_that_can_be_opened_again(sandbox, draft, workspace):
    async def long():
        async with sandbox.open(draft, workspace) as box:
            await box.execute(["sleep", "60"])

    running = asyncio.create_task(long())
    while not containers(draft.task):
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    async with sandbox.open(draft, workspace) as box:
        assert (await box.execute(["pgrep", "-x", "sleep", "-u", "1000"])).stdout == ""


async def test_a_cancelled_run_of_tests_leaves_nothing_running(sandbox, draft, workspace):
    async def long():
        async with sandbox.open(draft, workspace) as box:
            await box.run_tests(python("import time; time.sleep(60)"))

    running = asyncio.create_task(long())
    await asyncio.sleep(3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    async with sandbox.open(draft, workspace) as box:
        assert (await box.execute(["pgrep", "-f", r"time\.sleep\(60"])).stdout == ""


async def test_an_artifact_that_is_gone_is_named_and_no_container_stays(sandbox, draft, workspace):
    with pytest.raises(ArtifactMissing):
        async with sandbox.open(draft.model_copy(update={"base_pack": "sha256:" + "f" * 64}), workspace):
            pass
    assert containers(draft.task) == []


async def test_an_image_that_was_removed_is_built_again(sandbox, draft, workspace, image):
    connect().images.remove(image.reference, force=True)
    async with sandbox.open(draft, workspace) as box:
        assert (await box.run_tests(python("import yaml"))).exit_code == 0


async def test_a_look_into_an_image_that_is_not_there_is_trouble_of_the_engine(sandbox, draft):
    with pytest.raises(EngineError, match="removed"):
        async with sandbox.look(draft, SMALL, "aurora/deps:000000000000", SUBMITTED):
            pass


async def test_release_removes_the_container_and_may_be_repeated(sandbox, draft, workspace):
    async with sandbox.open(draft, workspace):
        assert containers(draft.task)
    await sandbox.release(draft.task)
    assert containers(draft.task) == []
    await sandbox.release(draft.task)


async def test_the_reaper_takes_what_a_dead_owner_left_and_spares_the_living(sandbox, draft, workspace, image):
    dead = subprocess.run(
        [sys.executable, "-c", "from aurora.drivers.engine.owner import this_process; print(this_process())"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    assert died(dead)
    assert not died(this_process())
    assert not died("another-host/1/1")
    orphan, taken = TaskRef(id=f"orphan-{uuid.uuid4().hex[:8]}"), 0
    async with sandbox.open(draft, workspace):
        for _ in range(3):  # a worker of another test may reap here, too, and be the first
            sandbox_container.start(connect(), orphan, Shape(image.reference, SMALL, RUNTIME), dead)
            spare = sandbox_container.start(connect(), None, Shape(image.reference, SMALL, RUNTIME), dead)
            taken = await sandbox.reap()
            assert containers(orphan) == []
            assert spare.state() == "removed"
            assert len(containers(draft.task)) == 1
            if taken >= 2:
                break
    assert taken >= 2


async def test_another_worker_takes_over_from_the_artifacts(sandbox, artifacts, draft, workspace):
    async with sandbox.open(draft, workspace) as box:
        await box.write("users.py", b"x = 1\n")
        sealed = await box.seal("Add users")
    other = DockerSandbox(artifacts, runtime=RUNTIME, owner="another-host/1/1")
    async with other.open(sealed, workspace) as box:
        assert await box.read("users.py") == b"x = 1\n"
    await other.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # docker-py leaks a refused socket
def test_the_engines_troubles_have_names(monkeypatch):
    for variable, value, expected in (("DOCKER_HOST", "unix:///nowhere/docker.sock", EngineError),
                                      ("DOCKER_HOST", "tcp://127.0.0.1:9", EngineError)):  # fmt: skip
        monkeypatch.setenv(variable, value)
        connect.cache_clear()
        with pytest.raises(expected):
            connect()
    connect.cache_clear()
    gc.collect()
    assert isinstance(named(PermissionError(13, "Permission denied")), EngineForbidden)
    assert isinstance(named(OSError(28, "No space left on device")), DiskFull)


async def test_the_container_is_shut_in(sandbox, draft, workspace):
    async with sandbox.open(draft, workspace) as box:
        found = connect().api.inspect_container(containers(draft.task)[0])
        reported = await box.execute(["cat", "/proc/self/status"])
        status = dict(line.split(":\t", 1) for line in reported.stdout.splitlines() if ":\t" in line)
    host = found["HostConfig"]
    assert host["NetworkMode"] == "none"
    assert host["ReadonlyRootfs"]
    assert {int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert host["AutoRemove"]
    assert not host["Binds"]
    assert host["PidsLimit"] == SMALL.pids
    assert found["Config"]["User"] == "1001"
    assert int(found["Config"]["Labels"]["aurora.deadline"]) > time.time()
