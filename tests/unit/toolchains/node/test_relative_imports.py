"""Relative imports of a changed file: only those that the change leads nowhere are its faults."""

from typing import cast

from aurora.ports import Box
from aurora.toolchains.node.tools import NodeTools
from tests.support.folder_box import FolderBox
from tests.support.workspaces import workspace

BEFORE = "import { a } from './absent';\nimport { b } from './removed';\n"
AFTER = BEFORE + "\n".join(
    (
        "import { PrismaClient } from '../generated/prisma/client';",
        "import { c } from './made.gen';",
        "import { d } from './new-absent';",
        "import { e } from '../../outside';",
    )
)


async def test_what_led_nowhere_at_the_base_or_is_written_by_a_build_is_no_fault_of_the_change(tmp_path):
    base = {"src/app.ts": BEFORE.encode(), "src/removed.ts": b"", ".gitignore": b"/generated/\n*.gen.ts\n"}
    box = FolderBox(tmp_path, {"src/app.ts": AFTER.encode()}, base)
    (tmp_path / "src/removed.ts").unlink()
    sha = (await box.execute(["git", "rev-parse", "HEAD~1"])).stdout.strip()
    tools = NodeTools(workspace(base=sha, language="node", root="", lint=(), test_roots=("test",)))
    report = await tools.imports(cast(Box, box), ["src/app.ts"])
    assert [one.line for one in report.findings] == [2, 5, 6], report.findings


async def test_a_new_file_is_judged_by_itself(tmp_path):
    box = FolderBox(tmp_path, {"src/new.ts": b"import { a } from './absent';\n"}, {"README.md": b""})
    sha = (await box.execute(["git", "rev-parse", "HEAD~1"])).stdout.strip()
    tools = NodeTools(workspace(base=sha, language="node", root="", lint=(), test_roots=("test",)))
    assert [one.line for one in (await tools.imports(cast(Box, box), ["src/new.ts"])).findings] == [1]
