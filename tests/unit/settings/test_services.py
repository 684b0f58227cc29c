"""The services that a project's dependencies hint at."""

import pytest

from aurora.settings.services import spoken_to


@pytest.mark.parametrize(
    ("requirement", "service"),
    [
        pytest.param("psycopg2-binary==2.9.9", "postgres", id="a pin"),
        pytest.param("psycopg[binary,pool]>=3.1 ; python_version > '3.8'", "postgres", id="extras and a marker"),
        pytest.param("Psycopg2_Binary", "postgres", id="spelt otherwise"),
        pytest.param("pg@^8.11.0", "postgres", id="npm"),
        pytest.param("ioredis@5", "redis", id="a client of Redis"),
    ],
)
def test_a_client_among_the_dependencies_hints_at_its_service(requirement, service):
    assert list(spoken_to(["flask", requirement])) == [service]


@pytest.mark.parametrize(
    "requirement", ["pg-mem@2", "psycopgy", "@types/pg@8", "sqlalchemy[postgresql]", "--hash=x", ""]
)
def test_what_only_looks_like_a_client_hints_at_nothing(requirement):
    assert spoken_to([requirement]) == {}
