"""Perl in the sandbox: the base image has it, with its core modules; nothing is installed from CPAN."""

from aurora.domain.workspace import Dependencies, ProjectIdentity
from aurora.toolchains.image_recipe import BaseTools, ImageRecipe

MODULES = ("App::Prove", "Digest::SHA", "JSON::PP", "Test::More", "Time::HiRes")
"""The modules that the plugins and the simplest test use."""
DESCRIPTION = 'print encode_json({versions => {perl => sprintf("%vd", $^V)}, distributions => [], notes => []})'


def made_of(_dependencies: Dependencies, _project: ProjectIdentity | None) -> tuple[object, ...]:
    return ()


def inputs(_dependencies: Dependencies, _project: ProjectIdentity | None) -> dict[str, bytes]:
    return {}


def install(_: Dependencies) -> list[str]:
    return ["true"]


def describe(_: Dependencies) -> list[str]:
    return ["perl", "-MJSON::PP", "-e", DESCRIPTION]


def declared(dependencies: Dependencies) -> tuple[str, ...]:
    return tuple(sorted(dependencies.requirements))


RECIPE = ImageRecipe(
    base=BaseTools(check=f"perl {' '.join(f'-M{name}' for name in MODULES)} -e 1; prove --version"),
    made_of=made_of,
    inputs=inputs,
    install=install,
    describe=describe,
    declared=declared,
    version=("perl", "-e", 'printf "%vd", $^V'),
)
