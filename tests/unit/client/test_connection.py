import asyncio
import socket
from pathlib import Path

import pytest

from aurora.client.connection import cluster, connect, healthy
from aurora.errors import Refusal, RefusalCode
from aurora.settings import worker


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ADDRESS", "NAMESPACE", "PROFILE", "API_KEY"):
        monkeypatch.delenv(f"TEMPORAL_{name}", raising=False)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))


def test_without_any_name_the_embedded_server_is_meant() -> None:
    assert cluster(worker.load()) is None


def test_an_address_in_the_environment_names_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "cluster.example.org:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "backend")
    named = cluster(worker.load())
    assert named == {"target_host": "cluster.example.org:7233", "namespace": "backend"}


def test_a_profile_names_a_cluster_with_its_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    profile = '[profile.prod]\naddress = "prod.example.org:7233"\nnamespace = "n"\napi_key = "k"\n'
    (tmp_path / "temporal.toml").write_text(profile)
    monkeypatch.setenv("TEMPORAL_PROFILE", "prod")
    named = cluster(worker.load())
    assert named == {"target_host": "prod.example.org:7233", "namespace": "n", "api_key": "k", "tls": True}


def test_a_profile_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "temporal.toml").write_text("[profile.prod]\n")
    monkeypatch.setenv("TEMPORAL_PROFILE", "prdo")
    with pytest.raises(Refusal, match="profile can't be used"):
        cluster(worker.load())


async def test_nobody_at_the_address_is_not_reachable() -> None:
    with pytest.raises(Refusal, match=r"127\.0\.0\.1:9 does not answer: connection refused") as refused:
        await connect(worker.load(), "127.0.0.1:9")
    assert refused.value.code is RefusalCode.UNREACHABLE


async def test_an_address_that_takes_connections_and_says_nothing_is_not_healthy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert not await asyncio.wait_for(healthy(f"127.0.0.1:{port}", seconds=0.5), 15)


async def test_an_address_that_is_none_is_refused_with_how_it_is_written() -> None:
    with pytest.raises(Refusal, match=r"'127\.0\.0\.1:99999' is not the address of a Temporal server") as refused:
        await connect(worker.load(), "127.0.0.1:99999")
    assert refused.value.code is RefusalCode.INVALID and "host:port" in refused.value.hint
