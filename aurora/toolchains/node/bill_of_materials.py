"""Nothing is imported that package.json does not declare: a hallucinated package is refused before it is written."""

import difflib
import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aurora.domain.findings import Finding
from aurora.domain.workspace import Workspace
from aurora.text import clip
from aurora.toolchains.bill_of_materials import CHECK
from aurora.toolchains.folders import above
from aurora.toolchains.node import own_modules
from aurora.toolchains.node.source import NodeImport, NodeSource

BUILT_IN = frozenset(
    {
        "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
        "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module", "net",
        "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream",
        "string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi",
        "worker_threads", "zlib",
    }
)  # fmt: skip
"""Modules of Node itself that need no `node:`."""
_RUNTIME = ("dependencies", "optionalDependencies", "peerDependencies")
_OUTSIDE_THE_PRODUCT = frozenset(
    {
        "scripts", "tools", "example", "examples", "bench", "benchmarks", "docs", "migrations", "seeds", "test",
        "tests", "__tests__", "testing", "test-utils", "e2e", "__e2e__", "cypress", "__mocks__", "mocks", "fixtures",
        "stories",
    }
)  # fmt: skip
_ASIDE = re.compile(r"[.-](\w*(test|spec)|e2e(-\w+)?|stories|story|bench|cy)\.[cm]?[jt]sx?$", re.I)
"""Files beside the product's that run only in development."""
_CONFIGURATION = re.compile(r"(^\.|[.-](config|conf|setup|workspace)\.|^(setup|config)-|^setup-?tests?\.)", re.I)
"""Files of tools, where they are not below `src`: there a `database.config.ts` is the product's."""
_KIN = (
    ("axios", "got", "node-fetch", "undici", "superagent", "ky"),
    ("moment", "dayjs", "date-fns", "luxon"),
    ("zod", "joi", "yup", "ajv", "valibot", "class-validator", "@sinclair/typebox"),
    ("bcrypt", "bcryptjs", "argon2"),
    ("winston", "pino", "bunyan", "log4js"),
    ("express", "fastify", "koa", "@hapi/hapi"),
    ("pg", "postgres", "knex", "typeorm", "sequelize", "@prisma/client", "drizzle-orm"),
    ("jsonwebtoken", "jose"),
    ("lodash", "ramda", "underscore"),
    ("supertest", "light-my-request"),
)
_IN_NODE = {
    "uuid": "crypto.randomUUID()", "node-fetch": "the global fetch", "nanoid": "crypto.randomUUID()",
    "rimraf": "fs.rm", "mkdirp": "fs.mkdir with recursive", "crypto-js": "node:crypto",
}  # fmt: skip
_BROUGHT = {
    "jest": ("@jest/globals", "@jest/types", "@jest/expect-utils", "jest-mock", "expect"),
    "ts-jest": ("@jest/globals",),
    "vitest": ("vite", "@vitest/expect", "@vitest/runner", "@vitest/spy", "@vitest/utils"),
}
"""Packages that a declared tool brings for tests and configuration to import."""
_COMPANIONS = {
    "@nestjs/platform-express": ("express",),
    "@nestjs/platform-fastify": ("fastify",),
    "@slack/bolt": ("@slack/web-api", "@slack/types", "@slack/logger"),
    "discord.js": ("discord-api-types",),
    "react-router-dom": ("react-router",),
}
"""Packages that a framework's own documentation tells its users to import: declared with it."""


