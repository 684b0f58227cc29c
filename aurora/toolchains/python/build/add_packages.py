"""Run as root in the builder, with network and without the project's code: packages into its manifest and lock.

Arguments: manager, folder below /opt/build/project, the manifest's name, packages. Changes the files in place.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path("/opt/build/project")
UV = "/opt/tools/bin/uv"
ENV = {**os.environ, "UV_NO_CACHE": "1", "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "HOME": "/opt/build"}
BLOCK = "\n[[package]]\n"
PINNED = re.compile(r"^[A-Za-z0-9][\w.\-\[\],]*\s*==", re.M)
DECLARED = re.compile(r"[ \t]*([A-Za-z0-9][\w.\-]*)[ \t]*([^#\r\n]*)")
"""A line of requirements: the name, and what is said beside it."""
PACKAGE = re.compile(r"^[A-Za-z0-9][\w.\-\[\],]*\s*(?:[=<>~!;]|$)", re.M)


def run(*argv: str, cwd: Path, stdin: str = "", **env: str) -> str:
    done = subprocess.run(argv, cwd=cwd, input=stdin, env={**ENV, **env}, text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{done.stderr}".strip()[-3000:] or f"{argv[0]} ended with {done.returncode}")
    return done.stdout


def index() -> str:
    """The worker's own, without credentials; empty where it is the public one."""
    said = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or ""
    return re.sub(r"^[\w-]+=(?=https?:)|(?<=://)[^/@]*@", "", said.split()[0]).rstrip("/") if said.split() else ""


def uv(folder: Path, packages: list[str]) -> None:
    lock = next((p / "uv.lock" for p in (folder, *folder.parents) if (p / "uv.lock").exists()), None)
    if lock is None:
        run(UV, "add", "--frozen", "--", *packages, cwd=folder)
        return
    before, ours = lock.read_text(), index()
    theirs = next(iter(re.findall(r'registry = "(https?://[^"]+)"', before)), "")
    swapped = ours and theirs and ours != theirs.rstrip("/")
    if swapped:  # of another index every version would be chosen anew
        lock.write_text(before.replace(f'registry = "{theirs}"', f'registry = "{ours}"'))
    run(UV, "add", "--no-sync", "--", *packages, cwd=folder)
    if swapped:
        lock.write_text(restored(before, lock.read_text().replace(f'registry = "{ours}"', f'registry = "{theirs}"')))


def restored(before: str, after: str) -> str:
    """`after` with each package that has not changed as it stood: its files have the addresses of its own index."""
    old = {key(block): block for block in before.split(BLOCK)[1:]}
    head, *blocks = after.split(BLOCK)
    kept = []
    for block in blocks:
        was = old.get(key(block))
        kept.append(was.rstrip("\n") + "\n" if was is not None and same(was, block) else block.rstrip("\n") + "\n")
    return BLOCK.join([head.rstrip("\n") + "\n", *kept])


def key(block: str) -> tuple[str, str]:
    found = tomllib.loads(block)
    return str(found.get("name")), str(found.get("version"))


def same(one: str, other: str) -> bool:
    """But for the addresses of their files."""

    def plain(block: str) -> dict[str, object]:
        return {name: value for name, value in tomllib.loads(block).items() if name not in ("sdist", "wheels")}

    return plain(one) == plain(other)


def poetry(folder: Path, packages: list[str]) -> None:
    mirror = index()
    plugin = ("--with", "poetry-plugin-pypi-mirror") if mirror else ()
    env = {"POETRY_PYPI_MIRROR_URL": mirror} if mirror else {}
    poetry = (UV, "tool", "run", "--from", "poetry", *plugin, "poetry", "--no-interaction", "--no-ansi")
    run(*poetry, "add", "--lock", *packages, cwd=folder, **env)


def requirements(folder: Path, name: str, packages: list[str]) -> None:
    """Add the lines to a requirements file, or to the source of a compiled one, which is compiled again; another one
    gains them itself."""
    path = folder / name
    source = path.with_suffix(".in")
    text = read(path)
    if source.exists():
        declared = read(source)
        write(source, appended(declared, unsettled(declared, packages)))
        hashes = ("--generate-hashes",) if "--hash=" in text else ()
        run(UV, "pip", "compile", "-q", *hashes, source.name, "-o", path.name, cwd=path.parent)
        write(path, with_head(text, read(path)))
        return
    packages = unsettled(text, packages)
    pinned = PINNED.findall(text)
    if packages and pinned and len(pinned) * 2 >= len(PACKAGE.findall(text)):
        lines = "\n".join(packages)
        reported = run(
            UV, "pip", "compile", "-q", "--no-deps", "--no-header", "--no-annotate", "-", cwd=folder, stdin=lines
        )
        packages = reported.split("\n")
    write(path, appended(text, [line.strip() for line in packages if line.strip()]))


def read(path: Path) -> str:
    """Read the file with the line ends that it has."""
    return path.read_bytes().decode("utf-8")


def write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def unsettled(text: str, packages: list[str]) -> list[str]:
    """The requirements without those that are named bare and have a line that says more."""
    more = {named(line) for line in text.splitlines() if DECLARED.match(line) and not is_bare(line)}
    return [package for package in packages if not (is_bare(package) and named(package) in more)]


def appended(text: str, lines: list[str]) -> str:
    """The text with the lines at the end; one of a package that has a line stands in its place."""
    end = "\r\n" if "\r\n" in text else "\n"
    new = {named(line): line for line in lines}
    kept: list[str] = []
    for line in text.splitlines(keepends=True):
        name = named(line) if DECLARED.match(line) else ""
        if name not in new:
            kept.append(line)
        elif instead := new[name]:
            kept.append(line if line.split("#")[0].strip() == instead else f"{instead}{end}")
            new[name] = ""  # a second line of it would speak against the first
    before = "".join(kept)
    added = "".join(f"{line}{end}" for line in new.values() if line)
    return before + ("" if not added or not before or before.endswith("\n") else end) + added


def named(line: str) -> str:
    found = DECLARED.match(line)
    return re.sub(r"[-_.]+", "-", found.group(1)).lower() if found else line


def is_bare(line: str) -> bool:
    found = DECLARED.match(line)
    return found is not None and found.group(2) == ""


def with_head(before: str, after: str) -> str:
    """The comment at the beginning says how the project's people compile it."""
    head = re.match(r"(?:#.*\n)*", before)
    return (head.group() if head else "") + re.sub(r"\A(?:#.*\n)*", "", after)


def main() -> None:
    manager, below, name, *packages = sys.argv[1:]
    folder = PROJECT / below
    if manager == "uv":
        uv(folder, packages)
    elif manager == "poetry":
        poetry(folder, packages)
    else:
        requirements(folder, name, packages)


if __name__ == "__main__":
    main()
