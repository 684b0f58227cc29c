"""Problems that an edit of a Python file would add: broken syntax, undeclared packages."""

import posixpath
import re
import sys
from collections.abc import Iterator

from aurora.domain.findings import Finding
from aurora.domain.workspace import Toolchain, Workspace
from aurora.text import clip
from aurora.toolchains.edit import Edit
from aurora.toolchains.python import import_contracts
from aurora.toolchains.python.bill_of_materials import BillOfMaterials
from aurora.toolchains.python.imports import parsed

SUFFIXES = (".py", ".pyi")


def configuration(toolchain: Toolchain) -> tuple[str, ...]:
    """Files that may hold contracts about imports."""
    folders = dict.fromkeys((toolchain.root, ""))
    places = (posixpath.join(folder, name) for folder in folders for name in import_contracts.FILES)
    return tuple(posixpath.normpath(place) for place in places)


def syntax(workspace: Workspace, edit: Edit) -> tuple[Finding, ...]:
    """Check the syntax by the grammar of the container's Python, as far as this interpreter knows it."""
    return tuple(_broken(edit, minor_of(workspace))) if edit.path.endswith(SUFFIXES) else ()


def undeclared(workspace: Workspace, edit: Edit) -> tuple[Finding, ...]:
    if not edit.path.endswith(SUFFIXES):
        return ()
    return BillOfMaterials.of(workspace, edit.files).check(edit.path, edit.after, edit.before)


def minor_of(workspace: Workspace) -> int | None:
    """`11` of the container's 3.11."""
    version = re.match(r"3\.(\d+)", workspace.image.version_of("python"))
    return int(version[1]) if version else None


def _broken(edit: Edit, minor: int | None) -> Iterator[Finding]:
    try:
        parsed(edit.after, minor)
    except SyntaxError as error:
        if minor is not None and minor > sys.version_info.minor:
            return  # it may be newer than what is known here: the runner says it
        if edit.before is not None and _was_broken(edit.before, minor):
            return
        line = error.lineno or 1
        lines = edit.after.splitlines()
        source = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        message = f"Python cannot parse it: {clip(error.msg or 'invalid syntax', 300)}"
        yield Finding(
            check="syntax",
            path=edit.path,
            line=line,
            message=f"{message}, at `{clip(source, 160)}`" if source else message,
            hint="Fix the line and send the edit again; check brackets, quotes and indentation around it.",
        )


def _was_broken(before: str, minor: int | None) -> bool:
    try:
        parsed(before, minor)
    except SyntaxError:
        return True
    return False
