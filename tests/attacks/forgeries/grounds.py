"""The projects in which forgeries are played: one for each runner, with one test that is red until the code is
right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from aurora.settings.repository import SandboxSettings
from tests.support import django_shop, node_backends
from tests.support.boxes import FILES, SMALL

LARGE = SandboxSettings(memory_mb=1024, disk_mb=256, pids=256, cpus=2)
PYTHON = {
    "red": "tests/test_red.py",
    "conftest": "tests/conftest.py",
    "victim": "victim.py",
    "ini": "pytest.ini",
    "setup_cfg": "setup.cfg",
    "pyproject": "pyproject.toml",
    "evil": "evil.py",
    "site": "sitecustomize.py",
    "events": "aurora_pytest_events.py",
    "teller": "aurora_unittest_events.py",
    "entry_points": "evil-1.0.dist-info/entry_points.txt",
    "metadata": "evil-1.0.dist-info/METADATA",
    "pth": "evil.pth",
}
PROJECT = FILES | {"tests/test_app.py": "import app\n\n\ndef test_value():\n    assert app.main() == 1\n"}
CASE = "class Red(unittest.TestCase):\n    def test_red(self):\n        self.assertEqual(victim.value(), 1)\n"


@dataclass(frozen=True)
class Ground:
    places: Mapping[str, str] = field(hash=False)
    """Place -> path; a forgery says what stands there."""
    red: str
    """The red test's text, unless a forgery brings its own."""
    test_id: str
    """Its test id."""
    honest: str
    """Code that makes it green."""
    lacking: str
    """Code that does not."""
    project: Mapping[str, str] = field(hash=False)
    """The files there before anything is played."""
    command: tuple[str, ...] = ()
    """`commands.test` of its aurora.yaml."""
    others: tuple[str, ...] = ()
    """Frozen tests beside the red one."""
    limits: SandboxSettings = LARGE
    played: Literal["always", "all"] = "always"
    """`all`: by `make forgeries` only."""

    def files(self, given: Mapping[str, str]) -> dict[str, str]:
        """Path -> text of a forgery's files by place."""
        return {self.places[place]: text for place, text in {"victim": self.lacking, "red": self.red, **given}.items()}


_PYTHON = {"honest": "def value():\n    return 1\n", "lacking": "def value():\n    return 0\n"}
_ESM = {"honest": "export function value() { return 1; }\n", "lacking": "export function value() { return 0; }\n"}
NODE = {
    "red": "test/red.test.js",
    "victim": "src/victim.js",
    "setup": "test/setup.js",
    "manifest": "package.json",
    "impostor": "aurora_node_test_events.mjs",
}
VITEST = {
    "red": "tests/red.test.ts",
    "victim": "src/victim.ts",
    "setup": "tests/setup.ts",
    "config": "vitest.config.ts",
    "right": "tests/right.ts",
    "impostor": "aurora_vitest_events.mjs",
}
DJANGO = {
    "red": "shop/test_red.py",
    "victim": "shop/victim.py",
    "settings": "site_settings.py",
    "runner": "shop/own_runner.py",
    "app": "shop/apps.py",
    "package": "shop/__init__.py",
    "manage": "manage.py",
}
OTHER = "from django import test\n\n\nclass Other(test.SimpleTestCase):\n    def test_other(self):\n        self.assertTrue(True)\n"
CONFIG = """import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["tests/**/*.test.ts"], setupFiles: ["./tests/setup.ts"], MORE }, OUTSIDE });
"""


def config(more: str = "", outside: str = "", above: str = "") -> str:
    """A vitest.config.ts with more options of tests, more of others, and code above."""
    return above + CONFIG.replace("MORE", more).replace("OUTSIDE", outside)


GROUNDS: Mapping[str, Ground] = {
    "pytest": Ground(
        PYTHON, "def test_red():\n    import victim\n    assert victim.value() == 1\n", "tests/test_red.py::test_red",
        **_PYTHON, project=PROJECT, others=("tests/test_app.py::test_value",), limits=SMALL,
    ),
    "unittest": Ground(
        PYTHON, f"import unittest\nimport victim\n\n{CASE}", "tests/test_red.py::Red::test_red",
        **_PYTHON, project=PROJECT, command=("python", "-m", "unittest", "discover", "-s", "tests"), limits=SMALL,
    ),
    "django": Ground(
        DJANGO, f"import unittest\nfrom django import test\nfrom shop import victim\n\n{CASE.replace('unittest', 'test')}",
        "shop/test_red.py::Red::test_red", **_PYTHON,
        project={path: text for path, text in django_shop.PROJECT.items() if path != "shop/tests.py"} | {"shop/apps.py": "", "shop/tests.py": OTHER},
        others=("shop/tests.py::Other::test_other",),
    ),
    "node:test": Ground(
        NODE,
        'import { test } from "node:test";\nimport assert from "node:assert";\nimport { value } from "../src/victim.js";\n\n'
        'test("red", async () => {\n  assert.strictEqual(await value(), 1);\n});\n',
        "test/red.test.js > red", **_ESM,
        project=node_backends.files("node_test") | {"test/setup.js": ""},
        command=("node", "--require", "./test/setup.js", "--test", "test/**/*.test.js"),
        others=("test/prices.test.js > prices > doubles",),
    ),
    "vitest": Ground(
        VITEST,
        'import { expect, test } from "vitest";\nimport { value } from "../src/victim";\n\n'
        'test("red", async () => {\n  expect(await value()).toBe(1);\n});\n',
        "tests/red.test.ts > red", **_ESM,
        project=node_backends.files("vitest") | {"vitest.config.ts": config(), "tests/setup.ts": ""},
    ),
    "jest": Ground(
        {"red": "tests/red.test.ts", "victim": "src/victim.ts"},
        'import { value } from "../src/victim";\n\ntest("red", async () => {\n  expect(await value()).toBe(1);\n});\n',
        "tests/red.test.ts > red", **_ESM, project=node_backends.files("jest"), played="all",
    ),
    "mocha": Ground(
        {"red": "test/red.test.ts", "victim": "src/victim.ts"},
        'import { expect } from "chai";\nimport { value } from "../src/victim.js";\n\n'
        'it("red", async () => {\n  expect(await value()).to.equal(1);\n});\n',
        "test/red.test.ts > red", **_ESM, project=node_backends.files("mocha"), played="all",
    ),
}  # fmt: skip
"""By runner."""
