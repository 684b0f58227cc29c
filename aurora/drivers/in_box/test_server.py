"""Runs one command as the test user in the throwaway copy, or serves the application there, then removes every trace
of that user but itself."""

import os
import sys
from typing import Any, BinaryIO

from . import frames, leftovers, places, process, services, serving
from .box_server import take_stream
from .tally import Tally


def environment(own: dict[str, str]) -> dict[str, str]:
    home = f"{places.TEST_TEMP}/home"
    os.makedirs(home, mode=0o700, exist_ok=True)
    env = {
        "PATH": places.PATH,
        "HOME": home,
        "TMPDIR": places.TEST_TEMP,
        "LANG": "C.UTF-8",
        "USER": "tester",
        "LOGNAME": "tester",
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
    }
    if os.path.isdir(places.DEPENDENCIES):
        env["VIRTUAL_ENV"] = places.DEPENDENCIES
    env.update(own)
    env["PYTHONPATH"] = ":".join(filter(None, (places.PLUGINS, own.get("PYTHONPATH", ""))))
    return env


def run(header: dict[str, Any], target: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Header and body of the reply about one command. Raises `services.NotStarted`, `OSError`, `ValueError`."""
    services.start(header["services"])
    ended, out, err, events = process.run(
        header["argv"],
        cwd=os.path.join(places.COPY, header["cwd"]) if header["cwd"] else places.COPY,
        env=environment(header["env"]),
        seconds=header["seconds"],
        output_bytes=header["output_bytes"],
        events=True,
        key=bytes.fromhex(header["key"]),
        reported_more=Tally(target).add,
    )
    return {**ended, "stdout": len(out), "stderr": len(err)}, out + err + events


def main() -> None:
    process.guard_self()
    source, target = take_stream()
    process.sweep()
    leftovers.clear_away()  # a run that killed its own server has cleared nothing away
    target.write(frames.pack({"ready": True}))
    target.flush()
    frame = frames.read(source)
    if frame is None:
        sys.exit(0)
    target.write(frames.pack({"started": True}))
    target.flush()
    header, _ = frame
    try:
        if "port" in header:
            reply, body = serving.serve(header, environment, source, target)
        else:
            reply, body = run(header, target)
    except services.NotStarted as failed:
        reply, body = {"no_service": str(failed)}, b""
    except (OSError, ValueError) as error:  # a ValueError: an argument with a NUL, or with half a surrogate pair
        why = getattr(error, "strerror", None) or str(error)
        reply, body = {"refused": f"{header['argv'][0]!r} can't be started: {why}"}, b""
    process.sweep()
    reply["planted"] = leftovers.planted(header.get("guarded", []))
    leftovers.clear_away(places.COPY)
    target.write(frames.pack(reply, body))
    target.flush()
    sys.exit(0)


def sweep() -> None:
    """Sweep when the server itself was killed: end and remove what is left."""
    process.sweep()
    leftovers.clear_away(places.COPY)
