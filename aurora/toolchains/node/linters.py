"""The argv of a Node project's linters, formatter and type checker, and the files that configure them."""

from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.settings.repository import Commands
from aurora.toolchains.node.command import PLUGINS
from aurora.toolchains.node.tree import NodeTree

ESLINT = ("eslint", "--format", "json", "--no-error-on-unmatched-pattern")
ESLINT_FIX = ("eslint", "--fix-dry-run", "--format", "json", "--no-error-on-unmatched-pattern")
BIOME = ("biome", "check", "--reporter=json", "--colors=off", "--no-errors-on-unmatched", "--max-diagnostics=200")
BIOME_FIX = ("node", f"{PLUGINS}/aurora_biome.mjs")
PRETTIER = ("prettier", "--check", "--ignore-unknown", "--log-level=warn")
PRETTIER_FIX = ("node", f"{PLUGINS}/aurora_prettier.mjs")
TSC = ("tsc", "--noEmit", "--pretty", "false", "-p")
"""`tsc` takes a project, never paths: files on its command line make it forget the tsconfig."""
_ESLINT_CONFIG = r"eslint\.config\.[cm]?[jt]s|\.eslintrc(\.[a-z]+)?"
_PRETTIER_CONFIG = r"\.prettierrc(\.[a-z0-9]+)?|prettier\.config\.[cm]?[jt]s"
_ALWAYS_PROTECTED = (
    "tsconfig.json", "tsconfig.base.json", "tsconfig.test.json", "tsconfig.build.json", "jsconfig.json", ".swcrc",
    ".babelrc", ".babelrc.json", "babel.config.js", "babel.config.cjs", "babel.config.json", "vitest.workspace.ts",
    "vitest.workspace.js", "vitest.setup.ts", "vitest.setup.js", "jest.setup.ts", "jest.setup.js", "jest.preset.js",
    ".prettierignore", ".nycrc", ".nycrc.json", ".c8rc.json", ".npmrc", ".node-version", ".nvmrc", ".env.test",
    "pnpm-workspace.yaml", ".pnpmfile.cjs", "turbo.json", "nx.json",
)  # fmt: skip
"""Whether they are there or not: creating one would change how tests and linters judge."""


class Linters(Value):
    lint: tuple[tuple[str, ...], ...]
    fix: tuple[tuple[str, ...], ...]
    why: tuple[str, ...]


def linters(tree: NodeTree, commands: Commands) -> Linters:
    """Raises `Refusal` for a command of aurora.yaml that can't be run here."""
    lint: list[tuple[str, ...]] = []
    fix: list[tuple[str, ...]] = []
    why: list[str] = []
    eslint = tree.nearest(_ESLINT_CONFIG) or ("package.json" if "eslintConfig" in tree.manifest else "")
    biome = tree.nearest(r"biome\.jsonc?")
    prettier = tree.nearest(_PRETTIER_CONFIG) or ("package.json" if "prettier" in tree.manifest else "")
    if commands.lint:
        lint.append(commands.lint)
        why.append("lint: commands.lint of aurora.yaml")
    elif eslint and "eslint" in tree.declared:
        lint.append(ESLINT)
        fix.append(ESLINT_FIX)
        why.append(f"lint: eslint, configured by {eslint}")
    elif not biome:
        of = f"{eslint} without eslint among the dependencies" if eslint else "the project configures none"
        why.append(f"lint: {of}; no rules of ours are laid on it")
    if biome and "@biomejs/biome" in tree.declared and not commands.lint:
        lint.append(BIOME)
        fix.append(BIOME_FIX)
        why.append(f"lint and format: biome, configured by {biome}")
    if commands.format:
        fix.append(_formatting(commands.format))
        why.append("format: commands.format of aurora.yaml")
    elif "prettier" in tree.declared:
        lint.append(PRETTIER)
        fix.append(PRETTIER_FIX)
        why.append(f"format: prettier, {f'configured by {prettier}' if prettier else 'with its defaults'}")
    elif not (biome and "@biomejs/biome" in tree.declared):
        why.append("format: the project has no formatter")
    config = next((name for name in ("tsconfig.json", "jsconfig.json") if tree.has(name)), "")
    if config and "typescript" in tree.declared:
        lint.append((*TSC, config))
        why.append(f"types: tsc --noEmit of {tree.at(config)}")
    elif config:
        why.append(f"types: {tree.at(config)} without typescript among the dependencies; not checked")
    return Linters(lint=tuple(lint), fix=tuple(fix), why=tuple(why))


def _formatting(argv: tuple[str, ...]) -> tuple[str, ...]:
    """A formatter's configuration may be a program, so it runs where nothing can be written: only tools that give their
    text otherwise can be used."""
    names = {word.rpartition("/")[2] for word in argv}
    if "prettier" in names:
        return PRETTIER_FIX
    if "biome" in names:
        return BIOME_FIX
    if "eslint" in names:
        return ESLINT_FIX
    raise Refusal(
        f"commands.format of aurora.yaml is {' '.join(argv)!r}, which can't be used in a Node project.",
        "Name prettier, biome or eslint; they run with the project's own configuration.",
    )


def protected(tree: NodeTree) -> tuple[str, ...]:
    """Relative to the repository's root, for the project's folder and the repository's."""
    return tuple(sorted(set(_ALWAYS_PROTECTED) | {tree.at(name) for name in _ALWAYS_PROTECTED}))
