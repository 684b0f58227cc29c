"""Makes the exceptions of a recording anew and says how they are read: `python replay.py RECORDING FOLDER`.

The folder holds the project that was recorded; this runs in it, in a process of its own, because modules are put in the
place of the project's. Printed is JSON: test -> [kind, lacks].
"""

import ast
import builtins
import importlib
import json
import os
import sys
import tempfile
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aurora_events
import pytest

BASE = os.getcwd()
REAL = ("builtins", "_pytest")
BUILT_IN = frozenset(kind for kind in vars(builtins).values() if isinstance(kind, type))
Facts = Mapping[str, Any]


def local(text: str) -> str:
    return text.replace("{TMP}", os.path.realpath(tempfile.gettempdir())).replace("{PYTHON}", sys.prefix)


def real(name: str, module: str) -> Any:
    """A class of the language or of pytest: readings ask for these by identity."""
    root = module.partition(".")[0]
    if root not in REAL and root not in sys.stdlib_module_names:
        return None
    if name == "Failed":
        return pytest.fail.Exception
    return getattr(importlib.import_module(module), name, None)


def class_of(facts: Facts) -> Any:
    mro = [(name, module, real(name, module)) for name, module in facts["classes"]]
    if mro[0][2] in BUILT_IN:
        return mro[0][2]
    bases: list[Any] = []
    for _, _, kind in mro:
        if kind is not None and not any(issubclass(one, kind) for one in bases):
            bases.append(kind)
    made = tuple(bases) or (Exception,)
    for name, module, kind in reversed(mro):
        if kind is None or (name, module) == mro[0][:2]:
            made = (type(name, made, {"__module__": module, "__str__": lambda self: self.said}),)
    return made[0]


def exception(facts: Facts) -> BaseException:
    kind = class_of(facts)
    args = [local(one) if isinstance(one, str) else one for one in facts.get("args", ())]
    text = local(facts.get("text", ""))
    made: BaseException = kind.__new__(kind)
    if kind in BUILT_IN and args:
        made.__init__(*args)  # type: ignore[misc]  # of a class of the language
    else:
        made.args = tuple(args) or (text,)
    if kind not in BUILT_IN:
        made.said = text  # type: ignore[attr-defined]
    for name in ("errno", "filename", "lineno"):
        if name in facts:
            value = facts[name]
            setattr(made, name, local(value) if isinstance(value, str) else value)
    if "object" in facts and isinstance(made, AttributeError):
        made.obj = thing(facts["object"])
    return made


def thing(facts: Facts) -> Any:
    if facts["is"] == "module":
        return sys.modules.get(facts["name"]) or types.ModuleType(facts["name"])
    kind = real(facts["name"], facts["module"]) if facts["module"] == "builtins" else None
    if kind in (dict, list, str, int, float, bool):
        return kind()
    made: Any = type(facts["name"], (), {"__module__": facts["module"]})
    return made if facts["is"] == "class" else made()


def raised(error: BaseException, steps: list[Facts]) -> None:
    """Give it a traceback with these places: of each a function of its name, in its file, at its line and columns."""

    def end() -> None:
        raise error

    call: Any = None
    for number, step in enumerate(reversed(steps)):
        call = function(step, error if number == 0 else call)
    try:
        (call or end)()
    except BaseException as same:  # noqa: BLE001 - of any class
        found = same.__traceback__
        if steps:
            found = found.tb_next if found is not None else None
        same.__traceback__ = found


def function(step: Facts, inner: Any) -> Any:
    line, last, left, right = step["place"]
    spot = {"lineno": line or step["line"], "end_lineno": last or step["line"]}
    spot |= {"col_offset": left or 0, "end_col_offset": right or 1}
    name = ast.Name("__inner__", ast.Load(), **spot)
    body: ast.stmt
    if isinstance(inner, BaseException):
        body = ast.Raise(exc=name, cause=None, **spot)
    else:
        body = ast.Expr(ast.Call(name, [], [], **spot), **spot)
    held = {key: dict.fromkeys(keys) for key, keys in step.get("dicts", {}).items()}
    if "self" in step:
        held["self"] = thing(step["self"])
    held = {key: value for key, value in held.items() if key.isidentifier()}
    given = [ast.arg(key, **spot) for key in held]
    args = ast.arguments(posonlyargs=[], args=given, kwonlyargs=[], kw_defaults=[], defaults=[])
    made = ast.FunctionDef(name="made", args=args, body=[body], decorator_list=[], **spot)
    file = step["file"] if step["file"].startswith("<") else str(Path(BASE if step["ours"] else "/lib", step["file"]))
    space: dict[str, Any] = {"__inner__": inner}
    exec(compile(ast.Module([made], []), file, "exec"), space)  # of a recording in this repository
    space["made"].__code__ = space["made"].__code__.replace(co_name=step["name"])
    return lambda: space["made"](*held.values())


def read(case: Facts) -> list[str]:
    errors = [exception(facts) for facts in case["raised"]]
    for error, facts in zip(errors, case["raised"], strict=True):
        raised(error, list(facts.get("steps", ())))
    for error, facts in zip(errors, case["raised"], strict=True):
        error.__context__ = errors[facts["context"]] if "context" in facts else None
        error.__cause__ = errors[facts["cause"]] if "cause" in facts else None
        error.__suppress_context__ = "context" not in facts
        if "reason" in facts:
            error.reason = errors[facts["reason"]]  # type: ignore[attr-defined]  # as urllib has it
        if "members" in facts:
            error.exceptions = tuple(errors[at] for at in facts["members"])  # type: ignore[attr-defined]  # a group's
    reported = aurora_events.analyse(
        errors[0], case["when"], local(case["text"]), (AssertionError, pytest.fail.Exception)
    )
    return [reported["kind"], reported["lacks"]]


def main(recording: str) -> None:
    reported = json.loads(Path(recording).read_text(encoding="utf-8"))
    for name, path in reported["modules"].items():
        stand_in = types.ModuleType(name)
        stand_in.__file__ = str(Path(BASE, path))
        sys.modules[name] = stand_in
    sys.stdout.write(json.dumps({case["test"]: read(case) for case in reported["cases"]}))


if __name__ == "__main__":
    main(sys.argv[1])
