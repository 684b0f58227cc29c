"""Start `child` with an environment of its own, hand it the order, and write a result whatever becomes of it."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

GRACE = 30
"""Seconds beyond those of the order after which the child is ended: it ends itself before."""


def main() -> None:
    said = sys.stdin.buffer.read()
    seconds = _seconds(said)
    folder = str(Path(__file__).resolve().parent.parent)
    start = f"import sys; sys.path.append({folder!r}); from exercise import child; child.main()"
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "TMPDIR": home, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-s", "-P", "-c", start]
        try:
            ended = subprocess.run(
                command,
                input=said,
                stdout=subprocess.PIPE,
                env=environment,
                cwd=home,
                timeout=seconds + GRACE,
                check=False,
            )
            written, why = ended.stdout, f"the driver ended with {ended.returncode} and wrote no result"
        except subprocess.TimeoutExpired as late:
            written, why = late.stdout or b"", f"the driver did not end within {seconds + GRACE} s"
        except OSError as error:
            written, why = b"", f"the driver could not be started: {error}"
    sys.stdout.buffer.write(written if _whole(written) else json.dumps({"trouble": why}).encode())


def _seconds(said: bytes) -> float:
    try:
        return float(json.loads(said)["seconds"])
    except (ValueError, KeyError, TypeError):
        return 120.0


def _whole(written: bytes) -> bool:
    try:
        return isinstance(json.loads(written), dict)
    except ValueError:
        return False


if __name__ == "__main__":
    main()
