"""Tiny repositories in the shape of those that strangers bring, each with what its own command comes to.

One file a language; `make strangers` takes each through the real survey, image and base run. A kind that fails is
added here with its relatives: another tool, another file name, another nesting."""

from tests.support.stranger_projects.node import NODE
from tests.support.stranger_projects.python import PYTHON
from tests.support.stranger_projects.stranger import Stranger

STRANGERS: tuple[Stranger, ...] = (*PYTHON, *NODE)
"""In a run of all tests those that are `quick` are played; `AURORA_STRANGERS=all` plays all."""
