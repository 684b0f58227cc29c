"""Django's ORM asked synchronously: in a coroutine it raises `SynchronousOnlyOperation`, or holds the loop up."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aurora.domain.workspace import Workspace
from aurora.toolchains.python.names import dotted

PACKAGES = frozenset(
    {"django", "ninja", "ninja_extra", "rest_framework", "adrf", "channels", "asgiref", "strawberry_django"}
)
_ASKS = frozenset(
    {"get", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "first", "last", "earliest",
     "latest", "count", "exists", "aggregate", "update", "delete", "in_bulk", "contains"}
)  # fmt: skip
_LAZY = frozenset(
    {"all", "filter", "exclude", "order_by", "annotate", "alias", "distinct", "values", "values_list", "select_related",
     "prefetch_related", "only", "defer", "using", "reverse", "select_for_update", "union", "dates", "datetimes", "raw"}
)  # fmt: skip
_OF_A_ROW = frozenset({"save", "delete", "refresh_from_db"})
_READS_ALL = frozenset(
    {"list", "tuple", "set", "sorted", "len", "bool", "sum", "min", "max", "any", "all", "enumerate"}
)
_MANAGERS = frozenset({"objects", "_default_manager"})


def is_used(workspace: Workspace, origins: Mapping[str, str]) -> bool:
    installed = any(one.name == "django" for one in workspace.image.distributions)
    return installed or not PACKAGES.isdisjoint(one.partition(".")[0] for one in origins.values())


@dataclass(frozen=True)
class DjangoRows:
    """Querysets and rows of one coroutine, as far as its own assignments tell."""

    querysets: frozenset[str]
    rows: frozenset[str]
    looped: tuple[ast.expr, ...]
    """The iterables of plain loops."""

    @classmethod
    def of(cls, nodes: Iterable[ast.AST]) -> "DjangoRows":
        querysets, rows, looped = set[str](), set[str](), list[ast.expr]()
        for node in nodes:
            if isinstance(node, ast.For) or (isinstance(node, ast.comprehension) and not node.is_async):
                looped.append(node.iter)
            elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                name, value = node.targets[0].id, node.value
                if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
                    value = value.value
                if isinstance(value, ast.Await) and _of_manager(value.value):
                    rows.add(name)
                elif isinstance(value, ast.Call) and _of_manager(value):
                    (querysets if _last(value) in _LAZY else rows).add(name)
        return cls(frozenset(querysets), frozenset(rows - querysets), tuple(looped))

    def asked(self, call: ast.Call) -> str:
        """The query that a call makes of the ORM without being awaited; empty where it asks nothing."""
        name = dotted(call.func)
        first, method = name.partition(".")[0], name.rpartition(".")[2]
        if isinstance(call.func, ast.Name):
            lazy = [one for one in call.args if name in _READS_ALL and self._is_queryset(one)]
            return f"{name}({dotted(lazy[0])})" if lazy else ""
        if method in _ASKS and (_of_manager(call) or (first in self.querysets)):
            return name
        if method in _OF_A_ROW and name == f"{first}.{method}" and first in self.rows:
            return name
        return ""

    @property
    def gone_through(self) -> list[tuple[ast.expr, str]]:
        """Querysets that a plain loop goes through, and how they are written."""
        return [(one, dotted(one)) for one in self.looped if self._is_queryset(one)]

    def _is_queryset(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Subscript):
            node = node.value
        if isinstance(node, ast.Call):
            known = _of_manager(node) or dotted(node).split(".")[0] in self.querysets
            return known and _last(node) in _LAZY
        return isinstance(node, ast.Name) and node.id in self.querysets


def _of_manager(node: ast.expr) -> bool:
    """The calls of a model's manager: `Order.objects.filter(...)`."""
    parts = dotted(node).split(".")
    at = next((place for place, part in enumerate(parts) if part in _MANAGERS), 0)
    return isinstance(node, ast.Call) and at > 0 and parts[at - 1][:1].isupper() and len(parts) > at + 1


def _last(call: ast.Call) -> str:
    return dotted(call.func).rpartition(".")[2]
