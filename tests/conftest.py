"""How the suite is run: its examples and its processes."""

import os
import signal
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

# A shared machine is no clock: no example may fail for its time. CI plays the same examples at each run; a person's
# machine plays new ones.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.register_profile("own", deadline=None)
ROOT = Path(__file__).resolve().parents[1]

hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "own")


class ByFile(LoadScopeScheduling):
    """Tests in several processes, a file in one: its fixtures are made once. The files marked `one_process` share one.

    Files are dealt out as they are collected, so the quick ones of `tests/unit` come last and even out the ends.
    xdist's own groups are lost with pytest 9.2, which no longer lets a plugin write a test's id."""

    @cache  # noqa: B019  one scheduler lives as long as the run
    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        return "one process" if "mark.one_process" in (ROOT / path).read_text(encoding="utf-8") else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    config.option.loadscopereorder = False
    return ByFile(config, log)


# A shell's background job ignores Ctrl-C, and so would every command that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
