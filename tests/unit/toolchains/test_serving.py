"""The command that serves an application: aurora.yaml before detection, the sandbox's own variables left to it."""

from typing import Any

from aurora.domain.executions import ServeCommand
from aurora.domain.workspace import Distribution, ServeRecipe, Toolchain
from aurora.settings.repository import BackendSettings
from aurora.settings.repository_file import load
from aurora.toolchains.serving import serve_command
from tests.support.projects import detected

FASTAPI = {"requirements.txt": "fastapi\nuvicorn\n", "api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}


def settings(block: str = "{}") -> BackendSettings:
    return load(f"agents: {{backend: {block}}}", "aurora.yaml").settings


async def toolchain(**update: Any) -> Toolchain:
    found = await detected(FASTAPI)
    assert found.serve is not None
    return found.model_copy(update={"serve": found.serve.model_copy(update=update)})


def command(said: ServeCommand | str) -> ServeCommand:
    assert isinstance(said, ServeCommand), said
    return said


async def test_the_port_is_filled_in_wherever_it_is_named() -> None:
    found = command(serve_command(settings(), await toolchain(env={"APP_PORT": "{port}"}), port=5_000))
    assert found.argv[-2:] == ("--port", "5000")
    assert (found.env, found.port) == ({"APP_PORT": "5000"}, 5_000)


async def test_an_application_that_decides_its_port_keeps_it() -> None:
    assert command(serve_command(settings(), await toolchain(argv=("node", "a.js"), port=4_321))).port == 4_321


async def test_what_aurora_yaml_says_goes_before_what_was_detected() -> None:
    said = settings(
        "{contract: {serve: [make, serve, 'P={port}'], prepare: [[make, tables]], port: 9000, env: {A: b},"
        " auth: {command: [make, token]}}}"
    )
    found = command(serve_command(said, await toolchain(prepare=(("x",),), env={"A": "a", "C": "c"})))
    assert (found.argv, found.prepare, found.port) == (("make", "serve", "P=9000"), (("make", "tables"),), 9_000)
    assert found.env == {"A": "b", "C": "c"}
    assert found.print_header == ("make", "token")


async def test_a_detected_preparation_keeps_its_folder_beside_a_command_that_is_stated() -> None:
    chain = await toolchain(prepare=(("alembic", "upgrade"),), cwd="api")
    found = command(serve_command(settings("{contract: {serve: [run]}}"), chain))
    assert (found.cwd, found.prepare) == ("", (("sh", "-c", "cd api && exec alembic upgrade"),))


async def test_variables_of_services_and_of_test_env_are_the_sandboxes() -> None:
    said = settings("{sandbox: {services: [postgres]}, project: {test_env: {MODE: t}}}")
    chain = await toolchain(env={"DATABASE_URL": "sqlite://", "MODE": "x", "OTHER": "o"})
    chain = chain.model_copy(update={"test": ("env", "SITE=1", "PYTHONPATH=src", "pytest")})
    assert command(serve_command(said, chain)).env == {"OTHER": "o", "SITE": "1"}


async def test_a_server_that_the_image_lacks_is_the_reason() -> None:
    held = Distribution(name="fastapi", version="1", modules=("fastapi",))
    said = serve_command(settings(), await toolchain(), (held,))
    assert isinstance(said, str)
    assert "served by uvicorn" in said
    assert isinstance(
        serve_command(settings(), await toolchain(), (held, held.model_copy(update={"name": "uvicorn"}))), ServeCommand
    )


async def test_nothing_that_was_told_is_a_sentence_with_what_to_do() -> None:
    chain = (await detected(FASTAPI)).model_copy(update={"serve": None})
    assert "contract: {serve" in str(serve_command(settings(), chain))
    assert ServeRecipe(framework="x", argv=("y",)).why == ()
