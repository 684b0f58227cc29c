"""The file that a command starts, and how it runs here: as it stands, by a runner of TypeScript, or built before."""

import posixpath
import re
from collections.abc import Sequence
from typing import NamedTuple

from aurora.toolchains.node.serving import exported, ports, starts
from aurora.toolchains.node.serving.sources import Source
from aurora.toolchains.node.serving.starts import Start
from aurora.toolchains.node.tree import NodeTree
from aurora.toolchains.stated import below

_BUILT = re.compile(r"^(\./)?(dist|build|out|lib|bin|\.build|output|\.output|_build|prod|target|compiled|js)(/|$)")
_COMPILED_BESIDE = re.compile(r"(prisma|test|libs|migrations|config)/.*\.ts|[\w.-]+\.ts")
"""Sources beside `src`: where they are compiled with it, what is written keeps the folder's name."""
_MAINS = ("dist/src/main", "dist/main")
_WRITTEN = f"if [ -f {_MAINS[0]}.js ]; then exec node {_MAINS[0]}; else exec node {_MAINS[1]}; fi"
"""As `nest start` looks for what its build wrote: which of the two it is depends on all that is compiled, and scripts
of package.json often name the other one."""
_TYPESCRIPT = (".ts", ".mts", ".cts", ".tsx")
_SUFFIXES = ("", ".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", "/index.js", "/index.ts", "/index.mjs")
_BRINGING = {
    "babel-node": ("@babel/node", "babel-cli"), "ts-node-esm": ("ts-node",), "ts-node": ("ts-node-dev",),
    "swc-node": ("@swc-node/register",),
}  # fmt: skip
"""Programs that come with packages of another name."""
MAIN = "`main` of package.json"
"""The place where a start is said of which no command is known."""
BUILDS = ("build", "build:prod", "build:ts", "compile", "tsc", "build:server", "build:app", "build:dev", "build-ts")


class Entry(NamedTuple):
    argv: tuple[str, ...]
    prepare: tuple[tuple[str, ...], ...]
    env: dict[str, str]
    why: tuple[str, ...]


def usual_port(framework: str) -> int:
    """The place where a framework listens when nothing says it."""
    return 4000 if framework in ("apollo", "yoga") else 3000


def there(tree: NodeTree, file: str) -> str:
    """The file of the commit that Node would load by this name; empty where there is none."""
    if file in (".", "./", ""):
        main = tree.manifest.get("main")
        file = main if isinstance(main, str) and main else "index.js"
    at = tree.at(file)
    known = set(tree.paths)
    return next((one for suffix in _SUFFIXES if (one := at + suffix) in known), "")


def of(start: Start, where: str, tree: NodeTree, read: Sequence[Source]) -> Entry | None:
    """None for what starts no server of this project."""
    why = f"serve: {where}"
    env = {k: v for k, v in start.env.items() if "$" not in v}
    if start.program == "nest":
        return _nest(start, tree, env, why)
    file = there(tree, start.file)
    if start.program == "fastify":
        built = () if file or not _BUILT.match(start.file) else _build(tree)
        return Entry(start.argv, (built,) if built else (), env, (why,)) if file or built else None
    if file and re.search(r"(^|/)(scripts?|tools?|seeds?)/|webpack|gulp|(^|/)build\.[cm]?js$|esbuild", file):
        return None
    if file.endswith(_TYPESCRIPT) and start.program == "node" and not _strips(start):
        if where != MAIN and not file.endswith("x") and not exported.decorated(read):
            # Node leaves types out by itself, and the project relies on it
            return Entry(start.argv, (), env, (why,))
        return of_source(file, tree, read, env, why, start)
    if file:
        if start.program == "ts-node" and not {"ts-node", *_BRINGING["ts-node"]}.isdisjoint(tree.declared):
            program = "ts-node" if "ts-node" in tree.declared else "ts-node-dev"
            return Entry(start._replace(program=program).argv, (), env, (why,))
        brought = not {start.program, *_BRINGING.get(start.program, ())}.isdisjoint(tree.declared)
        if start.program != "node" and not brought:
            return of_source(file, tree, read, env, f"{why}; {start.program} is not declared", start)
        return Entry(start.argv, (), env, (why,))
    source = _source_of(start.file, tree, read)
    if not source:
        return None
    return _built(start, source, tree, read, env, why)


def _strips(start: Start) -> bool:
    """Return whether Node itself is told how TypeScript is read."""
    return any(
        re.search(r"ts-node|tsx|swc|strip-types|transform-types|esbuild|ts-paths|babel", one) for one in start.options
    )


