"""A project's manifest and lock, changed by its own package manager in a builder: with network, without its code."""

import posixpath
from collections.abc import Mapping, Sequence

from aurora.drivers.engine.docker_engine import ImageNotFound, connect
from aurora.drivers.images import package_network
from aurora.drivers.images.dependency_image import LOG_TAIL, gist
from aurora.drivers.images.image_builder import FOLDER, building, network_environment
from aurora.errors import EngineError, ImageBuildFailed
from aurora.toolchains import registry

MOST_BYTES = 8_000_000
"""The most bytes of one file: a large lock has five."""


def changed(
    task: str, base: str, language: str, inputs: Mapping[str, bytes], argv: Sequence[str], results: Sequence[str]
) -> dict[str, str]:
    """The same as `Sandbox.lock`. Blocking."""
    recipe = registry.named(language).image
    try:
        with building(connect(), base, task) as builder:
            builder.put(FOLDER, {**inputs, **recipe.settings()}, mode=0o600)
            code, said = builder.run(list(argv))
            if code:
                raise ImageBuildFailed(f"the packages can't be added: {gist(said, recipe)}", said[-LOG_TAIL:])
            texts = {path: builder.read(posixpath.join(FOLDER, path), MOST_BYTES) for path in results}
    except ImageNotFound as error:
        raise EngineError(f"the base image {base} was removed while it was used", retry_after=1) from error
    secrets = package_network.secrets(network_environment())
    return {path: package_network.without(secrets, text) for path, text in texts.items() if text is not None}
