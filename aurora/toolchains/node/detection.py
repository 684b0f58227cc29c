"""Detection of a Node project: its folder, runner, linters and packages, from its files alone."""

import re
from collections.abc import Sequence

from aurora.domain.workspace import Toolchain
from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.settings.repository import Commands
from aurora.text import clip
from aurora.toolchains.node import (
    borp,
    collected_files,
    environment,
    layout,
    linters,
    own_modules,
    scripts,
    serving,
)
from aurora.toolchains.node import (
    dependencies as node_dependencies,
)
from aurora.toolchains.node import (
    tree as node_tree,
)
from aurora.toolchains.node.runs import OLDEST
from aurora.toolchains.node.scripts import Found
from aurora.toolchains.node.tree import MANIFEST, NodeTree
from aurora.toolchains.stated import Stated

SUPPORTED = "vitest, jest, mocha and node --test"
_LOCKS = ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "pnpm-workspace.yaml")


async def detect(
    probe: ToolchainProbe, commands: Commands, tests: Sequence[str] = (), stated: Stated | None = None
) -> Toolchain:
    """`tests` are the test roots named in aurora.yaml, if any. Nothing of the project is run.

    Raises `Refusal` for a runner whose results can't be read here."""
    stated = stated or Stated()
    tree = await node_tree.read(probe, stated)
    roots, where = layout.test_roots(tree, tuple(tests))
    found, said = _runner(tree, commands, roots)
    if "borp" in found.argv:
        config = tree.nearest(borp.CONFIG)
        found = found._replace(argv=borp.of_node(found.argv, await probe.text(config) or "" if config else ""))
    said += _before_tests(tree)
    found, loading = found._replace(env_files=()), await environment.loaded(probe, tree, found.argv, found.env_files)
    found, said = found._replace(argv=loading[0]), [*said, *loading[1]]
    collected, loaded = await collected_files.read(probe, tree, found.runner, found.argv)
    if not tests:
        roots, where = layout.collecting(tree, (roots, where), collected)
    tools = linters.linters(tree, commands)
    dependencies = await node_dependencies.dependencies(probe, tree.root, stated.project)
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
        own_modules=await own_modules.read(probe, tree),
        manifests=tuple(sorted({*manifests, *(p for p in dependencies.files if p.endswith(MANIFEST))})),
        protected=linters.protected(tree),
        serve=await serving.recipe(probe, tree, stated.project.test_env or {}),
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
        return _of_age(found, tree), ["tests: commands.test of aurora.yaml"]
    script = tree.scripts.get("test", "")
    handed = scripts.find(tree.command, tree.scripts) if tree.command else None
    if handed is not None:
        return _of_age(handed, tree), [f"tests: {handed.runner}, by {tree.command!r} in {tree.root!r}"]
    names = ["test", "test:unit", *(name for name in tree.scripts if name.startswith("test"))]
    for name in dict.fromkeys(name for name in names if name in tree.scripts):
        found = scripts.find(tree.scripts[name], tree.scripts)
        if found is not None:
            said = [f"tests: {found.runner}, by the script {name!r} of {MANIFEST}"]
            if found.left_out:
                said.append(f"tests: of that script this is left out: {found.left_out}")
            return _of_age(found, tree), said
    other = scripts.unsupported(script) or next((n for n in scripts.UNSUPPORTED if n in tree.declared), "")
    for runner, argv in (("vitest", ("vitest", "run")), ("jest", ("jest",)), ("mocha", ("mocha",))):
        if runner in tree.declared:
            said = [f"tests: {runner}, which {MANIFEST} declares; no script says how"]
            said += [f"tests: the script 'test' runs {other}, whose results can't be read here"] if other else []
            return _of_age(Found(runner, argv), tree), said  # type: ignore[arg-type]  # one of the names above
    if other:
        raise Refusal(
            f"This project's tests run by {other}, whose results can't be read here.",
            f"Results are read of {SUPPORTED}; name one as commands.test in aurora.yaml if the tests run by it, too.",
        )
    typescript = any(path.endswith((".ts", ".mts")) and not path.endswith(".d.ts") for path in tree.paths)
    patterns = [f"{root}/**/*.test.{'{ts,js}' if typescript else '{js,mjs,cjs}'}" for root in roots if "." not in root]
    launcher = ("node", "--import", "tsx") if typescript and "tsx" in tree.declared else ("node",)
    inside = [p.removeprefix(f"{tree.root}/") if tree.root else p for p in patterns]
    said = [f"tests: node --test; {MANIFEST} names no runner"]
    if script and "no test specified" not in script:
        said.append(f"tests: the script 'test' is {clip(script, 120)!r}, which starts no runner that is known")
    return Found("node:test", (*launcher, "--test", *inside)), said


def _of_age(found: Found, tree: NodeTree) -> Found:
    """Raises `Refusal` for a runner of a version whose results can't be read."""
    oldest, spec = OLDEST.get(found.runner, 0), tree.versions.get(found.runner, "")
    newest = newest_major(spec)
    if newest is None or newest >= oldest:
        return found
    raise Refusal(
        f"This project's tests run by {found.runner} {spec}; results are read of {found.runner} {oldest} and later.",
        f"Update {found.runner} to {oldest} or later, or name another runner as commands.test in aurora.yaml.",
    )


def newest_major(spec: str) -> int | None:
    """The newest major version that a range of npm allows; none where it has no upper bound or is no range."""
    majors = []
    for part in spec.split("||"):
        if said := re.fullmatch(r"\s*>=?\s*[\d.]+\s+<(=?)\s*(\d+)([\d.]*)\s*", part):
            bound = int(said[2])
            majors.append(bound if said[1] or re.search(r"[1-9]", said[3]) else bound - 1)
        elif said := re.fullmatch(r"\s*(?:npm:[\w@/-]+@)?[~^=v]{0,2}\s*(\d+)(?:\.[\w.*+-]*)?\s*", part):
            majors.append(int(said[1]))
        else:
            return None
    return max(majors, default=None)


def _before_tests(tree: NodeTree) -> list[str]:
    """The scripts that npm runs before the tests, and a sandbox does not."""
    if not tree.scripts.get("pretest"):
        return []
    script = clip(tree.scripts["pretest"], 120)
    return [f"tests: the script 'pretest' ({script}) does not run here: what it generates has to be in the commit"]
