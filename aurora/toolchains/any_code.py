"""Whether a project has any code yet: of a service that a task makes from its document, nothing can be run."""

import re
from typing import Final

from aurora.ports import Box
from aurora.toolchains.tools import ToolchainTools

_CONFIGURATION: Final = re.compile(r"(^|/)(conftest\.py|[^/]+\.config\.[cm]?[jt]s|\.[^/]+)$")
"""Of tools: what they are told is no application."""


async def found(box: Box, chain: ToolchainTools) -> bool:
    """Whether any file is code that is neither a test nor the configuration of a tool."""
    paths = [entry.path for entry in await box.files() if entry.kind == "file"]
    return any(chain.is_source(path) and not chain.is_test(path) and not _CONFIGURATION.search(path) for path in paths)
