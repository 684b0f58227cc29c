"""Detection of a Node project: its folder, runner, linters and packages, from its files alone."""

from collections.abc import Sequence

from aurora.domain.workspace import Toolchain
from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.settings.repository import Commands
from aurora.toolchains.node import (
    borp,
    collected_files,
    layout,
    linters,
    scripts,
)
from aurora.toolchains.node import (
    dependencies as node_dependencies,
)
from aurora.toolchains.node import (
    tree as node_tree,
)
from aurora.toolchains.node.scripts import Found
from aurora.toolchains.node.tree import MANIFEST, NodeTree

SUPPORTED = "vitest, jest, mocha and node --test"
_LOCKS = ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "pnpm-workspace.yaml")


async def detect(probe: ToolchainProbe, commands: Commands, tests: Sequence[str] = ()) -> Toolchain:
    """`tests` are the test roots named in aurora.yaml, if any. Nothing of the project is run.

    Raises `Refusal` for a runner whose results can't be read here."""
    tree = await node_tree.read(probe)
    roots, where = layout.test_roots(tree, tuple(tests))
    found, said = _runner(tree, commands, roots)
    if "borp" in found.argv:
        config = tree.nearest(borp.CONFIG)
        found = found._replace(argv=borp.of_node(found.argv, await probe.text(config) or "" if config else ""))
    collected, loaded = await collected_files.read(probe, tree, found.runner, found.argv)
    tools = linters.linters(tree, commands)
    dependencies = await node_dependencies.dependencies(probe, tree.root)
    manifests = {tree.at(MANIFEST), *(tree.at(name) for name in (*_LOCKS, "tsconfig.json") if tree.has(name))}
    return Toolchain(
        language="node",
        root=tree.root,
        runner=found.runner,
        test=found.argv,
        lint=tools.lint,
        fix=tools.fix,
        test_roots=roots,
        test_files=collected,
        usual_tests=layout.TEST_NAMES,
        test_support=loaded,
        manifests=tuple(sorted({*manifests, *(p for p in dependencies.files if p.endswith(MANIFEST))})),
        protected=linters.protected(tree),
        dependencies=dependencies,
        why=(*tree.why, *said, where, *tools.why, *dependencies.notes),
    )


def _runner(tree: NodeTree, commands: Commands, roots: Sequence[str]) -> tuple[Found, list[str]]:
    if commands.test:
        found = scripts.of_argv(commands.test, tree.scripts)
        if found is None:
            raise Refusal(
                f"commands.test of aurora.yaml is {' '.join(commands.test)!r}, which starts no runner that is known.",
                f"Name the runner itself; results are read of {SUPPORTED}.",
            )
        return found, ["tests: commands.test of aurora.yaml"]
    script = tree.scripts.get("test", "")
    names = ["test", "test:unit", *(name for name in tree.scripts if name.startswith("test"))]
    for name in dict.fromkeys(name for name in names if name in tree.scripts):
        found = scripts.find(tree.scripts[name], tree.scripts)
        if found is not None:
            said = [f"tests: {found.runner}, by the script {name!r} of {MANIFEST}"]
            if found.left_out:
                said.append(f"tests: of that script this is left out: {found.left_out}")
            return found, said
    for runner, declared in (("vitest", "vitest"), ("jest", "jest"), ("mocha", "mocha")):
        if declared in tree.declared:
            argv = ("vitest", "run") if runner == "vitest" else (runner,)
            return Found(runner, argv), [f"tests: {runner}, which {MANIFEST} declares; no script says how"]  # type: ignore[arg-type]  # one of the names above
    other = scripts.unsupported(script) or next((n for n in scripts.UNSUPPORTED if n in tree.declared), "")
    if other:
        raise Refusal(
            f"This project's tests run by {other}, whose results can't be read here.",
            f"Results are read of {SUPPORTED}; name one as commands.test in aurora.yaml if the tests run by it, too.",
        )
    typescript = any(path.endswith((".ts", ".mts")) and not path.endswith(".d.ts") for path in tree.paths)
    patterns = [f"{root}/**/*.test.{'{ts,js}' if typescript else '{js,mjs,cjs}'}" for root in roots if "." not in root]
    launcher = ("node", "--import", "tsx") if typescript and "tsx" in tree.declared else ("node",)
    inside = [p.removeprefix(f"{tree.root}/") if tree.root else p for p in patterns]
    return Found("node:test", (*launcher, "--test", *inside)), [f"tests: node --test; {MANIFEST} names no runner"]
