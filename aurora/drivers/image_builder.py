"""A throwaway container with network, in which an image is made: its file system is kept, nothing else of it is."""

import io
import os
import re
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from aurora.drivers.docker_engine import container_errors, engine_errors, exec_output
from aurora.drivers.owner import this_process
from aurora.errors import DiskFull

FOLDER = "/opt/build"
BUILD_SECONDS = 1200
MEMORY = "4g"
PIDS = 1024
CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS")
CA_DEFAULTS = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
PASSED_ON = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
IN_ADDRESS = re.compile(r"://[^/\s@]+@")
"""User and password of an index or a proxy, as installers print them."""
LOOPBACK = ("127.", "localhost", "[::1]")


def tar_of(files: Mapping[str, bytes], *, mode: int = 0o644) -> bytes:
    """A tar whose bytes depend on names and contents only."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(files[name]), mode
            archive.addfile(entry, io.BytesIO(files[name]))
    return packed.getvalue()


def network_environment() -> dict[str, str]:
    """What package installers need of this host's network set-up; given to one exec, so it stays in no image."""
    env = {
        key: value
        for key in PASSED_ON
        if (value := os.environ.get(key)) and ("no_proxy" in key.lower() or not any(at in value for at in LOOPBACK))
    }
    for ours, theirs in (("UV_DEFAULT_INDEX", ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")),
                         ("UV_INDEX", ("UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"))):  # fmt: skip
        value = next((found for key in theirs if (found := os.environ.get(key, "")).startswith("http")), None)
        if value:
            env[ours] = value
            env["PIP_INDEX_URL" if ours == "UV_DEFAULT_INDEX" else "PIP_EXTRA_INDEX_URL"] = value
    env["PIP_DEFAULT_TIMEOUT"] = env["UV_HTTP_TIMEOUT"] = "180"
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = env["PIP_NO_CACHE_DIR"] = env["PIP_ROOT_USER_ACTION"] = "1"
    env["PIP_ROOT_USER_ACTION"] = "ignore"
    if certificates():
        env.update(dict.fromkeys(CA_VARIABLES, f"{FOLDER}/ca.pem"))
    return env


def certificates() -> bytes | None:
    for path in [os.environ.get(key, "") for key in CA_VARIABLES] + list(CA_DEFAULTS):
        if path and Path(path).is_file():
            return Path(path).read_bytes()
    return None


class Builder:
    """Made by `building`; blocking, for a thread."""

    def __init__(self, engine: Any, container: Any) -> None:
        self._engine = engine
        self._container = container

    def put(self, folder: str, files: Mapping[str, bytes], *, mode: int = 0o644) -> None:
        with container_errors():
            self._container.put_archive(folder, tar_of(files, mode=mode))

    def run(self, argv: list[str], *, line: Callable[[str], None] | None = None) -> tuple[int, str]:
        """(exit code, what it said). Lines are passed on as they come."""
        said: list[str] = []
        deadline = time.monotonic() + BUILD_SECONDS
        with container_errors():
            started = self._engine.api.exec_create(
                self._container.id, ["timeout", "-k", "5", str(BUILD_SECONDS), *argv],
                user="0", workdir=FOLDER, environment=network_environment(),
            )["Id"]  # fmt: skip
            for chunk in exec_output(self._engine, started):
                text = chunk.decode(errors="replace")
                said = [*said[-400:], text]
                if line:
                    for one in text.splitlines():
                        line(one)
                if time.monotonic() > deadline + 30:
                    break
            code = self._engine.api.exec_inspect(started)["ExitCode"]
        whole = IN_ADDRESS.sub("://…@", "".join(said))
        if code and "no space left on device" in whole.lower():
            raise DiskFull("the Docker engine's disk is full: an image could not be built")
        return (1 if code is None else int(code)), whole

    def commit(self, reference: str, labels: Mapping[str, str]) -> None:
        """Keep the file system under `reference`; the build folder, certificates included, goes before."""
        self.run(["sh", "-c", "rm -rf /root/.cache /tmp/* /tmp/.[!.]*"])
        with container_errors():
            removing = self._engine.api.exec_create(self._container.id, ["rm", "-rf", FOLDER], user="0", workdir="/")
            list(exec_output(self._engine, removing["Id"]))
            name, _, tag = reference.partition(":")
            self._engine.api.commit(
                self._container.id, repository=name, tag=tag,
                conf={"Labels": dict(labels), "Cmd": ["true"], "Entrypoint": None, "Env": [], "WorkingDir": "/"},
            )  # fmt: skip


@contextmanager
def building(engine: Any, image: str, task: str = "") -> Iterator[Builder]:
    """A builder from `image`, removed at the end whatever happens. Raises `ImageNotFound`."""
    labels = {"product": "aurora", "aurora.role": "builder", "aurora.owner": this_process()}
    labels["aurora.deadline"] = str(int(time.time()) + BUILD_SECONDS + 120)
    if task:
        labels["aurora.task"] = task
    with engine_errors():
        container = engine.containers.create(
            image, ["sleep", str(BUILD_SECONDS + 60)], entrypoint=[], user="0", working_dir="/", labels=labels,
            mem_limit=MEMORY, pids_limit=PIDS, init=True, security_opt=["no-new-privileges"],
        )  # fmt: skip
    try:
        with engine_errors():
            container.start()
        builder = Builder(engine, container)
        with container_errors():
            container.put_archive("/opt", _folder("build"))
        ca = certificates()
        builder.put(FOLDER, {"ca.pem": ca} if ca else {})
        yield builder
    finally:
        with suppress(Exception):
            container.remove(force=True, v=True)


def _folder(name: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(entry)
    return packed.getvalue()
