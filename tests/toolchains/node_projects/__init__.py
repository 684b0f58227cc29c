"""Node projects for tests: the same test with the same packages, a folder for each form of lock."""

from pathlib import Path

from aurora.toolchains import node_dependencies
from aurora.workspace import Dependencies
from tests.toolchains.projects import DictProbe

FOLDER = Path(__file__).parent


def files(form: str) -> dict[str, str]:
    return {
        str(path.relative_to(FOLDER / form)): path.read_text("utf-8")
        for path in sorted((FOLDER / form).rglob("*"))
        if path.is_file()
    }


async def dependencies(found: dict[str, str], root: str = "") -> Dependencies:
    return await node_dependencies.dependencies(DictProbe(found), root)
