"""Variables that example files propose for the tests: dummies, never somebody's own values."""

from aurora.toolchains import example_environment
from tests.support.projects import DictProbe

FILES = {
    ".env": "ONLY_HERE=mine\nSITE_KEY=Zk3jJ2l0qP9xVb7nM4tR8sW1\n",
    ".env.example": """# what the application reads
SITE_KEY=changeme
API_TOKEN=Zk3jJ2l0qP9xVb7nM4tR8sW1   # paste yours
CLOUD=AKIAIOSFODNN7QXAMPLA
export DEBUG="1"
MODE='test' # a mode
EMPTY=
MAILER=smtp://mailer:Wq8vB2nLx0@mail
DATABASE_URL=postgres://db:5432/app
CACHE=$HOME/x
CACHE_URL=redis://localhost:6379/0
LD_PRELOAD=x.so
PYTEST_ADDOPTS=-x
not a line
""",
    "api/.env.test": "MODE=unit\nDATABASE_URL=sqlite://\n",
    "api/app.py": "",
}


async def example(root: str) -> example_environment.Example:
    probe = DictProbe(FILES)
    return await example_environment.read(await probe.paths(), probe.text, root)


async def test_values_that_may_be_somebodys_own_are_dummies() -> None:
    found = (await example("")).variables
    assert found == {
        "SITE_KEY": "changeme", "API_TOKEN": "dummy", "CLOUD": "dummy", "DEBUG": "1", "MODE": "test", "EMPTY": "",
        "MAILER": "dummy",
    }  # fmt: skip


async def test_the_projects_own_file_for_tests_comes_first() -> None:
    found = await example("api")
    assert found.variables["MODE"] == "unit"
    assert found.variables["DATABASE_URL"] == "sqlite://"
    assert found.files == ("api/.env.test", ".env.example")


async def test_what_tests_may_not_set_is_left_out_with_its_reason() -> None:
    left_out = " ".join((await example("")).left_out)
    assert {"DATABASE_URL", "CACHE_URL", "LD_PRELOAD", "PYTEST_ADDOPTS"} <= set(left_out.split())
    assert "Zk3jJ2l0" not in left_out


async def test_a_signing_key_that_is_left_empty_is_a_dummy_and_other_empty_values_stay() -> None:
    text = "SECRET_KEY=\nDJANGO_SECRET_KEY=''\nJWT_SECRET=\nMAIL_API_KEY=\nSOCIAL_AUTH_SECRET_NAME=\n"
    probe = DictProbe({".env.example": text})
    found = await example_environment.read(await probe.paths(), probe.text, "")
    assert found.variables == {
        "SECRET_KEY": "dummy", "DJANGO_SECRET_KEY": "dummy", "JWT_SECRET": "dummy", "MAIL_API_KEY": "",
        "SOCIAL_AUTH_SECRET_NAME": "",
    }  # fmt: skip
