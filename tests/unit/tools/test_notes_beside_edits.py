"""An edit that is kept says what the gates of the round will refuse, and what is advice."""

from collections.abc import Sequence
from typing import cast

import pytest

from aurora.domain.findings import Finding, Weight
from aurora.domain.task import Draft
from aurora.errors import ToolRefusal
from aurora.ports import Box
from aurora.tools.file_changes import FileChanges
from aurora.tools.path_policy import PathPolicy
from tests.support.memory_box import MemoryBox, MemorySandbox
from tests.support.workspaces import workspace


def changes(*found: Finding) -> FileChanges:
    async def check(box: Box, path: str, before: str | None, after: str) -> Sequence[Finding]:
        return found

    async def in_base(box: Box, path: str) -> bool:
        return False

    box = cast(Box, MemoryBox(MemorySandbox(), cast(Draft, None)))
    return FileChanges(box, PathPolicy.of(workspace()), check, in_base)


def finding(message: str, weight: Weight) -> Finding:
    return Finding(check="service_layer", path="a.py", line=3, message=message, weight=weight)


async def test_what_the_round_refuses_is_told_at_once_and_the_edit_is_kept() -> None:
    made = changes(finding("It queries.", Weight.LATER), finding("It is long.", Weight.ADVICE))
    said = await made.write({"path": "src/shop/b.py", "content": "y = 1\n"})
    assert said == (
        "created src/shop/b.py (1 lines)\nKept, but the gates will refuse this:\n- line 3: It queries.\n"
        "Advice, which blocks nothing:\n- line 3: It is long."
    )
    assert made.written == {"src/shop/b.py"}


async def test_known_trouble_is_not_told_again_at_each_edit() -> None:
    made = changes(finding("It queries.", Weight.KNOWN))
    said = await made.write({"path": "src/shop/b.py", "content": "y = 1\n"})
    assert said == "created src/shop/b.py (1 lines)"


async def test_what_blocks_an_edit_refuses_it() -> None:
    made = changes(finding("It is a secret.", Weight.BLOCKS))
    with pytest.raises(ToolRefusal, match="nothing was written:\n- line 3: It is a secret"):
        await made.write({"path": "src/shop/b.py", "content": "y = 1\n"})
    assert not made.written
