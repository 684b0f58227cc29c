"""The process that drives: it reads the order, lets the driver of its kind work, and writes the result in time."""

import os
import sys
import threading
import traceback
from typing import NoReturn

from . import kinds
from .records import Order, read_order
from .report import Report

LATE = 15.0
"""Seconds beyond those of the order after which the result is written as it stands."""


def main() -> NoReturn:
    target = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints is not part of the result
    try:
        order = read_order(sys.stdin.buffer.read())
    except (ValueError, KeyError, TypeError) as error:
        report = Report(Order(document="", port=0))
        report.problem(f"the order can't be read: {type(error).__name__}: {error}")
        _end(target, report)
    report = Report(order)
    watch = threading.Timer(order.seconds + LATE, _too_late, (target, report))
    watch.daemon = True
    watch.start()
    try:
        kinds.drive(order, report)
    except Exception as error:  # noqa: BLE001 (whatever it is, the result says so and what is known so far is kept)
        traceback.print_exc()
        report.problem(f"internal error of the driver: {type(error).__name__}: {error}"[:500])
    _end(target, report)


def _too_late(target: int, report: Report) -> None:
    report.problem("the time was over in the middle of an operation")
    _end(target, report)


_ENDING = threading.Lock()


def _end(target: int, report: Report) -> NoReturn:
    """Write once, and end without waiting for threads that hang."""
    with _ENDING:
        said = report.written().encode()
        while said:
            said = said[os.write(target, said) :]
        os._exit(0)
