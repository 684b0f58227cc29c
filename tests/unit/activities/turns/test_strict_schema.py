"""The schema that a model is given is the one that the library makes, order included: requests are cached by it."""

import json
from datetime import datetime
from enum import Enum
from typing import Annotated, Literal
from uuid import UUID

import pytest
from anthropic import transform_schema
from pydantic import BaseModel, Field, RootModel

from activities.check_context import SPEC as CONTEXT
from activities.draft_plan import SPEC as PLAN
from activities.judge_contradiction import SPEC as VERDICT
from activities.reflect import SPEC as REFLECTION
from activities.review import SPEC as REVIEW
from activities.turns.strict_schema import strict_schema


class Colour(Enum):
    RED = "red"
    BLUE = 2
    NONE = None


class Cat(BaseModel):
    """An animal."""

    kind: Literal["cat"]
    lives: int = Field(default=9, ge=1, le=9)


class Dog(BaseModel):
    kind: Literal["dog"]
    name: Annotated[str, Field(min_length=1, max_length=20, pattern="^[A-Z]", description="How it is called.")]


class Shop(BaseModel):
    """Everything that pydantic writes into a schema."""

    at: datetime
    id: UUID
    secret: Annotated[str, Field(json_schema_extra={"format": "password"})]
    colour: Colour = Colour.RED
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    other: Cat | Dog | None = None
    maybe: str | None = Field(default=None, description="Perhaps.")
    names: list[str] = Field(min_length=1, max_length=3)
    pairs: tuple[int, ...] = ()
    many: list[Dog] = Field(min_length=2)
    flags: dict[str, bool] = Field(default_factory=dict)
    ratio: float = Field(gt=0, multiple_of=0.5)
    seen: set[int] = Field(default_factory=set, title="Seen")
    always: Literal["x"] = "x"
    bare: None = None


class Nothing(BaseModel):
    pass


class Tree(RootModel[list[Cat]]):
    pass


class Node(BaseModel):
    children: "list[Node]" = Field(default_factory=list)


KINDS = [spec.output for spec in (CONTEXT, PLAN, VERDICT, REFLECTION, REVIEW)] + [Shop, Nothing, Tree, Node, Cat]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_it_is_what_the_library_makes_of_it(kind: type[BaseModel]) -> None:
    assert json.dumps(strict_schema(kind)) == json.dumps(transform_schema(kind))
