"""The parts of the evidence: files of a diff, notes of whole reports, logs cut, changes that nobody noticed."""

import subprocess
from functools import partial
from pathlib import Path

from activities.checks.evidence_parts import LOG_CHARS, file_changes, log_of, notes_of, survivors_of
from aurora.domain.evidence import FileChange
from aurora.domain.findings import Finding, Report, ReportStatus, Weight
from aurora.domain.mutants import CodeMutant, MutantCounts, MutantOutcome, MutationResult
from aurora.domain.task import TaskRef
from aurora.stored_values import keep
from tests.support.memory_artifacts import MemoryArtifacts

GONE = "sha256:" + "e" * 64


def test_files_of_a_real_diff_are_told_with_their_lines(tmp_path: Path) -> None:
    git = partial(subprocess.run, cwd=tmp_path, check=True, capture_output=True)
    as_somebody = ["git", "-c", "user.name=T", "-c", "user.email=t@localhost"]
    git(["git", "init", "-q"])
    (tmp_path / "a b.py").write_text("one\ntwo\n")
    (tmp_path / "gone.py").write_text("x\n")
    git(["git", "add", "."])
    git([*as_somebody, "commit", "-qm", "base"])
    # lines that look like a diff's own
    (tmp_path / "a b.py").write_text("one\n-- two\n++ three\ndiff --git a/x b/x\n")
    (tmp_path / "gone.py").unlink()
    (tmp_path / "new.bin").write_bytes(bytes(range(256)))
    git(["git", "add", "-A"])
    diff = git(["git", "diff", "--cached", "--no-renames"]).stdout.decode("utf-8", "replace")
    assert file_changes(diff) == (
        FileChange(path="a b.py", added=3, removed=1),
        FileChange(path="gone.py", added=0, removed=1, kind="removed"),
        FileChange(path="new.bin", kind="new"),
    )
    assert file_changes("") == ()


async def test_notes_come_from_the_whole_reports_each_once_and_a_lost_one_hides_nothing_else() -> None:
    kept = MemoryArtifacts().of(TaskRef(id="t1"))
    advice = Finding(check="size", path="a.py", line=3, message="large", weight=Weight.ADVICE)
    known = Finding(check="sql", path="b.py", line=4, message="star", weight=Weight.KNOWN)
    passed = Report(checker="gates", status=ReportStatus.PASSED)
    whole = await keep(kept, passed.model_copy(update={"notes": (advice, known)}))
    heads = (passed.model_copy(update={"whole": whole}), passed.model_copy(update={"whole": GONE}))
    assert await notes_of(kept, heads, (known,)) == (advice, known)


async def test_a_log_is_cut_and_says_where_the_whole_is() -> None:
    kept = MemoryArtifacts().of(TaskRef(id="t1"))
    digest = await kept.put(b"first\n" + b"x\n" * 50_000 + b"3 failed\n")
    log = await log_of(kept, digest)
    assert log.whole == digest and len(log.text) <= LOG_CHARS
    assert log.text.startswith("first") and log.text.endswith("3 failed\n")
    assert (await log_of(kept, None)).text == (await log_of(kept, GONE)).text == ""


async def test_changes_of_the_code_that_nobody_noticed_come_from_the_last_check() -> None:
    kept = MemoryArtifacts().of(TaskRef(id="t1"))
    survived, killed = (
        CodeMutant(path="a.py", line=1, function="f", operator="compare", before="a", after="b", outcome=outcome)
        for outcome in (MutantOutcome.SURVIVED, MutantOutcome.KILLED)
    )
    result = await keep(kept, MutationResult(commit="c" * 40, mutants=(survived, killed)))
    counts = MutantCounts(made=2, killed=1, survived=1, untried=0, result=result)
    report = Report(checker="code_mutants", status=ReportStatus.PASSED, mutants=counts)
    assert await survivors_of(kept, (report,)) == (survived,)
    assert await survivors_of(kept, ()) == ()
