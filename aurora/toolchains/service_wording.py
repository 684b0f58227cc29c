"""Findings about the service layer, worded alike for all languages."""

from collections.abc import Callable, Sequence

from aurora.toolchains.code_checks import Flaw

_DOES = {
    "database": "works with the database itself",
    "HTTP client": "calls another server itself",
    "mail": "sends mail itself",
}
SHOWN = 3


def _listed(written: Sequence[str]) -> str:
    unlike = list(dict.fromkeys(written))
    return ", ".join(f"`{one}`" for one in unlike[:SHOWN]) + (", ..." if len(unlike) > SHOWN else "")


def in_handler(
    handler: str, framework: str, what: str, written: Sequence[str], line: int, place: Callable[[], str]
) -> Flaw:
    return Flaw(
        message=f"The route handler {handler} {_DOES[what]}: {_listed(written)}.",
        hint=f"Move it into a function of the service layer, {place()}; the handler takes the input, calls that one "
        "function and shapes the answer. Handing a session on to it is fine."
        + (" Other handlers may do it here; new ones don't." if framework else ""),
        line=line,
        identity=f"{handler} {what}",
    )


def in_service(name: str, written: Sequence[str], line: int, *, advice: bool = False) -> Flaw:
    """`name`: of the function; empty for the module itself."""
    return Flaw(
        message=f"The service {name} works with HTTP: {_listed(written)}."
        if name
        else f"This service works with HTTP: {_listed(written)}.",
        hint="Take and give plain values, and raise an error of the domain; the route handler or an exception handler "
        "turns it into a response.",
        line=line,
        identity=f"{name} HTTP",
        advice=advice,
    )


def branch(handler: str, condition: str, line: int, place: Callable[[], str], *, advice: bool = True) -> Flaw:
    decides = "seems to decide" if advice else "decides"
    return Flaw(
        message=f"The route handler {handler} {decides} a business rule: `{condition}`.",
        hint=f"A rule about loaded data belongs to the service layer, {place()}.",
        line=line,
        identity=f"{handler} branch {condition}",
        advice=advice,
    )


def against_layers(imported: str, line: int, lower: str, higher: str) -> Flaw:
    return Flaw(
        message=f"A module of {lower} imports {imported}, which belongs to {higher}, a layer above.",
        hint=f"Layers import downwards only. Move what is needed into {lower} or below, or hand it in as an argument.",
        line=line,
        identity=f"{imported} {higher}",
    )
