"""The Python that a project runs on in the sandbox."""

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.toolchains.image_recipe import DEBIAN

VERSIONS = tuple(DEBIAN)
VERSION = VERSIONS[0]
"""Version of the usual base image; AURORA_BASE_IMAGE may name one with another."""
_LATEST = 99
"""Whichever patch release it is."""


class Interpreter(Value):
    version: str
    """`3.13`"""
    base: str = ""
    """The same where it is not the usual; as in `Dependencies.python`."""
    why: str = ""
    """Empty where nothing is to be told."""


def chosen(requires: str | None, stated: str | None) -> Interpreter:
    """`requires`: of the manifest; `stated`: of aurora.yaml. Raises `Refusal` for one that is not to be had."""
    if stated is not None:
        if stated not in VERSIONS:
            raise Refusal(
                f"project.python of aurora.yaml is {stated!r}, which the sandbox can't have.",
                f"It can have {' and '.join(VERSIONS)}, as Debian packages them. AURORA_BASE_IMAGE names an image with "
                "another Python; leave project.python unset then.",
            )
        why = f"python: {stated}, by project.python of aurora.yaml"
        return Interpreter(version=stated, base="" if stated == VERSION else stated, why=why)
    if allows(requires, VERSION):
        return Interpreter(version=VERSION)
    for version in VERSIONS[1:]:
        if allows(requires, version):
            why = f"python: {version}, as {requires} is required; an image that AURORA_BASE_IMAGE names keeps its own"
            return Interpreter(version=version, base=version, why=why)
    wanted = next((minor for minor in range(_LATEST) if allows(requires, f"3.{minor}")), None)
    nearest = VERSION if wanted is None else min(VERSIONS, key=lambda one: (abs(_minor(one) - wanted), -_minor(one)))
    said = f"python: {requires} is required, and the sandbox can have {' and '.join(VERSIONS)}: it has {nearest}, and "
    hint = "what fails for that is no fault of a change. AURORA_BASE_IMAGE names an image with another Python"
    return Interpreter(version=nearest, base="" if nearest == VERSION else nearest, why=said + hint)


def _minor(version: str) -> int:
    return int(version.partition(".")[2])


def allows(requires: str | None, version: str) -> bool:
    """Return whether some patch release of a version is allowed; what can't be read allows any."""
    try:
        allowed = SpecifierSet(requires or "")
    except InvalidSpecifier:
        return True
    return any(allowed.contains(f"{version}.{patch}", prereleases=True) for patch in range(_LATEST + 1))
