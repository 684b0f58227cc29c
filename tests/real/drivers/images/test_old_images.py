"""On a real engine, with images of a product of this test's own: nothing else may be touched."""

import io
import tarfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from aurora.drivers.engine.docker_engine import connect
from aurora.drivers.images.old_images import ImageRetention, remove_old, used

pytestmark = pytest.mark.docker

DAY = 86_400
GENEROUS = ImageRetention(days=30, count=50)


@pytest.fixture
def product() -> Iterator[str]:
    name = f"aurora-test-{uuid.uuid4().hex[:8]}"
    yield name
    for reference in there(name):
        connect().images.remove(reference, force=True)


def there(product: str) -> set[str]:
    found = connect().api.images(filters={"label": [f"product={product}"]})
    return {tag for one in found for tag in one["RepoTags"] or ()}


def made(product: str, name: str, content: str) -> str:
    """A tiny image with that content."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("file")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content.encode()))
    repository, _, tag = f"{product}/{name}".partition(":")
    changes = [f"LABEL product={product}", 'CMD ["/file"]']
    connect().api.import_image_from_data(packed.getvalue(), repository=repository, tag=tag, changes=changes)
    return f"{repository}:{tag}"


def test_what_nothing_used_for_long_goes_and_what_was_used_stays(product: str) -> None:
    old = {made(product, "deps:1", "1"), made(product, "base:1", "2"), made(product, "root:1", "3")}
    other = made(product, "somebodys:1", "4")
    assert remove_old(connect(), GENEROUS, product=product, now=time.time() + 29 * DAY) == 0
    assert remove_old(connect(), GENEROUS, product=product, now=time.time() + 31 * DAY) == 3
    assert there(product) == {other}, old


def test_of_too_many_the_last_used_stay(product: str) -> None:
    references = []
    for number in range(3):
        references.append(made(product, f"deps:{number}", str(number)))
        time.sleep(1.1)
    used(connect(), references[0], anew_after=0)
    tomorrow = time.time() + DAY
    assert remove_old(connect(), ImageRetention(days=30, count=2), product=product, now=tomorrow) == 1
    assert there(product) == {references[0], references[2]}


def test_of_too_large_ones_the_last_used_stay(product: str) -> None:
    references = []
    for number, size in enumerate((100_000, 900_000, 100_000)):
        references.append(made(product, f"deps:{number}", str(number) * size))
        time.sleep(1.1)
    tomorrow = time.time() + DAY
    assert remove_old(connect(), ImageRetention(days=30, count=50, gigabytes=0.002), product=product, now=tomorrow) == 0
    assert (
        remove_old(connect(), ImageRetention(days=30, count=50, gigabytes=0.0005), product=product, now=tomorrow) == 1
    )
    assert there(product) == {references[0], references[2]}


def test_an_image_that_was_just_built_stays_however_many_there_are(product: str) -> None:
    reference = made(product, "deps:1", "1")
    assert remove_old(connect(), ImageRetention(days=0, count=0), product=product) == 0
    assert there(product) == {reference}


def test_an_image_that_a_container_was_made_from_stays(product: str) -> None:
    reference = made(product, "deps:1", "1")
    container = connect().api.create_container(reference, labels={"product": product})
    try:
        assert remove_old(connect(), GENEROUS, product=product, now=time.time() + 90 * DAY) == 0
        assert there(product) == {reference}
    finally:
        connect().api.remove_container(container["Id"])
    assert remove_old(connect(), GENEROUS, product=product, now=time.time() + 90 * DAY) == 1


def test_workers_that_tidy_at_once_do_not_disturb_each_other(product: str) -> None:
    for number in range(6):
        made(product, f"deps:{number}", str(number))
    later = time.time() + 90 * DAY
    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(lambda _: remove_old(connect(), GENEROUS, product=product, now=later), range(4)))
    assert there(product) == set()
    assert sum(counts) >= 6


def test_an_image_that_another_one_stands_on_stays_until_that_is_gone(product: str) -> None:
    base = made(product, "base:1", "1")
    container = connect().api.create_container(base)
    conf = {"Labels": {"product": product}}
    connect().api.commit(container["Id"], repository=f"{product}/somebodys", tag="1", conf=conf)
    connect().api.remove_container(container["Id"])
    later = time.time() + 90 * DAY
    assert remove_old(connect(), GENEROUS, product=product, now=later) == 0
    connect().images.remove(f"{product}/somebodys:1")
    assert remove_old(connect(), GENEROUS, product=product, now=later) == 1


def test_the_use_of_an_image_that_is_gone_is_no_trouble(product: str) -> None:
    used(connect(), f"{product}/deps:gone")
