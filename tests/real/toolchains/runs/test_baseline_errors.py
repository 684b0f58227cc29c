"""The conditions on the project's own tests at the base commit, so that work may be held against them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from aurora.domain import runs as domain_runs
from aurora.toolchains import registry
from aurora.toolchains.runs.baseline_errors import WORDS_CHARS, error, remark, words
from aurora.toolchains.runs.likely_tests import found
from tests.support.memory_box import MemoryBox, MemorySandbox
from tests.support.projects import outcome_of

MANIFEST = '[project]\nname = "shop"\nversion = "1"\n[tool.pytest.ini_options]\n'
NO_DATABASE = "import pytest\n\n@pytest.fixture(autouse=True)\ndef db():\n    raise OSError('no db')\n"
GREEN = "def test_it():\n    assert True\n"


def box(files: Mapping[str, str]) -> MemoryBox:
    sandbox = MemorySandbox()
    sandbox.tree = {path: text.encode() for path, text in files.items()}
    return MemoryBox(sandbox, None)  # type: ignore[arg-type]


async def of(folder: Path, more: Mapping[str, str]) -> tuple[domain_runs.TestRun, str]:
    """The baseline of a real run of pytest."""
    files = {"pyproject.toml": MANIFEST, "shop/__init__.py": "", **more}
    run = await outcome_of(folder, files)
    return run, error(run, await found(box(files), registry.languages()))


@pytest.mark.parametrize(
    ("files", "why"),
    [
        pytest.param(
            {"tests/test_a.py": "import redis_that_is_not_there\n" + GREEN, "tests/test_b.py": GREEN},
            "1 test file can't be loaded: tests/test_a.py: ModuleNotFoundError: No module named 'redis_that_is_no",
            id="a module that does not import, beside one that does",
        ),
        pytest.param(
            {"tests/conftest.py": "import settings_of_ours\n", "tests/test_a.py": GREEN},
            "No module named 'settings_of_ours'",
            id="a conftest that does not import",
        ),
        pytest.param(
            {"pyproject.toml": MANIFEST + 'addopts = "--timeout-of-nobody=3"\n', "tests/test_a.py": GREEN},
            "does not know --timeout-of-nobody=3",
            id="an option that belongs to nothing installed",
        ),
        pytest.param(
            {"unit_tests/add_tests.py": "class Add(unittest.TestCase):\n    def test_it(self): ...\n"},
            "no test was collected, although 1 file looks like one: unit_tests/add_tests.py",
            id="files with names that pytest does not take",
        ),
        pytest.param(
            {"pyproject.toml": MANIFEST + 'addopts = "-k nothing_is_named_so"\n', "tests/test_a.py": GREEN},
            "no test was collected, although 1 file looks like one: tests/test_a.py",
            id="every test deselected",
        ),
        pytest.param(
            {
                "tests/conftest.py": NO_DATABASE,
                "tests/test_a.py": GREEN,
            },
            "none of 1 test could begin: tests/test_a.py::test_it: OSError: no db",
            id="a set-up that fails for all",
        ),
        pytest.param(
            {"tests/test_a.py": "".join(f"def test_{n}():\n    open('/no/such/key')\n" for n in range(3))},
            "all 3 tests fail for one reason",
            id="all tests fail alike, and not by an assertion",
        ),
    ],
)
async def test_a_base_commit_whose_tests_say_nothing_is_told_with_its_reason(
    tmp_path: Path, files: dict[str, str], why: str
) -> None:
    run, reported = await of(tmp_path, files)
    assert why in reported
    assert words(run) and len(words(run)) <= WORDS_CHARS + 20


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="no tests yet"),
        pytest.param(
            {
                "tests/conftest.py": "def test_settings():\n    ...\n",
                "shop/test_utils.py": "def connect():\n    ...\n",
                "vendor/lib/spec_one.py": GREEN,
                "docs/test_it.txt": ">>> 1",
            },
            id="scenery, a helper that is named for tests, and somebody else's",
        ),
        pytest.param({"tests/test_a.py": GREEN + "def test_red():\n    assert 1 == 2\n"}, id="a single red test"),
        pytest.param({"tests/test_a.py": "def test_red():\n    open('/no/such/key')\n"}, id="one test, and it is red"),
        pytest.param(
            {"tests/test_a.py": "".join(f"def test_{n}():\n    raise NotImplementedError\n" for n in range(4))},
            id="an exercise: everything is still to be written",
        ),
        pytest.param(
            {
                "shop/add.py": "def add(a, b):\n    pass\n",
                "tests/test_a.py": "from shop.add import add\n"
                + "".join(f"def test_{n}():\n    assert add(1, {n})['sum'] == 1 + {n}\n" for n in range(4)),
            },
            id="an exercise whose stubs give nothing",
        ),
    ],
)
async def test_an_honest_base_commit_goes_on(tmp_path: Path, files: dict[str, str]) -> None:
    _, reported = await of(tmp_path, files)
    assert reported == ""


async def test_a_suite_that_is_skipped_whole_is_remarked_and_asks_nobody(tmp_path: Path) -> None:
    skipped = "import pytest\n\n@pytest.mark.skip(reason='needs a VPN')\n" + GREEN
    run, reported = await of(tmp_path, {"tests/test_a.py": skipped})
    assert reported == "" and remark(run) == "every one of 1 test was skipped, the first for: Skipped: needs a VPN"
