"""The sandbox's base image: Python, git, ruff, pytest and black, each language's tools, and the servers inside.

`python -m aurora.drivers.images.base_image [FROM]` builds it. Two images, so that a change of ours costs a second,
not a minute: `aurora/root:<digest of packages and tools>` and on it `aurora/base:<digest of that and our files>`.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aurora.drivers.engine.docker_engine import ImageNotFound, connect, container_errors, engine_errors
from aurora.drivers.images.image_builder import FOLDER, building
from aurora.drivers.in_box import places
from aurora.errors import AuroraError, DiskFull, EngineError, Refusal
from aurora.toolchains import registry
from aurora.toolchains.image_recipe import DEBIAN, BaseTools

IN_BOX = Path(__file__).parents[1] / "in_box"
SUITE = DEBIAN["3.11"]
PACKAGES = ("python3", "python3-venv", "git", "procps", "ca-certificates")
CONTRACT = Path(__file__).with_name("contract_requirements.txt")
"""Packages of the driver's environment: schemathesis and what it needs, by `make lock`."""
TOOLS = ("ruff==0.17.6", "pytest==9.2.0", "black==26.10.1", "uv==0.13.9")
LEFT_OUT = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*")
BASE_LABEL = "aurora.base"
SMOKE = (
    "set -e; python3 -I -c 'import ssl, sqlite3, ctypes, zlib, lzma, multiprocessing; "
    'import sys; sys.path.insert(0, "/opt/aurora"); from in_box import box_server, test_server\'; '
    "git --version; ps --version; for t in ruff pytest black; do /opt/tools/bin/$t --version; done; "
    f"{places.CONTRACT}/bin/python -I -c 'import schemathesis, exercise'; "
    f"export PATH={places.PATH}:$PATH HOME=/nonexistent"
)
Progress = Callable[[str], None]


def sources(folder: Path) -> dict[str, bytes]:
    """The files of a folder by relative name: Python, JavaScript and shell only."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".py", ".sh", ".mjs", ".cjs")
    }


def of_languages() -> tuple[BaseTools, ...]:
    return tuple(language.image.base for language in registry.languages())


def packages() -> tuple[str, ...]:
    """Debian's, for the languages."""
    return tuple(sorted({name for one in of_languages() for name in one.packages}))


def plugins() -> dict[str, bytes]:
    """The judge's own files, which run beside the tests."""
    return {path.name: path.read_bytes() for language in registry.languages() for path in language.plugins}


def code_suffixes() -> bytes:
    """The suffixes of source files, which the tests' copy holds closed to writing."""
    return json.dumps(sorted({suffix for language in registry.languages() for suffix in language.suffixes})).encode()


def smoke() -> str:
    """The commands that must work without network and without rights."""
    return "; ".join((SMOKE, *(one.check for one in of_languages())))


def digest(*parts: object) -> str:
    """A short name for these parts. Nothing whose `repr` another process writes otherwise, as a set's."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def root_reference(image: str | None, suite: str = SUITE) -> str:
    install = (IN_BOX / "install_base.sh").read_bytes()
    contract = [(IN_BOX / "install_contract.sh").read_bytes(), CONTRACT.read_bytes()]
    scripts = [(one.arguments, one.script.read_bytes()) for one in of_languages() if one.script]
    return f"aurora/root:{digest(image or suite, PACKAGES, packages(), LEFT_OUT, TOOLS, install, contract, scripts)}"


def base_reference(image: str | None, suite: str = SUITE) -> str:
    """The tag a base image made of today's files has."""
    return f"aurora/base:{digest(root_reference(image, suite), sources(IN_BOX), plugins(), code_suffixes())}"


def present(engine: Any, reference: str) -> Any | None:
    with engine_errors():
        try:
            return engine.images.get(reference)
        except ImageNotFound:
            return None


def ensure_base_image(progress: Progress, image: str | None = None, suite: str = SUITE) -> str:
    """Build or find the base image; its tag. `image`: a registry image to start FROM, else Debian's packages, of a
    suite.

    Raises `Refusal` where a tool is missing, `EngineError`, `EngineForbidden`, `DiskFull`."""
    engine = connect()
    reference, root = base_reference(image, suite), root_reference(image, suite)
    if present(engine, reference):
        return reference
    if not present(engine, root):
        _build_root(engine, root, image, progress, suite)
    progress("sandbox image: adding the servers that run inside")
    with building(engine, root) as builder:
        builder.run(["mkdir", "-p", "/opt/aurora/in_box", "/opt/aurora/plugins"])
        builder.put("/opt/aurora/in_box", sources(IN_BOX))
        builder.put("/opt/aurora/in_box", {"code_suffixes.json": code_suffixes()})
        builder.put("/opt/aurora/plugins", plugins())
        builder.run(["python3", "-m", "compileall", "-q", "/opt/aurora"])
        _smoke(builder)
        builder.commit(reference, {"product": "aurora", BASE_LABEL: reference})
    _smoke_alone(engine, reference)
    return reference


