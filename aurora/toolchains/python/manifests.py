"""The manifests of one folder, read together: pyproject.toml over setup.cfg over setup.py over Pipfile."""

import posixpath
from collections.abc import Collection
from typing import Any

from pydantic import Field

from aurora.domain.value import Value
from aurora.ports import ToolchainProbe
from aurora.toolchains.python import hatch, pixi
from aurora.toolchains.python import pyproject as python_pyproject
from aurora.toolchains.python.declared import Declared, attempted
from aurora.toolchains.python.pipfile import pipfile
from aurora.toolchains.python.setup_files import setup_cfg, setup_py

NAMES = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")


class Manifests(Value):
    files: dict[str, str] = Field(default_factory=dict)
    """Path from the repository's root -> text."""
    pyproject: dict[str, Any] = Field(default_factory=dict)
    declared: Declared = Declared()
    declares: bool = False
    """True if one of them says that there is a project, not only how tools are set."""


async def read(probe: ToolchainProbe, folder: str, paths: Collection[str]) -> Manifests:
    files: dict[str, str] = {}
    for name in (*NAMES, hatch.FILE, pixi.FILE):
        path = posixpath.join(folder, name)
        text = await probe.text(path) if path in paths else None
        if text is not None:
            files[path] = text

    def text_of(name: str) -> str:
        return files.get(posixpath.join(folder, name), "")

    def holds(name: str) -> bool:
        return posixpath.join(folder, name) in files

    document: dict[str, Any] = {}
    declared = Declared()
    if holds("pyproject.toml"):
        where = posixpath.join(folder, "pyproject.toml")
        document, notes = python_pyproject.parse(text_of("pyproject.toml"), where)
        declared = Declared(notes=notes)
    declares = python_pyproject.is_manifest(document)
    for name, laid in ((hatch.FILE, hatch.laid_over), (pixi.FILE, pixi.laid_under)):
        if holds(name):
            own, notes = python_pyproject.parse(text_of(name), posixpath.join(folder, name))
            document = laid(document, own)
            declared = declared.over(Declared(notes=notes))
    declares = declares or pixi.is_manifest(document)
    declared = declared.over(attempted(lambda: python_pyproject.declared(document), "pyproject.toml"))
    if holds("setup.cfg"):
        said = attempted(lambda: setup_cfg(text_of("setup.cfg")), "setup.cfg")
        declares = declares or bool(said.name or said.runtime is not None or said.optional or said.import_roots)
        declared = declared.over(said)
    if holds("setup.py"):
        declared = declared.over(attempted(lambda: setup_py(text_of("setup.py")), "setup.py"))
    if holds("Pipfile"):
        declared = declared.over(attempted(lambda: pipfile(text_of("Pipfile")), "Pipfile"))
    declares = declares or holds("setup.py") or holds("Pipfile")
    return Manifests(files=files, pyproject=document, declared=declared, declares=declares)
