"""Many files of a draft, read in one call."""

import pytest

from tests.support.boxes import FILES, new_draft, workspace_of

pytestmark = pytest.mark.docker


async def test_files_come_in_order_until_the_limit_and_what_is_no_file_is_left_out(
    artifacts, sandbox, image, tmp_path
) -> None:
    texts = {"a.py": "a = 1\n", "src/b.py": "b = 'ä'\n", "c.py": "c\n" * 100}
    draft = await new_draft(artifacts, tmp_path / "shop", {**FILES, **texts})
    async with sandbox.open(draft, workspace_of(draft, image)) as box:
        found = await box.contents(["src/b.py", "nowhere.py", "src", "../x", "a.py"], limit=1_000)
        assert list(found.items()) == [("src/b.py", texts["src/b.py"].encode()), ("a.py", texts["a.py"].encode())]
        assert list(await box.contents(["a.py", "c.py", "src/b.py"], limit=50)) == ["a.py"]
    await sandbox.release(draft.task)
