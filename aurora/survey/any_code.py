"""Check whether a project has any code yet. A service that a task writes from its document alone has manifests and
settings at the base commit: that nothing of it runs or starts there says nothing."""

from aurora.domain.workspace import Toolchain
from aurora.ports import Box
from aurora.toolchains import project_tests, registry
from aurora.tools.protected_paths import protection


async def found(box: Box, toolchain: Toolchain) -> bool:
    """Return whether any file is code that is neither a test nor the configuration of a tool."""
    suffixes = registry.language(toolchain).suffixes
    root = f"{toolchain.root}/" if toolchain.root else ""
    return any(
        entry.path.startswith(root)
        and entry.path.endswith(suffixes)
        and protection(entry.path) is None
        and entry.path not in toolchain.protected
        and not project_tests.is_test(toolchain, entry.path)
        for entry in await box.files()
    )
