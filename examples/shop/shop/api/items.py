"""HTTP for items; what an item is and costs lives in the service."""

from fastapi import APIRouter

from shop.models.items import Item
from shop.services import items

router = APIRouter()


@router.get("/items")
def list_items() -> list[Item]:
    return items.by_name()
