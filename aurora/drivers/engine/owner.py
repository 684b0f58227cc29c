"""The owner of a container: a process, named so that another one on the same machine can tell whether it lives."""

import os
import socket

import psutil


def this_process() -> str:
    """`<host>/<pid>/<start>`: the start tells a process from a later one with the same number."""
    return f"{socket.gethostname()}/{os.getpid()}/{int(psutil.Process().create_time())}"


def died(owner: str) -> bool:
    """True only when it is certain: on another host nobody can know, the deadline decides there."""
    host, _, rest = owner.partition("/")
    pid, _, start = rest.partition("/")
    if host != socket.gethostname() or not pid.isdigit() or not start.isdigit():
        return False
    try:
        return abs(int(psutil.Process(int(pid)).create_time()) - int(start)) > 1
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
