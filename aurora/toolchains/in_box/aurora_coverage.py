"""The lines of some files that ran in this process, by the project's own `coverage`: told, and never judged.

Standard library and coverage 5 and later only, Python 3.8 and later: it runs in the *project's* interpreter.
AURORA_COVERAGE: a JSON list of paths, relative to the repository's root; without it nothing is measured. Told is
`coverage`, one a file (`path`, `tool`, `statements` and `missing`: first lines of statements, `spans`: first and last
lines of those with several), or `no_coverage`.
"""

from __future__ import annotations

import ast
import json
import os
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from aurora_events import BASE, MESSAGE_BYTES, Pipe, cut  # type: ignore[import-not-found]  # beside this file

WANTED = os.environ.pop("AURORA_COVERAGE", "")
ALONE: dict[str, Any] = {
    "run:source": None, "run:source_pkgs": [], "run:source_dirs": [], "run:omit": None, "run:plugins": [],
    "run:patch": [], "run:parallel": False, "run:dynamic_context": None, "run:timid": False,
}  # fmt: skip
"""Settings of the project that would measure elsewhere, or more than this process."""


class Measuring:
    """The measuring from here to `tell`. Whatever coverage raises is told, not raised."""

    def __init__(self) -> None:
        self.cover: Any = None
        self.why = ""
        self.paths = [str(path) for path in json.loads(WANTED)] if WANTED else []
        if self.paths:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    self._begin()
            except Exception as error:  # noqa: BLE001 - of a version or a configuration nobody foresaw
                self.why = f"{type(error).__name__}: {error}"

    def _begin(self) -> None:
        import coverage  # type: ignore[import-not-found]  # the project's

        # the project's configuration says what is excluded, and how its threads switch
        cover = coverage.Coverage(data_file=None, include=[str(Path(BASE, path)) for path in self.paths])
        for name, value in ALONE.items():
            with suppress(Exception):  # an option of another version
                cover.get_option(name)
                cover.set_option(name, value)
        switching = cover.get_option("run:concurrency") or []
        switching = [switching] if isinstance(switching, str) else list(switching)
        if "multiprocessing" in switching:
            cover.set_option("run:concurrency", [one for one in switching if one != "multiprocessing"] or ["thread"])
        cover.start()
        self.cover = cover

    def tell(self, pipe: Pipe, why_not: str = "") -> None:
        """`why_not`: what ran did not run here."""
        if not self.paths:
            return
        try:
            if self.cover is not None:
                self.cover.stop()
            if why_not or self.cover is None:
                pipe.send("no_coverage", message=cut(why_not or self.why, MESSAGE_BYTES))
                return
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._tell(pipe)
        except Exception as error:  # noqa: BLE001 - as above
            pipe.send("no_coverage", message=cut(f"{type(error).__name__}: {error}", MESSAGE_BYTES))

    def _tell(self, pipe: Pipe) -> None:
        import coverage

        for path in self.paths:
            try:
                _, statements, _, missing, _ = self.cover.analysis2(str(Path(BASE, path)))
            except coverage.CoverageException:
                continue  # it can't be read as Python
            facts = {"statements": statements, "missing": missing, "spans": list(spans(Path(BASE, path)))}
            pipe.send("coverage", path=path, tool=f"coverage {coverage.__version__}", **facts)


def spans(path: Path) -> Iterator[tuple[int, int]]:
    """The spans of statements without a body: a line within one is not the line that coverage counts."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        last = getattr(node, "end_lineno", None)
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and last is not None and last > node.lineno:
            yield node.lineno, last
