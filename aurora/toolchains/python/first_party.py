"""The import names that are the repository's own, from its paths alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

SUFFIXES = (".py", ".pyi", ".so", ".pyx")


@dataclass(frozen=True)
class FirstParty:
    children: dict[str, frozenset[str]]
    """Folder -> module and package names directly in it; a package needs no `__init__`."""
    packages: frozenset[str]
    """Folders with an `__init__.py`."""
    roots: tuple[str, ...]
    """Folders on sys.path."""
    is_test: Callable[[str], bool] = lambda _: False
    """True if a path is a test's."""

    @classmethod
    def of(
        cls, paths: Iterable[str], roots: Iterable[str] = (), is_test: Callable[[str], bool] = lambda _: False
    ) -> "FirstParty":
        children: dict[str, set[str]] = {}
        packages: set[str] = set()
        found = {"", "src", *(root.strip("/") for root in roots)}
        for path in paths:
            if not path.endswith(SUFFIXES):
                continue
            folder, _, name = path.rpartition("/")
            children.setdefault(folder, set()).add(name.split(".")[0])
            if name == "__init__.py":
                packages.add(folder)
            if name == "manage.py":  # Django puts its folder on sys.path
                found.add(folder)
            while folder:
                parent, _, own = folder.rpartition("/")
                names = children.setdefault(parent, set())
                if own in names:
                    break
                names.add(own)
                folder = parent
        return cls(
            children={folder: frozenset(names) for folder, names in children.items()},
            packages=frozenset(packages),
            roots=tuple(sorted(found)),
            is_test=is_test,
        )

    def provides(self, top: str, importer: str) -> bool:
        """Return whether `import top` in the file `importer` can find a module of the repository: on an import root, or
        beside it where its folder is itself put on sys.path (scripts, tests, namespace folders)."""
        if any(top in self.children.get(root, ()) for root in self.roots):
            return True
        return any(top in self.children.get(folder, ()) for folder in self._own_paths(importer))

    def anywhere(self, top: str) -> bool:
        """Return whether some folder of the repository holds a module of this name: programs put folders on
        sys.path."""
        return any(top in names for names in self.children.values())

    def beside(self, top: str, importer: str) -> bool:
        """Return whether `from . import top` would find it."""
        return top in self.children.get(importer.rpartition("/")[0], ())

    def top_of(self, path: str) -> str | None:
        """The top-level name a file provides when it stands directly on an import root; None when it does not."""
        for root in self.roots:
            inside = path.removeprefix(root + "/") if root else path
            if root and inside == path:
                continue
            if "/" not in inside and inside.endswith(".py"):
                return inside.removesuffix(".py")
            if inside.count("/") == 1 and inside.endswith("/__init__.py"):
                return inside.split("/")[0]
        return None

    def _own_paths(self, importer: str) -> Iterable[str]:
        in_tests = self.is_test(importer)
        folder = importer.rpartition("/")[0]
        while folder:
            if in_tests or folder not in self.packages:
                yield folder
            folder = folder.rpartition("/")[0]
