"""Calls that leave the process or load and store rows: Prisma, TypeORM, Knex, Sequelize, Mongoose, Drizzle, drivers of
databases, HTTP clients and mail."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from tree_sitter import Node

from aurora.toolchains.node.syntax import (
    FUNCTIONS,
    Origin,
    arguments,
    decorators,
    dotted,
    last,
    line,
    parameter_name,
    parameter_type,
    string,
    text,
    walk,
)


class Outside(StrEnum):
    DATABASE = "database"
    HTTP = "HTTP client"
    MAIL = "mail"


class OutsideCall(NamedTuple):
    what: Outside
    line: int
    written: str
    """`prisma.user.create`, as in the text."""


_PRISMA_CALLS = {
    "findUnique", "findUniqueOrThrow", "findFirst", "findFirstOrThrow", "findMany", "create", "createMany", "update",
    "updateMany", "upsert", "delete", "deleteMany", "aggregate", "groupBy", "count", "createManyAndReturn",
    "updateManyAndReturn",
}  # fmt: skip
_PRISMA = re.compile(r"^(prisma\w*|db|database|orm|tx|trx|client)$", re.IGNORECASE)
_PRISMA_RAW = {"$queryRaw", "$executeRaw", "$transaction", "$queryRawUnsafe", "$executeRawUnsafe"}
_UNMISTAKABLE = {
    "findByPk", "findAndCountAll", "bulkCreate", "findOrCreate", "findByIdAndUpdate", "findByIdAndDelete",
    "findByIdAndRemove", "findOneAndUpdate", "findOneAndDelete", "findOneAndReplace", "insertOne", "insertMany",
    "updateOne", "deleteOne", "countDocuments", "estimatedDocumentCount", "createQueryBuilder", "persistAndFlush",
    "removeAndFlush",
}  # fmt: skip
_MODEL_CALLS = _UNMISTAKABLE | {
    "find", "findOne", "findAll", "findById", "create", "update", "updateMany", "deleteMany", "destroy", "save",
    "count",
    "delete", "remove", "aggregate", "exists", "distinct", "bulkWrite", "findOneBy", "findBy", "insert", "query",
    "where",
    "upsert", "increment", "sum", "max", "scope",
}  # fmt: skip
_REPOSITORY_CALLS = _MODEL_CALLS | {"findAndCount", "findOneOrFail", "findOneByOrFail", "softDelete", "restore",
    "preload",
                                    "nativeDelete", "nativeUpdate", "flush", "findOneOrThrow"}  # fmt: skip
_DB = re.compile(r"^(db|database|knex|trx|tx|orm|drizzle|kysely|DB|sequelize|conn|connection|pool|mysql|pg|sql|em|"
                 r"entityManager|dataSource|AppDataSource|pgPool|dbClient|pgClient)$")  # fmt: skip
_DB_CALLS = {
    "select", "insert", "update", "delete", "query", "execute", "transaction", "selectFrom", "insertInto", "deleteFrom",
    "updateTable", "prepare", "raw", "from", "table", "add", "save", "create", "remove", "collection", "batch", "exec",
    "run", "all", "selectDistinct", "persist", "flush", "find", "findOne", "merge", "any", "one", "oneOrNone", "none",
    "many", "manyOrNone", "sync", "getRepository", "commit", "beginTransaction",
}  # fmt: skip
_MODEL_PLACES = re.compile(
    r"(^|/|\.)(models?|entit(y|ies)|schemas?/mongo|db|documents?)(/|$|\.)|\.(model|entity|schema)$", re.I
)
_LAYERED = re.compile(r"(service|repo|repository|dao|store|manager|gateway|usecase|client|helper|cache|controller|api|"
                      r"factory|handler|builder|dto|facade|provider|crud)s?$", re.IGNORECASE)  # fmt: skip
_ORMS = ("mongoose", "sequelize", "sequelize-typescript", "typeorm", "objection", "@typegoose/typegoose", "mongodb")
_HTTP_PACKAGES = {
    "axios", "got", "ky", "superagent", "node-fetch", "undici", "request", "request-promise", "needle", "cross-fetch",
    "isomorphic-fetch", "ofetch", "phin", "bent", "@nestjs/axios",
}  # fmt: skip
_HTTP_CALLS = {
    "get", "post", "put", "patch", "delete", "head", "request", "fetch", "del", "extend", "create", "json", "text",
    "options", "axiosRef",
}  # fmt: skip
_MAILERS = re.compile(r"^(e?mail|mailer|transporter|transport|smtpTransport|sgMail|sendgrid|resend|emails|smtp|ses|"
                      r"sesClient|postmark|mailgun|mg|mailTransporter|mailClient|emailClient)$", re.I)  # fmt: skip
_MAIL_CALLS = {"send", "sendMail", "sendEmail", "sendMultiple", "deliver", "sendTemplate"}


_HTTP_NAMES = re.compile(r"^(axios\w*|httpClient|apiClient)$")
_SDKS = re.compile(r"^(stripe|paypal|braintree|twilio\w*)$")
_SDK_CALLS = {"create", "retrieve", "update", "list", "capture", "cancel", "confirm", "del", "refund", "send"}
_HOLDERS = {"models", "db", "sequelize.models", "ctx.models", "context.models", "this.models", "fastify.models"}
"""The objects that hold the models by name: `db.Order.findAll()`."""


class Calls:
    """The calls of one file's functions. Names are known by its imports, by their types and by what they are assigned;
    a name that says it all, such as `db` or `prisma`, is believed where nothing says otherwise."""

    def __init__(self, root: Node, origins: Mapping[str, Origin]) -> None:
        self.origins = origins
        self.orm = any(one.specifier in _ORMS for one in origins.values())
        self.repositories, self.models, self.clients, self.mailers = _members(root)
        self._bound(root)

    def _bound(self, root: Node) -> None:
        """The values that variables of the whole file are assigned."""
        self.rows: set[str] = set()
        self.prismas: set[str] = set()
        self.own: set[str] = {text(node.child_by_field_name("name")) for node in walk(root) if node.type in FUNCTIONS}
        for node in walk(root):
            if node.type not in ("variable_declarator", "public_field_definition"):
                continue
            value, name = node.child_by_field_name("value"), text(node.child_by_field_name("name"))
            made = dotted(value)
            if value is None or not made:
                continue
            if value.type == "await_expression":
                value = value.named_children[0]
            method = last(made)
            if method == "getRepository" or method in ("getMongoRepository", "getTreeRepository"):
                self.repositories.add(name)
            elif made in ("mongoose.model", "sequelize.define") or (
                method == "model" and "mongoose" in self._packages()
            ):
                self.models.add(name)
            elif made == "PrismaClient":
                self.prismas.add(name)
            elif method == "createTransport":
                self.mailers.add(name)
            elif (value.type == "new_expression" and self.is_model(made)) or (
                value.type == "call_expression" and self._is_model_call(made)
            ):
                self.rows.add(name)
            elif made in ("axios.create", "got.extend", "ky.create"):
                self.clients.add(name)

    def _packages(self) -> set[str]:
        return {one.specifier for one in self.origins.values()}

    def of(self, function: Node) -> Iterator[OutsideCall]:
        body = function.child_by_field_name("body")
        if body is None:
            return
        for node in walk(body):
            if node.type == "call_expression":
                what = self._what(node)
                if what is not None:
                    yield OutsideCall(what, line(node), _written(node))

    def _what(self, call: Node) -> Outside | None:
        callee = call.child_by_field_name("function")
        name = dotted(callee)
        if callee is None or not name:
            return None
        first, _, rest = name.partition(".")
        found = self.origins.get(first)
        if (
            name in ("sql", "this.sql")
            and call.child_by_field_name("arguments") is not None
            and not self._is_built(call)
        ):
            return Outside.DATABASE
        if callee.type == "identifier":
            return self._of_function(name, found, call)
        if callee.type != "member_expression":
            return None
        holder = callee.child_by_field_name("object")
        method = text(callee.child_by_field_name("property"))
        if holder is None or (holder.type in ("call_expression",) and not self._is_start(holder)):
            return None
        if found is not None and found.specifier in _HTTP_PACKAGES:
            return (
                Outside.HTTP
                if method in _HTTP_CALLS and not rest.startswith(("create", "extend", "isAxiosError"))
                else None
            )
        held = dotted(holder)
        tail = last(held)
        if (held.removeprefix("this.") in self.clients or _HTTP_NAMES.match(tail)) and method in _HTTP_CALLS:
            return Outside.HTTP
        if found is not None and found.specifier.removeprefix("node:") in ("http", "https"):
            return Outside.HTTP if method in ("request", "get") else None
        if any(_SDKS.match(part) for part in held.removeprefix("this.").split(".")[:1]) and method in _SDK_CALLS:
            return Outside.HTTP
        if method == "knex" and self._first_text(call):
            return Outside.DATABASE
        if (
            (_MAILERS.match(tail) or tail in self.mailers or tail == "createTransport")
            and method in _MAIL_CALLS
            and not self._is_layer(first)
        ):
            return Outside.MAIL
        if self._is_database(holder, held, tail, method, call):
            return Outside.DATABASE
        return None

    def _is_built(self, call: Node) -> bool:
        """Return whether `sql` is no call of a driver's template, awaited where it stands, but a part of a
        statement."""
        outer = call.parent
        tagged = call.child_by_field_name("arguments")
        awaited = outer is not None and outer.type == "await_expression"
        return not awaited or tagged is None or tagged.type != "template_string"

    def _first_text(self, call: Node) -> bool:
        given = arguments(call)
        return bool(given) and string(given[0]) is not None

    def _is_start(self, holder: Node) -> bool:
        """A call that gives a repository: `getRepository(User).find()`."""
        return last(dotted(holder)) in (
            "getRepository",
            "getMongoRepository",
            "collection",
            "getCollection",
            "createTransport",
        )

    def _of_function(self, name: str, found: Origin | None, call: Node) -> Outside | None:
        if name == "fetch" and name not in self.own and (found is None or found.specifier in _HTTP_PACKAGES):
            return Outside.HTTP
        if (
            found is not None
            and found.specifier in _HTTP_PACKAGES
            and found.name in ("default", "*", "request", "fetch", "got")
        ):
            return Outside.HTTP
        if name in ("knex", "trx", "db") and name not in self.own and self._first_text(call):
            return Outside.DATABASE
        return None

    def _is_database(self, holder: Node, held: str, tail: str, method: str, call: Node) -> bool:
        parts = held.split(".")
        if method in _PRISMA_RAW:
            return True
        client = parts[-2] if len(parts) > 1 else ""
        if (
            method in _PRISMA_CALLS
            and (_PRISMA.match(client) or client in self.prismas)
            and not self._is_layer(parts[0])
        ):
            return True
        if "query" in parts[:-1] and method in ("findMany", "findFirst"):
            return True  # Drizzle: `db.query.users.findMany`
        if holder.type == "call_expression":
            return method in _REPOSITORY_CALLS | _MODEL_CALLS
        if held.removeprefix("this.") in self.repositories and method in _REPOSITORY_CALLS:
            return True
        if self._is_model_call(f"{held}.{method}"):
            return True
        if held in self.rows and method in ("save", "destroy", "remove", "deleteOne", "updateOne", "reload", "update"):
            return True
        if _DB.match(tail) and method in _DB_CALLS and not self._is_layer(parts[0]):
            return True
        if tail == "manager" and len(parts) > 1 and re.search(r"dataSource|connection|queryRunner", parts[-2], re.I):
            return method in _REPOSITORY_CALLS
        if tail == "supabase" and method in ("from", "rpc"):
            return True
        return tail == "client" and method == "query" and bool(arguments(call))

    def _is_model_call(self, name: str) -> bool:
        held, _, method = name.rpartition(".")
        own = held.removeprefix("this.")
        if own in self.models and method in _MODEL_CALLS:
            return True
        holder, _, model = held.rpartition(".")
        if holder in _HOLDERS and model[:1].isupper() and method in _MODEL_CALLS:
            return True
        if method in ("persistAndFlush", "removeAndFlush", "insertOne", "createQueryBuilder"):
            return not _LAYERED.search(held) and not self._is_layer(held.partition(".")[0])
        if "." in held or not held:
            return False
        if method in _UNMISTAKABLE:
            return not _LAYERED.search(held) and not self._is_layer(held)
        return method in _MODEL_CALLS and self.is_model(held)

    def is_model(self, name: str) -> bool:
        """Return whether a class or object is mapped to a table or a collection."""
        if name in self.models:
            return True
        found = self.origins.get(name)
        if found is None or not name[:1].isupper() or _LAYERED.search(name):
            return False
        return found.specifier.startswith((".", "@/", "~", "#", "src/")) and bool(_MODEL_PLACES.search(found.specifier))

    def _is_layer(self, name: str) -> bool:
        """Return whether an imported name is a module or an object of a layer below."""
        found = self.origins.get(name)
        return found is not None and bool(
            re.search(r"(^|/|\.)(services?|repositor(y|ies)|crud|dal|dao|use-?cases?)(/|\.|$)", found.specifier)
        )


def _members(root: Node) -> tuple[set[str], set[str], set[str], set[str]]:
    """Members and parameters by type: repositories of TypeORM and MikroORM, models of Mongoose, clients, mailers."""
    repositories, models, clients, mailers = set(), set(), set(), set()
    for node in walk(root):
        if node.type in ("required_parameter", "optional_parameter"):
            name, written = parameter_name(node), parameter_type(node)
        elif node.type == "public_field_definition":
            name, written = text(node.child_by_field_name("name")), text(node.child_by_field_name("type")).lstrip(": ")
        else:
            continue
        marks = {last(dotted(one)) for one in decorators(node)}
        if "InjectRepository" in marks or re.match(r"(\w+\.)?(Repository|EntityRepository|MongoRepository)<", written):
            repositories.add(name)
        elif "InjectModel" in marks or re.match(r"(Model|ModelType|ReturnModelType|PaginateModel)<", written):
            models.add(name)
        elif written in ("EntityManager", "DataSource", "SqlEntityManager"):
            repositories.add(name)
        elif written in ("HttpService", "AxiosInstance"):
            clients.add(name)
        elif written in ("MailerService", "Transporter", "nodemailer.Transporter"):
            mailers.add(name)
    return repositories, models, clients, mailers


def _written(call: Node) -> str:
    return dotted(call.child_by_field_name("function"))
