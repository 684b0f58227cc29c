"""Settings of aurora.yaml that may help a base run, by its signs: offered to a person, never done."""

import json
import posixpath
from collections.abc import Iterator, Sequence
from contextlib import suppress

from aurora.domain.environment_problem import ProposedSetting
from aurora.domain.runs import TestRun
from aurora.domain.workspace import Toolchain, Workspace
from aurora.errors import ToolRefusal
from aurora.ports import Box
from aurora.settings.services import spoken_to
from aurora.toolchains.language import Language
from aurora.toolchains.runs import environment_signs
from aurora.toolchains.runs.environment_signs import Signs

SHOWN_PACKAGES = 6
NAMED_FILES = 4
OWN_DEPTH = 3
"""Folders of a path whose names are taken for the project's own modules."""


async def of(
    run: TestRun, box: Box, languages: Sequence[Language], workspace: Workspace | None, likely: Sequence[str] = ()
) -> tuple[Signs, tuple[ProposedSetting, ...]]:
    """The things that the environment lacks, and the settings that may help. `likely`: files that look like tests,
    where none was collected."""
    language = next((one for one in languages if workspace and one.name == workspace.toolchain.language), None)
    if workspace is None or language is None:
        return environment_signs.Signs(), ()
    paths = [entry.path for entry in await box.files()]
    own = frozenset(part.partition(".")[0] for path in paths for part in path.split("/")[:OWN_DEPTH])
    clients = spoken_to(workspace.toolchain.dependencies.requirements)
    signs = environment_signs.read(run, language.absent, own, clients)
    packages = tuple(dict.fromkeys(one.package for one in signs.absent if one.package))[:SHOWN_PACKAGES]
    where, values = "", dict[str, str]()
    for name in environment_signs.EXAMPLES if signs.variables else ():
        path = next((p for p in paths if p.rpartition("/")[2] == name), "")
        if path and not values:
            with suppress(ToolRefusal):
                where, values = path, environment_signs.example_values((await box.read(path)).decode(errors="replace"))
    proposed = (
        *_naming(language, workspace.toolchain, likely),
        *environment_signs.of_variables(signs, values, where),
        *language.installing(workspace.toolchain, packages),
        *environment_signs.of_services(signs, workspace.settings.sandbox.services),
    )
    return signs, proposed


def _naming(language: Language, toolchain: Toolchain, likely: Sequence[str]) -> Iterator[ProposedSetting]:
    """The command with a few files that it does not find by itself."""
    if toolchain.runner not in language.takes_files or not 0 < len(likely) <= NAMED_FILES:
        return
    inside = [posixpath.relpath(path, toolchain.root or ".") for path in likely]
    words = ", ".join(json.dumps(word) for word in (*toolchain.test, *inside))
    yield ProposedSetting(
        setting=f"commands: {{test: [{words}]}}", why="the runner does not find these files by itself"
    )
