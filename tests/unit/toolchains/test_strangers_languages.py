"""Repositories with manifests of both languages: the one that the backend is written in is taken."""

import pytest

from tests.support.projects import detected
from tests.support.strangers import package

PYTHON = '[project]\nname = "shop"\nversion = "1"\n[dependency-groups]\ndev = ["pytest"]\n'
API = {"api/pyproject.toml": PYTHON, "api/shop/__init__.py": "", "api/tests/test_a.py": ""}


@pytest.mark.parametrize(
    ("files", "language", "root"),
    [
        pytest.param(
            {"package.json": package("playwright test", dev=("@playwright/test",)), "e2e/a.spec.ts": "", **API},
            "python", "api", id="a browser's tests at the top",
        ),
        pytest.param(
            {"package.json": package("cypress run", dev=("cypress",)), "cypress/e2e/a.cy.js": "", **API},
            "python", "api", id="cypress at the top",
        ),
        pytest.param(
            {"package.json": package(None, dev=("semantic-release", "husky"), scripts={"release": "x"}), **API},
            "python", "api", id="a release tool at the top",
        ),
        pytest.param(
            {"package.json": package("npm test -w frontend", workspaces=["frontend"]),
             "frontend/package.json": package("vitest run", "react", dev=("vitest@^3",), name="frontend"),
             "frontend/src/a.ts": "", "frontend/src/a.test.ts": "", **API},
            "python", "api", id="a workspace of pages",
        ),
        pytest.param(
            {"package.json": package("playwright test", "fastify", dev=("@playwright/test", "vitest@^3")),
             "src/a.ts": "", "src/b.ts": "", "scripts/requirements.txt": "requests\n", "scripts/load.py": ""},
            "node", "", id="a browser's tests of a Node server",
        ),
        pytest.param(
            {"package.json": package("jest", "express", dev=("jest@^29",)), "src/a.js": "", "src/b.js": "",
             "src/a.test.js": "", "lambdas/thumb/requirements.txt": "pillow\n", "lambdas/thumb/handler.py": ""},
            "node", "", id="one function in Python",
        ),
        pytest.param(
            {"pyproject.toml": "[tool.ruff]\nline-length = 100\n", "scripts/gen.py": "",
             "package.json": package("node --test", "fastify"), "src/a.js": "", "src/a.test.js": ""},
            "node", "", id="a linter's settings",
        ),
    ],
)  # fmt: skip
async def test_the_language_of_the_backend_is_taken(files, language, root):
    chain = await detected(files)
    assert (chain.language, chain.root) == (language, root)
