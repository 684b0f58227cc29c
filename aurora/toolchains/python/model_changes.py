"""Check whether a change of a Python file may ask for a migration: told by its syntax, in doubt yes."""

import ast
import re

from aurora.toolchains.python import imports

MIGRATION = re.compile(r"(^|/)(migrations|versions)/(\w+/)*\w+\.py$")
_MAKERS = frozenset(
    {"Column", "mapped_column", "relationship", "Field", "ForeignKey", "Table", "Index", "UniqueConstraint"}
)
_SETTINGS = frozenset({"INSTALLED_APPS", "DEFAULT_AUTO_FIELD", "AUTH_USER_MODEL"})


def concerns_models(path: str, before: str | None, after: str) -> bool:
    """Return whether it is a migration, or what it says of models is not the same before and after."""
    if before == after:
        return False
    return bool(MIGRATION.search(path)) or _models(before or "") != _models(after)


def _models(text: str) -> tuple[str, ...]:
    """The model classes that a migration could depend on, without docstrings, methods and places."""
    try:
        tree = imports.parsed(text)
    except SyntaxError:
        return (text,)
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            found += _of_class(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and _is_known(node):
            found.append(ast.dump(node))
    return tuple(found)


def _of_class(node: ast.ClassDef) -> list[str]:
    fields = [one for one in node.body if isinstance(one, ast.Assign | ast.AnnAssign)]
    bases = [ast.unparse(one) for one in (*node.bases, *(k.value for k in node.keywords))]
    likely = any(re.search(r"Model|Base\b|Mixin|Choices|Enum", base) for base in bases)
    if not likely and not any(map(_has_column, fields)):
        return []
    inner = [one for one in node.body if isinstance(one, ast.ClassDef) and one.name == "Meta"]
    dumped = [ast.dump(one) for one in (*fields, *inner)]
    return [node.name, *bases, *(ast.dump(one) for one in node.keywords), *dumped]


def _has_column(node: ast.Assign | ast.AnnAssign) -> bool:
    called = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    names = [f.attr if isinstance(f, ast.Attribute) else f.id if isinstance(f, ast.Name) else "" for f in called]
    annotated = isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).startswith(("Mapped[", "orm.Mapped["))
    return annotated or any(name in _MAKERS or name.endswith("Field") for name in names)


def _is_known(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(one, ast.Name) and one.id in _SETTINGS for one in targets) or _has_column(node)
