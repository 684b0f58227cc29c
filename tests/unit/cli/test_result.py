"""The end of a run: the files it changed, and commands to copy that are right where they are run."""

from pathlib import Path

import pytest

from aurora.cli.result import next_commands, print_files
from aurora.domain.outcome import Delivery, Outcome, OutcomeKind
from aurora.domain.task import Draft, TaskRef
from aurora.domain.view import TaskView

DIFF = """diff --git a/shop/main.py b/shop/main.py
index 1..2 100644
--- a/shop/main.py
+++ b/shop/main.py
@@ -1,2 +1,3 @@
 from shop import items
-app = None
+app = Shop()
+app.add(items)
diff --git a/shop/new.py b/shop/new.py
new file mode 100644
--- /dev/null
+++ b/shop/new.py
@@ -0,0 +1 @@
+x = 1
diff --git a/old.py b/old.py
deleted file mode 100644
--- a/old.py
+++ /dev/null
@@ -1,2 +0,0 @@
-a
-b
diff --git a/logo.png b/logo.png
index 1..2 100644
Binary files a/logo.png and b/logo.png differ
"""
BLOB = "sha256:" + "d" * 64
DRAFT = Draft(
    task=TaskRef(id="t1"), workspace=BLOB, base="b" * 40, base_pack=BLOB, commit="c" * 40, bundle=BLOB, diff=BLOB
)


def test_changed_files_are_listed_with_lines_added_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    print_files(DIFF)
    assert capsys.readouterr().out.splitlines() == [
        "4 files changed, +3 -3",
        "  shop/main.py  +2  -1",
        "  shop/new.py   +1  -0  new",
        "  old.py        +0  -2  removed",
        "  logo.png      +0  -0",
    ]


def ended(kind: OutcomeKind, **more: object) -> TaskView:
    outcome = Outcome.model_validate({"kind": kind, "draft": DRAFT, **more})
    return TaskView(task_id="t1", phase="ended", outcome=outcome)


def delivered(where: str) -> TaskView:
    delivery = Delivery(state="delivered", branch="aurora/t1", commit="c" * 40, where=where)
    return ended(OutcomeKind.COMMITTED, commit="c" * 40, branch="aurora/t1", delivery=delivery)


def test_a_commit_delivered_on_this_machine_is_compared_and_merged_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "my shop"
    repository.mkdir()
    commands = dict(next_commands(delivered(str(repository)), changed=True))
    assert commands["see the change:"] == "aurora diff t1" and commands["see the evidence:"] == "aurora evidence t1"
    assert commands["compare with git:"] == f"git -C '{repository}' diff bbbbbbbbbbbb..aurora/t1"
    assert commands["merge it:"] == f"git -C '{repository}' merge aurora/t1"
    monkeypatch.chdir(repository)
    assert dict(next_commands(delivered(str(repository)), changed=True))["merge it:"] == "git merge aurora/t1"


def test_a_commit_delivered_elsewhere_is_fetched_first() -> None:
    commands = dict(next_commands(delivered("https://git.example.org/shop.git"), changed=True))
    assert commands["fetch it:"] == "git fetch https://git.example.org/shop.git aurora/t1"
    assert commands["merge it:"] == "git merge FETCH_HEAD"


def test_a_task_without_a_commit_names_its_work_and_how_to_try_again() -> None:
    failed = ended(OutcomeKind.FAILED, kept="refs/aurora/t1/kept")
    assert next_commands(failed, changed=True) == [
        ("see the work so far:", "aurora diff t1"),
        ("in your repository:", "git log -p bbbbbbbbbbbb..refs/aurora/t1/kept"),
        ("see how far it came:", "aurora status t1"),
        ("try it again:", "aurora run TEXT"),
    ]
    assert next_commands(ended(OutcomeKind.CANCELLED), changed=False) == [("see how far it came:", "aurora status t1")]
