"""A base commit whose tests don't all load, through the real front door; and what doctor calls it is told alike.

One shape each time; the others with AURORA_IMAGES=1: `make images`.
"""

from collections.abc import Mapping

import pytest

from aurora.domain.questions import QuestionKind
from tests.support.opened import EVERY_FORM, opened

pytestmark = [pytest.mark.docker, pytest.mark.one_process]

MANIFEST = '[project]\nname = "shop"\nversion = "1"\n[tool.pytest.ini_options]\n'
GREEN = "def test_it():\n    assert True\n"
DIES = "import os\n\n\ndef test_it():\n    os._exit(3)\n"
UNLOADABLE = 'import {test} from "vitest"\nimport {a} from "./nope.js"\ntest("a", () => { a() })\n'
NODE = '{"name": "shop", "version": "1.0.0", "type": "module", "scripts": {"test": "node --test"}}'


def node(runner: str, version: str, test: str) -> str:
    return NODE.replace("node --test", test)[:-1] + f', "devDependencies": {{"{runner}": "{version}"}}}}'


SHAPES = [
    pytest.param(
        {"tests/test_a.py": GREEN, "tests/test_b.py": "import redis_of_nobody\n" + GREEN},
        QuestionKind.DECISION,
        "1 test file can't be loaded: tests/test_b.py: ModuleNotFoundError: No module named 'redis_of_nobody'",
        id="a part that does not load",
    ),
    pytest.param(
        {"tests/test_a.py": GREEN, "tests/test_b.py": DIES},
        QuestionKind.DEPENDENCY,
        "their run can't be judged",
        id="a suite that ends in its middle",
    ),
    pytest.param(
        {"unit_tests/add_tests.py": "class Add:\n    def test_it(self): ...\n"},
        QuestionKind.DEPENDENCY,
        "no test was collected, although 1 file looks like one: unit_tests/add_tests.py",
        id="nothing collected",
    ),
    pytest.param(
        {"package.json": NODE, "pyproject.toml": "", "src/a.test.js": 'import {a} from "./nope.js"\n'},
        QuestionKind.DEPENDENCY,
        "1 test file can't be loaded: src/a.test.js",
        id="a file that node can't load",
    ),
    pytest.param(
        {"package.json": node("vitest", "3.2.4", "vitest run"), "pyproject.toml": "", "src/a.test.js": UNLOADABLE},
        QuestionKind.DEPENDENCY,
        "1 test file can't be loaded: src/a.test.js: Cannot find module './nope.js'",
        id="a file that vitest 3 can't load, of which it tells no end",
    ),
]


@pytest.mark.parametrize(("files", "kind", "why"), SHAPES[: None if EVERY_FORM else 1])
async def test_it_is_a_question_with_the_runners_own_words(
    files: Mapping[str, str], kind: QuestionKind, why: str, sandbox, artifacts, tmp_path
):
    files = {"pyproject.toml": MANIFEST, "shop/__init__.py": "", **files}
    files = {path: text for path, text in files.items() if text or path.endswith("__init__.py")}
    async with opened(tmp_path, files, sandbox, artifacts) as (opening, workspace):
        assert workspace is not None
        (question,) = opening.questions
        assert question.kind is kind and why in question.text
        assert workspace.baseline.words and workspace.baseline.words in question.text
        proposed = [option for option in question.options if option.startswith("set ")]
        rest = [option for option in question.options if option not in proposed]
        assert set(rest) == {"try again", "go on without", "abandon"}
        assert (rest[0], question.assumed[:13]) == (
            ("go on without", "go on without") if kind is QuestionKind.DECISION else ("try again", "no model is c")
        )


@pytest.mark.skipif(not EVERY_FORM, reason="slow: AURORA_IMAGES=1")
@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"tests/conftest.py": "import os\n"}, id="no tests yet"),
        pytest.param({"tests/test_a.py": GREEN + "\n\ndef test_red():\n    assert 1 == 2\n"}, id="a red test"),
        *(
            pytest.param({"package.json": manifest, "pyproject.toml": "", "src/a.js": "export const a = 1\n"}, id=name)
            for name, manifest in (
                ("node", NODE),
                ("vitest", node("vitest", "3.2.4", "vitest run")),
                ("jest", node("jest", "^29.7.0", "jest")),
                ("mocha", node("mocha", "^10", "mocha")),
            )
        ),
    ],
)
async def test_an_honest_one_asks_nothing(files: Mapping[str, str], sandbox, artifacts, tmp_path):
    files = {"pyproject.toml": MANIFEST, "shop/__init__.py": "", **files}
    files = {path: text for path, text in files.items() if text or path.endswith("__init__.py")}
    async with opened(tmp_path, files, sandbox, artifacts) as (opening, workspace):
        assert workspace is not None and opening.questions == ()