@dataclass(frozen=True)
class NodeBill:
    manifests: Mapping[str, Mapping[str, Any]]
    """Folder -> what its package.json says."""
    installed: frozenset[str]
    aliases: tuple[str, ...] = ()
    """Prefixes that the tsconfig maps to files of the project, `@/`."""
    own_modules: tuple[str, ...] = ()
    """Specifiers of the project's own files, or of its runtime's modules: see `own_modules`."""
    other_projects: frozenset[str] = frozenset()
    """Folders of manifests that were not read: what is imported below them is not judged."""

    @classmethod
    def of(cls, workspace: Workspace, aliases: Iterable[str] = (), paths: Iterable[str] = ()) -> "NodeBill":
        """`paths` are the draft's files. No step may write a manifest, so each of them is the repository's."""
        found = {}
        for path, text in workspace.toolchain.dependencies.files.items():
            if posixpath.basename(path) == "package.json":
                try:
                    document = json.loads(text)
                except ValueError:
                    continue
                if isinstance(document, dict):
                    found[posixpath.dirname(path)] = document
        installed = frozenset(one.name for one in workspace.image.distributions)
        others = {posixpath.dirname(path) for path in paths if posixpath.basename(path) == "package.json"}
        others -= found.keys()
        return cls(found, installed, tuple(aliases), workspace.toolchain.own_modules, frozenset(others))

    def check(self, path: str, source: NodeSource, before: NodeSource | None, *, in_tests: bool) -> tuple[Finding, ...]:
        """One finding for each undeclared package that the text imports and `before` did not."""
        if self._of_another_project(path):
            return ()
        known = {(one.package, one.typing_only) for one in before.imports} if before else set()
        findings: dict[tuple[str, bool], Finding] = {}
        for found in source.imports:
            name = found.package, found.typing_only
            if not found.package or {name, (found.package, False)} & (known | findings.keys()):
                continue
            if error := self._error(found, path, in_tests):
                message, hint = error
                if found.typing_only:  # so that it is told from one that runs
                    message += " It is imported for types."
                said = {"message": clip(message, 4_000), "hint": clip(hint, 1_000)}  # a name may be of any length
                findings[name] = Finding(check=CHECK, path=path, line=found.line, **said)
        return tuple(findings.values())

    def _error(self, found: NodeImport, path: str, in_tests: bool) -> tuple[str, str] | None:
        package = found.package
        if package in BUILT_IN or any(found.specifier.startswith(alias) for alias in self.aliases):
            return None
        if own_modules.is_own(found.specifier, self.own_modules):
            return None
        above = list(self._above(path))
        names = {str(manifest.get("name", "")) for manifest in self.manifests.values()}
        runtime = {name for manifest in above for key in _RUNTIME for name in _names(manifest, key)}
        development = {name for manifest in above for name in _names(manifest, "devDependencies")}
        if package in runtime or package in names:
            return None
        runtime |= {name for tool, names in _COMPANIONS.items() if tool in runtime for name in names}
        development |= {name for tool, names in _BROUGHT.items() if tool in development for name in names}
        if package in runtime:
            return None
        types = "@types/" + package.removeprefix("@").replace("/", "__")
        if found.typing_only and {types, package} & (runtime | development):
            return None
        if package in development:
            if in_tests or not runtime or found.lazy or self._outside_the_product(path):
                return None
            if package in self._of_members(runtime):
                return None
            return (
                f"`{package}` is declared for development only: it is not there when the product runs.",
                "Use it in tests only, or ask_architect (kind dependency) to make it a dependency of the product.",
            )
        return self._undeclared(package, runtime | development)

    def _undeclared(self, package: str, declared: set[str]) -> tuple[str, str]:
        if package in self.installed:
            what = f"`{package}` is not declared by this project: it is installed only as a dependency of another."
        else:
            what = f"`{package}` is not in this project's bill of materials: package.json does not declare it."
        nearest = self._nearest(package, declared)
        if nearest:
            alike = difflib.SequenceMatcher(None, package, nearest).ratio() >= 0.85
            what += f" Did you mean `{nearest}`?" if alike else f" The nearest declared one is `{nearest}`."
        use = nearest or _IN_NODE.get(package, "Node's own modules or a declared package")
        return (
            what,
            f"Use {use}, or ask_architect (kind dependency) for {package!r}; the manifest is not yours to change.",
        )

    def _above(self, path: str) -> Iterator[Mapping[str, Any]]:
        """Manifests of the folders a file lies in: Node looks for packages from there upwards."""
        yield from (self.manifests[folder] for folder in above(posixpath.dirname(path)) if folder in self.manifests)

    def _of_another_project(self, path: str) -> bool:
        nearest = next(
            (f for f in above(posixpath.dirname(path)) if f in self.manifests or f in self.other_projects), ""
        )
        return nearest in self.other_projects

    def _outside_the_product(self, path: str) -> bool:
        folder, name = posixpath.split(path)
        parts = folder.split("/")
        if not folder or _OUTSIDE_THE_PRODUCT & set(parts) or any(part.startswith(".") for part in parts):
            return True
        home = next((one for one in above(folder) if one in self.manifests), "")
        below = folder.removeprefix(home).strip("/").split("/")
        return bool(_ASIDE.search(name) or ("src" not in below and _CONFIGURATION.search(name)))

    def _of_members(self, runtime: set[str]) -> set[str]:
        """The packages of the workspace's members that a product depends on."""
        by_name = {str(manifest.get("name", "")): manifest for manifest in self.manifests.values()}
        found: set[str] = set()
        waiting = [name for name in runtime if name in by_name]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                brought = {one for key in _RUNTIME for one in _names(by_name[name], key)}
                found |= brought
                waiting += [one for one in brought if one in by_name]
        return found

    def _nearest(self, package: str, declared: set[str]) -> str:
        for kin in _KIN:
            if package in kin:
                for other in kin:
                    if other in declared:
                        return other
        close = difflib.get_close_matches(package, sorted(declared), n=1, cutoff=0.6)
        prefixes = [name for name in declared if len(name) > 3 and package.startswith(name)]
        return close[0] if close else max(prefixes, key=len, default="")


def _names(manifest: Mapping[str, Any], key: str) -> set[str]:
    table = manifest.get(key)
    return set(table) if isinstance(table, dict) else set()
