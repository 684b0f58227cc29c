"""The choice of the folder that holds a repository's Node project: by what the manifests say, and by code and tests,
not by the alphabet."""

import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.toolchains.node import command as command_line
from aurora.toolchains.node import delegation, scripts
from aurora.toolchains.stated import Inside, below

MANIFEST = "package.json"
SOURCES = (".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx")
DECLARING = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
RUNNERS = ("vitest", "jest", "mocha")
MAX_MANIFESTS = 200
_ASIDE = re.compile(
    r"(^|/)(\.[^/]*|docs?|website|examples?|samples?|tests?|__tests__|node_modules|vendor|third_party|fixtures|templates?"
    r"|skeletons?|scaffolds?|blueprints?|build|dist|frontend|client|ui|web|www)(/|$)"
)
_LIKELY = (
    "src/backend", "backend", "server", "api", "apps/api", "apps/server", "packages/api", "packages/server", "app",
)  # fmt: skip
_LIKELY_NAMES = frozenset({"api", "server", "backend", "service", "gateway"})
SERVER = frozenset(
    {
        "express", "fastify", "koa", "hono", "@hono/node-server", "@nestjs/core", "@nestjs/common", "@hapi/hapi",
        "restify", "polka", "@apollo/server", "apollo-server", "apollo-server-express", "@trpc/server", "graphql-yoga",
        "elysia", "h3", "moleculer", "@feathersjs/feathers", "@adonisjs/core", "@strapi/strapi", "@loopback/core",
        "sails", "micro", "@grpc/grpc-js", "pg", "mysql2", "mongoose", "mongodb", "typeorm", "knex", "sequelize",
        "@prisma/client", "drizzle-orm", "better-sqlite3", "ioredis", "redis", "bullmq", "amqplib", "kafkajs",
        "@temporalio/worker", "aws-lambda", "serverless", "@aws-sdk/client-dynamodb",
    }
)  # fmt: skip
"""Packages that a backend depends on."""
_PAGES = frozenset(
    {"react", "react-dom", "vue", "svelte", "@angular/core", "solid-js", "preact", "react-native", "expo", "next",
     "nuxt", "@sveltejs/kit", "astro", "gatsby", "@remix-run/react", "@docusaurus/core", "vitepress"}
)  # fmt: skip
_CONFIGURATION = re.compile(
    r"(\.config|\.setup|rc)\.[cm]?[jt]s$|(^|/)(gulpfile|gruntfile|webpack[^/]*)\.[cm]?[jt]s$|\.d\.ts$"
)
_TEST = re.compile(r"[._-](test|spec)\.[cm]?[jt]sx?$|(^|/)(tests?|__tests__|spec)/.*\.[cm]?[jt]sx?$")


class Weight(NamedTuple):
    """Source files of a folder that no nested manifest has for its own."""

    code: int
    tests: int


class Root(Value):
    folder: str
    manifest: dict[str, Any]
    command: str = ""
    """The command that runs its tests, where another manifest's script hands them on."""
    why: tuple[str, ...] = ()
    weight: tuple[int, int] = (0, 0)
    server: bool = False
    """True if it depends on what a backend depends on."""
    says: bool = False
    """True if its manifest is a project's, not only a workspace's or a folder of tools."""


def candidates(paths: Sequence[str]) -> list[str]:
    """Folders with a manifest of their own that may hold the backend, the likeliest by name first."""
    folders = [posixpath.dirname(path) for path in paths if posixpath.basename(path) == MANIFEST]
    folders = [folder for folder in folders if not folder or not _ASIDE.search(folder)]
    return sorted(folders, key=lambda f: (f not in ("", *_LIKELY), f.count("/") + bool(f), f))


