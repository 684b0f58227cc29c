"""SQL in the texts of a Python file: statements that select every column, statements put together from strings."""

import ast
from collections.abc import Iterator

from aurora.domain.workspace import Workspace
from aurora.toolchains import sql_text
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.python.code_checks.clients import own
from aurora.toolchains.python.code_checks.spliced import HOLE, From, Given, Origins, holed, parts
from aurora.toolchains.python.handlers import parse
from aurora.toolchains.python.names import Function, definitions, imported, last, origin

STAR_HINT = "Name the columns that are used."
BUILT_HINT = "Pass values as parameters of the statement, and quote identifiers by the driver's own means."
SINKS = frozenset(
    {
        "execute", "executemany", "executescript", "exec_driver_sql", "execute_query", "execute_sql", "raw", "RawSQL",
        "text", "fetch", "fetchrow", "fetchval", "fetch_all", "fetch_one", "fetch_val", "iterate", "read_sql", "query",
        "read_sql_query", "scalar", "scalars", "SQL", "TextClause", "sql", "from_statement", "mogrify", "fetchall",
        "fetchone",
    }
)  # fmt: skip
"""Functions and methods that take a statement."""
NAMES = ("sql", "query", "stmt", "statement")
"""The names of a variable that holds a statement."""
PROSE = frozenset(
    {
        "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "echo", "write",
        "format_html", "Field", "Query", "Option", "Argument", "add_argument", "gettext", "_", "Body", "Path",
    }
)  # fmt: skip
"""Functions whose texts are for people."""
SAYING = frozenset(
    {"description", "help", "summary", "title", "example", "examples", "message", "detail", "msg", "doc"}
)
FRAGMENTS = frozenset({"where", "select", "order_by", "tables"})
"""Arguments of Django's `extra` that are parts of a statement."""
WORDS = ("select", "insert", "update", "delete", "extra(", "rawsql")
ASIDE = ("migrations", "versions", "alembic", "seeds", "fixtures")
"""Folders and modules of what runs once, in the order of its making."""


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    folders = edit.path.removesuffix(".py").split("/")
    lowered = edit.after.lower()
    if any(part in ASIDE for part in folders) or not any(word in lowered for word in WORDS):
        return
    tree = parse(edit.after)
    if tree is None:
        return
    texts = _Texts(tree)
    for node, function, owner in texts.every():
        text = holed(node)
        if text is None:
            continue
        name = function[0] if function else "the module"
        if "*" in text and sql_text.selects_all(text.replace(HOLE, "aurora_x")):
            yield Flaw(
                f"The statement of `{name}` selects every column.", STAR_HINT, node.lineno, f"{name} * {text[:200]}"
            )
        if HOLE not in text or not (
            (sql_text.may_be(text) and texts.executed(node, function)) or texts.is_fragment(node, function)
        ):
            continue
        origins = Origins(function[1] if function else None, owner, tree, texts.imports, texts.passed(function))
        worst = max(((origins.of(part), part) for part in parts(node)), key=lambda one: one[0], default=None)
        if worst is None or worst[0] is From.CODE:
            continue
        part = ast.unparse(worst[1])
        yield Flaw(
            f"The statement of `{name}` is put together from strings: `{part[:80]}` is spliced into it.",
            BUILT_HINT,
            node.lineno,
            f"{name} built {part[:200]}",
            advice=worst[0] is not From.CALLER,
        )


Where = tuple[str, Function]


