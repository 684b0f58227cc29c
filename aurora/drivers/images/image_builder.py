"""A throwaway container with network, in which an image is made: its file system is kept, nothing else of it is."""

import io
import os
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from aurora import progress
from aurora.drivers.engine import podman
from aurora.drivers.engine.docker_engine import APIError, NotFound, container_errors, engine_errors, exec_output
from aurora.drivers.engine.engine_bounds import require_bounds
from aurora.drivers.engine.owner import this_process
from aurora.drivers.images import package_network
from aurora.errors import DiskFull, ImageBuildFailed

FOLDER = "/opt/build"
BUILD_SECONDS = 1200
MEMORY = "4g"
PIDS = 1024
CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS")
CA_DEFAULTS = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


class BuildUnderWay(Exception):
    """Somebody builds under this name on the same engine."""


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
    """The variables that package installers need of this host's network set-up; given to one exec, so it stays in no
    image."""
    env = package_network.network_environment()
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

    def read(self, path: str, at_most: int) -> str | None:
        """A file's text; none where there is no such file. Raises `ImageBuildFailed` for one that is larger."""
        with container_errors():
            try:
                chunks, stat = self._container.get_archive(path)
            except NotFound:
                return None
        if int(stat["size"]) > at_most:
            raise ImageBuildFailed(f"{path} has {stat['size']} bytes; at most {at_most} are taken", "")
        with container_errors(), tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
            entry = archive.next()
            content = archive.extractfile(entry) if entry is not None and entry.isfile() else None
            return None if content is None else content.read().decode("utf-8", errors="replace")

    def run(self, argv: list[str]) -> tuple[int, str]:
        """(exit code, what it said), without what is secret in the network's settings."""
        said: list[bytes] = []
        environment = network_environment()
        secret = package_network.secrets(environment)
        deadline = time.monotonic() + BUILD_SECONDS
        with container_errors():
            started = self._engine.api.exec_create(
                self._container.id, ["timeout", "-k", "5", str(BUILD_SECONDS), *argv],
                user="0", workdir=FOLDER, environment=environment,
            )["Id"]  # fmt: skip
            for chunk in exec_output(self._engine, started):
                said = [*said[-400:], chunk]
                progress.line(last_line(said, secret))
                if time.monotonic() > deadline + 30:
                    break
            code = self._engine.api.exec_inspect(started)["ExitCode"]
        whole = package_network.without(secret, b"".join(said).decode(errors="replace"))
        if code and "no space left on device" in whole.lower():
            raise DiskFull("the Docker engine's disk is full: an image could not be built")
        return (1 if code is None else int(code)), whole

    def commit(self, reference: str, labels: Mapping[str, str]) -> None:
        """Keep the file system under `reference`; the build folder, certificates included, goes before.

        The engine hands the builder's labels on to the image, and the image's to whatever is run from it: without
        other values a container that somebody starts by hand would be removed as a builder whose worker died."""
        labels = {"aurora.role": "image", "aurora.owner": "", "aurora.deadline": "0", "aurora.task": "", **labels}
        self.run(["sh", "-c", "rm -rf /root/.cache /tmp/* /tmp/.[!.]*"])
        with container_errors():
            removing = self._engine.api.exec_create(self._container.id, ["rm", "-rf", FOLDER], user="0", workdir="/")
            list(exec_output(self._engine, removing["Id"]))
            name, _, tag = reference.partition(":")
            self._engine.api.commit(
                self._container.id, repository=name, tag=tag,
                conf={"Labels": dict(labels), "Cmd": ["true"], "Entrypoint": None, "Env": [], "WorkingDir": "/"},
                changes=podman.labelled(self._engine, labels),
            )  # fmt: skip


def last_line(said: Sequence[bytes], secret: tuple[str, ...]) -> str:
    """The last line that was said whole, without what is secret; empty where that can't be determined."""
    lines = b"".join(said[-8:]).replace(b"\r", b"\n").split(b"\n")[:-1]
    if len(said) > 8:
        lines = lines[1:]  # its beginning is not here, and may be that of a secret
    whole = [line.decode(errors="replace") for line in lines if line.strip()]
    return package_network.without(secret, whole[-1]) if whole else ""


@contextmanager
def building(engine: Any, image: str, task: str = "", *, name: str | None = None) -> Iterator[Builder]:
    """A builder from `image`, removed at the end whatever happens. Raises `ImageNotFound`.

    `name`: of the container, which the engine gives once: what every worker of an engine waits by. Raises
    `BuildUnderWay` while another has it."""
    require_bounds(engine)
    labels = {"product": "aurora", "aurora.role": "builder", "aurora.owner": this_process()}
    labels["aurora.deadline"] = str(int(time.time()) + BUILD_SECONDS + 120)
    if task:
        labels["aurora.task"] = task
    with engine_errors():
        try:
            container = engine.containers.create(
                image, ["sleep", str(BUILD_SECONDS + 60)], entrypoint=[], user="0", working_dir="/", labels=labels,
                mem_limit=MEMORY, pids_limit=PIDS, init=True, security_opt=["no-new-privileges"], name=name,
            )  # fmt: skip
        except APIError as error:
            if name and error.status_code == 409:
                raise BuildUnderWay(name) from error
            raise
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