async def find(probe: ToolchainProbe, paths: Sequence[str], within: str = "") -> Root:
    """`within`: the folder to look in. Raises `Refusal` for a folder whose own manifest, or every one, is not JSON."""
    if within:
        inner = await find(Inside(probe, within), below(paths, within))
        shown = inner.why[0].replace("the repository's own", repr("")).replace("root: '", f"root: '{within}/")
        why = (shown.replace("/'", "'"), *inner.why[1:])
        return inner.model_copy(update={"folder": posixpath.join(within, inner.folder).rstrip("/"), "why": why})
    everywhere = [
        folder
        for path in paths
        if posixpath.basename(path) == MANIFEST and "node_modules" not in (folder := posixpath.dirname(path)).split("/")
    ]
    likely = candidates(paths) or sorted(everywhere)
    manifests: dict[str, dict[str, Any]] = {}
    notes: list[str] = []
    unreadable: list[Refusal] = []
    for folder in [*likely, *(one for one in sorted(everywhere) if one not in likely)][:MAX_MANIFESTS]:
        try:
            manifests[folder] = await manifest(probe, folder)
        except Refusal as refusal:
            if not folder:
                raise
            unreadable.append(refusal)
            notes.append(f"{refusal.what.rstrip('.')}; it is passed over")
    if not manifests:
        raise unreadable[0] if unreadable else Refusal(f"There is no {MANIFEST}.", "Add one to the base commit.")
    return _chosen(paths, manifests, [folder for folder in likely if folder in manifests] or sorted(manifests), notes)


async def stated(probe: ToolchainProbe, paths: Sequence[str], root: str) -> Root:
    """Raises `Refusal` for a folder without a manifest, and for one that is not JSON."""
    if posixpath.join(root, MANIFEST) not in paths:
        near = [folder or "." for folder in candidates(paths)[:5]]
        hint = f"Folders with one: {', '.join(near)}." if near else "Is `project.language` of aurora.yaml right?"
        raise Refusal(f"project.root of aurora.yaml is {root or '.'!r}, which holds no {MANIFEST}.", hint)
    said = f"root: {root or '.'!r}, by project.root of aurora.yaml"
    return Root(folder=root, manifest=await manifest(probe, root), why=(said,))


def _chosen(
    paths: Sequence[str], manifests: Mapping[str, dict[str, Any]], likely: list[str], notes: Sequence[str]
) -> Root:
    weights = _weights(paths, manifests)

    def weighed(folder: str) -> tuple[Any, ...]:
        own = declared(manifests[folder])
        weight = weights[folder]
        named = folder in _LIKELY or posixpath.basename(folder) in _LIKELY_NAMES
        backend = named or bool(own & SERVER)
        pages = bool(own & _PAGES) and not backend
        size = (weight.code + weight.tests).bit_length()
        return (pages, not runs_tests(manifests[folder]), not backend, not weight.tests, -size,
                folder.count("/"), -sum(weight), folder)  # fmt: skip

    first = "" if "" in manifests else min(
        [folder for folder in likely if says_something(manifests[folder])] or likely, key=weighed
    )  # fmt: skip
    chosen, command, handed = first, "", ""
    own = _own_runner(manifests[first])
    handed_on = _handed_on(manifests[first])
    if own and handed_on and command_line.names_files(own.argv):
        # files at the top, such as scripts, and every package's tests
        meant = delegation.meant(handed_on, first, manifests)
        if sum(weights[one].tests for one in meant) > weights[first].tests:
            own = None
    if not own and (handed_on or not runs_tests(manifests[first])):
        meant = delegation.meant(handed_on, first, manifests) if handed_on else []
        meant = [one for one in meant if one in likely] or meant
        able = [one for one in meant if runs_tests(manifests[one], handed_on.command)] if handed_on else []
        if able and handed_on:
            chosen, command = min(able, key=weighed), handed_on.command
            at = posixpath.join(first, MANIFEST)
            handed = f"tests: the script 'test' of {at} hands them on to {', '.join(sorted(able)[:4])}"
            if beside := _own_runner(manifests[first], anywhere=True):
                handed += f"; what else {at} runs is left out: {' '.join(beside.argv)}"
        else:
            others = [one for one in likely if one != first and says_something(manifests[one])]
            empty = not weights[first].code and not weights[first].tests
            workspace = (
                bool(manifests[first].get("workspaces")) or posixpath.join(first, "pnpm-workspace.yaml") in paths
            )
            tested = [one for one in others if runs_tests(manifests[one])]
            if tested and (workspace or empty):
                chosen = min(tested, key=weighed)
            elif others and not says_something(manifests[first]):
                chosen = min(others, key=weighed)
    rest = sorted((one for one in likely if one != chosen and one != ""), key=weighed)
    doubt = f"; {', '.join(rest[:4])} also hold manifests and were not taken" if rest else ""
    by = f"root: {chosen!r}, by {MANIFEST}" if chosen else f"root: the repository's own, by {MANIFEST}"
    return Root(
        folder=chosen,
        manifest=manifests[chosen],
        command=command,
        why=(by + doubt, *([handed] if handed else []), *notes),
        weight=tuple(weights[chosen]),
        server=bool(declared(manifests[chosen]) & SERVER),
        says=says_something(manifests[chosen]),
    )