def _nest(start: Start, tree: NodeTree, env: dict[str, str], why: str) -> Entry | None:
    own = _own_paths(tree)
    main = next(
        (p for p in ("src/main.ts", f"apps/{start.file}/src/main.ts", "src/index.ts", "main.ts") if p in own), ""
    )
    if not main:
        members = [found[1] for p in own if (found := re.fullmatch(r"apps/([\w-]+)/src/main\.ts", p))]
        if not members:
            return None
        said = f"{why}, built before by nest build {members[0]}"
        return Entry(("node", f"dist/apps/{members[0]}/main"), (("nest", "build", members[0]),), env, (said,))
    build = _build(tree) or ("nest", "build")
    named = next(
        (s for n in ("start:prod", "start:production") for s in starts.find(tree.scripts.get(n, ""), tree.scripts)),
        None,
    )
    argv: tuple[str, ...] = ("node", _MAINS[1])
    if named is not None and named.program == "node" and named.file:
        argv = ("node", named.file)
    outside = any(_COMPILED_BESIDE.fullmatch(p) and not p.endswith(".d.ts") for p in own)
    if outside and re.sub(r"^\./|\.js$", "", argv[1]) in _MAINS:
        argv = ("sh", "-c", _WRITTEN)
    return Entry(argv, (build,), env, (f"{why}, built before by {' '.join(build)[:120]}",))


def _own_paths(tree: NodeTree) -> list[str]:
    """Every path of the project's folder, from there, sorted."""
    return sorted(below(tree.paths, tree.root))


def _source_of(file: str, tree: NodeTree, read: Sequence[Source]) -> str:
    """The source of a file that a build makes: the same path elsewhere, else the likeliest that listens."""
    stem = re.sub(r"\.[cm]?js$", "", file.removeprefix("./").rstrip("/"))
    if not _BUILT.match(file) and not stem.startswith("."):
        return ""
    inside = _BUILT.sub("", stem)
    inside = re.sub(r"^apps/[\w-]+/|^src/", "", inside) or "index"
    for folder in ("src", "", "app", "server", "lib", "source"):
        for suffix in (".ts", ".mts", ".js", ".mjs", ".tsx", "/index.ts", "/index.js"):
            if tree.has(posixpath.join(folder, inside + suffix)):
                return tree.at(posixpath.join(folder, inside + suffix))
    return next((source.path for source in read if ports.listens(source)), "")


def _built(
    start: Start, source: str, tree: NodeTree, read: Sequence[Source], env: dict[str, str], why: str
) -> Entry | None:
    """The output of a build: by the project's own way to run its source, where it has one; else built before."""
    own = _own_runner(tree)
    build = _build(tree)
    if own is not None and not (exported.decorated(read) and own.program != "ts-node"):
        said = f"{why} starts {start.file}, which a build makes: its source runs by {own.program}, as in another script"
        return Entry(own.argv, (), {**env, **{k: v for k, v in own.env.items() if "$" not in v}}, (said,))
    if build:
        return Entry(start.argv, (build,), env, (f"{why}, built before by {' '.join(build)[:120]}",))
    return of_source(source, tree, read, env, why, start)


def _own_runner(tree: NodeTree) -> Start | None:
    for name in starts.NAMES:
        for start in starts.find(tree.scripts.get(name, ""), tree.scripts):
            by_node = start.program == "node" and _strips(start)
            brought = start.program.removesuffix("-esm") in tree.declared and start.program in starts.RUNNERS
            if (by_node or brought) and there(tree, start.file):
                return start
    return None


def _build(tree: NodeTree) -> tuple[str, ...]:
    made = starts.build(BUILDS, tree.scripts)
    if made:
        return made
    return ("tsc",) if "typescript" in tree.declared and tree.has("tsconfig.json") else ()


def runner(path: str, tree: NodeTree) -> tuple[str, ...]:
    """The program that runs a source file as it stands; empty where nothing does."""
    if not path.endswith(_TYPESCRIPT):
        return ("node",)
    if "tsx" in tree.declared:
        return ("tsx",)
    if "ts-node" in tree.declared:
        return ("ts-node", "--transpile-only")
    # Node 24 leaves types out by itself, elements of JSX it does not
    return () if path.endswith("x") else ("node",)


def of_source(
    path: str, tree: NodeTree, read: Sequence[Source], env: dict[str, str], why: str, start: Start | None = None
) -> Entry | None:
    """None where nothing that is declared runs it."""
    at = posixpath.relpath(path, tree.root or ".")
    by = runner(path, tree)
    build = _build(tree) if path.endswith(_TYPESCRIPT) else ()
    decorated = exported.decorated(read) and by[:1] != ("ts-node",)
    if build and (by in ((), ("node",)) or decorated) and path.endswith(_TYPESCRIPT):
        out = re.sub(r"^src/", "dist/", at)
        out = re.sub(r"\.([cm]?)tsx?$", r".\1js", out)
        return Entry(("node", out), (build,), env, (f"{why}; {path} is built before",))
    if not by:
        return None
    options = start.options if start is not None and start.program == by[0] else ()
    return Entry((*by, *options, at), (), env, (f"{why}: {path} runs by {by[0]}",))
