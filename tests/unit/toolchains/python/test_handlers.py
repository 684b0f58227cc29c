"""Route handlers of Python files, in all frameworks and by every way of registering one."""

import pytest

from aurora.toolchains.handler import Kind
from aurora.toolchains.python.handlers import PythonHandler, handlers, parse

FOUND = {
    "the specification's own, without an import": (
        '@app.post("/order")\ndef create_order(order: Order):\n    pass\n',
        [("create_order", "fastapi", ("POST",), "/order")],
    ),
    "FastAPI under an alias": (
        'from fastapi import APIRouter as R\nv = R()\n@v.get("")\nasync def a(): ...\n',
        [("a", "fastapi", ("GET",), "")],
    ),
    "a router held in an attribute, in a factory": (
        "from fastapi import APIRouter\nclass S:\n    def up(self):\n        self.r = APIRouter()\n"
        '        @self.r.put("/x")\n        def put(): ...\n',
        [("S.up.put", "fastapi", ("PUT",), "/x")],
    ),
    "an application made by a factory": (
        'from flask import Flask\ndef create_app():\n    app = Flask("a")\n    @app.route("/x", methods=["POST"])\n'
        "    def x(): ...\n    return app\n",
        [("create_app.x", "flask", ("POST",), "/x")],
    ),
    "an imported blueprint": (
        'from . import bp\nfrom flask import jsonify\n@bp.route("/x")\ndef x(): return jsonify()\n',
        [("x", "flask", ("GET",), "/x")],
    ),
    "add_url_rule": (
        'from flask import Flask\ndef x(): ...\napp.add_url_rule("/x", "x", x)\n',
        [("x", "flask", (), "/x")],
    ),
    "add_api_route": (
        'def x(): ...\nrouter.add_api_route("/x", x, methods=["post"])\n',
        [("x", "fastapi", ("POST",), "/x")],
    ),
    "Starlette's routes": (
        'from starlette.routing import Route\nasync def x(request): ...\nroutes = [Route("/x", x, methods=["GET"])]\n',
        [("x", "starlette", ("GET",), "/x")],
    ),
    "Django's path": (
        'from django.urls import path\ndef x(request): ...\nurlpatterns = [path("x/", login_required(x))]\n',
        [("x", "django", (), "x/")],
    ),
    "a Django class view": (
        "from django.views import View\nclass V(View):\n    def post(self, request): ...\n    def helper(self): ...\n",
        [("V.post", "django", ("POST",), "")],
    ),
    "DRF's view set and action": (
        "from rest_framework import viewsets\nfrom rest_framework.decorators import action\n"
        "class V(viewsets.ModelViewSet):\n    def create(self, request): ...\n"
        '    @action(detail=True, methods=["post"])\n    def pay(self, request, pk): ...\n'
        "    def get_queryset(self): ...\n",
        [("V.create", "drf", ("POST",), ""), ("V.pay", "drf", ("POST",), "")],
    ),
    "a view by a base of the same file": (
        "from rest_framework.views import APIView\nclass Base(APIView): ...\n"
        "class V(Base):\n    def get(self, request): ...\n",
        [("V.get", "drf", ("GET",), "")],
    ),
    "api_view": (
        'from rest_framework.decorators import api_view\n@api_view(["PUT"])\ndef x(request): ...\n',
        [("x", "drf", ("PUT",), "")],
    ),
    "ninja": (
        'from ninja import Router\nr = Router()\n@r.post("/x")\ndef x(request, data: In): ...\n',
        [("x", "ninja", ("POST",), "/x")],
    ),
    "a ninja-extra controller": (
        "from ninja_extra import api_controller, http_post\n@api_controller\nclass C:\n"
        '    @http_post("/x")\n    def x(self, data: In): ...\n',
        [("C.x", "ninja", ("POST",), "/x")],
    ),
    "Strawberry": (
        "import strawberry\n@strawberry.type\nclass Query:\n    @strawberry.field\n    def me(self, info): ...\n",
        [("Query.me", "graphql", (), "")],
    ),
    "Ariadne": (
        'from ariadne import QueryType\nq = QueryType()\n@q.field("me")\ndef me(_, info): ...\n',
        [("me", "graphql", (), "")],
    ),
    "Graphene": (
        "import graphene\nclass M(graphene.Mutation):\n    def mutate(root, info, name): ...\n"
        "class Q(graphene.ObjectType):\n    def resolve_me(self, info): ...\n",
        [("M.mutate", "graphql", (), ""), ("Q.resolve_me", "graphql", (), "")],
    ),
    "aiohttp": (
        'from aiohttp import web\nr = web.RouteTableDef()\n@r.get("/x")\nasync def x(request): ...\n',
        [("x", "aiohttp", ("GET",), "/x")],
    ),
    "Falcon": ("class C:\n    def on_post(self, req, resp): ...\n", [("C.on_post", "falcon", ("POST",), "")]),
    "Litestar": (
        'from litestar import post\n@post("/x")\nasync def x(data: In): ...\n',
        [("x", "litestar", ("POST",), "/x")],
    ),
    "Sanic": (
        'from sanic import Sanic\napp = Sanic("a")\n@app.post("/x")\nasync def x(request): ...\n',
        [("x", "sanic", ("POST",), "/x")],
    ),
    "a Flask resource": (
        "from flask_restful import Resource\nclass C(Resource):\n    def get(self, id): ...\n",
        [("C.get", "flask", ("GET",), "")],
    ),
}
NONE = {
    "a patched test": '@patch.object(a, "b")\n@mock.patch("a.get")\ndef f(): ...\n',
    "an exception handler": "@app.exception_handler(404)\ndef f(request, exc): ...\n",
    "middleware": '@app.middleware("http")\nasync def f(request, call_next): ...\n',
    "a command": '@cli.command("/x")\ndef f(): ...\n',
    "a job": "@app.task\ndef f(): ...\n",
    "a cache": "@cache.get('key')\ndef f(): ...\n",
    "a FastAPI dependency": "from fastapi import Request\ndef f(request: Request): return request.app.db\n",
    "a method called get": "class Repository(Base):\n    def get(self, id): ...\n",
    "a registered response": '@responses.get("https://x")\ndef f(): ...\n',
}


