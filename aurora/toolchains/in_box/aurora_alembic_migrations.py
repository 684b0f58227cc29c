"""Migrates an empty database to the newest revision, compares it with the models, and tells the judge outside.

`python -m aurora_alembic_migrations`. The project's own `env.py` says which database and which models; Flask-Migrate's
is run within the application that FLASK_APP names. Standard library and the files beside it only, Python 3.8 and later.

AURORA_MIGRATIONS   JSON: `roots` for sys.path, `ini`, and `without`, revisions to be left out, from the repository's
                    root; `sqlite`, whether `env.py` is given an empty file of SQLite instead of its own database
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aurora_environment import variable  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_events import BASE, MESSAGE_BYTES, Pipe, cut  # type: ignore[import-not-found]  # beside this file

OPERATIONS = 60
UNREACHABLE = ("OperationalError", "NoSuchModuleError", "ModuleNotFoundError", "ConnectionRefusedError", "OSError",
               "gaierror", "ArgumentError", "InterfaceError", "TimeoutError", "KeyError")  # fmt: skip
"""Of what opens a database: it is not there, or nothing here can speak with it."""
NAMED = re.compile(r"""(?m)^\s*(?:export\s+)?FLASK_APP\s*=\s*["']?([^\s"'#]+)""")
MAKES = re.compile(r"\b(?:create_app|Flask)\(")
VARIABLES = ("DATABASE_URL", "DATABASE_URI", "DB_URL", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URL")


def said(error: BaseException) -> dict[str, Any]:
    text = "".join(traceback.format_exception_only(type(error), error)).strip()
    named = [type(one).__name__ for one in causes(error)]
    return {
        "exc": type(error).__name__,
        "message": cut(text, MESSAGE_BYTES),
        "environment": variable(error),
        # a database in memory is another one each time it is opened
        "unreachable": "database is not up to date" in text
        or (any(name in UNREACHABLE for name in named) and not _of_schema(error)),
    }


def causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _of_schema(error: BaseException) -> bool:
    """A statement of a migration that the database refuses: it was there."""
    return bool(getattr(error, "statement", None))


def check(pipe: Pipe, asked: dict[str, Any]) -> None:
    with application(asked) as config:
        if asked.get("sqlite"):
            config.set_main_option("sqlalchemy.url", os.environ[VARIABLES[0]])
        try:
            from alembic import command  # type: ignore[import-not-found]  # the project's

            command.upgrade(config, "heads")
        except Exception as failure:  # noqa: BLE001 - of the project's revisions and env.py
            pipe.send("broken", **said(failure))
            return
        compare(pipe, config)


@contextlib.contextmanager
def application(asked: dict[str, Any]) -> Iterator[Any]:
    """The configuration; for Flask-Migrate within the application."""
    from alembic.config import Config  # type: ignore[import-not-found]  # the project's
    from alembic.script import ScriptDirectory  # type: ignore[import-not-found]

    without = {os.path.realpath(Path(BASE, path)) for path in asked.get("without", ())}
    if without:
        leave_out(without)
    ini = Path(BASE, asked["ini"])
    environment = ini.parent / "env.py"
    text = environment.read_text("utf-8", "replace") if environment.is_file() else ""
    if "current_app" not in text:
        os.chdir(ini.parent)
        config = Config(str(ini))
        ScriptDirectory.from_config(config)  # it says what else is imported from where
        yield config
        return
    from flask.cli import ScriptInfo  # type: ignore[import-not-found]

    app = ScriptInfo(app_import_path=named_application()).load_app()
    with app.app_context():
        folder = os.path.relpath(ini.parent)
        yield app.extensions["migrate"].migrate.get_config(folder)


def named_application() -> str | None:
    """The application that FLASK_APP names, here or in `.flaskenv`; else the one program of the folder that makes one;
    else Flask's own guess."""
    name = os.environ.get("FLASK_APP", "")
    for path in (Path(".flaskenv"), Path(".env")):
        found = NAMED.search(path.read_text("utf-8", "replace")) if not name and path.is_file() else None
        name = found[1] if found else name
    if name or Path("app.py").is_file() or Path("wsgi.py").is_file():
        return name or None
    makers = [path for path in sorted(Path().glob("*.py")) if MAKES.search(path.read_text("utf-8", "replace"))]
    return str(makers[0]) if len(makers) == 1 else None


def leave_out(without: set[str]) -> None:
    from alembic.script import base

    name = "_from_path" if hasattr(base.Script, "_from_path") else "_from_filename"  # the one place that reads a file
    load = getattr(base.Script, name).__func__

    def chosen(cls: Any, scriptdir: Any, path: Any, *rest: Any) -> Any:
        whole = Path(path, *rest)
        return None if os.path.realpath(whole) in without else load(cls, scriptdir, path, *rest)

    setattr(base.Script, name, classmethod(chosen))


def compare(pipe: Pipe, config: Any) -> None:
    from alembic.autogenerate import render  # type: ignore[import-not-found]
    from alembic.autogenerate.api import AutogenContext, RevisionContext  # type: ignore[import-not-found]
    from alembic.runtime.environment import EnvironmentContext  # type: ignore[import-not-found]
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(config)
    wanted = {"message": None, "autogenerate": True, "sql": False, "head": "heads", "splice": False,
              "branch_label": None, "version_path": None, "rev_id": None, "depends_on": None}  # fmt: skip
    revision = RevisionContext(config, script, wanted)
    contexts: list[Any] = []

    def look(rev: Any, context: Any) -> list[Any]:
        contexts.append(context)
        revision.run_autogenerate(rev, context)
        return []

    with EnvironmentContext(config, script, fn=look, as_sql=False, template_args=revision.template_args):
        script.run_env()
    operations = []
    for found in revision.generated_revisions[-1].upgrade_ops_list:
        for one in leaves(found):
            code = render.render_op_text(AutogenContext(contexts[-1]), one)
            lines = [line.strip() for line in code.splitlines()]
            kind = type(one).__name__
            code = " ".join(line for line in lines if line and not line.startswith("#"))
            operations.append({"says": kind, "code": cut(code, 1500)})
    if operations:
        pipe.send("missing", where=config.get_main_option("script_location") or "", path="",
                  operations=operations[:OPERATIONS], text="", no_default=[])  # fmt: skip


def leaves(container: Any) -> Iterator[Any]:
    for one in container.ops:
        if hasattr(one, "ops"):
            yield from leaves(one)
        else:
            yield one


def main() -> None:
    pipe = Pipe()
    asked = json.loads(os.environ.pop("AURORA_MIGRATIONS", "{}"))
    pipe.send("begin", base=BASE)
    url = f"sqlite:///{tempfile.mkdtemp()}/aurora.sqlite3"
    for name in VARIABLES if asked.get("sqlite") else ():
        os.environ[name] = url
    for root in reversed(asked.get("roots", [])):
        folder = os.path.realpath(Path(BASE, root))
        if folder not in {os.path.realpath(entry or ".") for entry in sys.path}:
            sys.path.insert(0, folder)
    sys.path.insert(0, str(Path.cwd()))
    try:
        check(pipe, asked)
    except BaseException as error:  # noqa: BLE001 - whatever env.py and models of the project raise
        pipe.send("unchecked", **said(error))
    pipe.send("session", exit=0)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
