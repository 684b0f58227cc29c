"""Node's evaluation of a project's own modules, step by step, without running any of them.

A cycle of imports is no fault by itself: what a function uses later is there by then. It is one where a module is
evaluated before the one whose class, constant or default export it needs at once: a base class, a decorator, a call.
So each module of a cycle is taken as the first that is imported."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from aurora.toolchains.import_cycles import MOST_FIRST, MOST_STEPS, Link
from aurora.toolchains.node.import_paths import ImportPaths
from aurora.toolchains.node.module_code import WHOLE, Export, Load, ModuleCode, Use, read
from aurora.toolchains.node.root import SOURCES

_METADATA = re.compile(r'"emitDecoratorMetadata"\s*:\s*(true|false)')
_DEPTH = 30


@dataclass(frozen=True)
class Failure:
    """A name is needed of a module that has begun and does not have it yet."""

    cycle: tuple[Link, ...]
    """From the module that lacks the name, back to it."""
    local: str
    """The name where it is used."""
    user: str
    """Path of the module that uses it."""
    line: int
    """The line that does so."""
    first: str
    """Path of the module that was imported first."""


@dataclass(frozen=True)
class Project:
    texts: Mapping[str, str]
    paths: ImportPaths
    metadata: bool
    _codes: dict[str, ModuleCode] = field(default_factory=dict, compare=False)
    _resolved: dict[tuple[str, str], str | None] = field(default_factory=dict, compare=False)
    _after: dict[str, list[str]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "Project":
        configurations = [path for path in texts if path.rpartition("/")[2].startswith(("tsconfig", "jsconfig"))]
        said = [hit[1] for path in configurations for hit in _METADATA.finditer(texts[path])]
        manifests = (texts[path] for path in texts if path.rpartition("/")[2] == "package.json")
        # a configuration that is not the project's own may say it: Nest injects nothing without
        metadata = "true" in said or (not said and any('"@nestjs/common"' in text for text in manifests))
        return cls(texts, ImportPaths.of(texts), metadata)

    def code(self, path: str) -> ModuleCode:
        if path not in self._codes:
            source = path.endswith(SOURCES) and not path.endswith((".d.ts", ".d.mts", ".d.cts"))
            self._codes[path] = read(path, self.texts[path], metadata=self.metadata) if source else ModuleCode()
        return self._codes[path]

    def resolve(self, path: str, specifier: str) -> str | None:
        key = path, specifier
        if key not in self._resolved:
            self._resolved[key] = self.paths.resolve(path, specifier)
        return self._resolved[key]

    def read(self) -> list[str]:
        """The modules whose imports were asked for."""
        return sorted(self._after)

    def edges(self, path: str) -> Iterator[Link]:
        for one in self.code(path).operations:
            if isinstance(one, Load) and (target := self.resolve(path, one.specifier)) not in (None, path):
                assert target is not None
                yield Link(path, one.line, target)

    def after(self, path: str) -> list[str]:
        if path not in self._after:
            self._after[path] = list(dict.fromkeys(link.target for link in self.edges(path)))
        return self._after[path]


def failures(project: Project, component: Collection[str], near: Collection[str]) -> list[Failure]:
    """The failures when one of the modules is imported first; those in `near` are tried before the others."""
    found: dict[tuple[str, str], Failure] = {}
    steps = 0
    for first in sorted(component, key=lambda path: (path not in near, path))[:MOST_FIRST]:
        run = _Run(project, component, first)
        for failure in run.through():
            found.setdefault((failure.user, failure.local), failure)
        steps += run.steps
        if steps > MOST_STEPS:
            break
    return list(found.values())


@dataclass
class _Frame:
    path: str
    line: int = 0
    at: int = 0


class _Run:
    """One import of one module into a fresh process."""

    def __init__(self, project: Project, component: Collection[str], first: str) -> None:
        self.project, self.component, self.first = project, component, first
        self.stack = [_Frame(first)]
        self.has: dict[str, set[str]] = {first: set()}
        """Modules that have begun, with the exports whose lines have run."""
        self.done: set[str] = set()
        self.loaded: dict[str, set[str]] = {first: set()}
        """Specifiers that a module has come past."""
        self.steps = 0

    def through(self) -> Iterator[Failure]:
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
                case Load():
                    target = self.project.resolve(frame.path, operation.specifier)
                    if target is not None and target in self.component and target not in self.has:
                        frame.line = operation.line
                        self.has[target], self.loaded[target] = set(), set()
                        self.stack.append(_Frame(target))
                        continue
                    self.loaded[frame.path].add(operation.specifier)
                case Export():
                    self.has[frame.path].add(operation.name)
                case Use():
                    if failure := self._used(frame, operation):
                        yield failure
            frame.at += 1

    def _used(self, frame: _Frame, use: Use) -> Failure | None:
        source = self.project.resolve(frame.path, use.specifier)
        lacking = self._lacking(source, use.name, 0) if source is not None else None
        at = next((depth for depth, one in enumerate(self.stack) if one.path == lacking), None)
        if lacking is None or source is None or at is None:
            return None
        chain = self.stack[at:]
        links = [Link(one.path, one.line, other.path) for one, other in pairwise(chain)]
        line = next((link.line for link in self.project.edges(frame.path) if link.target == source), use.line)
        back = [Link(frame.path, line, source), *self._way(source, lacking)]
        cycle = (*links, *back)
        return Failure(cycle, use.local, frame.path, use.line, self.first)

    def _way(self, source: str, lacking: str) -> list[Link]:
        """The way through barrels, from the module that is named to the one that lacks the name."""
        links: list[Link] = []
        here, seen = source, {source}
        while here != lacking:
            following = next((one for one in self.project.edges(here) if one.target == lacking), None)
            following = following or next((one for one in self.project.edges(here) if one.target not in seen), None)
            if following is None or len(links) > _DEPTH:
                return [Link(source, 0, lacking)]
            links.append(following)
            here = following.target
            seen.add(here)
        return links

    def _lacking(self, path: str, name: str, depth: int) -> str | None:
        """The module that has begun and does not have the name yet; None where it is there, or nobody knows it."""
        if path not in self.has or path in self.done or depth > _DEPTH:
            return None if path in self.done or depth > _DEPTH else self._not_begun(path, name, depth)
        code = self.project.code(path)
        if name in code.hoisted:
            return None
        if name == WHOLE:
            return path if code.replaced and WHOLE not in self.has[path] else None
        if name in code.late:
            return None if name in self.has[path] else path
        return self._passed(path, code, name, depth)

    def _not_begun(self, path: str, name: str, depth: int) -> str | None:
        """A module outside of the cycle has its own names, and may pass on one of the cycle's."""
        code = self.project.code(path)
        if name in code.passed:
            return self._passed(path, code, name, depth)
        return None

    def _passed(self, path: str, code: ModuleCode, name: str, depth: int) -> str | None:
        compiled = not self.project.paths.is_module(path)
        if name in code.passed:
            specifier, there = code.passed[name]
            if compiled and path in self.has and path not in self.done and specifier not in self.loaded[path]:
                return path
            target = self.project.resolve(path, specifier)
            return self._lacking(target, there, depth + 1) if target is not None and there != WHOLE else None
        for specifier in code.stars:
            target = self.project.resolve(path, specifier)
            if target is None or not self._offers(target, name, depth + 1):
                continue
            if compiled and path in self.has and path not in self.done and specifier not in self.loaded[path]:
                return path
            return self._lacking(target, name, depth + 1)
        return None

    def _offers(self, path: str, name: str, depth: int) -> bool:
        code = self.project.code(path)
        if name in code.hoisted or name in code.late or name in code.passed:
            return True
        targets = (self.project.resolve(path, specifier) for specifier in code.stars) if depth <= _DEPTH else ()
        return any(target is not None and self._offers(target, name, depth + 1) for target in targets)
