"""Proposals of a log-in, from the document and from what tests and modules tell."""

from typing import Any

from aurora.contract import log_in
from aurora.contract.log_in import LogIn
from aurora.settings.contract import AuthSettings


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def content(schema: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
    return {"content": {kind: {"schema": schema}}}


TEXT = {"type": "string"}
MAIL = {"type": "string", "format": "email"}


def operation(body: dict[str, Any] | None = None, answer: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"responses": {"200": content(answer) if answer else {"description": ""}}, **more}
    return {**said, "requestBody": body} if body else said


def document(scheme: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
    guarded = {"/orders": {"get": operation(security=[{"auth": []}])}}
    return {"openapi": "3.1.0", "components": {"securitySchemes": {"auth": scheme}}, "paths": {**paths, **guarded}}


BEARER = {"type": "http", "scheme": "bearer"}
LOGIN = {
    "/auth/login": {"post": operation(content(thing(email=MAIL, password=TEXT)), thing(data=thing(accessToken=TEXT)))}
}


def best(found: LogIn) -> AuthSettings:
    assert found.guarded == ("GET /orders",)
    return found.proposals[0].auth


def test_a_user_is_registered_and_logged_in_with_the_same_values() -> None:
    register = {"/auth/register": {"post": operation(content(thing(name=TEXT, email=MAIL, password=TEXT)))}}
    found = log_in.read(document(BEARER, {**LOGIN, **register}))
    auth = best(found)
    assert [one.operation for one in auth.before] == ["POST /auth/register"]
    assert auth.login is not None
    assert auth.before[0].body is not None
    assert auth.login.body == {key: auth.before[0].body[key] for key in ("email", "password")}
    assert (auth.token, auth.prefix, found.proposals[0].check) == ("/data/accessToken", "Bearer ", "")


def test_the_password_flow_takes_a_form_and_the_address_is_the_name() -> None:
    scheme = {"type": "oauth2", "flows": {"password": {"tokenUrl": "api/v1/login/access-token", "scopes": {}}}}
    form = thing(username=TEXT, password=TEXT)
    paths = {
        "/api/v1/login/access-token": {
            "post": operation(content(form, "application/x-www-form-urlencoded"), thing(access_token=TEXT))
        },
        "/api/v1/users/signup": {"post": operation(content(thing(email=MAIL, password=TEXT)))},
        "/api/v1/password-recovery/{email}": {"post": operation()},
    }
    auth = best(log_in.read(document(scheme, paths)))
    assert auth.login is not None
    assert auth.login.form is not None
    assert auth.login.form["username"] == "aurora@example.com"
    assert auth.token == "/access_token"


def test_without_an_operation_that_makes_the_user_it_has_to_be_looked_at() -> None:
    found = log_in.read(document(BEARER, LOGIN))
    assert found.proposals[0].auth.before == ()
    assert "no operation makes this user" in found.proposals[0].check


def test_what_a_test_sends_is_taken_for_the_log_in() -> None:
    test = 'def test_a(client):\n    client.post("/auth/login", json={"email": "ann@x.y", "password": "pw"})\n'
    auth = best(log_in.read(document(BEARER, LOGIN), files=[("tests/conftest.py", test)]))
    assert auth.login is not None
    assert auth.login.body == {"email": "ann@x.y", "password": "pw"}


def test_a_function_that_makes_tokens_is_a_command() -> None:
    module = "def create_access_token(subject: str, expires: int = 5) -> str:\n    return ''\n"
    found = log_in.read(document(BEARER, {}), files=[("backend/app/security.py", module)], folders=("", "backend"))
    command = best(found).command
    assert command is not None
    assert command[2] == "from app.security import create_access_token as f; print('Bearer ' + str(f(subject='1')))"


def test_the_prefix_of_a_key_in_the_authorization_header_is_read_from_its_description() -> None:
    scheme = {"type": "apiKey", "in": "header", "name": "Authorization", "description": 'with required prefix "Token"'}
    assert best(log_in.read(document(scheme, LOGIN))).prefix == "Token "


def test_a_key_that_tests_send_is_printed() -> None:
    scheme = {"type": "apiKey", "in": "header", "name": "X-API-Key"}
    auth = best(log_in.read(document(scheme, {}), files=[("tests/a.test.ts", "set({ 'X-API-Key': 'test-key' })")]))
    assert (auth.header, auth.prefix, auth.command) == ("X-API-Key", "", ("printf", "%s", "test-key"))


def test_a_session_cookie_stands_for_the_log_in() -> None:
    scheme = {"type": "apiKey", "in": "cookie", "name": "sid"}
    login = {"/login": {"post": operation(content(thing(username=TEXT, password=TEXT)))}}
    auth = best(log_in.read(document(scheme, login)))
    assert (auth.place, auth.header, auth.token) == ("cookie", "sid", "")


def test_django_makes_its_own_user_and_token() -> None:
    scheme = {"type": "http", "scheme": "bearer"}
    files = [("config/settings.py", "INSTALLED_APPS = ['rest_framework_simplejwt']")]
    command = best(log_in.read(document(scheme, {}), "django", files)).command
    assert command is not None
    assert command[:5] == ("python", "manage.py", "shell", "-v", "0")
    assert "AccessToken.for_user(u)" in command[-1]


def test_a_document_without_security_needs_no_log_in() -> None:
    open_ = {"openapi": "3.0.0", "paths": {"/a": {"get": operation()}}}
    assert log_in.read(open_) == LogIn(open=1)


def test_an_operation_that_is_open_by_an_empty_alternative_is_open() -> None:
    paths = {"/b": {"get": operation(security=[{"auth": []}, {}])}}
    assert log_in.read(document(BEARER, paths)).guarded == ("GET /orders",)


def test_a_schema_that_refers_to_itself_has_an_end() -> None:
    found = document(BEARER, LOGIN)
    node = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {name: {"$ref": "#/components/schemas/N"} for name in "ab"},
    }
    found["components"]["schemas"] = {"N": node}
    login = content({"$ref": "#/components/schemas/N"})
    found["paths"]["/sessions"] = {"post": operation(login, {"$ref": "#/components/schemas/N"})}
    assert best(log_in.read(found)).token == "/data/accessToken"


def test_a_token_inside_of_a_token_is_the_one() -> None:
    paths = {
        "/login": {
            "post": operation(
                content(thing(email=MAIL, password=TEXT)), thing(token=thing(access_token=TEXT, refresh_token=TEXT))
            )
        }
    }
    assert best(log_in.read(document(BEARER, paths))).token == "/token/access_token"
