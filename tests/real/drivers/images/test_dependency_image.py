"""Every form of manifest and lock, built into a real image, its tests run in the real sandbox.

One form each time; the others with AURORA_IMAGES=1: `make images`.
"""

import asyncio
import uuid

import pytest

from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from tests.support.opened import EVERY_FORM, opened
from tests.support.python_forms import CODE, FORMS, PYPROJECT, Form

pytestmark = [pytest.mark.docker, pytest.mark.one_process]


@pytest.mark.parametrize("form", FORMS[: None if EVERY_FORM else 1], ids=lambda form: form.name)
async def test_its_tests_run_with_what_it_declares_and_locks(form: Form, sandbox, artifacts, tmp_path):
    async with opened(tmp_path, form.project(), sandbox, artifacts) as (opening, workspace):
        assert workspace is not None, opening
        found = {one.name: one.version for one in workspace.image.distributions}
        assert {name: found.get(name) for name in form.installed} == form.installed
        assert (workspace.baseline.counts.passed, workspace.baseline.red) == (3, ()), workspace.baseline
        assert set(form.recorded) <= set(workspace.toolchain.why)


async def test_what_cannot_be_installed_is_a_question_with_the_end_of_the_log(sandbox, artifacts, tmp_path):
    files = {**CODE, "pyproject.toml": PYPROJECT.replace("itsdangerous>=2", "itsdangerous==99")}
    files["pyproject.toml"] = files["pyproject.toml"].replace(">=3.8", ">=3.99")
    async with opened(tmp_path, files, sandbox, artifacts) as (opening, workspace):
        assert workspace is None
        question = opening.questions[0]
        assert "try again" in question.options
        assert "itsdangerous==99" in question.text.partition("The tool's own words:")[2]
        assert "The project requires Python >=3.99, the sandbox has 3." in question.text


@pytest.mark.skipif(not EVERY_FORM, reason="slow: AURORA_IMAGES=1")
async def test_a_python_that_the_sandbox_lacks_is_said_to_the_user(sandbox, artifacts, tmp_path):
    files = {"pyproject.toml": '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.99"\n'}
    files["tests/test_shop.py"] = "def test_it():\n    assert True\n"
    async with opened(tmp_path, files, sandbox, artifacts) as (opening, workspace):
        assert workspace is not None
        assert workspace.baseline.counts.passed == 1
        said = [line for line in opening.opened.warnings if "requires Python >=3.99" in line]
        assert len(said) == 1


async def test_two_tasks_on_two_workers_of_one_engine_share_a_build(artifacts, tmp_path):
    """Of two sandboxes that know nothing of each other, as in two processes."""
    files = {
        "setup.cfg": f"[metadata]\nname = shop-{uuid.uuid4().hex[:8]}\nversion = 1\n",
        "requirements.txt": "itsdangerous==2.1.1\n",
        "tests/test_shop.py": "import itsdangerous\n\n\ndef test_it():\n    assert itsdangerous\n",
    }
    workers = DockerSandbox(artifacts), DockerSandbox(artifacts)

    async def task(sandbox: DockerSandbox) -> tuple[str, float]:
        async with opened(tmp_path, files, sandbox, artifacts) as (_, workspace):
            assert workspace is not None
            both.release()
            await done.wait()
            return workspace.image.reference, workspace.image.seconds

    both, done = asyncio.Semaphore(0), asyncio.Event()
    tasks = [asyncio.create_task(task(worker)) for worker in workers]
    for _ in workers:
        await both.acquire()
    done.set()
    (one, first), (two, second) = await asyncio.gather(*tasks)
    assert one == two
    assert sorted((first > 0, second > 0)) == [False, True]
