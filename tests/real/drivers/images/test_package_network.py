"""A company's index behind a password: used for the build, and left nowhere."""

import json
import os
import uuid

import pytest

from aurora.domain.task import TaskRef
from aurora.domain.workspace import Dependencies, ProjectIdentity
from aurora.drivers.engine.docker_engine import connect
from aurora.drivers.images import package_network
from aurora.errors import ImageBuildFailed
from tests.support.private_index import PACKAGE, VERSION, private_index

PASSWORD = "pa:ss word/7f3a9c"
SHAPES = (PASSWORD, "pa%3Ass%20word%2F7f3a9c", "7f3a9c")


@pytest.fixture
def index(monkeypatch):
    with private_index(PASSWORD) as served:
        for name in [name for name in os.environ if name.startswith(("UV_", "PIP_INDEX", "PIP_EXTRA"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("UV_INDEX", served.url())
        yield served


@pytest.mark.docker
async def test_nothing_of_a_private_index_stays_in_image_history_or_log(sandbox, index, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://proxy:{SHAPES[2]}@{index.address}")
    dependencies = Dependencies(language="python", manager="uv", files={}, requirements=(PACKAGE,))
    anew = ProjectIdentity(name=f"shop-{uuid.uuid4().hex[:8]}", version="1")
    made = await sandbox.build(TaskRef(id="private"), dependencies, anew)
    engine = connect()
    try:
        assert made.seconds > 0
        assert (PACKAGE, VERSION) in {(one.name, one.version) for one in made.distributions}
        assert {way for _, way in index.asked} == {"proxied"}
        reported = json.dumps(
            [engine.api.inspect_image(made.reference), engine.api.history(made.reference), made.model_dump()]
        )
        assert not [shape for shape in (*SHAPES, index.address) if shape in reported]
        search = ["grep", "-rlsF", *(f"--regexp={text}" for text in (*SHAPES, index.address)), "/opt", "/etc", "/root",
                  "/home", "/tmp", "/var", "/usr/local"]  # fmt: skip
        looked = engine.containers.run(
            made.reference, ["sh", "-c", '"$@" || [ $? = 1 ]', "-", *search], user="0", remove=True, network_mode="none"
        )
        assert looked == b""
    finally:
        engine.images.remove(made.reference, force=True)


@pytest.mark.docker
async def test_a_build_that_fails_on_a_private_index_does_not_tell_its_password(sandbox, index):
    dependencies = Dependencies(language="python", manager="uv", files={}, requirements=(f"{PACKAGE}==99",))
    with pytest.raises(ImageBuildFailed) as failure:
        await sandbox.build(TaskRef(id="private"), dependencies, None)
    reported = f"{failure.value} {failure.value.log_tail}"
    assert PACKAGE in reported
    assert not [shape for shape in SHAPES if shape in reported]


def test_passwords_are_known_in_each_shape_and_loopback_is_left_out(monkeypatch):
    for name in [name for name in os.environ if name.startswith(("UV_", "PIP_")) or "proxy" in name.lower()]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_INDEX", "corp=https://me:p%40ss@index.invalid/simple https://127.0.0.1/simple")
    monkeypatch.setenv("UV_INDEX_CORP_PASSWORD", "other-secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://token-only@proxy.invalid:1")
    env = package_network.network_environment()
    assert env["UV_INDEX"] == "corp=https://me:p%40ss@index.invalid/simple"
    assert env["PIP_EXTRA_INDEX_URL"] == "https://me:p%40ss@index.invalid/simple"
    said = package_network.without(package_network.secrets(env), "p%40ss p@ss other-secret token-only me")
    assert said == "[secret] [secret] [secret] [secret] me"
