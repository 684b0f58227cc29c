"""The reference of every setting, written from the models that check them: `python -m aurora.reference.settings`.

Two documents: the keys of aurora.yaml, and the worker's settings with the environment variables. Types, defaults,
bounds and descriptions come from the models' JSON Schema, so a new field needs its `description=` and nothing here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from aurora.reference.schema import build
from aurora.settings.policy import CAPS
from aurora.settings.repository import BackendSettings, Duration
from aurora.settings.variables import GROUPS
from aurora.settings.worker import PREFIX, WorkerSettings
from aurora.text import counted

Schema = dict[str, Any]
Place = tuple[str, ...]
"""Keys from the root of the settings; an item of a list is `[]`, any name of a mapping `<name>`."""

COMMAND = "python -m aurora.reference.settings"
ANY_NAME = "<name>"
NAMED_TYPES = {TypeAdapter(Duration).json_schema()["pattern"]: "duration"}
"""Patterns that have a name of their own."""
_PLAIN = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`", "null": "null"}


@dataclass(frozen=True)
class Key:
    """One key of a mapping."""

    at: Place
    type: str
    default: str
    bounds: str
    description: str

    @property
    def name(self) -> str:
        return self.at[-1]


@dataclass(frozen=True)
class Section:
    """A mapping and the keys in it; `in_list`: it stands in a list, so its keys have no variables."""

    at: Place
    description: str
    keys: tuple[Key, ...]
    in_list: bool = False


def sections(root: Schema) -> list[Section]:
    """The mappings of a schema, each before those inside it."""
    return list(_sections(root, dict(_definitions(root)), (), root.get("description", ""), in_list=False))


def _definitions(schema: Any) -> Iterator[tuple[str, Schema]]:
    """Named parts of a schema, also of those that were put into it whole."""
    if isinstance(schema, dict):
        yield from schema.get("$defs", {}).items()
        for value in schema.values():
            yield from _definitions(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _definitions(value)


def _sections(schema: Schema, defs: Schema, at: Place, description: str, *, in_list: bool) -> Iterator[Section]:
    properties = schema.get("properties", {})
    required = schema.get("required", ())
    keys = [_key(one, defs, (*at, name), must=name in required) for name, one in properties.items()]
    yield Section(at, description, tuple(keys), in_list)
    for name, one in properties.items():
        for inner, suffix in _mappings(one, defs):
            said = one.get("description") or inner.get("description", "")
            where = (*at, name, *suffix)
            yield from _sections(inner, defs, where, said, in_list=in_list or suffix == ("[]",))


def _mappings(schema: Schema, defs: Schema) -> Iterator[tuple[Schema, Place]]:
    """The mappings with known keys that a value may be or hold, with how they are reached from it."""
    for option in _options(schema, defs):
        if "properties" in option:
            yield option, ()
        elif option.get("type") == "array":
            yield from ((inner, ("[]", *more)) for inner, more in _mappings(option.get("items", {}), defs))
        else:
            held = [found for value in _values(option) for found in _mappings(value, defs)]
            yield from ((inner, (ANY_NAME, *more)) for inner, more in held)


def _values(schema: Schema) -> list[Schema]:
    """The values of a mapping whose names are free."""
    more = schema.get("additionalProperties")
    return [*([more] if isinstance(more, dict) else []), *schema.get("patternProperties", {}).values()]


def _options(schema: Schema, defs: Schema) -> list[Schema]:
    """The types that a value may have, null left out."""
    if "$ref" in schema:
        return _options(defs[schema["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in schema:
        return [one for each in schema["anyOf"] for one in _options(each, defs)]
    return [] if schema.get("type") == "null" else [schema]


def _key(schema: Schema, defs: Schema, at: Place, *, must: bool) -> Key:
    options = _options(schema, defs)
    nullable = any(one.get("type") == "null" for one in schema.get("anyOf", ()))
    types = [_type(one, defs) for one in options]
    default = schema.get("default")
    if nullable and default is not None:
        types.append("null")
    described = schema.get("description") or next((one["description"] for one in options if "description" in one), "")
    bounds = [bound for one in options for bound in _bounds(one)]
    return Key(at, " or ".join(types), _default(schema, options, must=must), "; ".join(bounds), described)


def _type(schema: Schema, defs: Schema) -> str:
    if "enum" in schema or "const" in schema:
        values = schema.get("enum") or [schema["const"]]
        return _or([f"`{value}`" for value in values])
    match schema.get("type"):
        case "array":
            items = [_type(one, defs) for one in _options(schema.get("items", {}), defs)]
            return f"list of {' or '.join(items) or 'anything'}"
        case "object" if "properties" in schema:
            return "mapping"
        case "object":
            held = [_type(one, defs) for value in _values(schema) for one in _options(value, defs)]
            return f"mapping of a name to {' or '.join(held) or 'anything'}"
        case "string" if schema.get("pattern") in NAMED_TYPES:
            return NAMED_TYPES[schema["pattern"]]
        case "string":
            return {"path": "path", "password": "secret text"}.get(schema.get("format", ""), "text")
        case str(kind):
            return _PLAIN[kind]
        case _:
            return "anything"


def _or(values: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(values[:-1]), values[-1])))


def _bounds(schema: Schema, each: str = "") -> Iterator[str]:
    """Bounds that the schema states; `each` stands before those of a list's items."""
    signs = (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
    yield from (f"{each}{sign} {_number(schema[name])}" for name, sign in signs if name in schema)
    for least, most, unit in (("minLength", "maxLength", "character"), ("minItems", "maxItems", "item")):
        low, high = schema.get(least), schema.get(most)
        if low is not None and high is not None:
            yield f"{each}{low} to {high} {unit}s"
        elif low is not None:
            yield f"{each}at least {counted(low, unit)}"
        elif high is not None:
            yield f"{each}at most {counted(high, unit)}"
    if schema.get("pattern") and schema["pattern"] not in NAMED_TYPES:
        yield f"{each}matches `{schema['pattern']}`"
    if isinstance(schema.get("items"), dict):
        yield from _bounds(schema["items"], "each ")


def _number(value: float) -> str:
    return f"{value:,g}" if value != int(value) else f"{int(value):,}"


def _default(schema: Schema, options: list[Schema], *, must: bool) -> str:
    if any("properties" in one for one in options):
        return ""
    value = schema.get("default")
    if value is None:
        kind = options[0].get("type") if options else None
        if "default" in schema:
            return "unset"
        return "required" if must else {"object": "`{}`", "array": "`[]`"}.get(str(kind), "unset")
    if isinstance(value, float):
        return f"`{value:g}`"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def undescribed(root: Schema) -> list[str]:
    """Keys without a description."""
    return [".".join(key.at) for section in sections(root) for key in section.keys if not key.description.strip()]


def variable(at: Place) -> str:
    """The environment variable of a key of the worker's settings."""
    return PREFIX + "__".join(part if part == ANY_NAME else part.upper() for part in at)


def repository_schema() -> Schema:
    """That of the block `agents.backend`, as the schema of the whole file has it."""
    defs: Schema = build()["$defs"]
    return {**defs[BackendSettings.__name__], "$defs": defs}


def repository_reference() -> str:
    caps = {(section, key): cap for cap, section, key in CAPS}
    lines = [
        "# Reference of aurora.yaml",
        "",
        f"Written by `{COMMAND}` from the models that check the file; change `aurora/settings/repository.py`.",
        "",
        "The file is read at the task's base commit; all keys stand under `agents.backend`. An unknown key is refused "
        "with its line and the one that was probably meant; keys that begin with `x-` are yours and are not read. A "
        "value above a cap of [the worker's policy](../operating/"
        "reference-settings.md#policy) is lowered to it, with a warning. [Its JSON Schema](aurora.schema.json) lets "
        "editors complete and check it; [an example](../../aurora.yaml).",
        "",
        DURATION,
    ]
    for section in sections(repository_schema()):
        lines += ["", f"## {_heading(section.at) or '`agents.backend`'}", *_said(section), *_head("key", *COLUMNS)]
        for key in section.keys:
            cap = caps.get((section.at[-1] if section.at else "", key.name))
            bounds = "; ".join(filter(None, (key.bounds, f"cap: `policy.{cap}`" if cap else "")))
            lines += _row(f"`{key.name}`", key.type, key.default, bounds, key.description)
    return "\n".join(lines) + "\n"


def worker_reference() -> str:
    lines = [
        "# Reference of the worker's settings and the environment",
        "",
        f"Written by `{COMMAND}` from the models that check the settings; change those in `aurora/settings/`.",
        "",
        "A setting is a variable, or a key of the YAML file that `AURORA_SETTINGS` names; the variable wins. Lists and "
        "mappings are given as JSON in a variable. `<name>` is a name of your own, read in lower case. A misspelt name "
        "is refused where it is near a known one.",
        "",
        DURATION,
    ]
    for section in sections(WorkerSettings.model_json_schema()):
        lines += ["", f"## {_heading(section.at) or 'All keys'}", *_said(section)]
        if section.in_list:
            whole = variable(section.at[: section.at.index("[]")])
            lines += [f"An item of a list: in the file, or as JSON in `{whole}`.", "", *_head("key", *COLUMNS)]
        else:
            lines += _head("key", "variable", *COLUMNS)
        for key in section.keys:
            names = [f"`{key.name}`"] if section.in_list else [f"`{key.name}`", f"`{variable(key.at)}`"]
            lines += _row(*names, key.type, key.default, key.bounds, key.description)
    lines += ["", "## Other variables"]
    for group, variables in GROUPS.items():
        lines += ["", f"### {group}", "", *_head("variable", "use")]
        for one in variables:
            lines += _row(", ".join(f"`{name}`" for name in one.names.split()), one.use)
    return "\n".join(lines) + "\n"


DURATION = "A duration is a whole number with its unit: `90s`, `30m`, `24h`, `7d`."
COLUMNS = ("type", "default", "bounds", "meaning")


def _heading(at: Place) -> str:
    return f"`{'.'.join(at).replace('.[]', '[]')}`" if at else ""


def _said(section: Section) -> list[str]:
    return ["", " ".join(section.description.split()), ""]


def _row(*cells: str) -> list[str]:
    return ["| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"]


def _head(*cells: str) -> list[str]:
    return [*_row(*cells), "|" + "---|" * len(cells)]


DOCUMENTS = {
    Path("docs/using/reference-aurora-yaml.md"): repository_reference,
    Path("docs/operating/reference-settings.md"): worker_reference,
}


def main() -> None:
    for path, text in DOCUMENTS.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
