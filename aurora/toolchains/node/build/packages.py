"""Run as root in the builder after an installation into /opt/project: tidies it and says what is there, as JSON.

argv: the folder of the repository that was installed from; `engines.node`. Nothing here runs a package's code.
"""

import json
import os
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator

sys.path.insert(0, "/opt/aurora")  # where the sandbox's own modules lie
from in_box.places import COPY, MEMBERS, NODE, PROJECT  # type: ignore[import-not-found]

MODULES = f"{PROJECT}/node_modules"
ACCOUNTS = (
    ".package-lock.json", ".yarn-integrity", ".yarn-state.yml", ".package-map.json", ".modules.yaml",
    ".pnpm-workspace-state-v1.json", ".pnpm/lock.yaml",
)  # fmt: skip
"""The managers' own records: they name registries."""
LARGEST = 1_000_000


def packages(modules: str) -> Iterator[tuple[str, str]]:
    """(name within this folder, path), scoped ones included; links as they are."""
    for name in sorted(os.listdir(modules)) if os.path.isdir(modules) else ():
        path = f"{modules}/{name}"
        if name.startswith("@") and not os.path.islink(path):
            yield from ((f"{name}/{inner}", f"{path}/{inner}") for inner in sorted(os.listdir(path)))
        elif not name.startswith("."):
            yield name, path


def folders(modules: str) -> Iterator[str]:
    """Every node_modules folder below this one, pnpm's store included."""
    yield modules
    store = f"{modules}/.pnpm"
    inner = [path for _, path in packages(modules)]
    inner += [f"{store}/{name}" for name in sorted(os.listdir(store))] if os.path.isdir(store) else []
    for path in inner:
        if not os.path.islink(path) and os.path.isdir(f"{path}/node_modules"):
            yield from folders(f"{path}/node_modules")


def of_members() -> Iterator[str]:
    """node_modules folders of a workspace's members."""
    for folder, subfolders, _ in os.walk(PROJECT):
        if "node_modules" in subfolders:
            subfolders.remove("node_modules")
            if folder != PROJECT:
                yield f"{folder}/node_modules"


def point_at_the_copy(modules: str, root: str) -> None:
    """Members of a workspace are the repository's own: they lie where its tests run."""
    for _, path in packages(modules):
        if os.path.islink(path):
            inside = os.path.relpath(os.path.realpath(path), PROJECT)
            if not inside.startswith("..") and "node_modules" not in inside.split("/"):
                os.unlink(path)
                os.symlink(os.path.normpath(f"{COPY}/{root}/{inside}"), path)


def lifted(modules: str) -> list[str]:
    """Packages of a member's own folder are linked from the root's; a note for each that stands there otherwise, and is
    found so by tools, which run in the draft."""
    notes = []
    member = os.path.relpath(os.path.dirname(modules), PROJECT)
    for name, path in packages(modules):
        target = f"{MODULES}/{name}"
        if not os.path.lexists(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.symlink(path, target)
        elif (own := described(path)) and own != (top := described(target)):
            found = top[1] if top else "none"
            notes.append(f"{member} has {name} {own[1]} of its own; tools outside its tests find {found}")
    return notes


def described(path: str) -> tuple[str, str] | None:
    """(name, version) as the package's manifest says."""
    try:
        if not stat.S_ISREG(os.lstat(f"{path}/package.json").st_mode):
            return None  # a pipe would hold the build up
        with open(f"{path}/package.json", "rb") as file:
            found = json.loads(file.read(LARGEST))
        name, version = found["name"], found["version"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return (name, version) if isinstance(name, str) and isinstance(version, str) else None


def lacks(engine: str) -> list[str]:
    """npm's own semver judges."""
    code = "const [m, r] = process.argv.slice(1); process.exit(require(m).satisfies(process.version, r) ? 0 : 3)"
    semver = f"{NODE}/lib/node_modules/npm/node_modules/semver"
    done = subprocess.run([f"{NODE}/bin/node", "-e", code, semver, engine], check=False, cwd="/", capture_output=True)
    return [f"package.json asks for Node {engine}; the sandbox has {node()}"] if done.returncode == 3 else []


def node() -> str:
    done = subprocess.run([f"{NODE}/bin/node", "--version"], check=True, capture_output=True, text=True)
    return done.stdout.strip().removeprefix("v")


def main(root: str, engine: str) -> None:
    notes = lacks(engine) if engine else []
    members = list(of_members())
    for modules in (MODULES, *members):
        for account in ACCOUNTS:
            if os.path.lexists(f"{modules}/{account}"):
                os.unlink(f"{modules}/{account}")
        point_at_the_copy(modules, root)
    for modules in members:
        notes += lifted(modules)
    if members:
        inside = {os.path.relpath(os.path.dirname(modules), PROJECT): modules for modules in members}
        with open(MEMBERS, "w", encoding="utf-8") as file:
            json.dump({os.path.join(root, member): modules for member, modules in inside.items()}, file)
    shutil.rmtree(f"{PROJECT}/.yarn", ignore_errors=True)
    found = set()
    for start in (MODULES, *members):
        for modules in folders(start):
            for _, path in packages(modules):
                if not os.path.islink(path) and (one := described(path)):
                    found.add(one)
    distributions = [{"name": name, "version": version, "modules": [name]} for name, version in sorted(found)]
    versions = {"python": platform.python_version(), "node": node()}
    json.dump({"versions": versions, "distributions": distributions, "notes": notes[:20]}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
