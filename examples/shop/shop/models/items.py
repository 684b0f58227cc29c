"""The kinds of an item."""

from pydantic import BaseModel, Field


class Item(BaseModel):
    name: str
    cents: int = Field(ge=0)
