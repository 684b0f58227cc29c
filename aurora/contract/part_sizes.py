"""The size of the contract for each part of a plan: for a child of `bounded`."""

from collections.abc import Sequence

from aurora.contract import slicing
from aurora.contract.views import document_of, resolved
from aurora.domain.value import Value

ALL = 1_000_000_000


class PartSizes(Value):
    sizes: tuple[int, ...] = ()
    """Bytes of YAML of each part's operations with all that they refer to, in the order given."""
    longest: tuple[int, ...] = ()
    """Likewise of the one operation of each part of which the document says most."""


def part_sizes(text: str, path: str, parts: tuple[tuple[str, ...], ...]) -> PartSizes:
    """`text`: the document, or its bundle, at `path`. `parts`: operations of each, as a model wrote them."""
    document = document_of(text, path)
    known = [resolved(document, operations) for operations in parts]

    def size(operations: Sequence[str]) -> int:
        return len(slicing.sliced(document, operations, ALL).text.encode())

    return PartSizes(
        sizes=tuple(map(size, known)),
        longest=tuple(max((size([one]) for one in operations), default=0) for operations in known),
    )
