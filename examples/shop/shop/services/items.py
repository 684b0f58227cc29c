"""The shop's items."""

from shop.models.items import Item

_ITEMS = [Item(name="tea", cents=420), Item(name="bread", cents=310)]


def by_name() -> list[Item]:
    """Every item, sorted by name."""
    return sorted(_ITEMS, key=lambda item: item.name)
