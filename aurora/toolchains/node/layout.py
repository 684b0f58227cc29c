"""The place where a Node project keeps its tests, by their names and folders."""

import itertools
import posixpath
import re
from collections.abc import Sequence

from aurora.toolchains.node.tree import SOURCES, NodeTree
from aurora.toolchains.project_tests import Rules, cleaned

TEST_NAMES = (
    *(f"?*[._-]{word}.{suffix}" for word in ("test", "spec") for suffix in ("[jt]s", "[cm][jt]s", "[jt]sx")),
    *(f"test-?*.{suffix}" for suffix in ("[jt]s", "[cm][jt]s", "[jt]sx")),
)
"""Names that Node's runners collect unless they are told otherwise, or that mean the same to whoever reads them."""
TEST_FILE = re.compile(r"(^|/)[^/]+[._-](test|spec)\.[cm]?[jt]sx?$|(^|/)test-[^/]+\.[cm]?[jt]sx?$")
_FOLDERS = ("test", "tests", "__tests__", "spec")
_BY_NAME = ("vitest", "jest")
_CODE = ("src", "lib", "app", "source")
_LITERAL = re.compile(r"[\w.@-]+")
_SCENERY = re.compile(r"(^|/)(setup|helpers?|utils?|fixtures?|mocks?|__mocks__|support|globals?)(/|\.|-|$)")


def is_test_file(path: str) -> bool:
    """Named as a test, or in a folder of tests and no scenery."""
    if not path.endswith(SOURCES) or path.endswith((".d.ts", ".d.mts", ".d.cts")):
        return False
    if TEST_FILE.search(path):
        return True
    folders = path.split("/")[:-1]
    return any(folder in _FOLDERS for folder in folders) and not _SCENERY.search(path)


def is_taken(runner: str, path: str) -> bool:
    """Return whether a runner that nobody told otherwise takes tests from the file: vitest and jest go by names, and
    what else a folder of tests holds is what the tests share; jest takes `__tests__`."""
    if runner not in _BY_NAME:
        return is_test_file(path)
    return bool(TEST_FILE.search(path)) or (runner == "jest" and "__tests__" in path.split("/")[:-1])


def collecting(
    tree: NodeTree, roots: tuple[tuple[str, ...], str], collected: Sequence[str]
) -> tuple[tuple[str, ...], str]:
    """The test roots and why; where no usual name or folder has tests, the folders of what the runner collects."""
    if any(path == root or path.startswith(root + "/") for path in tree.paths for root in roots[0]):
        return roots
    own = [path for path in tree.paths if path.endswith(SOURCES) and "node_modules" not in path.split("/")]
    taken = Rules((), collected).telling.match
    tests = [path for path in own if taken(path)]
    if not tests:
        return roots
    code = {posixpath.dirname(path) for path in own if not taken(path)}
    heads = {"/".join(itertools.takewhile(_LITERAL.fullmatch, glob.split("/")[:-1])) for glob in collected}
    # a folder of code stays one, though it holds nothing but tests so far
    named = [one for one in heads if one and posixpath.basename(one) not in _CODE]
    pure = sorted(f for f in named if not any(one == f or one.startswith(f + "/") for one in code))
    beside = sorted(path for path in tests if not any(path.startswith(f + "/") for f in pure))
    return (*pure, *beside), "test roots: what the runner's configuration collects"


def test_roots(tree: NodeTree, named: tuple[str, ...] = ()) -> tuple[tuple[str, ...], str]:
    """(paths relative to the repository's root, why). A root never holds the code under test: of tests beside the code
    each file is one, and new ones are known by their names."""
    if named:
        return tuple(map(cleaned, named)), "test roots: aurora.yaml"
    prefix = f"{tree.root}/" if tree.root else ""
    own = [path for path in tree.paths if path.startswith(prefix) and "node_modules" not in path.split("/")]
    files = [path for path in own if is_test_file(path)]
    folders: set[str] = set()
    beside: list[str] = []
    for path in files:
        parts = path.removeprefix(prefix).split("/")
        at = next((i for i, part in enumerate(parts[:-1]) if part in _FOLDERS), None)
        if at is None:
            beside.append(path)
        else:
            folders.add(prefix + "/".join(parts[: at + 1]))
    if folders and not beside:
        return tuple(
            sorted(folders)
        ), f"test roots: folders named {', '.join(sorted({posixpath.basename(f) for f in folders}))}"
    default = tree.at("tests")
    if beside:
        return (*sorted(folders), *sorted(beside)), "test roots: tests beside the code, known by .test or .spec"
    return (default,), f"test roots: there are no tests yet; new ones go to {default}"
