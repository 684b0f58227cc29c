"""The argv of a Node project's linters, formatter and type checker, and the files that configure them."""

import posixpath
import re
from collections.abc import Mapping, Sequence

from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.settings.repository import Commands
from aurora.toolchains.node import scripts
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
OXLINT = ("oxlint", "--format=unix", "--no-error-on-unmatched-pattern")
OXFMT = ("oxfmt", "--list-different", "--no-error-on-unmatched-pattern")
XO = ("xo", "--reporter=json")
STANDARD = ("standard", "semistandard", "ts-standard", "standardx")
"""Programs that need no configuration: they are the project's where a script of it runs them."""
_NOT_RUN = ("tslint", "jshint", "jslint", "dprint", "rome", "deno")
_KEPT = {
    "eslint": ("-c", "--config", "--ext", "--rulesdir", "--resolve-plugins-relative-to"),
    "oxlint": ("-c", "--config", "-D", "--deny", "-A", "--allow", "-W", "--warn", "--tsconfig", "--ignore-path"),
}
"""Options of a project's own command that say what it judges, with their values."""
_SWITCHES = {
    "oxlint": re.compile(r"--(deny-warnings|type-aware|[\w-]+-plugin)"),
    "eslint": re.compile(r"--no-eslintrc"),
}
_ESLINT_CONFIG = r"eslint\.config\.[cm]?[jt]s|\.eslintrc(\.[a-z]+)?"
_PRETTIER_CONFIG = r"\.prettierrc(\.[a-z0-9]+)?|prettier\.config\.[cm]?[jt]s"
_ALWAYS_PROTECTED = (
    "tsconfig.json", "tsconfig.base.json", "tsconfig.test.json", "tsconfig.build.json", "jsconfig.json", ".swcrc",
    ".babelrc", ".babelrc.json", "babel.config.js", "babel.config.cjs", "babel.config.json", "vitest.workspace.ts",
    "vitest.workspace.js", "vitest.setup.ts", "vitest.setup.js", "jest.setup.ts", "jest.setup.js", "jest.preset.js",
    ".prettierignore", ".nycrc", ".nycrc.json", ".c8rc.json", ".npmrc", ".node-version", ".nvmrc", ".env.test",
    "pnpm-workspace.yaml", ".pnpmfile.cjs", "turbo.json", "nx.json",
)  # fmt: skip
"""True if they are there or not: creating one would change how tests and linters judge."""


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
    run = _run_by_scripts(tree)
    biome = tree.nearest(r"\.?biome\.jsonc?") or ("a script" if "biome" in run else "")
    prettier = tree.nearest(_PRETTIER_CONFIG) or ("package.json" if "prettier" in tree.manifest else "")
    if commands.lint:
        lint.append(commands.lint)
        why.append("lint: commands.lint of aurora.yaml")
    elif "eslint" in tree.declared and (eslint or "eslint" in run):
        lint.append((*ESLINT, *run.get("eslint", ())))
        fix.append(ESLINT_FIX)
        why.append(f"lint: eslint, configured by {eslint or 'what its script says'}")
    elif not biome and not _others(tree, run):
        of = f"{eslint} without eslint among the dependencies" if eslint else "the project configures none"
        why.append(f"lint: {of}; Aurora adds no rules of its own")
    for argv, said in _others(tree, run) if not commands.lint else ():
        lint.append(argv)
        why.append(said)
    why += [f"lint: a script runs {name}, which is not run here" for name in _NOT_RUN if name in run]
    if biome and "@biomejs/biome" in tree.declared and not commands.lint:
        verb = _biome_verb(tree)
        lint.append((BIOME[0], verb, *BIOME[2:]))
        fix.append((*BIOME_FIX, *([] if verb == BIOME[1] else [f"--verb={verb}"])))
        judged = {"lint": "lint", "format": "format"}.get(verb, "lint and format")
        why.append(f"{judged}: biome, configured by {biome}")
    if commands.format:
        fix.append(_formatting(commands.format))
        why.append("format: commands.format of aurora.yaml")
    elif "prettier" in tree.declared and (prettier or "prettier" in run):
        lint.append(PRETTIER)
        fix.append(PRETTIER_FIX)
        why.append(f"format: prettier, {f'configured by {prettier}' if prettier else 'which a script runs'}")
    elif "oxfmt" in tree.declared and (tree.nearest(r"\.oxfmtrc\.jsonc?") or "oxfmt" in run):
        lint.append(OXFMT)
        why.append("format: oxfmt, with the project's own settings")
    elif "prettier" in tree.declared:
        why.append("format: prettier is declared, and neither configured nor run by a script: nothing is judged by it")
    elif not (biome and "@biomejs/biome" in tree.declared):
        why.append("format: the project has no formatter")
    config = next((name for name in ("tsconfig.json", "jsconfig.json") if tree.has(name)), "")
    if config and "typescript" in tree.declared:
        lint.append((*TSC, config))
        why.append(f"types: tsc --noEmit of {tree.at(config)}")
    elif config:
        why.append(f"types: {tree.at(config)} without typescript among the dependencies; not checked")
    return Linters(lint=tuple(lint), fix=tuple(fix), why=tuple(why))


