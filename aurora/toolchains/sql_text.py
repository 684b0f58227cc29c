"""A text of SQL, read by sqlglot: whether it is one, and whether it selects every column."""

import re
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

MOST_CHARS = 20_000
"""A longer one is not read: what sqlglot takes for it grows with its length."""
_MAY_BE = re.compile(
    r"\s*(?:(?:--[^\n]*\n|/\*.*?\*/|\()\s*)*(?:select|with|insert\s+into|update|delete\s+from|replace\s+into|merge\s+into)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKS = re.compile(r"%\(\w+\)s|%s|\$\d+|(?<![:\w]):[a-zA-Z_]\w*")
_DIALECTS = ("postgres", "mysql", "sqlite", "tsql")


def may_be(text: str) -> bool:
    """Return whether it begins as a statement does: prose may, too."""
    return len(text) <= MOST_CHARS and _MAY_BE.match(text) is not None


@lru_cache(maxsize=500)
def parsed(text: str) -> tuple[exp.Expression, ...]:
    """The statements of a text, by the first dialect that reads them; empty where it is no SQL.

    Placeholders of drivers (`%s`, `%(name)s`, `$1`, `:name`) stand for values."""
    if not may_be(text):
        return ()
    plain = _MARKS.sub("?", text)
    for dialect in _DIALECTS:
        try:
            found = sqlglot.parse(plain, read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
        except (SqlglotError, RecursionError, ValueError):
            continue
        trees = tuple(one for one in found if isinstance(one, exp.Expression))
        if trees and not any(isinstance(one, exp.Command) for one in trees) and any(map(_stands, trees)):
            return trees
    return ()


def _stands(tree: exp.Expression) -> bool:
    """Return whether it says more than a sentence of English that begins with `select` or `update` would."""
    if isinstance(tree, exp.Select):
        return tree.args.get("from_") is not None or tree.args.get("from") is not None
    return isinstance(tree, exp.Union | exp.Insert | exp.Update | exp.Delete | exp.Merge | exp.Subquery)


def selects_all(text: str) -> bool:
    """Return whether a statement gives every column of a table to whoever reads its result: `SELECT *`, `SELECT a.*`.

    `COUNT(*)`, `EXISTS (SELECT * ...)` and a `*` over a query that names its columns don't."""
    return any(_selects_all(tree) for tree in parsed(text))


def _selects_all(tree: exp.Expression) -> bool:
    named = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    return any(_is_star(select, named) for select in tree.find_all(exp.Select))


def _is_star(select: exp.Select, named: set[str]) -> bool:
    if select.find_ancestor(exp.Exists) is not None:
        return False
    stars = [one for one in select.expressions if isinstance(one, exp.Star) or _of_a_table(one)]
    if not stars:
        return False
    source = select.args.get("from_") or select.args.get("from")
    tables = [] if source is None else [source.this]
    tables += [join.this for join in select.args.get("joins") or ()]
    wanted = {one.table.lower() for one in stars if isinstance(one, exp.Column)}
    if wanted and not any(isinstance(one, exp.Star) for one in stars):
        tables = [table for table in tables if table.alias_or_name.lower() in wanted] or tables
    # what a named query gives was said where it was named; its own `*` is found there
    return any(isinstance(table, exp.Table) and table.name.lower() not in named for table in tables) or any(
        not isinstance(table, exp.Table | exp.Subquery | exp.Values | exp.Unnest | exp.Lateral) for table in tables
    )


def _of_a_table(node: exp.Expression) -> bool:
    return isinstance(node, exp.Column) and isinstance(node.this, exp.Star)
