"""Nothing is imported that the project does not declare: a hallucinated library is refused before it is written."""

import difflib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from packaging.utils import canonicalize_name

from aurora.domain.findings import Finding, Weight
from aurora.domain.workspace import Distribution, Workspace
from aurora.text import clip
from aurora.toolchains import project_tests
from aurora.toolchains.bill_of_materials import CHECK
from aurora.toolchains.python import extras, named_modules
from aurora.toolchains.python.dependency_kinds import brought_in_by, development_only, of_extras, required
from aurora.toolchains.python.first_party import FirstParty
from aurora.toolchains.python.import_names import COMPANIONS, DISTRIBUTION_OF, alternatives
from aurora.toolchains.python.imports import Import, imports_of

STANDARD = sys.stdlib_module_names | {"__main__", "annotationlib", "compression"}
"""Of the interpreter that runs this, and what 3.14 added."""
RUNNER = frozenset({"pytest", "_pytest"})
UNSHADOWED = frozenset({"test", "tests", "docs", "doc", "examples", "scripts", "tools", "benchmarks"})
"""Top-level names that careless wheels install, or that the standard library has and nobody imports."""
_OUTSIDE_THE_PRODUCT = frozenset(
    {"tests", "test", "testing", "docs", "doc", "scripts", "tools", "examples", "benchmarks"}
)


