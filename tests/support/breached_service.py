"""A small service with its document, clean or with breaches of one kind each, to be exercised from outside."""

import json
from typing import Any

from aurora import ports
from aurora.domain.exercise import ExerciseOrder, LogInCall

PORT = 8124
PASSWORD = "correct-horse"
TOKEN = "tok-5d41402abc4b"
"""The fields of the log-in's answer; each further log-in gives another one, by its number."""

SERVICE = """
import datetime, json, os, re, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BREACHES = set(os.environ.get("BREACHES", "").split())
users, notes, bookings, tokens, asked = {}, {}, {}, [], []

class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_): pass

    def say(self, status, value=None, kind="application/json", **headers):
        said = b"" if value is None else value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response(status)
        if value is not None:
            self.send_header("Content-Type", kind)
        for name, held in headers.items():
            self.send_header(name.replace("_", "-"), held)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)

    def fail(self, status, why):
        self.say(status, {"error": why})

    def locked(self):
        said = self.headers.get("Authorization", "")
        good = said.startswith("Bearer ") and said[7:] in tokens[-1:]
        if good and "expires" in BREACHES:
            asked.append(said)
            if len(asked) % 9 == 0:
                tokens.append("")
        return not good

    def go(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            sent = json.loads(body) if body else None
        except ValueError:
            return self.say(422, {"parser": "no JSON"}) if "parser" in BREACHES else self.fail(422, "no JSON")
        if "parser" in BREACHES and body and not isinstance(sent, (dict, list)):
            return self.say(422, {"parser": "neither an object nor an array"})
        path = self.path.partition("?")[0]
        if "bounded" in BREACHES:
            asked.append(path)
            if len(asked) > 12:
                return self.fail(429, "too many requests")
        if "token" in BREACHES and self.headers.get("Authorization", "Bearer tok-")[:11] != "Bearer tok-":
            return self.fail(500, "DecodeError")
        named = re.fullmatch(r"/api/(users|notes|bookings)/([^/]+)", path)
        for name, held in (("/api/login", self.login), ("/api/users", self.users), ("/api/notes", self.notes),
                           ("/api/export", self.export), ("/api/stream", self.stream),
                           ("/api/bookings", self.bookings)):
            if path == name:
                return held(sent)
        if named and named[2].isdecimal():
            return {"users": self.user, "notes": self.note, "bookings": self.booking}[named[1]](int(named[2]), sent)
        if named and "router" in BREACHES:
            return self.say(404, "<h1>Not Found</h1>", "text/html")
        self.fail(422 if named else 404, "no such thing")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = go

    def other(self):
        self.say(405, {"error": "no such method"}, Allow="GET")

    def login(self, sent):
        if self.command != "POST":
            return self.other()
        if not isinstance(sent, dict) or not isinstance(sent.get("name"), str) or "password" not in sent:
            return self.fail(422, "name and password")
        if not any(user["name"] == sent["name"] for user in users.values()) or sent["password"] != "correct-horse":
            return self.fail(401, "wrong")
        if "hashes" in BREACHES and not tokens:
            time.sleep(12)
        tokens.append("tok-5d41402abc4b" + str(len(tokens)))
        self.say(200, {"data": {"token": tokens[-1]}})

    def users(self, sent):
        if self.command == "GET":
            found = [dict(user) for user in users.values()]
            if "list" in BREACHES and len(found) > 1:
                found[-1]["name"] = None
            return self.say(200, found)
        if self.command != "POST":
            return self.other()
        if not isinstance(sent, dict) or not isinstance(sent.get("name"), str) or not sent["name"]:
            return self.fail(422, "name")
        age = sent.get("age", 1)
        if not isinstance(age, int) or isinstance(age, bool) or not 0 <= age <= 150:
            return self.fail(422, "age")
        if "duplicate" in BREACHES and any(user["name"] == sent["name"] for user in users.values()):
            return self.fail(500, "UNIQUE constraint failed")
        if "boundary" in BREACHES and sent.get("age") == 150:
            return self.fail(500, "ZeroDivisionError")
        number = len(users) + 7001
        users[number] = {"id": number, "name": sent["name"]}
        self.say(201, users[number], Location=f"/api/users/{number}")

    def user(self, number, sent):
        if number not in users:
            return self.fail(410 if "gone" in BREACHES else 404, "no user")
        if self.command == "GET":
            return self.say(200, {"id": number} if "schema" in BREACHES else users[number])
        if self.command == "DELETE":
            del users[number]
            return self.say(202 if "status" in BREACHES else 204)
        self.other()

    def notes(self, sent):
        if self.locked() and "open" not in BREACHES:
            return self.fail(401, "log in")
        if self.command == "GET":
            return self.say(200, list(notes.values()))
        if self.command != "POST":
            return self.other()
        text, owner = (sent.get("text"), sent.get("user_id")) if isinstance(sent, dict) else (None, None)
        if not isinstance(text, str) or not isinstance(owner, int) or isinstance(owner, bool):
            return self.fail(422, "text and user_id")
        if owner not in users:
            return self.fail(404, "no user")
        number = len(notes) + 1
        notes[number] = {"id": number, "text": text, "user_id": owner}
        self.say(201, notes[number])

    def note(self, number, sent):
        if self.locked():
            return self.fail(401, "log in")
        if number not in notes:
            return self.fail(404, "no note")
        if self.command != "GET":
            return self.other()
        if "dies" in BREACHES:
            os._exit(3)
        self.say(200, notes[number])

    def bookings(self, sent):
        if self.command != "POST":
            return self.other()
        try:
            starts, ends = (datetime.datetime.fromisoformat(sent[name].upper()) for name in ("starts_at", "ends_at"))
            sound = datetime.datetime.now(datetime.timezone.utc) < starts < ends
        except (TypeError, KeyError, ValueError, AttributeError):
            sound = False
        if not sound:
            broken = "old" in BREACHES and isinstance(sent, dict) and not isinstance(sent.get("ends_at", ""), str)
            return self.fail(500 if broken else 422, "starts_at lies in the future, ends_at after it")
        number = len(bookings) + 1
        bookings[number] = {"id": number, "starts_at": sent["starts_at"], "ends_at": sent["ends_at"]}
        if "new" in BREACHES:
            return self.fail(500, "no such table")
        self.say(201, bookings[number])

    def booking(self, number, sent):
        if number not in bookings:
            return self.fail(404, "no booking")
        self.say(200, bookings[number]) if self.command == "GET" else self.other()

    def export(self, sent):
        if "stalls" in BREACHES:
            time.sleep(9)
        if self.command != "GET":
            return self.other()
        if "type" in BREACHES:
            return self.say(200, "<html>", kind="text/html")
        self.say(200, "id\\n1\\n", kind="text/csv", **({} if "header" in BREACHES else {"X_Total": "1"}))

    def stream(self, sent):
        if self.command != "GET":
            return self.other()
        if "endless" not in BREACHES:
            return self.say(200, "done", kind="text/plain")
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65_536)
        except OSError:
            self.close_connection = True

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Service).serve_forever()
"""


