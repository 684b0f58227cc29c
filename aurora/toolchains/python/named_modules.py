"""Packages that a Python text names in a string, for a framework to import: Django's apps and middleware, and the
drivers of database addresses."""

import ast
import re
from collections.abc import Iterator

from aurora.toolchains.python.imports import Import, parsed

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_LISTS = re.compile(
    r"(INSTALLED|THIRD_PARTY|EXTERNAL|DJANGO|DEFAULT|SHARED|TENANT|LOCAL|PREREQ)_APPS|MIDDLEWARE|AUTHENTICATION_BACKENDS"
)
"""Names that Django's settings give to lists of dotted names."""
_DRIVEN = re.compile(r"^(?:postgresql|mysql|mariadb|sqlite|oracle|mssql)\+([a-z0-9_]+):(?://|$)")
DRIVERS = {
    "aiomysql": "aiomysql", "aioodbc": "aioodbc", "aiosqlite": "aiosqlite", "asyncmy": "asyncmy",
    "asyncpg": "asyncpg", "cx_oracle": "cx_Oracle", "mysqlconnector": "mysql.connector", "mysqldb": "MySQLdb",
    "oracledb": "oracledb", "pg8000": "pg8000", "psycopg": "psycopg", "psycopg2": "psycopg2",
    "psycopg_async": "psycopg", "pymssql": "pymssql", "pymysql": "pymysql", "pyodbc": "pyodbc",
    "pysqlcipher": "sqlcipher3",
}  # fmt: skip
"""SQLAlchemy's name of a driver -> the module that it imports."""


def apps(text: str) -> tuple[Import, ...]:
    """Entries of the lists that Django imports by name."""
    if "_APPS" not in text and "MIDDLEWARE" not in text and "AUTHENTICATION_BACKENDS" not in text:
        return ()
    return tuple(_apps(text))


def _apps(text: str) -> Iterator[Import]:
    for node in _nodes(text):
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            targets = [node.target]
        else:
            continue
        if not any(isinstance(one, ast.Name) and _LISTS.fullmatch(one.id) for one in targets):
            continue
        for one in ast.walk(node.value) if node.value is not None else ():
            if isinstance(one, ast.List | ast.Tuple):
                for entry in one.elts:
                    name = entry.value if isinstance(entry, ast.Constant) else None
                    if isinstance(name, str) and _DOTTED.fullmatch(name):
                        yield Import(name, entry.lineno)


def drivers(text: str) -> tuple[Import, ...]:
    """Modules that database addresses in the text's strings ask for; documentation strings are none."""
    if "+" not in text or "://" not in text:
        return ()
    return tuple(_drivers(text))


def _drivers(text: str) -> Iterator[Import]:
    reported: set[int] = set()
    for node in _nodes(text):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            reported.add(id(node.value))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in reported:
            found = _DRIVEN.match(node.value)
            if found and found[1] in DRIVERS:
                yield Import(DRIVERS[found[1]], node.lineno)


def _nodes(text: str) -> Iterator[ast.AST]:
    try:
        tree = parsed(text)
    except SyntaxError:
        return
    yield from ast.walk(tree)
