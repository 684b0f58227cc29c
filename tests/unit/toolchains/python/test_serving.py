"""How a Python project's application is served, by what its files say."""

import pytest

from aurora.domain.workspace import ServeRecipe
from tests.support.projects import detected

REQUIREMENTS = "\n".join(
    ("fastapi", "uvicorn", "flask", "django", "litestar", "alembic", "flask-migrate", "strawberry-graphql")
)
FACTORY = "from {0} import {1}\ndef create_app({2}):\n    made = {1}('x')\n    return made\n"
FLASK = "from flask import Flask\napp = Flask('x')\n"
FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n# django\n"


async def recipe(files: dict[str, str]) -> ServeRecipe | None:
    return (await detected({"requirements.txt": REQUIREMENTS, **files})).serve


async def served(files: dict[str, str]) -> ServeRecipe:
    found = await recipe(files)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("files", "target"),
    [
        pytest.param({"main.py": FASTAPI}, ("main:app",), id="an object"),
        pytest.param({"app/__init__.py": "", "app/main.py": FASTAPI}, ("app.main:app",), id="in a package"),
        pytest.param({"src/shop/__init__.py": "", "src/shop/main.py": FASTAPI}, ("shop.main:app",), id="below src"),
        pytest.param(
            {"app/main.py": FACTORY.format("fastapi", "FastAPI", "")},
            ("app.main:create_app", "--factory"),
            id="a factory",
        ),
        pytest.param(
            {
                "app/made.py": "from fastapi import FastAPI\ndef create_app(settings):\n    return FastAPI()\n",
                "app/main.py": "from app.made import create_app\napp = create_app(1)\n",
            },
            ("app.main:app",),
            id="what a factory with arguments made",
        ),
        pytest.param(
            {
                "app/main.py": FASTAPI,
                "other/main.py": FASTAPI,
                "Procfile": "web: gunicorn other.main:app -k a.Worker\n",
            },
            ("other.main:app",),
            id="a Procfile names another",
        ),
        pytest.param(
            {
                "app/main.py": FASTAPI,
                "x/web.py": FASTAPI,
                "Dockerfile": 'FROM a\nCMD ["uvicorn", "x.web:app"]\n',
            },
            ("x.web:app",),
            id="a Dockerfile",
        ),
        pytest.param(
            {"app/main.py": FASTAPI, "tests/main.py": FASTAPI, "docs/main.py": FASTAPI},
            ("app.main:app",),
            id="not of tests",
        ),
        pytest.param(
            {"app/main.py": "from fastapi import FastAPI\nclass Shop(FastAPI):\n    pass\napp = Shop()\n"},
            ("app.main:app",),
            id="a class of its own",
        ),
    ],
)
async def test_an_asgi_application_is_served_by_uvicorn(files: dict[str, str], target: tuple[str, ...]) -> None:
    found = await served(files)
    assert found.argv == ("python", "-m", "uvicorn", target[0], "--host", "127.0.0.1", "--port", "{port}", *target[1:])
    assert found.framework == "fastapi"
    assert found.server == "uvicorn"


async def test_the_folder_is_the_one_from_which_the_modules_import_each_other() -> None:
    files = {"backend/main.py": "from routers import a\n" + FASTAPI, "backend/routers/__init__.py": "a = 1\n"}
    found = await served(files)
    assert (found.cwd, found.argv[3]) == ("backend", "main:app")


async def test_a_server_that_is_not_declared_is_told() -> None:
    found = (await detected({"requirements.txt": "fastapi\n", "main.py": FASTAPI})).serve
    assert found is not None
    assert any("no ASGI server is declared" in line for line in found.why)


async def test_another_server_is_taken_where_it_is_the_one_installed() -> None:
    found = (await detected({"requirements.txt": "fastapi\nhypercorn\n", "main.py": FASTAPI})).serve
    assert found is not None
    assert found.argv == ("python", "-m", "hypercorn", "main:app", "--bind", "127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("app = FastAPI()", ("/openapi.json",)),
        ("app = FastAPI(openapi_url='/v1/doc.json')", ("/v1/doc.json",)),
        ("app = FastAPI(openapi_url=None)", ()),
        ("PREFIX = '/api'\napp = FastAPI(openapi_url=f'{PREFIX}/openapi.json')", ("/api/openapi.json",)),
    ],
)
async def test_where_fastapi_serves_its_document(text: str, paths: tuple[str, ...]) -> None:
    assert (await served({"main.py": f"from fastapi import FastAPI\n{text}\n"})).documents == paths


async def test_the_path_of_a_constant_of_the_settings_is_followed() -> None:
    files = {
        "app/config.py": "class Settings:\n    API_STR: str = '/api/v2'\nsettings = Settings()\n",
        "app/main.py": "from fastapi import FastAPI\nfrom app.config import settings\n"
        "app = FastAPI(openapi_url=f'{settings.API_STR}/openapi.json')\n",
    }
    assert (await served(files)).documents == ("/api/v2/openapi.json",)


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"app.py": "from flask import Flask\napp = Flask(__name__)\n"}, "app:app"),
        (
            {"shop/__init__.py": FACTORY.format("flask", "Flask", "")},
            "shop:create_app",
        ),
        (
            {
                "shop/__init__.py": FACTORY.format("flask", "Flask", "kind"),
                "wsgi.py": "from shop import create_app\napplication = create_app('prod')\n",
            },
            "wsgi:application",
        ),
        (
            {
                ".flaskenv": "FLASK_APP=blog.py\n",
                "blog.py": FLASK,
                "app/__init__.py": "",
            },
            "blog:app",
        ),
    ],
)
async def test_flask_is_served_by_its_own_server(files: dict[str, str], named: str) -> None:
    found = await served(files)
    assert found.argv[:4] == ("python", "-m", "flask", "run")
    assert found.env["FLASK_APP"] == named


