"""Packages whose folder has another name: `package_dir = {"shop": "code"}`, a wheel's `sources` and `force-include`."""

import posixpath
from collections.abc import Mapping

from aurora.toolchains.folders import COPY


def split(mapping: Mapping[str, str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """(import roots, package -> its folder where that has another name) of setuptools' `package_dir`."""
    roots: list[str] = []
    mapped: dict[str, str] = {}
    for package, folder in mapping.items():
        tail, place = package.replace(".", "/"), plain(folder)
        if not package:
            roots.append(folder)
        elif place == tail or place.endswith(f"/{tail}"):
            roots.append(place.removesuffix(tail).strip("/"))
        elif package.isidentifier() and place:
            mapped[package] = place
    return tuple(roots), mapped


def renamed(mapping: Mapping[str, str]) -> dict[str, str]:
    """Package -> folder, of a table folder -> place in the wheel; what keeps its name needs nothing."""
    found = {plain(place): plain(folder) for folder, place in mapping.items()}
    return {name: at for name, at in found.items() if name.isidentifier() and at and posixpath.basename(at) != name}


def modules(mapped: Mapping[str, str], home: str, root: str, paths: frozenset[str]) -> dict[str, str]:
    """File of the repository's root that would be found by the package's name -> what stands in it in the sandbox."""
    found = {}
    for name, folder in mapped.items():
        place = posixpath.normpath(posixpath.join(home, folder))
        if any(path.startswith(f"{place}/") for path in paths):
            found[posixpath.join(root, f"{name}.py")] = module(f"{COPY}/{place}", f"{place}/__init__.py" in paths)
    return found


def plain(folder: str) -> str:
    found = posixpath.normpath(folder.strip() or ".").strip("/")
    return "" if found == "." else found


def module(folder: str, regular: bool) -> str:
    """`regular`: the folder has an `__init__.py`."""
    if not regular:
        return f"__path__ = [{folder!r}]\n"
    return (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location(__name__, {f'{folder}/__init__.py'!r}, "
        f"submodule_search_locations=[{folder!r}])\n"
        "sys.modules[__name__] = module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
    )
