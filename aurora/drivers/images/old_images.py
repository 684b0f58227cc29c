"""Images of ours that nothing has used for long, or that are too many or too large, are removed: each is built again
when needed.

The engine keeps no time of last use, but one of the last tagging: whoever starts a container tags its image anew. Safe
beside other workers of the same engine: it refuses to remove what a container was made from, and a task whose image
went between look and start builds it again.
"""

import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from aurora.drivers.engine.docker_engine import APIError, NotFound, engine_errors

PRODUCT = "aurora"
LAYERS = ("deps", "services", "base", "root", "debian")
"""Layers from the top down: what an image stands on has no use of its own, and stays as long as that one does."""
JUST_USED = 3600.0
"""Seconds within which an image is kept whatever else is true: its task may be about to start it."""
TAGGED_ANEW_AFTER = 600.0
"""Seconds: a use soon after another says nothing new."""
_SECOND = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)")

log = structlog.get_logger()


@dataclass(frozen=True)
class ImageRetention:
    """The images that may stay: of each layer `count` images of `gigabytes` (10^9 bytes) in all, none unused for over
    `days`."""

    days: float
    count: int
    gigabytes: float = math.inf
    """Gigabytes of what an image adds to the one it stands on."""


def used(engine: Any, reference: str, *, anew_after: float = TAGGED_ANEW_AFTER) -> None:
    """Note a use. An image that is gone meanwhile is its starter's trouble, not this one's."""
    with engine_errors():
        try:
            if time.time() - _last_used(engine, reference) > anew_after:
                name, _, tag = reference.rpartition(":")
                engine.api.tag(reference, name, tag)
        except NotFound:
            return


def remove_old(engine: Any, retention: ImageRetention, *, product: str = PRODUCT, now: float | None = None) -> int:
    """The number of images removed. Touches only images labelled `product=<product>` and named
    `<product>/<layer>:...`."""
    moment = time.time() if now is None else now
    count = 0
    for layer in LAYERS:
        for reference in _too_many(engine, f"{product}/{layer}", product, retention, moment):
            count += _removed(engine, reference)
    if count:
        log.info("old_images_removed", count=count)
    return count


def _too_many(engine: Any, name: str, product: str, retention: ImageRetention, now: float) -> Iterator[str]:
    with engine_errors():
        found = engine.api.images(name=name, filters={"label": [f"product={product}"]})
        stood_on = {one["ParentId"] for one in engine.api.images(all=True)}
    tags = [tag for one in found if one["Id"] not in stood_on for tag in one["RepoTags"] or ()]
    uses = [(_last_used(engine, tag), tag) for tag in tags if tag.startswith(f"{name}:")]
    kept = size = 0
    for last, reference in sorted(uses, reverse=True):
        idle, own = now - last, _own_size(engine, reference)
        too_many = kept >= retention.count or size + own > retention.gigabytes * 1e9
        if idle > JUST_USED and (too_many or idle > retention.days * 86_400):
            yield reference
        else:
            kept, size = kept + 1, size + own


def _removed(engine: Any, reference: str) -> bool:
    with engine_errors():
        try:
            engine.api.remove_image(reference, force=False, noprune=True)
        except NotFound:
            return False
        except APIError as error:
            if error.status_code != 409:
                raise
            return False  # a container needs it
    return True


def _own_size(engine: Any, reference: str) -> int:
    """Bytes of the uppermost layer: ours are one commit each, or one import."""
    with engine_errors():
        try:
            return int(engine.api.history(reference)[0]["Size"])
        except NotFound:
            return 0


def _last_used(engine: Any, reference: str) -> float:
    """Seconds since the epoch; now for an image that is gone, which leaves nothing to do."""
    with engine_errors():
        try:
            seen = engine.api.inspect_image(reference)
        except NotFound:
            return time.time()
    for text in ((seen.get("Metadata") or {}).get("LastTagTime") or "", seen["Created"]):
        matched = _SECOND.match(text)
        if matched and not text.startswith("0001-"):
            return datetime.fromisoformat(f"{matched[1]}+00:00").timestamp()
    return time.time()
