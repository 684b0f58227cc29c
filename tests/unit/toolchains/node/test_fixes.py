"""The files that the tools of a Node project may rewrite by themselves."""

import json

from aurora.domain.findings import Finding
from aurora.domain.task import Draft, TaskRef
from aurora.toolchains.node.linters import PRETTIER_FIX
from aurora.toolchains.node.tools import NodeTools
from aurora.toolchains.runs.lint_report import UNFORMATTED
from tests.support.memory_box import MemorySandbox
from tests.support.workspaces import DIGEST, SHA, workspace


async def test_a_file_that_was_not_formatted_at_the_base_commit_is_not_reformatted():
    old = Finding(check="prettier", path="apps/api/src/old.ts", message=UNFORMATTED)
    another = Finding(check="eslint:no-var", path="apps/api/src/new.ts", message="Unexpected var.")
    space = workspace(language="node", root="apps/api", runner="vitest", fix=(PRETTIER_FIX,))
    space = space.model_copy(update={"baseline": space.baseline.model_copy(update={"lint": (old.key, another.key)})})
    sandbox = MemorySandbox()
    paths = ["apps/api/src/old.ts", "apps/api/src/new.ts"]
    sandbox.tree |= dict.fromkeys(paths, b"let  a")
    reported = "\n" + json.dumps({"src/old.ts": "let a;\n", "src/new.ts": "let a;\n"}) + "\n"
    sandbox.tests = sandbox.tests.model_copy(update={"exit_code": 0, "stdout": reported})
    draft = Draft(task=TaskRef(id="t1"), workspace=DIGEST, base=SHA, base_pack=DIGEST, commit=SHA)
    async with sandbox.open(draft, space) as box:
        await NodeTools(space).fix(box, paths, ())
    assert [sandbox.tree[path] for path in paths] == [b"let  a", b"let a;\n"]
