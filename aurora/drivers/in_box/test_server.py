"""Runs one command as the test user in the throwaway copy, then removes every trace of that user but itself."""

import contextlib
import os
import shutil
import sys
from typing import Any

from . import frames, places, process
from .box_server import take_stream

SHARED = ("/tmp", "/dev/shm", "/var/tmp", "/run")  # noqa: S108 - this container's own


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


def clear_away() -> None:
    """Delete what this user made, wherever it may write; the rest of the copy goes with its owner."""
    mine = os.getuid()
    for root in (places.COPY, *SHARED):
        for folder, subfolders, names in os.walk(root, topdown=True):
            for name in list(subfolders):
                path = f"{folder}/{name}"
                with contextlib.suppress(OSError):
                    if os.lstat(path).st_uid == mine:
                        subfolders.remove(name)
                        _remove(path)
            for name in names:
                path = f"{folder}/{name}"
                with contextlib.suppress(OSError):
                    if os.lstat(path).st_uid == mine:
                        os.unlink(path)


def _remove(path: str) -> None:
    if os.path.islink(path):
        os.unlink(path)
        return
    os.chmod(path, 0o700)
    for folder, subfolders, _ in os.walk(path):
        for name in subfolders:  # before the walk goes down into it
            with contextlib.suppress(OSError):
                if not os.path.islink(f"{folder}/{name}"):
                    os.chmod(f"{folder}/{name}", 0o700)
    shutil.rmtree(path, ignore_errors=True)


def main() -> None:
    process.guard_self()
    source, target = take_stream()
    process.sweep()
    target.write(frames.pack({"ready": True}))
    target.flush()
    frame = frames.read(source)
    if frame is None:
        sys.exit(0)
    target.write(frames.pack({"started": True}))
    target.flush()
    header, _ = frame
    try:
        ended, out, err, events = process.run(
            header["argv"],
            cwd=os.path.join(places.COPY, header["cwd"]) if header["cwd"] else places.COPY,
            env=environment(header["env"]),
            seconds=header["seconds"],
            output_bytes=header["output_bytes"],
            events=True,
        )
        reply: dict[str, Any] = {**ended, "stdout": len(out), "stderr": len(err)}
        body = out + err + events
    except OSError as error:
        reply, body = {"refused": f"{header['argv'][0]!r} can't be started: {error.strerror}"}, b""
    process.sweep()
    clear_away()
    target.write(frames.pack(reply, body))
    target.flush()
    sys.exit(0)


def sweep() -> None:
    """When the server itself was killed: end and remove what is left."""
    process.sweep()
    clear_away()
