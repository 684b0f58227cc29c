"""Asks Django's own autodetector which changes of models no migration holds, and tells the judge outside. No database.

`python -m aurora_django_migrations`. Standard library and the files beside it only, Python 3.8 and later.

AURORA_MIGRATIONS   JSON: `roots` for sys.path and `without`, migrations to be left out, from the repository's root;
                    `models`, changed files: an app of theirs is asked about even if it has no migrations yet
"""

from __future__ import annotations

import json
import os
import pkgutil
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aurora_django import set_up  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_environment import variable  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_events import BASE, MESSAGE_BYTES, Pipe, cut, relative  # type: ignore[import-not-found]

OPERATIONS = 60
"""Operations of one app, that are told."""


def said(error: BaseException) -> dict[str, Any]:
    text = "".join(traceback.format_exception_only(type(error), error)).strip()
    return {"exc": type(error).__name__, "message": cut(text, MESSAGE_BYTES), "environment": variable(error)}


def check(pipe: Pipe, asked: dict[str, Any]) -> None:
    module, error = set_up()
    if error is not None or not module:
        pipe.send("unchecked", **(said(error) if error else {"message": "no settings module is named"}))
        return
    from django.conf import settings  # type: ignore[import-not-found]  # the project's

    chosen = getattr(settings, "MIGRATION_MODULES", None)
    # settings of tests turn migrations off by a module that is none: they would hide what is asked here
    settings.MIGRATION_MODULES = {k: v for k, v in chosen.items() if v} if isinstance(chosen, dict) else {}
    try:
        missing(pipe, asked)
    except Exception as failure:  # noqa: BLE001 - a migration that names no parent, has a fault of its own
        pipe.send("broken", **said(failure))


def missing(pipe: Pipe, asked: dict[str, Any]) -> None:
    from django.apps import apps  # type: ignore[import-not-found]
    from django.db.migrations import loader as loading  # type: ignore[import-not-found]
    from django.db.migrations.autodetector import MigrationAutodetector  # type: ignore[import-not-found]
    from django.db.migrations.state import ProjectState  # type: ignore[import-not-found]

    without = {os.path.realpath(Path(BASE, path)) for path in asked.get("without", ())}
    loading.pkgutil = Modules(without)
    own = {one.label: one for one in apps.get_app_configs() if relative(os.path.realpath(one.path)) is not None}
    new = {
        label
        for label, one in own.items()
        if any(inside(path, one.path) for path in asked.get("models", ())) and one.models_module is not None
    }
    loaded = loading.MigrationLoader(None, ignore_no_migrations=True)
    for label, names in sorted(loaded.detect_conflicts().items()):
        if label in own:
            pipe.send("conflict", app=label, names=sorted(names)[:10])
    asking = questioner(new)
    detector = MigrationAutodetector(loaded.project_state(), ProjectState.from_apps(apps), asking)
    found = detector.changes(graph=loaded.graph, trim_to_apps=None, convert_apps=new or None)
    for label, migrations in sorted(found.items()):
        if label not in own:
            continue
        models = own[label].models_module
        facts = [fact for one in migrations for fact in operations(one)]
        pipe.send(
            "missing",
            where=label,
            path=relative(getattr(models, "__file__", "") or "") or "",
            operations=facts[:OPERATIONS],
            text=cut("\n".join(written(one) for one in migrations), MESSAGE_BYTES),
            no_default=sorted(asking.without_default),
        )


class Modules:
    """`pkgutil` for the loader, without the migrations that are to be left out."""

    def __init__(self, without: set[str]) -> None:
        self.without = without

    def iter_modules(self, path: Any = None, prefix: str = "") -> Iterator[Any]:
        for one in pkgutil.iter_modules(path, prefix):
            place = os.path.realpath(Path(getattr(one.module_finder, "path", ""), f"{one.name}.py"))
            if place not in self.without:
                yield one

    def __getattr__(self, name: str) -> Any:
        return getattr(pkgutil, name)


def questioner(new: set[str]) -> Any:
    from django.db.migrations.questioner import MigrationQuestioner  # type: ignore[import-not-found]

    class Silent(MigrationQuestioner):  # type: ignore[misc]
        """Answers as nobody would be asked, and remembers which fields have no value for rows that are there."""

        def __init__(self) -> None:
            super().__init__(specified_apps=new, dry_run=True)
            self.without_default: set[str] = set()

        def ask_not_null_addition(self, field_name: str, model_name: str) -> None:
            self.without_default.add(f"{model_name}.{field_name}")

        def ask_not_null_alteration(self, field_name: str, model_name: str) -> Any:
            self.without_default.add(f"{model_name}.{field_name}")
            return super().ask_not_null_alteration(field_name, model_name)

    return Silent()


def operations(migration: Any) -> Iterator[dict[str, str]]:
    from django.db.migrations.writer import OperationWriter  # type: ignore[import-not-found]

    for one in migration.operations:
        try:
            code = "".join(line.strip() for line in OperationWriter(one, indentation=0).serialize()[0].splitlines())
        except Exception:  # noqa: BLE001 - a value that no migration can hold
            code = repr(one)
        yield {"says": cut(one.describe(), 300), "code": cut(code, 800)}


def written(migration: Any) -> str:
    from django.db.migrations.writer import MigrationWriter

    try:
        writer = MigrationWriter(migration, include_header=False)
        path = relative(writer.path) or writer.path
        return f"# {path}\n{writer.as_string().strip()}\n"
    except Exception:  # noqa: BLE001 - an app without a folder for them, an old Django, a value that can't be written
        return ""


def inside(path: str, folder: str) -> bool:
    return os.path.realpath(Path(BASE, path)).startswith(os.path.realpath(folder) + os.sep)


def main() -> None:
    pipe = Pipe()
    asked = json.loads(os.environ.pop("AURORA_MIGRATIONS", "{}"))
    pipe.send("begin", base=BASE)
    for root in reversed(asked.get("roots", [])):
        folder = os.path.realpath(Path(BASE, root))
        if folder not in {os.path.realpath(entry or ".") for entry in sys.path}:
            sys.path.insert(0, folder)
    sys.path.insert(0, str(Path.cwd()))
    check(pipe, asked)
    pipe.send("session", exit=0)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
