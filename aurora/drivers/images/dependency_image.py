"""The image that holds a project's packages: keyed by all that makes it, built without the project's code."""

import json
import time
from collections.abc import Sequence

from aurora import progress
from aurora.domain.workspace import Dependencies, DependencyImage, Distribution, ProjectIdentity
from aurora.drivers.engine.docker_engine import ImageNotFound, NotFound, connect, engine_errors
from aurora.drivers.engine.owner import died
from aurora.drivers.images.base_image import digest, present
from aurora.drivers.images.image_builder import BUILD_SECONDS, FOLDER, Builder, BuildUnderWay, building
from aurora.errors import EngineError, ImageBuildFailed
from aurora.toolchains import registry
from aurora.toolchains.image_recipe import ImageRecipe

DESCRIPTION = "aurora.environment"
LOG_TAIL = 3000
IN_BOX = "/opt/aurora/in_box"
LOOK_EVERY = 0.5
"""Seconds between two looks at a build that another worker of this engine has under way."""


def recipe_of(dependencies: Dependencies) -> ImageRecipe:
    return registry.named(dependencies.language).image


def reference_of(base: str, dependencies: Dependencies, project: ProjectIdentity | None) -> str:
    made_of = recipe_of(dependencies).made_of(dependencies, project)
    return f"aurora/deps:{digest(base, *made_of, *(['debian', *dependencies.debian] if dependencies.debian else []))}"


def find(base: str, dependencies: Dependencies, project: ProjectIdentity | None) -> DependencyImage | None:
    """The image when it is there. Blocking, as all of this module."""
    reference = reference_of(base, dependencies, project)
    image = present(connect(), reference)
    if image is None:
        return None
    return _described(reference, image.labels[DESCRIPTION], dependencies, 0.0)


def build(task: str, base: str, dependencies: Dependencies, project: ProjectIdentity | None) -> DependencyImage:
    """Raises `ImageBuildFailed` with the log's tail, `EngineError`, `EngineForbidden`, `DiskFull`; a failure leaves
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
    raise EngineError(f"another worker builds {name} and does not end", retry_after=30)


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


def _install_debian(builder: Builder, packages: Sequence[str]) -> None:
    code, said = builder.run(["sh", f"{IN_BOX}/install_debian.sh", *packages])
    if code:
        errors = [line for line in said.splitlines() if line.startswith("E: ")]
        why = errors[0] if errors else f"apt-get ended with exit code {code}"
        raise ImageBuildFailed(f"Debian's packages {', '.join(packages)} do not install: {why}", said[-LOG_TAIL:])


def _built(
    task: str, base: str, dependencies: Dependencies, project: ProjectIdentity | None, name: str
) -> DependencyImage:
    started = time.monotonic()
    reference = reference_of(base, dependencies, project)
    engine = connect()
    try:
        with building(engine, base, task, name=name) as builder:
            recipe = recipe_of(dependencies)
            if dependencies.debian:
                _install_debian(builder, dependencies.debian)
            builder.put(FOLDER, {**recipe.inputs(dependencies, project), **recipe.settings()}, mode=0o600)
            code, said = builder.run(list(recipe.install(dependencies)))
            if code:
                tail = said[-LOG_TAIL:]
                why = f"the project's dependencies do not install: {gist(said, recipe)}"
                raise ImageBuildFailed(" ".join(filter(None, (why, _wrong_version(builder, dependencies)))), tail)
            progress.line("listing what was installed")
            # what the host believes of the image comes last, from what is there
            code, description = builder.run(list(recipe.describe(dependencies)))
            if code:
                raise ImageBuildFailed("the installed packages can't be listed", description[-LOG_TAIL:])
            described = _described(reference, description, dependencies, time.monotonic() - started)
            if present(engine, reference) is None:  # another worker may have been faster
                progress.line("keeping the image")
                builder.commit(reference, {"product": "aurora", DESCRIPTION: description})
    except ImageNotFound as error:
        raise EngineError(f"the base image {base} was removed while it was used", retry_after=1) from error
    return described.model_copy(update={"seconds": round(time.monotonic() - started, 1)})


def _wrong_version(builder: Builder, dependencies: Dependencies) -> str:
    """The reason why an installation may have failed that finds no version which fits."""
    recipe = recipe_of(dependencies)
    if not recipe.version:
        return ""
    _, said = builder.run(list(recipe.version))
    return recipe.unmet(dependencies, said.strip())


def gist(said: str, recipe: ImageRecipe) -> str:
    """The line of an installer's output that tells why it failed."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if known := recipe.error(lines):
        return known[:300]
    marks = ("error", "no solution", "×", "err_pnpm", "yn00")
    telling = [line for line in lines if any(mark in line.lower() for mark in marks)]
    return (telling or lines or ["no output"])[-1][:300]


def _described(reference: str, text: str, dependencies: Dependencies, seconds: float) -> DependencyImage:
    found, recipe = json.loads(text), recipe_of(dependencies)
    mismatch = recipe.unmet(dependencies, found["versions"].get(dependencies.language, ""))
    return DependencyImage(
        reference=reference,
        versions=found["versions"],
        notes=(*found.get("notes", ()), *filter(None, (mismatch,))),
        distributions=tuple(Distribution.model_validate(one) for one in found["distributions"]),
        declared=recipe.declared(dependencies),
        seconds=round(seconds, 1),
    )
