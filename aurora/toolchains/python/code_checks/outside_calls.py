"""Calls that leave the process or load and store rows: sessions, ORMs, SQL, HTTP clients and mail."""

import ast
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from aurora.toolchains.python.names import dotted, last, origin


class Outside(StrEnum):
    DATABASE = "database"
    HTTP = "HTTP client"
    MAIL = "mail"


class OutsideCall(NamedTuple):
    what: Outside
    node: ast.AST
    written: str
    """`db.add`, as in the text."""


_SESSION = re.compile(
    r"^(db|database|session|sess|db_session|async_session|dbsession|s_session|sql_session|orm|uow_session)$"
)
_SESSION_CALLS = {
    "add", "add_all", "execute", "executemany", "scalar", "scalars", "get", "get_one", "query", "commit", "delete",
    "merge", "flush", "refresh", "exec", "rollback", "begin", "begin_nested", "bulk_save_objects",
    "bulk_insert_mappings",
    "bulk_update_mappings", "expunge", "stream", "stream_scalars", "fetch_all", "fetch_one", "fetch_val", "iterate",
    "insert", "update", "save", "create", "find", "select", "transaction", "remove", "put",
}  # fmt: skip
_SESSION_TYPES = {"Session", "AsyncSession", "scoped_session", "SessionDep", "AsyncSessionDep", "DbSession",
    "DBSession",
                  "SessionDependency", "AsyncIOMotorDatabase", "AsyncIOMotorClient", "Database", "AsyncConnection",
                  "Connection", "AsyncEngine", "Engine", "Cursor"}  # fmt: skip
_SESSION_MAKERS = re.compile(
    r"^(Session|SessionLocal|get_session|\w*session_?(maker|local|factory|scope)|async_session)$", re.I
)
_CURSOR = re.compile(r"^(cursor|cur|conn|connection|engine|pool|db_conn|curs)$")
_CURSOR_CALLS = {
    "execute", "executemany", "executescript", "fetch", "fetchone", "fetchall", "fetchmany", "fetchrow", "fetchval",
    "commit", "rollback", "cursor", "copy_records_to_table", "acquire",
}  # fmt: skip
_MONGO = {
    "find_one", "insert_one", "insert_many", "update_one", "update_many", "delete_one", "delete_many", "replace_one",
    "find_one_and_update", "find_one_and_delete", "find_one_and_replace", "count_documents", "bulk_write",
    "estimated_document_count",
}  # fmt: skip
_COLLECTION = re.compile(r"(^|[._])(db|database|mongo\w*|collections?|coll?|motor)([._]|$)|(collection|_coll?)$", re.I)
_MODEL_CALLS = {
    "create", "get", "get_or_none", "get_or_create", "filter", "all", "select", "find", "find_one", "find_all",
    "insert", "insert_many", "insert_one", "update", "delete", "delete_many", "bulk_create", "first", "exists", "count",
    "aggregate", "get_by_id", "delete_by_id", "in_bulk", "update_or_create", "raw", "find_many",
}  # fmt: skip
_MODEL_PLACES = re.compile(r"(^|\.)(models?|entit(y|ies)|documents?|orm|tables|db_models)(\.|$)")
_ORMS = {"peewee", "tortoise", "beanie", "mongoengine", "odmantic", "ormar", "piccolo", "pony", "sqlalchemy",
    "sqlmodel",
         "gino", "bunnet", "playhouse"}  # fmt: skip