class _Texts:
    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.imports = imported(tree)
        self.definitions = definitions(tree)
        self.parents = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        self.functions = {id(function): (name, function) for name, function, _ in self.definitions}
        self.owners = {id(function): owner for _, function, owner in self.definitions}

    def every(self) -> Iterator[tuple[ast.expr, Where | None, ast.ClassDef | None]]:
        """Each whole text of the code, none that is for people."""
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp | ast.Call) or holed(node) is None:
                continue
            if self._part_of_another(node) or self._for_people(node):
                continue
            function = self.around(node)
            yield node, function, self.owners.get(id(function[1])) if function else None

    def _part_of_another(self, node: ast.expr) -> bool:
        """Return whether it is a piece of a text: a side of `+`, the format of `%`, what an f-string is made of."""
        parent = self.parents.get(id(node))
        if isinstance(parent, ast.JoinedStr | ast.FormattedValue):
            return True
        if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add | ast.Mod):
            return holed(parent) is not None and not (isinstance(parent.op, ast.Mod) and parent.right is node)
        if isinstance(parent, ast.Attribute) and parent.attr == "format":
            return isinstance(self.parents.get(id(parent)), ast.Call)
        return False

    def _for_people(self, node: ast.expr) -> bool:
        parent = self.parents.get(id(node))
        if isinstance(parent, ast.Expr | ast.Raise | ast.Compare | ast.Assert):
            return True
        if isinstance(parent, ast.keyword):
            return parent.arg in SAYING
        if isinstance(parent, ast.Call) and parent.func is not node:
            name = last(origin(parent.func, {}))
            return name in PROSE or name.endswith(("Error", "Exception", "Warning"))
        return False

    def around(self, node: ast.AST) -> Where | None:
        outer = self.parents.get(id(node))
        while outer is not None and id(outer) not in self.functions:
            outer = self.parents.get(id(outer))
        return self.functions[id(outer)] if outer is not None else None

    def executed(self, node: ast.expr, function: Where | None) -> bool:
        """Return whether a text is taken for a statement: by what it is passed to, or what its variable is called."""
        parent = self.parents.get(id(node))
        if isinstance(parent, ast.keyword):
            parent = self.parents.get(id(parent))
        if isinstance(parent, ast.Call):
            name = last(origin(parent.func, {}))
            return name in SINKS or (name == "dedent" and self.executed(parent, function))
        if isinstance(parent, ast.Return):
            return function is not None and any(word in function[0].lower() for word in NAMES)
        targets: list[ast.expr] = []
        if isinstance(parent, ast.Assign):
            targets = parent.targets
        elif isinstance(parent, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            targets = [parent.target]
        for target in targets:
            name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
            if any(word in name.lower() for word in NAMES) or self._passed_on(name, function):
                return True
        return False

    def is_fragment(self, node: ast.expr, function: Where | None) -> bool:
        """Return whether a text is a part of a statement: added to one that its variable holds, given to Django's
        `extra`."""
        parent = self.parents.get(id(node))
        if isinstance(parent, ast.AugAssign) and isinstance(parent.op, ast.Add) and isinstance(parent.target, ast.Name):
            return self._is_statement(parent.target.id, function)
        if isinstance(parent, ast.Assign) and isinstance(node, ast.BinOp):  # `query = query + ...`
            first = next(_leaves(node))
            names = [one.id for one in parent.targets if isinstance(one, ast.Name)]
            return isinstance(first, ast.Name) and first.id in names and self._is_statement(first.id, function)
        if isinstance(parent, ast.Call) and parent.args[:1] == [node]:
            return origin(parent.func, self.imports).startswith("django.db.models.") and (
                last(origin(parent.func, {})) == "RawSQL"
            )
        while isinstance(parent, ast.List | ast.Tuple | ast.Dict):
            parent = self.parents.get(id(parent))
        call = self.parents.get(id(parent)) if isinstance(parent, ast.keyword) else None
        return (
            isinstance(parent, ast.keyword)
            and parent.arg in FRAGMENTS
            and isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "extra"
        )

    def _is_statement(self, name: str, function: Where | None) -> bool:
        """Return whether a variable of a function is given a statement and, by its name or by what it is passed to, is
        one."""
        named = any(word in name.lower() for word in NAMES)
        where = own(function[1]) if function is not None else ast.walk(self.tree)
        given = [
            holed(one.value) or ""
            for one in where
            if isinstance(one, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in one.targets)
        ]
        return any(map(sql_text.may_be, given)) and (named or self._passed_on(name, function))

    def _passed_on(self, name: str, function: Where | None) -> bool:
        where = own(function[1]) if function is not None else ast.walk(self.tree)
        return any(
            isinstance(one, ast.Call) and last(origin(one.func, {})) in SINKS
            and any(isinstance(given, ast.Name) and given.id == name for outer in one.args for given in _given(outer))
            for one in where
        )  # fmt: skip

    def passed(self, function: Where | None) -> Given:
        """The arguments that the calls of a private function pass for its parameters, where every call is in this
        file."""
        if function is None or not function[1].name.startswith("_") or function[1].name.startswith("__"):
            return {}
        arguments = function[1].args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args) if one.arg not in ("self", "cls")]
        given: Given = {}
        for call in ast.walk(self.tree):
            if not isinstance(call, ast.Call) or last(origin(call.func, {})) != function[1].name:
                continue
            if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
                return {}
            around = self.around(call)
            by_place = zip(names, call.args, strict=False)
            for name, value in (*by_place, *((one.arg or "", one.value) for one in call.keywords)):
                given.setdefault(name, []).append((value, around[1] if around else None))
        return given


def _given(argument: ast.expr) -> Iterator[ast.expr]:
    """An argument, and what is given to a call that it is: `execute(text(query))`."""
    yield argument
    if isinstance(argument, ast.Call):
        yield from argument.args


def _leaves(node: ast.expr) -> Iterator[ast.expr]:
    """The parts of a sum, in order."""
    if isinstance(node, ast.BinOp):
        yield from _leaves(node.left)
        yield from _leaves(node.right)
    else:
        yield node
