"""How much a document says of each part of a plan: for a child of `bounded`."""

from aurora.contract import slicing
from aurora.contract.views import document_of, resolved
from aurora.domain.value import Value

ALL = 1_000_000_000


class PartSizes(Value):
    sizes: tuple[int, ...] = ()
    """Bytes of YAML of each part's operations with all that they refer to, in the order given."""


def part_sizes(text: str, path: str, parts: tuple[tuple[str, ...], ...]) -> PartSizes:
    """`text`: the document, or its bundle, at `path`. `parts`: operations of each, as a model wrote them."""
    document = document_of(text, path)
    shown = (slicing.sliced(document, resolved(document, operations), ALL) for operations in parts)
    return PartSizes(sizes=tuple(len(one.text.encode()) for one in shown))
