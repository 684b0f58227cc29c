"""Numbers that name nothing: of small ones, as generators like them, something is often there."""

from typing import Any

from .links import names_in, resolved

FAR = 1_987_654_321
"""Below the limit of 32 bits: a greater one is refused by data stores before it is looked for."""


def numbers(document: dict[str, Any], name: str, operation: dict[str, Any]) -> dict[str, int]:
    """The numbers of the path parameters of `name` that are whole numbers, by which nothing is found, as far as the
    document allows it."""
    wanted = names_in(name)
    found: dict[str, int] = {}
    for parameter in operation.get("parameters") or []:
        said = resolved(document, parameter)
        schema = resolved(document, said.get("schema")) or said  # Swagger 2.0 says the type beside the name
        if said.get("in") != "path" or said.get("name") not in wanted or schema.get("type") != "integer":
            continue
        if "enum" in schema or "const" in schema or "multipleOf" in schema:
            continue
        least, most = _bound(schema, "minimum", 1), _bound(schema, "maximum", FAR)
        if least < most:
            found[said["name"]] = min(most - 1, FAR)
    return found


def _bound(schema: dict[str, Any], word: str, otherwise: int) -> int:
    said = schema.get(word)
    return int(said) if isinstance(said, int | float) and abs(said) < 2**63 else otherwise
