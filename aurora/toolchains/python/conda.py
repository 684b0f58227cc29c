"""conda's environment.yml, read as requirements: the package index is asked, for the sandbox has no conda."""

import re

from aurora.toolchains.python.declared import Declared, name_of

FILES = ("environment.yml", "environment.yaml", "environment-dev.yml", "environment_dev.yml")
_NOT_OF_AN_INDEX = re.compile(
    r"pip|python|conda.*|mamba|nodejs|git|make|gcc|gxx.*|compilers|openjdk|r-.*|lib.*|_.*|cudatoolkit|cuda.*|mkl.*"
    r"|postgresql|redis-server|docker"
)
"""Packages of conda that are no packages of Python."""


def conda(text: str) -> Declared:
    """Only the shape that conda itself writes: a list under `dependencies`, with one under `pip` in it."""
    lines = [re.sub(r"(^|\s)#.*$", "", line).rstrip() for line in text.splitlines()]
    listed: list[str] = []
    python = ""
    under = ""
    for line in lines:
        if re.match(r"\S", line) and not line.startswith("-"):
            under = line.partition(":")[0].strip()
            continue
        found = re.match(r"\s*-\s*(['\"]?)(?P<said>[^'\"]+)\1\s*$", line)
        if under not in ("dependencies", "pip") or not found:
            continue
        said = re.sub(r"^[\w-]+::", "", found["said"].strip())  # without its channel
        if said.rstrip(":") == "pip" and said.endswith(":"):
            under = "pip"
        elif under == "pip":
            listed.append(said)
        elif name_of(said) == "python":
            python = specifier(said.removeprefix("python"))
        elif is_of_an_index(said):
            listed.append(requirement_of(said))
    if not listed:
        return Declared()
    note = "environment.yml: packages of conda are taken from the package index, by the same names"
    return Declared(runtime=tuple(listed), requires_python=python or None, notes=(note,))


def is_of_an_index(said: str) -> bool:
    return not _NOT_OF_AN_INDEX.fullmatch(name_of(said))


def requirement(name: str, version: str) -> str:
    return f"{name}{specifier(version)}"


def requirement_of(said: str) -> str:
    """`numpy=1.26=py311` as PEP 508."""
    found = re.match(r"(?P<name>[\w.-]+)\s*(?P<version>.*)", said)
    return requirement(found["name"], found["version"]) if found else said


def specifier(version: str) -> str:
    """conda's `=1.26` means any 1.26; a build behind the version is dropped."""
    text = re.sub(r"\s+", "", version)
    if re.fullmatch(r"\d[\d.]*(\.\*|\*)?", text):
        text = f"={text}"
    found = re.fullmatch(r"=(?P<number>[\d.]+)(\.\*|\*)?(=.*)?", text)
    if found:
        return f"=={found['number'].rstrip('.')}.*"
    exact = re.fullmatch(r"==(?P<number>[\d.]+)(=[^=].*)?", text)
    return f"=={exact['number']}" if exact else text if re.match(r"[<>!~=]", text) else ""
