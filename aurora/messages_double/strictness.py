"""Everything the service refuses a request for, each with the service's own status and wording where it is known."""

import re
from collections.abc import Mapping
from typing import Any, Final

from aurora.messages_double.catalogue import MODELS, KnownModel
from aurora.messages_double.conversation_rules import check_conversation
from aurora.messages_double.fields import COUNT, REQUEST, SAMPLING, TEXT, TOOL
from aurora.messages_double.refusal import Refused
from aurora.messages_double.schema_rules import Load, check_limits, check_schema, check_strict
from aurora.messages_double.sections import blocks_of, counted
from aurora.messages_double.thinking import check_signatures

MAX_BREAKPOINTS: Final = 4
EFFORTS: Final = ("low", "medium", "high", "xhigh", "max")
_TOOL_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_VERSION: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def check_headers(headers: Mapping[str, str], key: str | None) -> None:
    """The key travels as `x-api-key` or as a bearer token; any is right when `key` is None. Raises `Refused`."""
    bearer = headers.get("authorization", "")
    given = headers.get("x-api-key") or bearer.removeprefix("Bearer ").strip()
    if not given:
        raise Refused("x-api-key header is required", kind="authentication_error")
    if key is not None and given != key:
        raise Refused("invalid x-api-key", kind="authentication_error")
    if not _VERSION.fullmatch(headers.get("anthropic-version", "")):
        raise Refused("anthropic-version: header is required")


def check_model(model: str) -> KnownModel:
    """Raises `Refused` with 404 for one that is unknown or retired."""
    known = MODELS.get(model)
    if known is None or known.lifecycle == "retired":
        raise Refused(f"model: {model}", kind="not_found_error")
    return known


def check_request(body: Any, *, counting: bool = False) -> None:
    """Raises `Refused`."""
    for name in SAMPLING:
        if isinstance(body, dict) and name in body:
            raise Refused(f"{name}: sampling parameters are not supported by this model")
    (COUNT if counting else REQUEST).check(body, "")
    model = check_model(body["model"])
    if not counting:
        _check_max_tokens(body["max_tokens"], model)
    _check_system(body.get("system"))
    load = _check_tools(body.get("tools", []))
    _check_tool_choice(body)
    _check_thinking(body.get("thinking"), model)
    load = load.plus(_check_output_config(body.get("output_config")))
    check_limits(sum(bool(tool.get("strict")) for tool in body.get("tools", [])), load)
    check_conversation(body)
    _check_breakpoints(body)
    check_signatures(body)
    if (size := counted(body)) > model.context_tokens:
        raise Refused(f"prompt is too long: {size} tokens > {model.context_tokens} maximum")


def _check_max_tokens(max_tokens: int, model: KnownModel) -> None:
    if max_tokens < 1:
        raise Refused("max_tokens: Input should be greater than or equal to 1")
    if max_tokens > model.max_output_tokens:
        raise Refused(f"max_tokens: {max_tokens} > {model.max_output_tokens}, the maximum of {model.name}")


def _check_system(system: Any) -> None:
    if system is None or isinstance(system, str):
        return
    if not isinstance(system, list):
        raise Refused("system: Input should be a valid string or list")
    for at, block in enumerate(system):
        TEXT.check(block, f"system.{at}")
        if block["type"] != "text" or not block["text"]:
            raise Refused(f"system.{at}: text content blocks must be non-empty")


def _check_tools(tools: Any) -> Load:
    if not isinstance(tools, list):
        raise Refused("tools: Input should be a valid list")
    load, names = Load(), set()
    for at, tool in enumerate(tools):
        where = f"tools.{at}"
        TOOL.check(tool, where)
        if not _TOOL_NAME.fullmatch(tool["name"]):
            raise Refused(f"{where}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'")
        if tool["name"] in names:
            raise Refused(f"tools: Tool names must be unique: {tool['name']}")
        names.add(tool["name"])
        schema = tool["input_schema"]
        if schema.get("type") != "object":
            raise Refused(f"{where}.input_schema.type: Input should be 'object'")
        if tool.get("strict"):
            load = load.plus(check_strict(schema, f"{where}.input_schema"))
        else:
            check_schema(schema, f"{where}.input_schema")
    return load


def _check_tool_choice(body: Mapping[str, Any]) -> None:
    choice = body.get("tool_choice")
    if choice is None:
        return
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind not in ("auto", "any", "tool", "none"):
        raise Refused("tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'")
    if kind in ("any", "tool") and body["model"].endswith("-5-5"):
        raise Refused("tool_choice: forcing tool use is not supported by this model; use 'auto'")
    if kind != "none" and not body.get("tools"):
        raise Refused("tool_choice: may only be specified while providing tools")


def _check_thinking(thinking: Any, model: KnownModel) -> None:
    if thinking is None:
        return
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    if kind not in model.thinking:
        raise Refused(f"thinking.type: {kind!r} is not supported by {model.name}; it takes {sorted(model.thinking)}")


def _check_output_config(config: Any) -> Load:
    if config is None:
        return Load()
    if not isinstance(config, dict) or config.keys() - {"effort", "format"}:
        raise Refused("output_config: takes `effort` and `format` only")
    if config.get("effort") not in (None, *EFFORTS):
        raise Refused(f"output_config.effort: Input should be one of {EFFORTS}")
    form = config.get("format")
    if form is None:
        return Load()
    if not isinstance(form, dict) or form.keys() != {"type", "schema"} or form["type"] != "json_schema":
        raise Refused("output_config.format: Input should be {'type': 'json_schema', 'schema': ...}")
    return check_strict(form["schema"], "output_config.format.schema")


def _check_breakpoints(body: Mapping[str, Any]) -> None:
    marked = [("tools", tool) for tool in body.get("tools", [])]
    marked += [("system", block) for block in blocks_of(body.get("system") or [])]
    for message in body["messages"]:
        for block in blocks_of(message["content"]):
            marked.append(("messages", block))
            marked += [("messages", part) for part in blocks_of(block.get("content") or [])]
    marks = [(where, block["cache_control"]) for where, block in marked if block.get("cache_control") is not None]
    for where, mark in marks:
        if not isinstance(mark, dict) or mark.get("type") != "ephemeral" or mark.keys() - {"type", "ttl"}:
            raise Refused(f"{where}: cache_control: Input should be {{'type': 'ephemeral'}} with an optional `ttl`")
        if mark.get("ttl", "5m") not in ("5m", "1h"):
            raise Refused(f"{where}: cache_control.ttl: Input should be '5m' or '1h'")
    if len(marks) > MAX_BREAKPOINTS:
        raise Refused(f"A maximum of {MAX_BREAKPOINTS} blocks with cache_control may be provided. Found {len(marks)}.")
    lifetimes = [mark.get("ttl", "5m") for _, mark in marks]
    if "1h" in lifetimes[lifetimes.index("5m") :] if "5m" in lifetimes else False:
        raise Refused("cache_control.ttl: a ttl='1h' block must not come after a ttl='5m' block")
