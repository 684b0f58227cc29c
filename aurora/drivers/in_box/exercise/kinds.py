"""The driver of each kind of interface, loaded when it is asked for.

A kind is a function `(order, report) -> None` in a module of its own: it tells `report` of operations, findings and
trouble as they come, since the run may be ended by the clock at any moment.
"""

from .records import Order
from .report import Report


def drive(order: Order, report: Report) -> None:
    """Exercise what `order` names."""
    if order.kind == "openapi":
        from . import openapi

        openapi.drive(order, report)
    elif order.kind == "graphql":
        from . import graphql_drive

        graphql_drive.drive(order, report)
    else:
        report.problem(f"no driver for {order.kind!r}")
