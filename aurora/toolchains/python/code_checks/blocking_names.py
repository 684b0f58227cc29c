"""The blocking calls of Python: functions by their dotted names, and methods of clients by where their class is
from."""

FUNCTIONS = frozenset(
    {
        "time.sleep", "open", "io.open", "input", "os.system", "os.popen", "os.wait", "os.waitpid",
        "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.getoutput",
        "subprocess.getstatusoutput", "subprocess.Popen",
        "urllib.request.urlopen", "urllib.request.urlretrieve",
        "socket.create_connection", "socket.gethostbyname", "socket.getaddrinfo",
        "shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.rmtree", "shutil.move",
        "smtplib.SMTP", "smtplib.SMTP_SSL", "ftplib.FTP", "ftplib.FTP_TLS",
        "sqlite3.connect", "psycopg2.connect", "psycopg.connect", "pymysql.connect", "MySQLdb.connect",
        "mysql.connector.connect", "psycopg.Connection.connect", "pyodbc.connect",
        *(f"requests.{verb}" for verb in ("get", "post", "put", "patch", "delete", "head", "options", "request")),
        "httpx.stream",
        "django.shortcuts.get_object_or_404", "django.shortcuts.get_list_or_404", "django.core.mail.send_mail",
        *(f"httpx.{verb}" for verb in ("get", "post", "put", "patch", "delete", "head", "options", "request")),
    }
)  # fmt: skip
PATHS = frozenset({"read_text", "write_text", "read_bytes", "write_bytes", "open"})
"""Methods of `pathlib.Path` that read or write a file."""
VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "send", "stream"})
OF_A_CONNECTION = frozenset(
    {"execute", "executemany", "executescript", "commit", "rollback", "fetchone", "fetchall", "fetchmany"}
)
OF_A_SESSION = frozenset(
    {"execute", "scalars", "scalar", "get", "get_one", "query", "exec", "commit", "rollback", "flush", "refresh",
     "merge"}
)  # fmt: skip
OF_AN_ENGINE = frozenset({"execute", "scalar", "scalars", "exec_driver_sql", "commit", "rollback"})
"""And of its connections."""
OF_MONGO = frozenset(
    {
        "find_one", "insert_one", "insert_many", "update_one", "update_many", "delete_one", "delete_many", "aggregate",
        "count_documents", "find_one_and_update", "find_one_and_delete", "replace_one", "bulk_write", "distinct",
    }
)  # fmt: skip
NOT_OF_REDIS = frozenset({"pipeline", "pubsub", "lock", "register_script", "from_url"})
NOT_OF_AWS = frozenset({"generate_presigned_url", "generate_presigned_post", "get_paginator", "get_waiter", "Table"})
ANY: frozenset[str] = frozenset()
"""Every method but those that are excepted."""
CLIENTS: dict[str, frozenset[str]] = {
    "requests.Session": VERBS, "requests.session": VERBS, "requests.sessions.Session": VERBS, "httpx.Client": VERBS,
    "urllib3.PoolManager": frozenset({"request", "urlopen"}),
    "pathlib.Path": PATHS,
    "sqlite3.connect": OF_A_CONNECTION, "sqlite3.Connection": OF_A_CONNECTION, "sqlite3.Cursor": OF_A_CONNECTION,
    "psycopg2.connect": OF_A_CONNECTION, "psycopg.connect": OF_A_CONNECTION, "psycopg.Connection": OF_A_CONNECTION,
    "psycopg2.extensions.connection": OF_A_CONNECTION, "pymysql.connect": OF_A_CONNECTION,
    "sqlalchemy.orm.Session": OF_A_SESSION, "sqlalchemy.orm.session.Session": OF_A_SESSION,
    "sqlmodel.Session": OF_A_SESSION, "sqlalchemy.orm.sessionmaker()": OF_A_SESSION,
    "sqlalchemy.orm.scoped_session": OF_A_SESSION, "SessionLocal": OF_A_SESSION,
    "sqlalchemy.engine.Connection": OF_AN_ENGINE, "sqlalchemy.Connection": OF_AN_ENGINE,
    "sqlalchemy.create_engine": OF_AN_ENGINE, "sqlalchemy.engine.create_engine": OF_AN_ENGINE,
    "sqlalchemy.Engine": OF_AN_ENGINE, "sqlalchemy.engine.Engine": OF_AN_ENGINE,
    "redis.Redis": ANY, "redis.StrictRedis": ANY, "redis.from_url": ANY, "redis.Redis.from_url": ANY,
    "redis.client.Redis": ANY,
    "pymongo.MongoClient": OF_MONGO,
    "boto3.client": ANY, "boto3.resource": ANY, "boto3.session.Session": ANY,
    "smtplib.SMTP": frozenset({"sendmail", "send_message", "login", "starttls"}),
}  # fmt: skip
"""The package of a client -> its methods that wait for an answer."""
HINTS = {
    "time.sleep": "Use `await asyncio.sleep(...)`.",
    "requests": "Use an asynchronous client, such as `httpx.AsyncClient`, and await it.",
    "httpx": "Use `httpx.AsyncClient` and await it.",
    "subprocess": "Use `await asyncio.create_subprocess_exec(...)`.",
    "sqlalchemy": "Use an `AsyncSession` and await it, or make the function a plain `def`.",
    "django": "Use the asynchronous counterpart and await it, or wrap the work in `sync_to_async`.",
    "sqlmodel": "Use an `AsyncSession` and await it, or make the function a plain `def`.",
    "redis": "Use `redis.asyncio` and await it.",
}
HINT = "Use an asynchronous library and await it, or hand the call to a thread: `await asyncio.to_thread(...)`."


OF_ROWS = (
    "Use the ORM's asynchronous methods (`aget`, `acreate`, `async for`) and await them, or wrap it in sync_to_async."
)


def hint(name: str) -> str:
    if name not in FUNCTIONS and (name[:1].isupper() or "(" in name or "." not in name):
        return OF_ROWS
    return HINTS.get(name) or HINTS.get(name.partition(".")[0]) or HINT


def blocks(client: str, method: str) -> bool:
    methods = CLIENTS.get(client)
    if methods is None:
        return False
    if methods:
        return method in methods
    return method not in NOT_OF_REDIS and method not in NOT_OF_AWS and not method.startswith("_")
