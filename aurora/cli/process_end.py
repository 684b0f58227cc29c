"""The end of the process, apart from `ending` because it loads nothing: the help ends here, too."""

import os
import sys
from typing import NoReturn


def finish(code: int) -> NoReturn:
    """Flush and leave without the interpreter's clean-up: Temporal's runtime sometimes aborts in it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (BrokenPipeError, ValueError):
            continue
    os._exit(code)