def _others(tree: NodeTree, run: Mapping[str, tuple[str, ...]]) -> list[tuple[tuple[str, ...], str]]:
    """(argv, why) of linters that a project may have instead of eslint, or beside it."""
    found = []
    oxlint = tree.nearest(r"\.?oxlintrc\.jsonc?|oxlint\.config\.[cm]?[jt]s")
    if "oxlint" in tree.declared and (oxlint or "oxlint" in run):
        said = f"configured by {oxlint}" if oxlint else "which a script runs"
        found.append(((*OXLINT, *run.get("oxlint", ())), f"lint: oxlint, {said}"))
    standard = [name for name in STANDARD if name in tree.declared and name in run]
    found += [((name,), f"lint: {name}, which a script runs") for name in standard]
    if "xo" in tree.declared and ("xo" in run or "xo" in tree.manifest or tree.nearest(r"xo\.config\.[cm]?[jt]s")):
        found.append((XO, "lint: xo"))
    return found


def _run_by_scripts(tree: NodeTree) -> dict[str, tuple[str, ...]]:
    """Linter -> the options that a script gives it."""
    known = {"eslint", "biome", "prettier", "oxlint", "oxfmt", "xo", *STANDARD, *_NOT_RUN}
    found: dict[str, tuple[str, ...]] = {}
    for command in tree.commands:
        for words in scripts.of_shell(command):
            at = next((i for i, word in enumerate(words) if posixpath.basename(word) in known), None)
            if at is None or any(posixpath.basename(word) in scripts.MANAGERS for word in words[:at] if "run" in words):
                continue
            name = posixpath.basename(words[at])
            options = _options(name, words[at + 1 :])
            found[name] = options if len(options) > len(found.get(name, ())) else found.get(name, ())
    return found


def _biome_verb(tree: NodeTree) -> str:
    """`check` does both; a project whose scripts only lint, or only format, has the other judged by nobody."""
    said = {
        next((word for word in words[at + 1 :] if not word.startswith("-")), "")
        for command in tree.commands
        for words in scripts.of_shell(command)
        for at, word in enumerate(words)
        if posixpath.basename(word) == "biome"
    } & {"lint", "format", "check", "ci"}
    return said.pop() if said in ({"lint"}, {"format"}) else BIOME[1]


def _options(name: str, words: Sequence[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for i, word in enumerate(words):
        option, equals, _ = word.partition("=")
        if option in _KEPT.get(name, ()):
            kept += [word] if equals else words[i : i + 2]
        elif name in _SWITCHES and _SWITCHES[name].fullmatch(word):
            kept.append(word)
    return tuple(kept)


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
