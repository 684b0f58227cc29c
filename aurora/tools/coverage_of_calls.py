"""The tests and files that a call of the linters or the tests did not cover: a call that judged nothing must not read
as clean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from aurora.domain.runs import TestOutcome, TestRun
from aurora.errors import ToolRefusal
from aurora.text import clip, counted
from aurora.tools.reading import on_one_line
from aurora.tools.selection import parted

SHOWN = 5
NAME_CHARS = 200


@dataclass(frozen=True)
class Tree:
    """The draft's files. Of a hidden path nothing is told, not even whether there is such a file."""

    files: frozenset[str]
    may_read: Callable[[str], bool]

    def is_folder(self, path: str) -> bool:
        return any(one.startswith(f"{path}/") for one in self.files)

    def why_no_file(self, path: str) -> str:
        shown = clip(on_one_line(path), NAME_CHARS)
        if not self.may_read(path):
            return f"{shown} is hidden, it is outside what aurora.yaml lets this task read"
        if self.is_folder(path):
            return f"{shown}/ is a folder"
        near = get_close_matches(path, self._meant(path), n=1, cutoff=0.75)
        return f"{shown} does not exist" + (f" (is it {on_one_line(near[0])}?)" if near else "")

    def _meant(self, path: str) -> list[str]:
        """The files with the same name elsewhere, or in the same folder, first among many."""
        folder, _, name = path.rpartition("/")
        ends = sorted(one for one in self.files if one.rpartition("/")[2] == name or one.rpartition("/")[0] == folder)
        return [one for one in ends[:2_000] if self.may_read(one)]


def linted(given: Sequence[str], tree: Tree) -> tuple[Sequence[str], str]:
    """(the files among what was given, what is said of the rest). Raises `ToolRefusal` where there is none."""
    known = [path for path in given if path in tree.files and tree.may_read(path)]
    others = [path for path in given if path not in set(known)]
    said = "; ".join(tree.why_no_file(path) for path in others[: 2 * SHOWN])
    if given and not known:
        raise ToolRefusal(f"0 files were checked: {said}. Give files, or nothing for every file changed so far.")
    return known, f"Not checked: {said}." if said else ""


def selected(given: Sequence[str], tree: Tree) -> None:
    """Raises `ToolRefusal` for a path that names neither a file nor a folder."""
    paths = dict.fromkeys(parted(one)[0] for one in given)
    absent = [p for p in paths if tree.may_read(p) and p not in tree.files and not tree.is_folder(p)]
    if absent:
        said = "; ".join(tree.why_no_file(path) for path in absent[:SHOWN])
        more = f"; and {len(absent) - SHOWN} more" if len(absent) > SHOWN else ""
        raise ToolRefusal(f"No test was run: {said}{more}. list_files shows what there is.")


def not_run(given: Sequence[str], run: TestRun) -> str:
    """The part of a selection that ran no test; empty where all of it did, or where the run says itself what went
    wrong."""
    if not run.valid:
        return ""
    ran = [case.test_id for case in run.cases if case.outcome is not TestOutcome.SKIPPED]
    observed = [*(ran or ()), *(case.test_id for case in run.collection_errors)]
    skipped = len(run.cases) - len(ran)
    if not given:
        return "" if observed or skipped else "0 tests were run: the project's runner found none."
    missing = [one for one in given if not any(_covers(one, test_id) for test_id in observed)]
    if not missing:
        return ""
    named = ", ".join(clip(on_one_line(one), NAME_CHARS) for one in missing[:SHOWN])
    more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
    left_out = f" ({counted(skipped, 'test')} of these files were skipped)" if skipped else ""
    head = "0 tests were run" if not observed else f"{len(missing)} of {len(given)} selected ran no test"
    return (
        f"{head}: no test matches {named}{more}{left_out}. A file must be one that the runner collects, a name "
        "the whole test id; run the file to see its ids."
    )


def _covers(selected_one: str, test_id: str) -> bool:
    if test_id == selected_one:
        return True
    path, name = parted(selected_one)
    if not name:
        return parted(test_id)[0] == path or test_id.startswith(f"{path}/")
    return test_id.startswith(selected_one) and test_id[len(selected_one) :].startswith(("[", "::", " > ", " ("))
