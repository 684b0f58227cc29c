"""Check whether the sandbox's Python is one that the project takes."""

from packaging.specifiers import InvalidSpecifier, SpecifierSet


def unmet(requires: str | None, python: str) -> str:
    """One sentence for the user; empty when the version is allowed, or the requirement is none or can't be read."""
    try:
        allowed = SpecifierSet(requires or "")
    except InvalidSpecifier:
        return ""
    if allowed.contains(python, prereleases=True):
        return ""
    return (
        f"The project requires Python {requires}, the sandbox has {python}: what fails for that is no fault of a "
        "change. AURORA_BASE_IMAGE names an image with another Python."
    )
