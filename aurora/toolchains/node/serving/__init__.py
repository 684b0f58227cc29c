"""The way a Node project's application is served, read from its files; nothing of the project is run.

The scripts of package.json go before its `main`, that before other people's commands (Procfile, Dockerfile), and those
before what is found by syntax.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from aurora.domain.workspace import ServeRecipe
from aurora.ports import ToolchainProbe
from aurora.toolchains import call_bounds, example_environment, serve_hints
from aurora.toolchains.node.serving import documents, entries, exported, ports, preparing, sources, starts
from aurora.toolchains.node.serving.entries import Entry
from aurora.toolchains.node.serving.sources import Source
from aurora.toolchains.node.serving.starts import Start
from aurora.toolchains.node.tree import NodeTree

FRAMEWORKS = {
    "@nestjs/core": "nest", "fastify": "fastify", "hono": "hono", "@hono/node-server": "hono", "koa": "koa",
    "express": "express", "@apollo/server": "apollo", "apollo-server": "apollo", "graphql-yoga": "yoga",
    "@hapi/hapi": "hapi", "restify": "restify", "polka": "polka", "@feathersjs/feathers": "feathers",
    "apollo-server-express": "apollo", "@graphql-yoga/node": "yoga", "h3": "h3", "fastify-cli": "fastify",
}  # fmt: skip
"""Package -> framework, the most telling first."""
_EXAMPLE = re.compile(r"(^|/)(examples?|demo|sample)[^/]*\.[cm]?[jt]s$")
LISTEN = "/opt/aurora/plugins/aurora_listen.mjs"
"""Listens for an application that a module exports."""


async def recipe(probe: ToolchainProbe, tree: NodeTree, test_env: Mapping[str, str]) -> ServeRecipe | None:
    """None for what is no service, or is served by nothing that could be told."""
    try:
        return await _recipe(probe, tree, test_env)
    except RecursionError:  # a text nested so deep that nothing can be told of it
        return None


async def _recipe(probe: ToolchainProbe, tree: NodeTree, test_env: Mapping[str, str]) -> ServeRecipe | None:
    framework = next((name for package, name in FRAMEWORKS.items() if package in tree.declared), "")
    if not framework:
        return None
    read = await sources.read(probe, tree.paths, tree.root)
    used = {one for source in read for one in _packages(source)}
    framework = next((name for package, name in FRAMEWORKS.items() if package in used), framework)
    hints = await serve_hints.read(probe, tree.paths, tree.root)
    entry = _entry(tree, read, hints)
    if entry is None:
        return None
    port = ports.find(read)
    said_here = {**dict.fromkeys(port.hosts, "127.0.0.1"), **entry.env, **dict.fromkeys(port.names, "{port}")}
    literal = None if port.names or "{port}" in " ".join(entry.argv) else port.literal or entries.usual_port(framework)
    how = f"port: {', '.join(port.names)}" if port.names else f"port: {literal}, by the code" if port.literal else ""
    store = preparing.store(tree)
    example = await example_environment.read(tree.paths, probe.text, tree.root)
    given = {n: v for n, v in example.variables.items() if n not in test_env and n not in said_here}
    said = [f"env: {', '.join(sorted(given))}, from {', '.join(example.files)}"] if given else []
    lifted = call_bounds.lifted(given, (source.text for source in read))
    said += [f"env: {', '.join(lifted)}, so that no request is refused for coming too soon"] if lifted else []
    variables = {**given, **lifted, **said_here}
    if variables.get("NODE_ENV", "test") == "test" and any("NODE_ENV" in source.text for source in read):
        variables["NODE_ENV"] = "development"  # many an application does not listen while it is tested
    return ServeRecipe(
        framework=framework,
        argv=entry.argv,
        cwd=tree.root,
        # what is generated is compiled with the rest
        prepare=(*store.commands, *entry.prepare),
        env=variables,
        port=literal,
        documents=documents.of(framework, read, tree.declared),
        graphql_path=documents.graphql(read, tree.declared),
        why=tuple(one for one in (*entry.why, *store.why, how, *said) if one),
    )


def _packages(source: Source) -> Iterator[str]:
    for said in re.findall(r"(?:from|require\(|import)\s*['\"]([^'\"./][^'\"]*)['\"]", source.text):
        parts = said.split("/")
        yield "/".join(parts[:2]) if said.startswith("@") else parts[0]


def _entry(tree: NodeTree, read: Sequence[Source], hints: Sequence[serve_hints.Hint]) -> Entry | None:
    listening = [source for source in read if ports.listens(source)]
    for start, where in _starts(tree, hints):
        if where == entries.MAIN and not listening:
            continue  # of a library
        entry = entries.of(start, where, tree, read)
        if entry is not None:
            return entry
    for source in listening:
        if not _EXAMPLE.search(source.path):
            why = f"serve: {source.path} listens; no script of package.json starts it"
            return entries.of_source(source.path, tree, read, {}, why)
    found = exported.find(read)
    if found is None:
        return None
    what = (
        f"the application that {found.path} exports as {found.name}"
        if not found.factory
        else f"what {found.name} of {found.path} makes"
    )
    argv = entries.runner(found.path, tree)
    if not argv:
        return None
    at = posixpath.relpath(found.path, tree.root or ".")
    return Entry(
        (*argv, LISTEN, at, found.name, "{port}"),
        (),
        {},
        (f"serve: {what}; nothing of the project listens, so a program of Aurora's does",),
    )


def _starts(tree: NodeTree, hints: Sequence[serve_hints.Hint]) -> Iterator[tuple[Start, str]]:
    scripts = tree.scripts
    rest = [name for name in scripts if name.startswith(("start", "dev", "serve")) and name not in starts.NAMES]
    listed = [
        (start, f"the script {name!r} of package.json")
        for name in (*starts.NAMES, *rest)
        if name in scripts
        for start in starts.find(scripts[name], scripts)
    ]
    # a program that watches is not what others are told to start
    yield from listed
    for hint in hints:
        for start in starts.find(" ".join(_quoted(word) for word in hint.words), scripts):
            yield start, hint.where
    main = tree.manifest.get("main")
    if isinstance(main, str) and main:
        yield Start("node", (), main, {}), entries.MAIN


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word) else f"'{word}'"
