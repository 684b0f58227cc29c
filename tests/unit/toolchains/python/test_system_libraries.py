"""Packages of Debian beside Python's: libraries that a wheel does not carry, headers where there is no wheel."""

from aurora.domain.workspace import Dependencies
from aurora.drivers.images import dependency_image
from aurora.toolchains.python import image, system_libraries
from tests.support.projects import detected


def needs(*lines: str) -> Dependencies:
    return Dependencies(language="python", manager="uv", files={}, requirements=lines)


async def test_a_library_that_an_import_needs_is_installed_and_told() -> None:
    chain = await detected({"requirements.txt": "python-magic>=0.4\npytest", "app.py": "", "test_app.py": ""})
    assert chain.dependencies.debian == ("libmagic1",)
    assert "libmagic1 of Debian for python-magic" in chain.why


async def test_psycopg_needs_no_library_where_it_brings_its_own() -> None:
    assert system_libraries.to_import(["psycopg>=3"]) == {"psycopg": ("libpq5",)}
    assert system_libraries.to_import(["psycopg[binary]>=3"]) == {}
    assert system_libraries.to_import(["psycopg", "psycopg-binary"]) == {}


def test_the_builder_is_told_which_headers_may_be_needed() -> None:
    files = image.inputs(needs("psycopg2==2.9.10", "flask"), None)
    assert files["headers.txt"] == b"libpq-dev"
    assert image.inputs(needs("psycopg2-binary==2.8.6"), None)["headers.txt"] == b"libpq-dev"
    assert image.inputs(needs("psycopg[c]"), None)["headers.txt"] == b"libpq-dev"
    assert image.inputs(needs("flask"), None)["headers.txt"] == b""


def test_other_packages_of_debian_are_another_image() -> None:
    plain = needs("flask")
    references = {
        dependency_image.reference_of("base", plain.model_copy(update={"debian": debian}), None)
        for debian in ((), ("libmagic1",), ("libpq5",))
    }
    assert len(references) == 3