def of(text: str, path: str = "app/a.py") -> tuple[PythonHandler, ...]:
    tree = parse(text)
    assert tree is not None
    return handlers(path, tree)


@pytest.mark.parametrize("case", FOUND)
def test_a_handler_is_found(case: str) -> None:
    text, expected = FOUND[case]
    assert [(one.name, one.framework, one.methods, one.path) for one in of(text)] == expected


@pytest.mark.parametrize("case", NONE)
def test_what_is_no_handler_is_left_out(case: str) -> None:
    assert of(NONE[case]) == ()


def test_a_django_function_view_is_known_by_its_module_and_first_parameter() -> None:
    text = "from django.shortcuts import render\ndef x(request, pk): ...\ndef _helper(request): ...\n"
    assert [one.name for one in of(text, "shop/views.py")] == ["x"]
    assert of(text, "shop/services.py") == ()


def test_parameters_have_kinds() -> None:
    text = (
        "from fastapi import FastAPI, Depends, Request, Query\napp = FastAPI()\n"
        "SessionDep = Annotated[Session, Depends(get_db)]\n"
        '@app.post("/x/{key}")\n'
        "async def x(key: Key, *, order: Order, session: SessionDep, who: User = Depends(me), raw: dict = Body(),\n"
        "            request: Request, page: int = 1, tags: list[str] = Query(), more: Any = None): ...\n"
    )
    (found,) = of(text)
    assert {one.name: one.kind for one in found.parameters} == {
        "key": Kind.VALUE,
        "order": Kind.BODY,
        "session": Kind.DEPENDENCY,
        "who": Kind.DEPENDENCY,
        "raw": Kind.RAW,
        "request": Kind.REQUEST,
        "page": Kind.VALUE,
        "tags": Kind.VALUE,
        "more": Kind.RAW,
    }
    assert found.is_async


def test_what_cannot_be_parsed_has_no_tree() -> None:
    assert parse("def f(:\n") is None