_STATEMENTS = {"select", "insert", "update", "delete", "text"}
_CLIENTS = {"requests", "httpx", "aiohttp", "urllib3", "grequests", "pycurl", "niquests", "treq"}
_CLIENT_CALLS = {
    "get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "send", "urlopen", "ClientSession",
    "AsyncClient", "Client", "Session", "PoolManager", "urlretrieve", "session",
}  # fmt: skip
_MAILERS = re.compile(
    r"^(e_?mail|mail|mailer|smtp|smtp_?server|ses|ses_client|mail_?client|email_client|sendgrid|sg|postmark|mailgun|"
    r"fm|fast_?mail|sendgrid_client|emailer)$",
    re.IGNORECASE,
)
_MAIL_CALLS = {
    "send",
    "send_message",
    "send_mail",
    "sendmail",
    "send_email",
    "send_raw_email",
    "deliver",
    "send_async_email",
}
_HTTP_NAMES = re.compile(r"^(http_?client|httpx_client|aiohttp_session|http_session|rest_client)$")
_SDKS = {"stripe", "twilio", "paypalrestsdk", "braintree"}
"""Libraries whose calls go to a server of others."""
_ROW_CALLS = {
    "save", "asave", "delete", "adelete", "insert", "replace", "delete_instance", "save_changes", "update_from_dict",
}  # fmt: skip
_RELATED_CALLS = {
    "all", "filter", "create", "add", "exclude", "exists", "first", "last", "order_by", "get_or_create",
    "update_or_create", "bulk_create", "acreate",
}  # fmt: skip
_MAIL_FUNCTIONS = {"send_mail", "send_mass_mail", "mail_admins", "mail_managers"}
_MESSAGES = {"EmailMessage", "EmailMultiAlternatives"}
_LAYERED = re.compile(
    r"(service|services|repo|repos|repository|repositories|dao|crud|store|manager|gateway|use_?case|usecase|facade|"
    r"client|helper|cache|schema|serializer|form|selector|api)s?$",
    re.IGNORECASE,
)
"""Endings of names that stand for a layer of their own, or for no row."""
_NO_ROWS = re.compile(
    r"(serializer|form|formset|storage|image|img|file|workbook|wb|fig|plt|config|settings|session|cache|plot|writer|"
    r"document|pdf|model_?file|im|thumbnail|ser|fs|path)$",
    re.IGNORECASE,
)


