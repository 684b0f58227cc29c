"""The library's two checks of a contract document, fit for a text nobody trusts and for a large one."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema_specifications import REGISTRY
from referencing.jsonschema import specification_with


@cache
def structure(validator: Any) -> Any:
    """The validator against the version's own schema.

    Its references are indexed once; left alone jsonschema does so for every `$dynamicRef` it meets (550 KB of JSON:
    8.3 s instead of 2.9 s, run)."""
    schema = validator.schema_validator.schema
    name = schema.get("$id") or schema.get("id") or ""
    resource = specification_with(schema["$schema"]).create_resource(schema)
    registry = REGISTRY.with_resource(name, resource).crawl()
    return validator.schema_validator.evolve(_resolver=registry.resolver(name))


class Closed(Mapping[str, Any]):
    """Handlers for every scheme, each refusing: an empty mapping would fall back to fetching the address."""

    def __getitem__(self, scheme: str) -> Any:
        return self.refuse

    def __contains__(self, scheme: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1

    @staticmethod
    def refuse(uri: str) -> Any:
        raise LookupError(f"{uri} was not opened: references out of the document are not followed")


@cache
def meaning(validator: Any) -> Any:
    """The library's validator, unable to open a file or an address even for a reference that was overlooked."""
    return type(f"Sealed{validator.__name__}", (validator,), {"resolver_handlers": Closed()})
