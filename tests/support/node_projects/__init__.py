"""Node projects for tests: one package or a workspace of two, and beside them their locks by each manager."""

from pathlib import Path

from aurora.domain.workspace import Dependencies
from aurora.toolchains.node import dependencies as node_dependencies
from tests.support.projects import DictProbe

FOLDER = Path(__file__).parent


def _texts(folder: Path) -> dict[str, str]:
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in found}


def files(lock: str, kind: str = "single") -> dict[str, str]:
    """`lock`: npm, pnpm, yarn1, yarn (2 and later), or none of them; `kind`: single or workspace."""
    found = _texts(FOLDER / kind) | (_texts(FOLDER / "locks" / kind / lock) if lock != "none" else {})
    if kind == "workspace" and lock in ("pnpm", "yarn"):
        api = "packages/api/package.json"
        found[api] = found[api].replace('"@shop/shared": "1.0.0"', '"@shop/shared": "workspace:*"')
    if kind == "workspace" and lock == "pnpm":
        found["pnpm-workspace.yaml"] = "packages:\n  - packages/*\n"
    return found


async def dependencies(found: dict[str, str], root: str = "") -> Dependencies:
    return await node_dependencies.dependencies(DictProbe(found), root)
