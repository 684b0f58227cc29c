"""Runs as strangers' configurations start them, by a real pytest in a process."""

from tests.support.projects import outcome_of

TEST = "import svc\n\n\ndef test_it():\n    assert svc.A\n"


async def test_workers_of_xdist_find_what_lies_in_the_folder_that_the_tests_run_in(tmp_path):
    files = {"svc/__init__.py": "A = 1\n", "tests/test_it.py": TEST, "pytest.ini": "[pytest]\naddopts = -n 1\n"}
    run = await outcome_of(tmp_path, files)
    assert (run.counts.passed, run.red) == (1, ()), run.cases


async def test_a_path_of_modules_in_a_makefile_is_set_beside_the_reporters(tmp_path):
    files = {
        "requirements.txt": "pytest\n",
        "Makefile": "test:\n\tPYTHONPATH=lib poetry run python -m pytest -q qa/checks.py\n",
        "lib/svc.py": "A = 1\n",
        "qa/checks.py": TEST,
    }
    run = await outcome_of(tmp_path, files)
    assert (run.valid, run.counts.passed) == (True, 1), run.why_invalid