def scripts_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The scripts, those that wireit runs as their own commands."""
    named = {k: v for k, v in _table(manifest, "scripts").items() if isinstance(v, str)}
    tasks = _table(manifest, "wireit")
    for name, script in named.items():
        task = tasks.get(name)
        if script.strip() != "wireit" or not isinstance(task, dict):
            continue
        if isinstance(task.get("command"), str):
            named[name] = task["command"]
        elif isinstance(task.get("dependencies"), list):
            named[name] = " && ".join(filter(None, map(_wireit_dependency, task["dependencies"])))
    return named


def commands_of(manifest: Mapping[str, Any]) -> list[str]:
    """Texts of all scripts, and of what lint-staged runs."""
    found = list(scripts_of(manifest).values())
    for said in _table(manifest, "lint-staged").values():
        found += [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str)]
    return found


def _wireit_dependency(given: Any) -> str:
    name = given.get("script") if isinstance(given, dict) else given
    if not isinstance(name, str):
        return ""
    folder, colon, script = name.partition(":")
    if colon and folder.startswith("."):
        return f"npm --prefix {folder} run {script}"
    return f"npm run {name}"


def runs_tests(manifest: Mapping[str, Any], command: str = "") -> bool:
    """Return whether a manifest says by which runner its own tests run."""
    named = scripts_of(manifest)
    if command and scripts.find(command, named):
        return True
    if any(
        scripts.find(text, named) or scripts.unsupported(text) for name, text in named.items() if name[:4] == "test"
    ):
        return True
    if _handed_on(manifest):
        return False
    return not manifest.get("workspaces") and any(
        name in declared(manifest) for name in (*RUNNERS, *scripts.UNSUPPORTED)
    )


def _handed_on(manifest: Mapping[str, Any]) -> delegation.Delegation | None:
    named = scripts_of(manifest)
    return next((found for name in _of_tests(named) if (found := delegation.of(named[name], named))), None)


def _own_runner(manifest: Mapping[str, Any], anywhere: bool = False) -> scripts.Found | None:
    """The runner of the first script of tests that says anything: one that only hands them on starts none.

    `anywhere`: of the first script that starts one."""
    named = scripts_of(manifest)
    for name in _of_tests(named):
        found = scripts.find(named[name], named)
        if found or (not anywhere and delegation.of(named[name], named)):
            return found
    return None


def _of_tests(named: Mapping[str, str]) -> list[str]:
    """Names of scripts that run tests, the likeliest first."""
    return [n for n in dict.fromkeys(("test", "test:unit", *named)) if n in named and n.startswith("test")]


def says_something(manifest: Mapping[str, Any]) -> bool:
    """Return whether a manifest is a project's, not only a workspace's or a folder of tools."""
    test = _table(manifest, "scripts").get("test")
    return bool(_table(manifest, "dependencies")) or (isinstance(test, str) and "no test specified" not in test)


def declared(manifest: Mapping[str, Any]) -> set[str]:
    return {name for key in DECLARING for name in _table(manifest, key)}


async def manifest(probe: ToolchainProbe, folder: str) -> dict[str, Any]:
    """The content of a folder's package.json. Raises `Refusal` for one that is not JSON."""
    path = posixpath.join(folder, MANIFEST)
    try:
        found = parsed(await probe.text(path) or "{}")
    except (ValueError, RecursionError) as error:
        raise Refusal(f"{path} is not JSON: {str(error)[:200]}.", "Correct it in the base commit.") from error
    return found if isinstance(found, dict) else {}


def parsed(text: str) -> Any:
    """JSON as npm and node read it: a byte order mark is none of its text. Raises ValueError and RecursionError."""
    return json.loads(text.removeprefix("\ufeff"))


def _weights(paths: Sequence[str], manifests: Mapping[str, Any]) -> dict[str, Weight]:
    count = {folder: [0, 0] for folder in manifests}
    for path in paths:
        if not path.endswith(SOURCES) or _CONFIGURATION.search(path) or "node_modules" in path.split("/"):
            continue
        folder = posixpath.dirname(path)
        while folder not in count and folder:
            folder = posixpath.dirname(folder)
        if folder in count:
            count[folder][bool(_TEST.search(path))] += 1
    return {folder: Weight(*both) for folder, both in count.items()}


def _table(manifest: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = manifest.get(key)
    return value if isinstance(value, dict) else {}
