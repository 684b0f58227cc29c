"""Python's import of a project's own modules, step by step as the interpreter does it, without running any of them.

A cycle of imports works or fails by its order: `from a import b` fails where `a` has begun and not come to `b` yet. So
each module of a cycle is taken as the first that somebody imports, and what fails is told with the chain of imports
that led there."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from aurora.toolchains.import_cycles import MOST_FIRST, MOST_STEPS, Link
from aurora.toolchains.python.module_code import Define, Load, ModuleCode, Take, Use, read


@dataclass(frozen=True)
class Failure:
    """`name` is taken of a module that has begun and does not have it yet."""

    cycle: tuple[Link, ...]
    """From the module that lacks the name, back to it."""
    name: str
    module: str
    """Dotted name of the module that lacks it."""
    first: str
    """Dotted name of the module that was imported first."""

    @property
    def link(self) -> Link:
        """The import that fails."""
        return self.cycle[-1]


@dataclass(frozen=True)
class Project:
    """The Python sources of a project. `names`: dotted name of each module -> its path."""

    texts: Mapping[str, str]
    names: Mapping[str, str]
    dotted: Mapping[str, str]
    """Path -> the name that relative imports begin at."""
    _codes: dict[str, ModuleCode] = field(default_factory=dict, compare=False)
    _after: dict[str, list[str]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, texts: Mapping[str, str], roots: Iterable[str]) -> "Project":
        names: dict[str, str] = {}
        dotted: dict[str, str] = {}
        own = sorted({root.strip("/") for root in roots}, key=len)  # what the deepest root gives is its name
        for path in texts:
            if not path.endswith(".py"):
                continue
            for root in own:
                if root and not path.startswith(f"{root}/"):
                    continue
                name = path.removeprefix(f"{root}/" if root else "").removesuffix(".py").removesuffix("/__init__")
                name = name.replace("/", ".")
                if name and name != "__init__" and all(map(str.isidentifier, name.split("."))):
                    names.setdefault(name, path)
                    dotted[path] = name
        return cls(texts, names, dotted)

    def code(self, path: str) -> ModuleCode:
        if path not in self._codes:
            name = self.dotted.get(path, "")
            package = name if path.endswith("/__init__.py") else name.rpartition(".")[0]
            self._codes[path] = read(self.texts[path], package)
        return self._codes[path]

    def loaded(self, name: str, importer: str) -> list[str]:
        """Paths of the modules that importing a dotted name runs, packages first; none for a foreign one."""
        parts = name.split(".")
        found = [".".join(parts[: depth + 1]) for depth in range(len(parts))]
        paths = [self.names[one] for one in found if one in self.names]
        if not paths and len(parts) == 1:
            beside = f"{importer.rpartition('/')[0]}/{name}.py".lstrip("/")
            if beside in self.texts and not self._in_package(importer):
                return [beside]
        return [path for path in paths if path != importer or path == self.names.get(name)]

    def submodule(self, module: str, name: str) -> str | None:
        return self.names.get(f"{module}.{name}")

    def _in_package(self, path: str) -> bool:
        folder = path.rpartition("/")[0]
        return f"{folder}/__init__.py" in self.texts

    def edges(self, path: str, *, guarded: bool = True) -> Iterator[Link]:
        """The modules that importing a module runs first, with the packages that hold it. `guarded`: also what it does
        without."""
        for one in self.code(path).operations:
            if not isinstance(one, Load | Take) or (one.guarded and not guarded):
                continue
            name = one.name if isinstance(one, Load) else one.module
            for target in self.loaded(name, path):
                yield Link(path, one.line, target)
            if isinstance(one, Take) and (submodule := self.submodule(name, one.name)) is not None:
                yield Link(path, one.line, submodule)

    def packages(self, path: str) -> list[str]:
        """Packages that are imported before a module, the outermost first."""
        parts = self.dotted.get(path, "").split(".")
        above = (self.names.get(".".join(parts[: depth + 1])) for depth in range(len(parts) - 1))
        return [one for one in above if one is not None and one != path]

    def after(self, path: str) -> list[str]:
        """Modules that run when a module is imported, as far as it names them."""
        if path not in self._after:
            found = [*self.packages(path), *(link.target for link in self.edges(path))]
            self._after[path] = [one for one in dict.fromkeys(found) if one != path]
        return self._after[path]


def failures(project: Project, component: Collection[str], near: Collection[str]) -> list[Failure]:
    """The failures when one of the modules is imported first; those in `near` are tried before the others."""
    found: dict[tuple[Link, str], Failure] = {}
    steps = 0
    for first in sorted(component, key=lambda path: (path not in near, path))[:MOST_FIRST]:
        run = _Run(project, component)
        for failure in run.of(first):
            found.setdefault((failure.link, failure.name), failure)
        steps += run.steps
        if steps > MOST_STEPS:
            break
    return list(found.values())


@dataclass
class _Frame:
    path: str
    line: int
    """Line of the import that the module above makes now."""
    at: int = 0


class _Run:
    """One import of one module into a fresh interpreter. Modules outside of the component can't lead back into it."""

    def __init__(self, project: Project, component: Collection[str]) -> None:
        self.project, self.component = project, component
        self.begun: dict[str, set[str]] = {}
        self.done: set[str] = set()
        self.bound: dict[str, dict[str, str]] = {}
        """Path -> name -> dotted name of the module of the project that it is bound to."""
        self.open: set[str] = set()
        """Modules whose names are not all known: `from elsewhere import *`, `__getattr__`."""
        self.stack: list[_Frame] = []
        self.steps = 0
        self.first = ""

    def of(self, first: str) -> Iterator[Failure]:
        self.first = self.project.dotted.get(first, first)
        for path in (*self.project.packages(first), first):
            if path in self.component and path not in self.begun:
                self._push(path)
                yield from self._through()

    def _push(self, path: str) -> None:
        self.begun[path] = set()
        self.bound[path] = {}
        self.stack.append(_Frame(path, 0))

    def _through(self) -> Iterator[Failure]:
        while self.stack:
            frame = self.stack[-1]
            operations = self.project.code(frame.path).operations
            if frame.at >= len(operations):
                self.done.add(frame.path)
                self.stack.pop()
                continue
            self.steps += 1
            operation = operations[frame.at]
            match operation:
                case Define():
                    self._defined(frame.path, operation.name)
                    self.bound[frame.path].pop(operation.name, None)
                case Use():
                    if failure := self._used(frame, operation):
                        yield failure
                case Load():
                    if self._waits(frame, operation.line, self.project.loaded(operation.name, frame.path)):
                        continue
                    self._loaded(frame, operation)
                case Take():
                    if self._waits(frame, operation.line, self.project.loaded(operation.module, frame.path)):
                        continue
                    if self._waits_for_submodule(frame, operation):
                        continue
                    if failure := self._taken(frame, operation):
                        yield failure
            frame.at += 1

    def _waits(self, frame: _Frame, line: int, paths: Iterable[str]) -> bool:
        """Return whether a module must run first; it is begun."""
        for path in paths:
            if path in self.component and path not in self.begun:
                frame.line = line
                self._push(path)
                return True
        return False

    def _defined(self, path: str, name: str) -> None:
        self.begun[path].add(name)
        if name == "__getattr__":
            self.open.add(path)

    def _loaded(self, frame: _Frame, load: Load) -> None:
        if not load.alias:
            return
        self._defined(frame.path, load.alias)
        name = load.name if load.whole else load.name.partition(".")[0]
        if self.project.loaded(load.name, frame.path):
            self.bound[frame.path][load.alias] = name

    def _waits_for_submodule(self, frame: _Frame, take: Take) -> bool:
        path = self.project.names.get(take.module)
        if take.name == "*" or (path is not None and take.name in self.begun.get(path, ())):
            return False
        if path is not None and path not in self.component and take.name in self.project.code(path).names:
            return False
        submodule = self.project.submodule(take.module, take.name)
        return submodule is not None and self._waits(frame, take.line, [submodule])

    def _taken(self, frame: _Frame, take: Take) -> Failure | None:
        paths = self.project.loaded(take.module, frame.path)
        source = paths[-1] if paths and paths[-1] == self.project.names.get(take.module, paths[-1]) else None
        submodule = self.project.submodule(take.module, take.name)
        if take.name == "*":
            self._all(frame.path, source)
            return None
        failure = None
        if source is not None and self._lacks(source, take.name) and submodule not in self.begun:
            failure = self._failed(frame, take.line, source, take.name)
        if take.alias:
            self._defined(frame.path, take.alias)
            target = self.bound.get(source or "", {}).get(take.name)
            if target or submodule is not None:
                self.bound[frame.path][take.alias] = target or f"{take.module}.{take.name}"
        return failure

    def _all(self, path: str, source: str | None) -> None:
        if source is None or source in self.open:
            self.open.add(path)
        elif source in self.begun:
            self.begun[path] |= {name for name in self.begun[source] if not name.startswith("_")}
            if source not in self.done:
                self.open.add(path)
        else:
            self.begun[path] |= self.project.code(source).names

    def _lacks(self, path: str, name: str) -> bool:
        """Return whether a module has begun, and comes to a name later only."""
        if path not in self.begun or path in self.done or path in self.open:
            return False
        return name not in self.begun[path] and name in self.project.code(path).names

    def _used(self, frame: _Frame, use: Use) -> Failure | None:
        module = self.bound[frame.path].get(use.parts[0])
        for attribute in use.parts[1:]:
            if module is None:
                return None
            path = self.project.names.get(module)  # none of a folder without `__init__.py`
            if path is not None and (attribute in self.begun.get(path, ()) or path not in self.begun):
                module = self.bound.get(path, {}).get(attribute)
                continue
            submodule = self.project.submodule(module, attribute)
            if submodule is not None and submodule in self.begun and submodule not in self.done:
                # a package gets its submodule as an attribute when that is done
                return None if path in self.open else self._failed(frame, use.line, submodule, attribute)
            if submodule is None and path is not None and self._lacks(path, attribute):
                return self._failed(frame, use.line, path, attribute)
            module = f"{module}.{attribute}"
        return None

    def _guarded(self, frame: _Frame) -> bool:
        """Return whether an ImportError is caught where the module is now."""
        operation = self.project.code(frame.path).operations[frame.at]
        return isinstance(operation, Load | Take) and operation.guarded

    def _failed(self, frame: _Frame, line: int, lacking: str, name: str) -> Failure | None:
        at = next((depth for depth, one in enumerate(self.stack) if one.path == lacking), None)
        if at is None or any(self._guarded(one) for one in self.stack):
            return None
        chain = self.stack[at:]
        links = [Link(one.path, one.line, other.path) for one, other in pairwise(chain)]
        cycle = (*links, Link(frame.path, line, lacking))
        return Failure(cycle, name, self.project.dotted.get(lacking, ""), self.first)
