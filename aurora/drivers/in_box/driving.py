"""The driver that exercises a served application: run by the tool user, away from the application's own.

It sees an order and a loopback address, and neither the draft's folder nor any variable of the project."""

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence

from . import listening, places, process

RESULT_BYTES = 16_000_000
COMPLAINT = 4_000
GONE_SECONDS = 10.0
"""Nothing listens on the port for so long: the application will not come back."""
OOM_SCORE = 500
"""Scores by which the kernel takes the application first when memory runs out, and the driver before the sandbox's own
server."""


def drive(argv: Sequence[str], order: bytes, *, port: int, seconds: float) -> tuple[Mapping[str, object], bytes]:
    """(how it came out, its result): the result is empty where it wrote more than may be."""
    folder = tempfile.mkdtemp(prefix="exercise-", dir=places.PRIVATE)
    env = {"PATH": "/usr/bin:/bin", "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"}
    try:
        ended, out, err, _ = process.run(
            argv,
            cwd=folder,
            env=env,
            seconds=seconds,
            output_bytes=RESULT_BYTES,
            stdin=order,
            oom_score=OOM_SCORE,
            give_up=_gone(port),
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    said = err.decode(errors="replace")[-COMPLAINT:].strip()
    if len(out) > RESULT_BYTES:
        return {**ended, "said": f"the result has over {RESULT_BYTES} bytes\n{said}"}, b""
    return {**ended, "said": said}, out


def _gone(port: int) -> Callable[[], bool]:
    """Asked again and again: whether nothing has listened on the port for too long."""
    seen = looked = time.monotonic()

    def gone() -> bool:
        nonlocal seen, looked
        now = time.monotonic()
        if now - looked >= 0.5:
            looked = now
            if port in listening.ports():
                seen = now
        return now - seen > GONE_SECONDS

    return gone