@dataclass(frozen=True)
class BillOfMaterials:
    distributions: tuple[Distribution, ...]
    declared: frozenset[str]
    first_party: FirstParty
    development: frozenset[str] = frozenset()
    """Declared for development only: fine in tests."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Manifests and locks: read only for what a finding says, for a lock may take a second."""
    requirements: tuple[str, ...] = ()
    """PEP 508 lines, with the extras that are asked for."""

    @classmethod
    def of(cls, workspace: Workspace, paths: Iterable[str]) -> "BillOfMaterials":
        """`paths` are the draft's files as they are now: a module the agent wrote a turn ago is its own."""
        toolchain = workspace.toolchain
        own = toolchain.project.import_roots if toolchain.project else ()
        made = toolchain.project.generated if toolchain.project else {}
        root = toolchain.root.strip("/")
        roots = {root, f"{root}/src".strip("/"), *own, *(f"{root}/{one}".strip("/") for one in own)}
        return cls(
            distributions=workspace.image.distributions,
            declared=frozenset(map(canonicalize_name, workspace.image.declared))
            | required(toolchain.dependencies)
            | of_extras(toolchain.dependencies.files),
            first_party=FirstParty.of((*paths, *made), roots, partial(project_tests.is_test, toolchain)),
            development=development_only(toolchain.dependencies.files),
            files=toolchain.dependencies.files,
            requirements=toolchain.dependencies.requirements,
        )

    def check(self, path: str, text: str, before: str | None = None) -> tuple[Finding, ...]:
        """One finding for each undeclared package that `text` imports and `before` did not."""
        known = {(found.top, found.typing_only) for found in self._imports(before)} if before else set()
        findings: dict[tuple[str, bool], Finding] = {}
        for found in self._imports(text):
            name = found.top, found.typing_only
            if {name, (found.top, False)} & (known | findings.keys()):
                continue
            error = self._error(found, path)
            advice = self._unlocked(found, path) if error is None else None
            if said := error or advice:
                message, hint = said
                if found.typing_only:  # so that it is told from one that runs
                    message += " It is imported for types."
                shown = {"message": clip(message, 4_000), "hint": clip(hint, 1_000)}  # a name may be of any length
                weight = Weight.BLOCKS if error else Weight.ADVICE
                findings[name] = Finding(check=CHECK, path=path, line=found.line, weight=weight, **shown)
        return (*findings.values(), *(self._shadowing(path) if before is None else ()))

    def _imports(self, text: str) -> Iterator[Import]:
        """The imports in order of what is surest: statements, then the names that a framework imports."""
        yield from imports_of(text)
        yield from named_modules.drivers(text)
        yield from (found for found in named_modules.apps(text) if not self.first_party.anywhere(found.top))

    def _error(self, found: Import, path: str) -> tuple[str, str] | None:
        top, in_tests = found.top, self.first_party.is_test(path)
        if top in STANDARD or self.first_party.provides(top, path):
            return None
        if (in_tests and top in RUNNER) or (found.typing_only and top in ("_typeshed", "typing_extensions")):
            return None
        providers = self._providers(found.name)
        declared = [name for name in providers if name in self.declared]
        if declared:
            return None if in_tests or found.typing_only else self._not_in_product(found, declared, path)
        if providers and (found.typing_only or any(self._is_companion(name) for name in providers)):
            return None
        if any(name in extras.brought(self.requirements, self.files) for name in providers):
            return None
        if not providers and {canonicalize_name(top), DISTRIBUTION_OF.get(top, "")} & self.declared:
            return None  # declared, yet not in this image: a marker, or an optional build
        return self._undeclared(found, path, providers)

    def _unlocked(self, found: Import, path: str) -> tuple[str, str] | None:
        """The finding for a declared package that is neither in the lock nor installed: nobody who installs from the
        lock has it."""
        top = found.top
        if top in STANDARD or self.first_party.provides(top, path) or found.typing_only or found.guarded:
            return None
        package = next((n for n in (canonicalize_name(top), DISTRIBUTION_OF.get(top, "")) if n in self.declared), "")
        if not package or self._providers(found.name):
            return None
        lock, names = extras.locked(self.files)
        if not lock or package in names:
            return None
        return (
            f"`{top}` is declared ({package}) and missing from {lock}: who installs from the lock does not have it.",
            f"ask_architect (kind dependency) for {package!r}, so that the lock is made anew, or do without it.",
        )

    def _providers(self, name: str) -> tuple[str, ...]:
        """Installed distributions that may provide a dotted name; the longest module that is a prefix decides."""
        longest, found = 0, list[str]()
        for distribution in self.distributions:
            for module in distribution.modules:
                if name == module or name.startswith(module + "."):
                    length = module.count(".") + 1
                elif module.startswith(name + "."):
                    length = 1
                else:
                    continue
                if length > longest:
                    longest, found = length, []
                if length == longest:
                    found.append(canonicalize_name(distribution.name))
        return tuple(dict.fromkeys(found))

    def _is_companion(self, name: str) -> bool:
        return any(name in COMPANIONS.get(declared, ()) for declared in self.declared)

    def _not_in_product(self, found: Import, declared: list[str], path: str) -> tuple[str, str] | None:
        top = found.top
        if not all(name in self.development for name in declared) or found.guarded or found.debugging:
            return None  # the product does without it
        if _OUTSIDE_THE_PRODUCT & set(path.split("/")[:-1]) or "/" not in path:
            return None
        return (
            f"`{top}` is declared for development only ({declared[0]}): it is not there when the product runs.",
            "Use it in tests only, or ask_architect (kind dependency) to make it a dependency of the product.",
        )

    def _undeclared(self, found: Import, path: str, providers: tuple[str, ...]) -> tuple[str, str]:
        top = found.top
        package = providers[0] if providers else DISTRIBUTION_OF.get(top, canonicalize_name(top))
        shown = f"`{top}`" if package == canonicalize_name(top) else f"`{top}` (package {package})"
        if providers:
            parents = brought_in_by(self.files).get(package, ())
            whose = f"of {', '.join(parents[:3])}" if parents else "of another package"
            what = f"{shown} is not declared by this project: it is installed only as a dependency {whose}."
        else:
            what = f"{shown} is not in this project's bill of materials: no declared dependency provides it."
        if found.guarded:
            what += " Catching ImportError does not make it declared."
        if self.first_party.beside(top, path):
            return what, f"`{top}` is a module beside this file: write `from . import {top}`."
        nearest = self._nearest(top, package)
        if nearest:
            what += f" Did you mean `{nearest}`?" if _alike(package, nearest) else ""
            what += "" if _alike(package, nearest) else f" The nearest declared one is `{nearest}`."
        ask = f"ask_architect (kind dependency) for {package!r}; the manifest is not yours to change"
        return what, f"Use {nearest or 'the standard library or a declared package'}, or {ask}."

    def _nearest(self, top: str, package: str) -> str:
        for other in alternatives(top, package):
            if other in self.declared:
                return other
        names: dict[str, str] = {name: name for name in sorted(self.declared)}
        for distribution in self.distributions:
            if (name := canonicalize_name(distribution.name)) in self.declared:
                names |= {module.lower(): name for module in distribution.modules if not module.startswith("_")}
        for wanted in (package, top.lower()):
            if close := difflib.get_close_matches(wanted, names, n=1, cutoff=0.6):
                return names[close[0]]
            prefixes = [name for name in names if len(name) > 3 and wanted.startswith(name)]
            if prefixes:
                return names[max(prefixes, key=len)]
        return ""

    def _shadowing(self, path: str) -> Iterator[Finding]:
        """A new file that would be found instead of a library: it smuggles a package in, or breaks the runner."""
        top = self.first_party.top_of(path)
        if top is None or top in UNSHADOWED or any(top in self.first_party.children.get(r, ()) for r in self._roots()):
            return
        installed = any(top == module.split(".")[0] for d in self.distributions for module in d.modules)
        if top in STANDARD or top in RUNNER or installed:
            whose = "the standard library" if top in STANDARD else "an installed package"
            yield Finding(
                check=CHECK,
                path=path,
                line=1,
                message=f"A module {top!r} on the import root would hide that of {whose} from every importer.",
                hint="Give the file another name, or put it inside the project's package.",
            )

    def _roots(self) -> tuple[str, ...]:
        return self.first_party.roots


def _alike(one: str, other: str) -> bool:
    """Return whether a slip of the hand lies between two names."""
    plain = (one.replace("-", "").replace("_", "").lower(), other.replace("-", "").lower())
    return difflib.SequenceMatcher(None, *plain).ratio() >= 0.85