def _build_root(engine: Any, reference: str, image: str | None, progress: Progress, suite: str) -> None:
    if image is None:
        image = _import_debian(engine, progress, suite)
    elif not present(engine, image):
        progress(f"sandbox image: pulling {image}")
        with engine_errors():
            try:
                engine.images.pull(image)
            except ImageNotFound as error:
                raise Refusal(f"The registry image {image!r} does not exist.", "Correct AURORA_BASE_IMAGE.") from error
    with building(engine, image) as builder:
        for language in registry.languages():
            builder.put(FOLDER, language.image.settings(), mode=0o600)
        builder.put(FOLDER, {CONTRACT.name: CONTRACT.read_bytes()})
        installing: list[tuple[Path, tuple[str, ...]]] = [
            (IN_BOX / "install_base.sh", TOOLS),
            (IN_BOX / "install_contract.sh", (CONTRACT.name,)),
        ]
        installing += [(one.script, one.arguments) for one in of_languages() if one.script]
        for script, tools in installing:
            progress(f"sandbox image: installing {', '.join(tools)}")
            builder.put(FOLDER, {script.name: script.read_bytes()})
            code, said = builder.run(["env", f"PACKAGES={' '.join(packages())}", "sh", script.name, *tools])
            if code:
                raise EngineError(f"the sandbox's tools could not be installed:\n{said[-1500:]}", retry_after=10)
        builder.commit(reference, {"product": "aurora"})


def _import_debian(engine: Any, progress: Progress, suite: str) -> str:
    """A minimal Debian from its package mirrors, no registry needed: `aurora/debian:<digest>`."""
    reference = f"aurora/debian:{digest(suite, (*PACKAGES, *packages()), LEFT_OUT)}"
    if present(engine, reference):
        return reference
    program = _bootstrapper(progress)
    progress(f"sandbox image: fetching Debian {suite} (about a minute)")
    with tempfile.TemporaryDirectory(prefix="aurora-debian-") as folder:
        tarball = Path(folder) / "root.tar"
        options = [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
        argv = [program, "--variant=minbase", f"--include={','.join((*PACKAGES, *packages()))}", *options,
                '--aptopt=Acquire::Retries "3"', suite, str(tarball)]  # fmt: skip
        done = _shown(argv, progress)
        if done.returncode:
            tail = done.stdout[-1500:]
            if "No space left" in tail:
                raise DiskFull(f"no disk space left for the sandbox image in {folder}")
            raise EngineError(f"mmdebstrap could not fetch Debian's packages:\n{tail}", retry_after=30)
        progress("sandbox image: importing")
        with engine_errors():  # the tag within the name: Podman overlooks it beside
            engine.api.import_image_from_file(str(tarball), repository=reference, changes=["LABEL product=aurora"])
    return reference


def _bootstrapper(progress: Progress) -> str:
    found = shutil.which("mmdebstrap")
    if found:
        return found
    command = "apt-get install -y --no-install-recommends mmdebstrap"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        progress("sandbox image: installing mmdebstrap")
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for argv in (["apt-get", "update", "-q"], command.split()):
            subprocess.run(argv, capture_output=True, check=False, env=env)
        found = shutil.which("mmdebstrap")
    if not found:
        raise Refusal(
            "The sandbox image can't be built: mmdebstrap is not installed and no registry image is named.",
            f"Run `sudo {command}`, or set AURORA_BASE_IMAGE to an image with Python 3.11.",
        )
    return found


def _shown(argv: list[str], progress: Progress) -> subprocess.CompletedProcess[str]:
    """Run, and say every few seconds that it still runs."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        while True:
            try:
                process.wait(5)
                break
            except subprocess.TimeoutExpired:
                progress(f"sandbox image: still fetching, {time.monotonic() - started:.0f} s")
        log.seek(0)
        return subprocess.CompletedProcess(argv, process.returncode, log.read(), "")


def _smoke(builder: Any) -> None:
    code, said = builder.run(["sh", "-c", smoke()])
    if code:
        raise EngineError(f"the sandbox image does not work:\n{said[-1500:]}")


def _smoke_alone(engine: Any, reference: str) -> None:
    """The same without network and without rights, as the tool user."""
    with container_errors():
        container = engine.containers.create(
            reference, ["sh", "-c", smoke()], user="1000", network_mode="none", read_only=True, cap_drop=["ALL"],
            security_opt=["no-new-privileges"], labels={"product": "aurora", "aurora.role": "smoke"},
        )  # fmt: skip
        try:
            container.start()
            code, said = container.wait(timeout=60)["StatusCode"], container.logs().decode(errors="replace")
        finally:
            container.remove(force=True)
    if code:
        with engine_errors():
            engine.images.remove(reference, force=True)
        raise EngineError(f"the sandbox image does not work without network:\n{said[-1500:]}")


def main(argv: list[str]) -> int:
    def say(text: str) -> None:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    try:
        reference = ensure_base_image(say, argv[0] if argv else os.environ.get("AURORA_BASE_IMAGE") or None)
    except AuroraError as error:
        say(str(error))
        return 1
    sys.stdout.write(reference + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
