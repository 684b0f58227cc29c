"""A key names one request: the same one again is its task, another one is refused."""

import pytest

from aurora.client import keyed
from aurora.domain.task import Remote, Task, Uploaded
from aurora.errors import Reason, Refusal, RefusalCode
from tests.support.memory_artifacts import MemoryTaskArtifacts

PACK = "sha256:" + "c" * 64
SHOP = Uploaded(base="a" * 40, pack=PACK, label="shop", path="/home/ada/shop")


def task(text: str = "do it", source: Uploaded | Remote = SHOP, spec_path: str | None = None) -> Task:
    return Task(id=keyed.task_id("monday"), text=text, source=source, spec_path=spec_path, submitted_at=1)


async def claim(kept: MemoryTaskArtifacts, one: Task) -> bool:
    return await keyed.claim(kept, one, "monday", one.source.label)


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(task(), id="as it was"),
        pytest.param(task(source=SHOP.model_copy(update={"base": "b" * 40})), id="after a commit"),
        pytest.param(task(source=SHOP.model_copy(update={"path": "/builds/2/shop"})), id="in another clone"),
    ],
)
async def test_the_same_request_again_is_the_same_task(again: Task) -> None:
    kept = MemoryTaskArtifacts()
    assert await claim(kept, task())
    assert not await claim(kept, again)


OTHER_SHOP = SHOP.model_copy(update={"path": "/home/bob/shop", "base": "b" * 40})


@pytest.mark.parametrize(
    ("other", "said"),
    [
        pytest.param(task("do that"), "another text: it names", id="text"),
        pytest.param(task(source=OTHER_SHOP), "another repository (shop, /home/ada/shop)", id="one of the same name"),
        pytest.param(task(source=SHOP.model_copy(update={"label": "till"})), "another repository", id="another name"),
        pytest.param(task(source=SHOP.model_copy(update={"folder": "api"})), "another repository", id="another folder"),
        pytest.param(task(source=Remote(url="https://x/shop.git", ref="main")), "another repository", id="a remote"),
        pytest.param(task(spec_path="b.yaml"), "another contract document", id="another contract"),
    ],
)
async def test_another_request_under_the_key_is_refused(other: Task, said: str) -> None:
    kept = MemoryTaskArtifacts()
    await claim(kept, task())
    with pytest.raises(Refusal) as refused:
        await claim(kept, other)
    assert said in refused.value.what
    assert (refused.value.code, refused.value.reason) == (RefusalCode.CONFLICT, Reason.KEY_USED)
    assert refused.value.task_id == task().id


async def test_a_request_that_can_not_be_read_any_more_is_refused() -> None:
    kept = MemoryTaskArtifacts()
    kept.named["request.json"] = b"{"
    with pytest.raises(Refusal, match="can't be read"):
        await claim(kept, task())
