"""Commands that fill the empty data store of a Node application before it is served: migrations, by what the project
has."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from aurora.toolchains.node.serving import starts
from aurora.toolchains.node.tree import NodeTree

_UP = re.compile(
    r"(db|database|knex|sequelize|typeorm|drizzle|mikro-orm|orm)?[:-]?(migrate|migrations?)([:-](run|up|latest|deploy|prod|all|dev))?"
)
_DOWN = re.compile(r"\b(create|generate|make|revert|rollback|undo|reset|down|drop|migrate dev)\b")
_ASIDE = re.compile(r"(^|/)(node_modules|tests?|examples?|docs?)/")


class Prepared(NamedTuple):
    commands: tuple[tuple[str, ...], ...]
    why: tuple[str, ...]


def store(tree: NodeTree) -> Prepared:
    names, scripts = tree.declared, tree.scripts
    if names & {"prisma", "@prisma/client"}:
        return _prisma(tree)
    if "drizzle-kit" in names or "drizzle-orm" in names:
        return _drizzle(tree)
    known = {"knex": ("knex",), "sequelize-cli": ("sequelize-cli",), "typeorm": ("typeorm",),
             "umzug": ("umzug",), "@mikro-orm/cli": ("mikro-orm",), "node-pg-migrate": ("node-pg-migrate",),
             "db-migrate": ("db-migrate",)}  # fmt: skip
    used = [name for name in known if name in names]
    if not used:
        return Prepared((), ())
    for name, text in scripts.items():
        if _UP.fullmatch(name) and not _DOWN.search(starts.expanded(text, scripts)):
            return Prepared((starts.build([name], scripts),), (f"prepare: the script {name!r} of package.json",))
    if "knex" in used and (path := _file(tree, r"knexfile\.[cm]?[jt]s")):
        at = posixpath.relpath(path, tree.root or ".")
        return Prepared((("knex", "migrate:latest", "--knexfile", at),), (f"prepare: Knex, by {path}",))
    if "sequelize-cli" in used and (path := _file(tree, r"\.sequelizerc|config/config\.js(on)?")):
        return Prepared((("sequelize-cli", "db:migrate"),), (f"prepare: Sequelize, by {path}",))
    if "@mikro-orm/cli" in used:
        return Prepared((("mikro-orm", "migration:up"),), ("prepare: MikroORM",))
    said = f"prepare: nothing; {', '.join(used)} is declared and no script of package.json applies migrations"
    return Prepared((), (said,))


def _prisma(tree: NodeTree) -> Prepared:
    said: Any = tree.manifest.get("prisma")
    named = str(said.get("schema", "")) if isinstance(said, Mapping) else ""
    schemas = sorted(
        (
            p
            for p in tree.paths
            if p.endswith(".prisma") and not _ASIDE.search(p) and (not tree.root or p.startswith(f"{tree.root}/"))
        ),
        key=lambda p: (p != tree.at("prisma/schema.prisma"), posixpath.basename(p) != "schema.prisma", p.count("/"), p),
    )
    path = tree.at(named) if named and tree.has(named) else (schemas[0] if schemas else "")
    if not path:
        return Prepared((), ("prepare: nothing; no schema of Prisma is committed",))
    at = posixpath.relpath(path, tree.root or ".")
    usual = at in ("prisma/schema.prisma", "schema.prisma") or bool(named)
    option = () if usual else ("--schema", at)
    folder = posixpath.dirname(path)
    held = any(p.startswith(posixpath.join(folder, "migrations") + "/") for p in tree.paths)
    how = ("prisma", "migrate", "deploy", *option) if held else ("prisma", "db", "push", "--accept-data-loss", *option)
    why = f"prepare: Prisma, by {path}, {'its migrations' if held else 'which has no migrations: its schema is pushed'}"
    return Prepared((("prisma", "generate", *option), how), (why,))


def _drizzle(tree: NodeTree) -> Prepared:
    path = _file(tree, r"drizzle\.config\.[cm]?[jt]s")
    if not path or "drizzle-kit" not in tree.declared:
        return Prepared((), ("prepare: nothing; no configuration of drizzle-kit is committed",))
    folder = posixpath.dirname(path)
    held = any(p.endswith("/meta/_journal.json") and p.startswith(folder) for p in tree.paths)
    how = ("drizzle-kit", "migrate") if held else ("drizzle-kit", "push", "--force")
    return Prepared((how,), (f"prepare: Drizzle, by {path}",))


def _file(tree: NodeTree, pattern: str) -> str:
    prefix = f"{tree.root}/" if tree.root else ""
    found = [
        p for p in tree.paths if p.startswith(prefix) and re.fullmatch(rf"(.*/)?({pattern})", p.removeprefix(prefix))
    ]
    return min((p for p in found if not _ASIDE.search(p)), key=lambda p: (p.count("/"), p), default="")
