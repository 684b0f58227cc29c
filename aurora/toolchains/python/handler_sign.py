"""A sign that a Python function is a route handler."""

from typing import NamedTuple


class Sign(NamedTuple):
    framework: str
    methods: tuple[str, ...] = ()
    path: str = ""
