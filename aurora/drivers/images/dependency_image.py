"""The image that holds a project's packages: keyed by all that makes it, built without the project's code."""

import json
import re
import time
from collections.abc import Iterable
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from aurora.domain.workspace import Dependencies, DependencyImage, Distribution, ProjectIdentity
from aurora.drivers.engine.docker_engine import ImageNotFound, NotFound, connect, engine_errors
from aurora.drivers.engine.owner import died
from aurora.drivers.images import node_image
from aurora.drivers.images.base_image import digest, present
from aurora.drivers.images.image_builder import BUILD_SECONDS, FOLDER, Builder, BuildUnderWay, building
from aurora.drivers.in_box import places
from aurora.errors import EngineTrouble, ImageBuildFailed
from aurora.toolchains.python.requires_python import unmet

DESCRIPTION = "aurora.environment"
LOG_TAIL = 3000
LOOK_EVERY = 0.5
"""Seconds between two looks at a build that another worker of this engine has under way."""


def reference_of(base: str, dependencies: Dependencies, project: ProjectIdentity | None) -> str:
    identity = project.model_dump_json() if project else ""
    made_of: tuple[object, ...]
    if dependencies.manager in node_image.MANAGERS:
        files = sorted(dependencies.files.items())
        made_of = (base, dependencies.manager, files, dependencies.root, dependencies.requires_node)
    else:
        made_of = (base, dependencies.requirements, dependencies.constraints, dependencies.requires_python, identity)
    return f"aurora/deps:{digest(*made_of)}"


def declared(requirements: Iterable[str]) -> tuple[str, ...]:
    """Normalised names of PEP 508 lines, sorted; a line that is none is the installer's to refuse."""
    names = set()
    for line in requirements:
        try:
            names.add(canonicalize_name(Requirement(line).name))
        except (InvalidRequirement, RecursionError):
            continue
    return tuple(sorted(names))


def find(base: str, dependencies: Dependencies, project: ProjectIdentity | None) -> DependencyImage | None:
    """The image when it is there. Blocking, as all of this module."""
    reference = reference_of(base, dependencies, project)
    image = present(connect(), reference)
    if image is None:
        return None
    return _described(reference, image.labels[DESCRIPTION], dependencies, 0.0)


def build(task: str, base: str, dependencies: Dependencies, project: ProjectIdentity | None) -> DependencyImage:
    """Raises `ImageBuildFailed` with the log's tail, `EngineTrouble`, `EngineForbidden`, `DiskFull`; a failure leaves
    nothing behind."""
    name = reference_of(base, dependencies, project).replace("/", "-").replace(":", "-")
    until = time.monotonic() + BUILD_SECONDS + 60
    while time.monotonic() < until:
        found = find(base, dependencies, project)
        if found:
            return found
        try:
            return _built(task, base, dependencies, project, name)
        except BuildUnderWay:
            _outwait(name)
    raise EngineTrouble(f"another worker builds {name} and does not end", retry_after=30)


def _outwait(name: str) -> None:
    """Wait a while for another's builder; remove it when nobody has it any more."""
    with engine_errors():
        try:
            container = connect().containers.get(name)
            deadline = container.labels.get("aurora.deadline", "0")
            late = deadline.isdigit() and int(deadline) < time.time()
            if late or died(container.labels.get("aurora.owner", "")):
                container.remove(force=True, v=True)
            else:
                time.sleep(LOOK_EVERY)
        except NotFound:
            return


def _built(
    task: str, base: str, dependencies: Dependencies, project: ProjectIdentity | None, name: str
) -> DependencyImage:
    started = time.monotonic()
    reference = reference_of(base, dependencies, project)
    engine = connect()
    try:
        with building(engine, base, task, name=name) as builder:
            inputs, install, describe = _recipe(dependencies, project)
            builder.put(FOLDER, inputs, mode=0o600)
            code, said = builder.run(install)
            if code:
                tail = said[-LOG_TAIL:]
                why = f"the project's dependencies do not install: {_gist(said)}"
                raise ImageBuildFailed(" ".join(filter(None, (why, _wrong_python(builder, dependencies)))), tail)
            # what the host believes of the image comes last, from what is there
            code, description = builder.run(describe)
            if code:
                raise ImageBuildFailed("the installed packages can't be listed", description[-LOG_TAIL:])
            described = _described(reference, description, dependencies, time.monotonic() - started)
            if present(engine, reference) is None:  # another worker may have been faster
                builder.commit(reference, {"product": "aurora", DESCRIPTION: description})
    except ImageNotFound as error:
        raise EngineTrouble(f"the base image {base} was removed while it was used", retry_after=1) from error
    return described.model_copy(update={"seconds": round(time.monotonic() - started, 1)})


def _recipe(
    dependencies: Dependencies, project: ProjectIdentity | None
) -> tuple[dict[str, bytes], list[str], list[str]]:
    """(files of the build folder, argv that installs, argv that says what is there)"""
    if dependencies.manager in node_image.MANAGERS:
        return node_image.inputs(dependencies), node_image.install(dependencies), node_image.describe(dependencies)
    describe = [f"{places.DEPENDENCIES}/bin/python", "-I", "/opt/aurora/in_box/describe_environment.py"]
    return _inputs(dependencies, project), ["sh", "/opt/aurora/in_box/install_dependencies.sh"], describe


def _wrong_python(builder: Builder, dependencies: Dependencies) -> str:
    """Why an installation may have failed that finds no version which fits."""
    _, said = builder.run(["python3", "-c", "import platform; print(platform.python_version())"])
    return unmet(dependencies.requires_python, said.strip())


def _inputs(dependencies: Dependencies, project: ProjectIdentity | None) -> dict[str, bytes]:
    identity: dict[str, Any] | None = None
    if project:
        roots = [f"{places.COPY}/{root}".rstrip("/") for root in project.import_roots]
        identity = {
            "name": project.name,
            "version": project.version,
            "entry_points": project.entry_points,
            "roots": roots,
            "generated": {f"{places.COPY}/{path}": source for path, source in project.generated.items()},
        }
    return {
        "requirements.txt": _lines(dependencies.requirements),
        "constraints.txt": _lines(dependencies.constraints),
        "project.json": json.dumps(identity).encode() if identity else b"",
    }


def _lines(lines: Iterable[str]) -> bytes:
    """One requirement a line: an option of the installer (`-e`, `--index-url`) or a local path is none of these."""
    kept = [" ".join(line.split()) for line in lines]
    for line in kept:
        if line.startswith(("-", ".", "/")):
            raise ImageBuildFailed(f"{line!r} is not a requirement that can be installed in a sandbox", line)
    return "".join(f"{line}\n" for line in kept).encode()


def _gist(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if of_npm := [line for line in lines if re.match(r"npm error (?!code )\S", line)]:
        return of_npm[0][:300]
    marks = ("error", "no solution", "×", "err_pnpm", "yn00")
    telling = [line for line in lines if any(mark in line.lower() for mark in marks)]
    return (telling or lines or ["no output"])[-1][:300]


def _described(reference: str, text: str, dependencies: Dependencies, seconds: float) -> DependencyImage:
    found = json.loads(text)
    node = dependencies.manager in node_image.MANAGERS
    return DependencyImage(
        reference=reference,
        python=found["python"],
        node=found.get("node"),
        notes=(*found.get("notes", ()), *filter(None, (unmet(dependencies.requires_python, found["python"]),))),
        distributions=tuple(Distribution.model_validate(one) for one in found["distributions"]),
        declared=node_image.declared(dependencies) if node else declared(dependencies.requirements),
        seconds=round(seconds, 1),
    )
