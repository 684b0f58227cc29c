"""The import check on a tree of this machine: what a change imports, beside what failed at the base."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from aurora import ports
from aurora.domain.findings import Report
from aurora.domain.runs import ExecEnd
from aurora.toolchains import registry
from tests.support.projects import detected, execute, written
from tests.support.red_corpus.django_rest import FILES as SHOP
from tests.support.workspaces import workspace

OTHERS = os.environ.get("AURORA_CORPUS_PYTHON", "")
of_django = pytest.mark.skipif(not OTHERS, reason="make red-corpus plays it")
MODEL = "from django.db import models\n\n\nclass {name}(models.Model):\n    name = models.CharField(max_length=9)\n"
CHANGE = {
    "shop/models.py": SHOP["shop/models.py"] + "\n\nclass Price(models.Model):\n    value = models.IntegerField()\n",
    "shop/serializers.py": SHOP["shop/serializers.py"]
    + "\n\nclass PriceSerializer(serializers.Serializer):\n    value = serializers.IntegerField()\n",
    "shop/views.py": SHOP["shop/views.py"]
    + "\n\nfrom rest_framework.views import APIView\n\n\nclass Prices(APIView):\n    pass\n",
    "config/settings.py": SHOP["config/settings.py"] + "\nPAGE = 10\n",
    "shop/limits.py": "from django.conf import settings\n\nSIZE = settings.PAGE\n",
}
CONFIGURED = "from configurations import Configuration\n\n\nclass Dev(Configuration):\n" + "".join(
    f"    {line}\n" for line in SHOP["config/settings.py"].strip().splitlines()
)


class FolderBox:
    """A tree on this machine: tests run in a copy of it, git on it."""

    def __init__(self, folder: Path, python: str) -> None:
        self.folder, self.python = folder, python
        self.runs = 0

    async def execute(self, argv: Sequence[str], **_: Any) -> ports.Execution:
        done = subprocess.run(list(argv), cwd=self.folder, capture_output=True, text=True, check=False)
        return ports.Execution(end=ExecEnd.EXITED, exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    async def run_tests(self, command: ports.TestCommand) -> ports.TestExecution:
        self.runs += 1
        with tempfile.TemporaryDirectory() as made:
            copy = Path(made, "copy")
            shutil.copytree(self.folder, copy, ignore=shutil.ignore_patterns(".git"))
            written(copy, command.instead)
            return execute(copy, command, self.python)


async def imported(
    folder: Path, base: Mapping[str, str], change: Mapping[str, str], python: str = sys.executable
) -> Report:
    written(folder, base)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for argv in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Base"]):
        subprocess.run([*git, *argv], cwd=folder, check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True)
    written(folder, change)
    made = workspace().model_copy(update={"toolchain": await detected(base), "base": head.stdout.strip()})
    return await registry.tools(made).imports(cast(ports.Box, FolderBox(folder, python)), sorted(change))
