"""Problems that an edit of a Node project would add: broken syntax, undeclared packages."""

import json
import posixpath
import re
from collections.abc import Iterator

from aurora.domain.findings import Finding
from aurora.domain.workspace import Toolchain, Workspace
from aurora.text import clip
from aurora.toolchains import project_tests
from aurora.toolchains.bill_of_materials import CHECK
from aurora.toolchains.edit import Edit
from aurora.toolchains.node import cruiser_rules, source
from aurora.toolchains.node.bill_of_materials import NodeBill
from aurora.toolchains.node.tree import SOURCES

TSCONFIG = "tsconfig.json"
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.S)


def configuration(toolchain: Toolchain) -> tuple[str, ...]:
    """The tsconfig, whose aliases are no packages, and rules about imports."""
    return tuple(posixpath.normpath(posixpath.join(toolchain.root, name)) for name in (TSCONFIG, *cruiser_rules.FILES))


def syntax(_: Workspace, edit: Edit) -> tuple[Finding, ...]:
    return tuple(_broken(edit)) if edit.path.endswith(SOURCES) else ()


def undeclared(workspace: Workspace, edit: Edit) -> tuple[Finding, ...]:
    path = edit.path
    if "node_modules" in path.split("/"):
        message = "node_modules holds installed packages: no project files belong there."
        return (Finding(check=CHECK, path=path, message=message, hint="Put it into the project."),)
    if not path.endswith(SOURCES):
        return ()
    tsconfig = next((text for path, text in edit.configuration.items() if path.endswith(TSCONFIG)), "")
    known = aliases(tsconfig)
    was = source.read(path, edit.before) if edit.before is not None else None
    in_tests = project_tests.is_test(workspace.toolchain, path)
    bill = NodeBill.of(workspace, known, edit.files)
    return bill.check(path, source.read(path, edit.after), was, in_tests=in_tests)


def stubs(path: str, text: str) -> Iterator[Finding]:
    for stub in source.read(path, text).stubs:
        yield Finding(
            check="stub_left",
            path=path,
            line=stub.line,
            message=f'{stub.name} still throws "not implemented".',
            hint="Implement it, or remove it if nothing needs it.",
        )


def aliases(tsconfig: str) -> list[str]:
    """Prefixes under `paths` of the tsconfig: they name files of the project."""
    try:
        paths = json.loads(_COMMENT.sub(lambda found: found[1] or "", tsconfig))["compilerOptions"]["paths"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [str(name).removesuffix("*") for name in paths if str(name) != "*"] if isinstance(paths, dict) else []


def _broken(edit: Edit) -> Iterator[Finding]:
    broken = source.read(edit.path, edit.after).broken
    if broken is None or (edit.before is not None and source.read(edit.path, edit.before).broken is not None):
        return
    lines = edit.after.splitlines()
    at = lines[broken.line - 1].strip() if broken.line <= len(lines) else "the end of the file"
    yield Finding(
        check="syntax",
        path=edit.path,
        line=broken.line,
        message=f"It can't be parsed: {broken.what}, at `{clip(at, 160)}`",
        hint="Fix the line and send the edit again; check brackets, quotes and commas around it.",
    )