class Calls:
    """The calls of one module's functions. Names are known by its imports, by annotations and by what a function
    assigns; a name that says it all, such as `db`, is believed where nothing says otherwise."""

    def __init__(self, origins: Mapping[str, str], models: frozenset[str]) -> None:
        self.origins = origins
        self.models = models
        """Classes of the same file that are mapped to tables."""
        packages = {name.partition(".")[0] for name in origins.values()}
        self.orm = bool(packages & _ORMS)
        self.django = bool(packages & {"django", "rest_framework", "ninja", "ninja_extra"})

    def of(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[OutsideCall]:
        names = _Names.of(function, self)
        found = {
            id(node): OutsideCall(what, node, dotted(node.func))
            for node in _own(function)
            if isinstance(node, ast.Call) and (what := self._what(node, names)) is not None
        }
        for call in found.values():
            # of a chain its first call: `User.objects.filter(...).first()`
            assert isinstance(call.node, ast.Call)
            if not any(id(inner) in found for inner in ast.walk(call.node.func)):
                yield call

    def _what(self, call: ast.Call, names: "_Names") -> Outside | None:
        name = origin(call.func, self.origins)
        package, method = name.partition(".")[0], last(name)
        if isinstance(call.func, ast.Name):
            return self._of_function(name, package, method)
        if not isinstance(call.func, ast.Attribute):
            return None
        holder = call.func.value
        held = dotted(holder)
        tail = last(held)
        if self._is_model_call(holder, method, names):
            return Outside.DATABASE
        if package in _CLIENTS and method in _CLIENT_CALLS and ".web." not in name:
            return Outside.HTTP
        if name.startswith("urllib.request.") and method in _CLIENT_CALLS:
            return Outside.HTTP
        if (held in names.clients or _HTTP_NAMES.match(tail)) and method in _CLIENT_CALLS:
            return Outside.HTTP
        if package in _SDKS and name.count(".") > 1 and method.islower():
            return Outside.HTTP
        if self._is_mail(package, method, tail, held, names):
            return Outside.MAIL
        if method in ("atomic", "set_rollback") and name.startswith("django.db"):
            return Outside.DATABASE
        if self._is_session(held, tail, method, names):
            return Outside.DATABASE
        if method in ("connect", "begin") and tail == "engine":
            return Outside.DATABASE
        if (
            package in ("sqlite3", "psycopg", "psycopg2", "asyncpg", "pymysql", "MySQLdb", "aiosqlite")
            and method == "connect"
        ):
            return Outside.DATABASE
        return None

    def _of_function(self, name: str, package: str, method: str) -> Outside | None:
        if method in _STATEMENTS and package in ("sqlalchemy", "sqlmodel"):
            return Outside.DATABASE
        if method in _MAIL_FUNCTIONS and package in ("django", method):
            return Outside.MAIL
        if (package in _CLIENTS and method in _CLIENT_CALLS) or name == "urllib.request.urlopen":
            return Outside.HTTP
        return None

    def _is_session(self, held: str, tail: str, method: str, names: "_Names") -> bool:
        first = self.origins.get(held.partition(".")[0], "")
        if held in names.sessions and method in _SESSION_CALLS | _CURSOR_CALLS:
            return True
        if held.startswith(("request.session", "self.request.session", "flask.session")) or first == "flask.session":
            return False
        if _CURSOR.match(tail) and method in _CURSOR_CALLS:
            return first.partition(".")[0] not in ("redis", "celery") and not _is_layer(first)
        if method in ("find", "aggregate", "distinct") and re.search(r"(^|\.)(db|database|mongo_?db)\.\w+$", held):
            return not _is_layer(first)
        if method in _MONGO:
            return bool(_COLLECTION.search(held)) and not _LAYERED.search(tail) and not _is_layer(first)
        if not _SESSION.match(tail) or method not in _SESSION_CALLS or held in names.clients:
            return False
        if tail in ("session", "sess") and "." not in held and held not in names.parameters and not first:
            return held in names.assigned and method not in ("get", "put", "delete", "create", "update", "save")
        if method in ("get", "update", "put", "create", "find", "select", "remove", "save"):
            return tail != "session" and not _is_layer(first) and not names.is_dict(held)
        return not _is_layer(first)

    def _is_model_call(self, holder: ast.expr, method: str, names: "_Names") -> bool:
        held = dotted(holder)
        parts = held.split(".")
        if "objects" in parts[1:] and any(
            part[:1].isupper() or part in ("model", "cls") for part in parts[: parts.index("objects")]
        ):
            return True
        if "query" in parts[1:] and parts[parts.index("query") - 1][:1].isupper():
            return method not in ("get_or_404", "first_or_404", "one_or_404")
        known = held in names.entities or (self.django and held in ("request.user", "self.request.user"))
        if method in _ROW_CALLS and isinstance(holder, ast.Name | ast.Attribute) and known:
            return True
        if self.django and method in ("save", "asave") and held in names.changed and not _NO_ROWS.search(held):
            return True
        owner = held.rpartition(".")[0]
        if self.django and method in _RELATED_CALLS and isinstance(holder, ast.Attribute):
            # rows that belong to one: `request.user.orders.filter()`
            return owner in names.entities or (
                owner in ("request.user", "self.request.user") and parts[-1] != "profile"
            )
        if method in _MODEL_CALLS | _MONGO and isinstance(holder, ast.Name):
            return self.is_model(held)
        return len(parts) == 2 and parts[0] == "models" and parts[1][:1].isupper() and method in _MODEL_CALLS

    def is_model(self, name: str) -> bool:
        """Return whether a class is mapped to a table: of this file, or imported from a module of models."""
        if name in self.models:
            return True
        found = self.origins.get(name, "")
        module = found.rpartition(".")[0]
        return (
            name[:1].isupper()
            and not name.isupper()
            and bool(_MODEL_PLACES.search(module))
            and not _LAYERED.search(name)
        )

    def _is_mail(self, package: str, method: str, tail: str, held: str, names: "_Names") -> bool:
        if package in ("smtplib", "aiosmtplib") and method in ("SMTP", "SMTP_SSL", "send"):
            return True
        if method in _MAIL_FUNCTIONS and package == "django":
            return True
        if method == "send" and (last(held) in _MESSAGES or held in names.messages):
            return True
        first = self.origins.get(held.partition(".")[0], "")
        known_layer = bool(re.search(r"(^|\.)(services?|use_?cases?|domain|tasks)(\.|$)", first))
        return bool(_MAILERS.match(tail)) and method in _MAIL_CALLS and not known_layer and held.count(".") <= 2


class _Names(NamedTuple):
    """The meanings of a function's names."""

    parameters: frozenset[str]
    assigned: frozenset[str]
    sessions: frozenset[str]
    clients: frozenset[str]
    entities: frozenset[str]
    messages: frozenset[str]
    dicts: frozenset[str]
    changed: frozenset[str]
    """The objects that have an attribute assigned, and come from no form."""

    @classmethod
    def of(cls, function: ast.FunctionDef | ast.AsyncFunctionDef, calls: Calls) -> "_Names":
        sessions, clients, entities, messages, dicts = set(), set(), set(), set(), set()
        changed, of_forms = set(), set()
        given = function.args
        parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        for one in parameters:
            words = set(re.findall(r"\w+", ast.unparse(one.annotation))) if one.annotation is not None else set()
            if words & {"AsyncClient", "ClientSession"} or words >= {"httpx", "Client"}:
                clients.add(one.arg)
            elif words & _SESSION_TYPES or any(word.endswith(("SessionDep", "DbDep", "DBDep")) for word in words):
                sessions.add(one.arg)
            elif words & {"dict", "Dict", "Mapping"}:
                dicts.add(one.arg)
        assigned = set()
        for target, value in _bindings(function):
            held = dotted(target)
            assigned.add(held)
            if isinstance(target, ast.Attribute):
                changed.add(dotted(target.value))
            if last(dotted(value)) in ("save", "get_form", "get_serializer"):
                of_forms.add(held)
            name = origin(value, calls.origins)
            method, package = last(name), name.partition(".")[0]
            if isinstance(value, ast.Dict):
                dicts.add(held)
            if package in _CLIENTS and method in (
                "ClientSession",
                "AsyncClient",
                "Client",
                "Session",
                "PoolManager",
                "session",
            ):
                clients.add(held)
            elif _SESSION_MAKERS.search(method) and package not in _CLIENTS:
                sessions.add(held)
            elif method in ("SMTP", "SMTP_SSL") or method in _MESSAGES:
                messages.add(held)
            elif _gives_entity(value, calls) and not _NO_ROWS.search(held):
                entities.add(held)
        return cls(
            frozenset(one.arg for one in parameters), frozenset(assigned), frozenset(sessions), frozenset(clients),
            frozenset(entities), frozenset(messages), frozenset(dicts), frozenset(changed - of_forms - {"self"}),
        )  # fmt: skip

    def is_dict(self, held: str) -> bool:
        return held in self.dicts


def _gives_entity(value: ast.expr, calls: Calls) -> bool:
    """A row: from the ORM, or of a class of models."""
    value = value.value if isinstance(value, ast.Await) else value
    if not isinstance(value, ast.Call):
        return False
    name = dotted(value.func)
    parts = name.split(".")
    if "objects" in parts[1:] or last(name) in (
        "get_object_or_404",
        "aget_object_or_404",
        "get_object",
        "get_or_404",
        "first_or_404",
    ):
        return True
    if isinstance(value.func, ast.Name):
        return calls.is_model(value.func.id)
    return isinstance(value.func, ast.Attribute) and calls.is_model(parts[0]) and parts[-1] in _MODEL_CALLS | _MONGO


def _bindings(function: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Call | ast.Await):
                    yield from ((one, node.value) for one in target.elts[:1])
                else:
                    yield target, node.value
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            yield node.target, node.value
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            yield node.optional_vars, node.context_expr
        elif isinstance(node, ast.For | ast.AsyncFor):
            yield node.target, node.iter


def _own(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function's body, functions inside it left out where they are handlers of their own."""
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.decorator_list:
            continue
        stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _is_layer(name: str) -> bool:
    """Return whether an imported name is a module or object of a layer below."""
    return bool(re.search(r"(^|\.)(services?|repositor(y|ies)|crud|dal|dao|use_?cases?|selectors?)(\.|$)", name))
