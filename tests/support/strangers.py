"""Small repositories as dicts of path -> text, for what is told of a project by its files alone."""

import json


def package(script: str | None = None, *dependencies: str, dev: tuple[str, ...] = (), **more: object) -> str:
    """A package.json; a dependency may name its version, `jest@29.7.0`."""
    said: dict[str, object] = {"name": "srv", "version": "1.0.0", **more}
    if script is not None:
        said.setdefault("scripts", {"test": script})
    for key, names in (("dependencies", dependencies), ("devDependencies", dev)):
        if names:
            said[key] = {name: version or "*" for name, version in map(_apart, names)}
    return json.dumps(said)


def _apart(name: str) -> tuple[str, str]:
    scope, at, rest = name[:1], name[1:].rpartition("@")[1], name[1:].rpartition("@")
    return (scope + rest[0], rest[2]) if at else (name, "")
