"""What an item is."""

from pydantic import BaseModel, Field


class Item(BaseModel):
    name: str
    cents: int = Field(ge=0)