async def test_django_is_served_by_manage_py_in_a_migrated_store() -> None:
    files = {
        "manage.py": MANAGE,
        "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n",
        "shop/urls.py": "from django.urls import path, include\nfrom ninja import NinjaAPI\napi = NinjaAPI()\n"
        "from drf_spectacular.views import SpectacularAPIView\n"
        "urlpatterns = [path('api/', api.urls), path('v1/', include('shop.more'))]\n",
        "shop/more.py": "from django.urls import path\nfrom drf_spectacular.views import SpectacularAPIView\n"
        "from strawberry.django.views import GraphQLView\n"
        "urlpatterns = [path('schema/', SpectacularAPIView.as_view()),"
        "path('graphql', GraphQLView.as_view(schema=1))]\n",
    }
    found = await served(files)
    assert found.argv == ("python", "manage.py", "runserver", "127.0.0.1:{port}", "--noreload")
    assert found.prepare == (("python", "manage.py", "migrate", "--noinput", "--run-syncdb"),)
    assert set(found.documents) == {"/api/openapi.json", "/v1/schema/"}
    assert found.graphql_path == "/v1/graphql"


async def test_settings_that_are_not_committed_give_way_to_those_of_the_tests() -> None:
    files = {
        "manage.py": MANAGE,
        "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings_test\n",
        "shop/settings_test.py": "",
    }
    assert (await served(files)).env == {"DJANGO_SETTINGS_MODULE": "shop.settings_test"}


async def test_alembic_runs_beside_its_own_file() -> None:
    found = await served({"main.py": FASTAPI, "alembic.ini": "[alembic]\n"})
    assert found.prepare == (("python", "-m", "alembic", "upgrade", "heads"),)
    found = await served({"main.py": FASTAPI, "db/alembic.ini": "[alembic]\n"})
    assert found.prepare == (("sh", "-c", "cd 'db' && exec python -m alembic upgrade heads"),)


async def test_migrations_of_flask_migrate_run_by_its_command() -> None:
    files = {
        "app.py": FLASK,
        "migrations/env.py": "",
        "migrations/alembic.ini": "",
    }
    assert (await served(files)).prepare == (("python", "-m", "flask", "db", "upgrade", "heads"),)


async def test_variables_without_a_value_are_made_up_or_told() -> None:
    settings = (
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    SECRET_KEY: str\n"
        "    DATABASE_URL: str\n"
        "    WORKERS: int\n    DEBUG: bool = False\n    NAME: str | None\n"
    )
    found = await served({"main.py": FASTAPI, "config.py": settings, ".env.example": "SITE=x\n"})
    assert set(found.env) == {"SECRET_KEY", "WORKERS", "SITE"}
    assert any("DATABASE_URL" in line and "no value is committed" in line for line in found.why)


SETTINGS = (
    "from pydantic_settings import BaseSettings, SettingsConfigDict\nclass S(BaseSettings):\n"
    "    model_config = SettingsConfigDict(env_file={!r})\n    FIRST_USER: str\n    SECRET_KEY: str\n"
)


@pytest.mark.parametrize(
    ("path", "reader"),
    [
        (".env", SETTINGS.format(".env")),
        ("deploy/.env.local", SETTINGS.format("deploy/.env.local")),
        (".env", "from decouple import config\nFIRST_USER = config('FIRST_USER')\nSECRET_KEY = config('SECRET_KEY')\n"),
        (
            ".env",
            "import os\nfrom dotenv import load_dotenv\nload_dotenv()\nA = os.environ['FIRST_USER']\n"
            "B = os.environ['SECRET_KEY']\n",
        ),
    ],
)
async def test_what_a_committed_file_that_the_application_reads_says_is_not_made_up(path: str, reader: str) -> None:
    held = {path: "FIRST_USER=admin\nSECRET_KEY=\n", ".env.example": "FIRST_USER=nobody\n"}
    assert set((await served({"main.py": FASTAPI, "app/config.py": reader, **held})).env) == {"SECRET_KEY"}


async def test_an_environment_file_that_nothing_reads_gives_no_value() -> None:
    found = await served({"main.py": FASTAPI, "app/config.py": SETTINGS.format("other"), ".env": "FIRST_USER=admin\n"})
    assert set(found.env) == {"FIRST_USER", "SECRET_KEY"}


async def test_a_graphql_mount_has_a_path() -> None:
    router = (
        "from fastapi import FastAPI\nfrom strawberry.fastapi import GraphQLRouter\n"
        "graphql = GraphQLRouter(1)\napp = FastAPI()\napp.include_router(graphql, prefix='/query')\n"
    )
    assert (await served({"main.py": router})).graphql_path == "/query"


async def test_a_library_is_no_service() -> None:
    assert (await detected({"pyproject.toml": "[project]\nname = 'x'\n", "x/__init__.py": ""})).serve is None
    assert await recipe({"x/__init__.py": "import flask\n"}) is None


async def test_a_text_that_is_nested_without_end_is_no_reason_to_stop() -> None:
    deep = "X = " + "+".join(["'a'"] * 20_000)
    assert await recipe({"main.py": f"{FASTAPI}{deep}\n"}) is None


async def test_a_framework_that_is_installed_from_an_address_is_one() -> None:
    manifest = (
        '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nlitestar = {git = "https://a.b/c", branch = "m"}\n'
    )
    found = await detected(
        {"pyproject.toml": manifest, "app.py": "from litestar import Litestar\napp = Litestar([])\n"}
    )
    assert found.serve is not None
    assert found.serve.framework == "litestar"
