"""A GraphQL service in the test's own process: the driver's client answers itself, by graphql-core, with breaches."""

import json
from typing import Any

from graphql import GraphQLError, GraphQLSchema, build_schema, graphql_sync

from aurora.drivers.in_box.exercise.graphql_client import Answer, Client
from aurora.drivers.in_box.exercise.graphql_drive import exercise
from aurora.drivers.in_box.exercise.graphql_observed import Observed
from aurora.drivers.in_box.exercise.records import Order, Request
from aurora.drivers.in_box.exercise.report import Report

SDL = """
type Query {
  authors(limit: Int): [Author!]!
  author(id: ID!): Author
  books(genre: Genre): [Book!]!
  search(text: String!): [Hit!]!
}
type Mutation {
  addAuthor(name: String!): Author!
  addBook(input: BookInput!): Book!
  renameAuthor(id: ID!, name: String!): Author!
  deleteBook(id: ID!): Boolean!
}
input BookInput { title: String!, authorId: ID!, genre: Genre }
enum Genre { NOVEL POEM }
type Author { id: ID!, name: String!, books: [Book!]! }
type Book { id: ID!, title: String!, genre: Genre, author: Author! }
union Hit = Author | Book
"""


class Endpoint(Client):
    """`breaches`: names of those that it has. Each is a new data store."""

    def __init__(self, order: Order, *breaches: str) -> None:
        super().__init__(order)
        self.breaches = breaches
        self.sent: list[str] = []
        self.statements = 0
        self.authors: dict[str, dict[str, Any]] = {}
        self.books: dict[str, dict[str, Any]] = {}
        self.schema = self._schema()

    def send(self, request: Request, seconds: float = 20) -> Answer:
        body = json.loads(request.body)
        if isinstance(body, list):
            return self._answer(400, {"errors": [{"message": "Batching is not enabled"}]})
        self.sent.append(body["query"])
        if "bounded" in self.breaches and _depth(body["query"]) > 6 and "__schema" not in body["query"]:
            return self._answer(400, {"errors": [{"message": "the query exceeds the maximum depth of 6"}]})
        if "bounded" in self.breaches and body["query"].count("a1") > 0:
            return self._answer(400, {"errors": [{"message": "too many aliases"}]})
        self.statements = 0
        result = graphql_sync(self.schema, body["query"], variable_values=body.get("variables"))
        said: dict[str, Any] = {} if result.data is None and _invalid(result.errors) else {"data": result.data}
        if result.errors:
            said["errors"] = [self._error(error) for error in result.errors]
        return self._answer(500 if "status" in self.breaches and result.errors else 200, said)

    def _answer(self, status: int, said: dict[str, Any]) -> Answer:
        return Answer(status, "application/json", json.dumps(said), said, Observed(self.statements))

    def _error(self, error: GraphQLError) -> dict[str, Any]:
        meant = error.original_error is None or isinstance(error.original_error, GraphQLError)
        if not meant and "masked" in self.breaches:
            return {"message": "Unexpected error.", "path": error.path}
        return {**error.formatted}

    def _schema(self) -> GraphQLSchema:
        sdl = SDL
        if "lacks a field" in self.breaches:
            sdl = sdl.replace("title: String!, genre: Genre, author", "title: String!, author")
        schema = build_schema(sdl)
        for kind, name, resolve in (
            ("Query", "authors", self._authors), ("Query", "author", self._author), ("Query", "books", self._books),
            ("Query", "search", self._search), ("Mutation", "addAuthor", self._add_author),
            ("Mutation", "addBook", self._add_book), ("Mutation", "renameAuthor", self._rename),
            ("Mutation", "deleteBook", self._delete), ("Author", "books", self._books_of),
            ("Book", "author", self._author_of),
        ):  # fmt: skip
            schema.type_map[kind].fields[name].resolve = resolve  # type: ignore[attr-defined]  # an object type
        schema.type_map["Hit"].resolve_type = lambda one, *_: "Book" if "title" in one else "Author"  # type: ignore[attr-defined]  # a union
        return schema

    def _authors(self, _: Any, __: Any, limit: int | None = None) -> list[dict[str, Any]]:
        self.statements += 1
        return list(self.authors.values())[: limit if limit is not None and limit >= 0 else None]

    def _author(self, _: Any, __: Any, id: str) -> dict[str, Any] | None:
        if "raises" in self.breaches:
            return self.authors[id]
        return self.authors.get(id)

    def _books(self, _: Any, __: Any, genre: str | None = None) -> list[dict[str, Any]]:
        self.statements += 1
        return [book for book in self.books.values() if genre in (None, book["genre"])]

    def _search(self, _: Any, __: Any, text: str) -> list[dict[str, Any]]:
        return [one for one in (*self.authors.values(), *self.books.values()) if text in one.get("name", "")]

    def _add_author(self, _: Any, __: Any, name: str) -> dict[str, Any]:
        if not name.strip():
            raise GraphQLError("a name must not be empty")
        author = {"id": str(len(self.authors) + 1), "name": None if "null" in self.breaches else name}
        self.authors[str(author["id"])] = author
        return author

    def _add_book(self, _: Any, __: Any, input: dict[str, Any]) -> dict[str, Any]:
        if input["authorId"] not in self.authors:
            raise GraphQLError("no such author")
        book = {"id": f"b{len(self.books) + 1}", "title": input["title"], "genre": input.get("genre")}
        book["author_id"] = input["authorId"]
        if "enum" in self.breaches:
            book["genre"] = "CRIME"
        self.books[book["id"]] = book
        return book

    def _rename(self, _: Any, __: Any, id: str, name: str) -> dict[str, Any]:
        if id not in self.authors:
            raise GraphQLError("author not found")
        self.authors[id]["name"] = name
        return self.authors[id]

    def _delete(self, _: Any, __: Any, id: str) -> bool:
        return self.books.pop(id, None) is not None

    def _books_of(self, author: dict[str, Any], _: Any) -> list[dict[str, Any]]:
        return [book for book in self.books.values() if book["author_id"] == author["id"]]

    def _author_of(self, book: dict[str, Any], _: Any) -> dict[str, Any]:
        if "n+1" in self.breaches:
            self.statements += 1
        return self.authors[book["author_id"]]


def exercised(*breaches: str, **order: Any) -> dict[str, Any]:
    """The result of one run, in a new data store."""
    given = Order(document=SDL, port=1, kind="graphql", base_path="/graphql", **{"examples": 6, **order})
    report = Report(given)
    exercise(given, report, Endpoint(given, *breaches))
    found: dict[str, Any] = json.loads(report.written())
    return found


def _invalid(errors: list[GraphQLError] | None) -> bool:
    return any(error.path is None for error in errors or ())


def _depth(text: str) -> int:
    deepest = here = 0
    for mark in text:
        here += (mark == "{") - (mark == "}")
        deepest = max(deepest, here)
    return deepest