def _said(schema: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
    return {"description": "said", "content": {kind: {"schema": schema}}}


def _refers(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _takes(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def document() -> dict[str, Any]:
    """The clean service."""
    word, number, error = {"type": "string"}, {"type": "integer"}, _said(_refers("Error"))
    refused, locked = {"422": error, "404": error}, {"security": [{"bearer": []}]}
    named = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}]
    text = {"type": "string", "minLength": 1}
    user = {**_object(name=text), "additionalProperties": False}
    user["properties"]["age"] = {"type": "integer", "minimum": 0, "maximum": 150}
    total = {
        "description": "said",
        "content": {"text/csv": {}},
        "headers": {"X-Total": {"required": True, "schema": number}},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Notes", "version": "1"},
        "servers": [{"url": "https://notes.example/api"}],
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "User": _object(id=number, name=word),
                "Note": _object(id=number, text=word, user_id=number),
                "Error": _object(error=word),
            },
        },
        "paths": {
            "/login": {
                "post": {
                    "requestBody": _takes(_object(name=word, password=word)),
                    "responses": {"200": _said({"type": "object"}), "401": error, "422": error},
                }
            },
            "/users": {
                "get": {"responses": {"200": _said({"type": "array", "items": _refers("User")})}},
                "post": {"requestBody": _takes(user), "responses": {"201": _said(_refers("User")), **refused}},
            },
            "/users/{id}": {
                "parameters": named,
                "get": {"responses": {"200": _said(_refers("User")), **refused}},
                "delete": {"responses": {"204": {"description": "gone"}, **refused}},
            },
            "/notes": {
                "get": {**locked, "responses": {"200": _said({"type": "array", "items": _refers("Note")})}},
                "post": {
                    **locked,
                    "requestBody": _takes(_object(text=word, user_id=number)),
                    "responses": {"201": _said(_refers("Note")), **refused},
                },
            },
            "/notes/{note_id}": {
                "get": {
                    **locked,
                    "parameters": [{**named[0], "name": "note_id"}],
                    "responses": {"200": _said(_refers("Note")), **refused},
                }
            },
            "/export": {"get": {"responses": {"200": total}}},
            "/stream": {"get": {"responses": {"200": _said(word, "text/plain")}}},
        },
    }


def bookings() -> dict[str, Any]:
    """The document with what is booked: from a moment in the future on, until one after it."""
    known, moment = document(), {"type": "string", "format": "date-time"}
    number, refused = {"type": "integer"}, {"422": _said(_refers("Error")), "404": _said(_refers("Error"))}
    known["components"]["schemas"]["Booking"] = _object(id=number, ends_at=moment, starts_at=moment)
    named = {"name": "booking_id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
    known["paths"] |= {
        "/bookings": {
            "post": {
                "requestBody": _takes(_object(ends_at=moment, starts_at=moment)),
                "responses": {"201": _said(_refers("Booking")), **refused},
            }
        },
        "/bookings/{booking_id}": {
            "get": {"parameters": [named], "responses": {"200": _said(_refers("Booking")), **refused}}
        },
    }
    return known


def order(**more: Any) -> ExerciseOrder:
    """Of the whole document, with a log-in that stands on a registered user."""
    account = {"name": "anna", "password": PASSWORD}
    given = {
        "document": json.dumps(document()),
        "port": PORT,
        "base_path": "/api",
        "examples": 16,
        "seconds": 150,
        "before": [LogInCall(operation="POST /users", body={"name": "anna"})],
        "login": LogInCall(operation="POST /login", body=account),
        "token": "/data/token",
        "prefix": "Bearer ",
        **more,
    }
    return ExerciseOrder.model_validate(given)


def served(*breaches: str) -> ports.ServeCommand:
    """The service with these breaches."""
    argv = ("python", "-c", SERVICE, str(PORT))
    env = {"BREACHES": " ".join(breaches)}
    return ports.ServeCommand(argv=argv, env=env, port=PORT, ready_seconds=40, seconds=240)
