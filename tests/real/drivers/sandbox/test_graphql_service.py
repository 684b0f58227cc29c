"""A GraphQL service of each language, served and exercised in the sandbox by the image's own driver and observer."""

import json

import pytest

from aurora.domain.exercise import ApiKind, ExerciseOrder, ExerciseResult
from aurora.domain.task import TaskRef
from aurora.domain.workspace import Dependencies
from aurora.ports import ServeCommand
from tests.support.boxes import PROJECT, new_draft, workspace_of
from tests.support.node_boxes import LIMITS
from tests.support.projects import detected
from tests.support.served import ALL

pytestmark = [pytest.mark.docker, pytest.mark.timeout(900)]
PORT = 8123
SDL = """
type Query { authors: [Author!]!, author(id: ID!): Author, books: [Book!]! }
type Mutation { addAuthor(name: String!): Author!, addBook(title: String!, authorId: ID!): Book! }
type Author { id: ID!, name: String!, books: [Book!]! }
type Book { id: ID!, title: String!, author: Author! }
"""
FOUND = {
    ("raises", "null", "lacks"): {
        ("unexpected_error", "Query.author", "Query.author"),
        ("unexpected_error", "Mutation.addBook", "Book.title"),
        ("response_schema", "Author.name"),
    },
    ("repeats",): {("n_plus_one", "Query.books", "Book.author")},
}
"""By the breaches of one service: an answer with errors says nothing of how its statements grow."""
PYTHON = """
import os, strawberry
from fastapi import FastAPI
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, selectinload
from strawberry.fastapi import GraphQLRouter
BREACHES = os.environ.get("BREACHES", "").split(",")
class Base(DeclarativeBase): pass
class Writer(Base):
    __tablename__ = "writers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Text"]] = relationship(back_populates="author")
class Text(Base):
    __tablename__ = "texts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("writers.id"))
    author: Mapped[Writer] = relationship(back_populates="books")
engine = create_engine("sqlite:///shop.db")
Base.metadata.drop_all(engine)
Base.metadata.create_all(engine)
def session(): return Session(engine, expire_on_commit=False)
@strawberry.type
class Author:
    row: strawberry.Private[Writer]
    @strawberry.field
    def id(self) -> strawberry.ID: return self.row.id
    if "lacks" in BREACHES:
        @strawberry.field
        def called(self) -> str: return self.row.name
    else:
        @strawberry.field
        def name(self) -> str: return self.row.name
    @strawberry.field
    def books(self) -> list["Book"]: return [Book(row=one) for one in self.row.books]
@strawberry.type
class Book:
    row: strawberry.Private[Text]
    @strawberry.field
    def id(self) -> strawberry.ID: return self.row.id
    @strawberry.field
    def title(self) -> str: return None if "null" in BREACHES else self.row.title
    @strawberry.field
    def author(self) -> Author: return Author(row=self.row.author)
@strawberry.type
class Query:
    @strawberry.field
    def authors(self, info: strawberry.Info) -> list[Author]:
        return [Author(row=one) for one in info.context["db"].query(Writer).options(selectinload(Writer.books))]
    @strawberry.field
    def author(self, info: strawberry.Info, id: strawberry.ID) -> Author | None:
        found = info.context["db"].get(Writer, int(id) if id.isdigit() else 0)
        if found is None and "raises" in BREACHES: return Author(row=[][0])
        return Author(row=found) if found else None
    @strawberry.field
    def books(self, info: strawberry.Info) -> list[Book]:
        rows = info.context["db"].query(Text)
        if "repeats" not in BREACHES:
            rows = rows.options(joinedload(Text.author).selectinload(Writer.books))
        return [Book(row=one) for one in rows]
@strawberry.type
class Mutation:
    @strawberry.mutation
    def add_author(self, info: strawberry.Info, name: str) -> Author:
        row = Writer(name=name, books=[])
        info.context["db"].add(row); info.context["db"].commit()
        return Author(row=row)
    @strawberry.mutation
    def add_book(self, info: strawberry.Info, title: str, author_id: strawberry.ID) -> Book:
        author = info.context["db"].get(Writer, int(author_id) if author_id.isdigit() else 0)
        if author is None: raise ValueError("there is no such author")
        row = Text(title=title, author=author)
        info.context["db"].add(row); info.context["db"].commit()
        return Book(row=row)
def context():
    with session() as db:
        yield {"db": db}
app = FastAPI()
app.include_router(GraphQLRouter(strawberry.Schema(Query, Mutation), context_getter=context), prefix="/graphql")
"""
NODE = {
    "package.json": json.dumps(
        {
            "name": "shop",
            "private": True,
            "scripts": {"test": "node --test"},
            "dependencies": {"graphql-yoga": "5", "graphql": "16", "pg": "8", "dataloader": "2"},
        }
    ),
    "schema.graphql": SDL,
    "app.js": """
const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const DataLoader = require("dataloader");
const { GraphQLError } = require("graphql");
const { createSchema, createYoga } = require("graphql-yoga");
const { Pool } = require("pg");
const breaches = (process.env.BREACHES ?? "").split(",");
const has = (breach) => breaches.includes(breach);
const pool = new Pool({ connectionString: process.env.DATABASE_URL });
const rows = async (text, values) => (await pool.query(text, values)).rows;
const identity = (text) => (/^[0-9]{1,9}$/.test(text) ? Number(text) : 0);
const stored = (text) => {
  if (text.includes("\\0")) throw new GraphQLError("a text holds no NUL");
  return text;
};
const loaders = () => ({
  authors: new DataLoader(async (ids) => {
    const found = await rows("select * from authors where id = any($1)", [ids]);
    return ids.map((id) => found.find((one) => one.id === id));
  }),
  books: new DataLoader(async (ids) => {
    const found = await rows("select * from books where author_id = any($1) order by id", [ids]);
    return ids.map((id) => found.filter((one) => one.author_id === id));
  }),
});
const resolvers = {
  Query: {
    authors: () => rows("select * from authors order by id"),
    author: async (_, { id }) => {
      const [found] = await rows("select * from authors where id = $1", [identity(id)]);
      return has("raises") ? { ...found, id: found.id } : found;
    },
    books: () => rows("select * from books order by id"),
  },
  Mutation: {
    addAuthor: async (_, { name }) =>
      (await rows("insert into authors (name) values ($1) returning *", [stored(name)]))[0],
    addBook: async (_, { title, authorId }) => {
      const [author] = await rows("select * from authors where id = $1", [identity(authorId)]);
      if (author === undefined) throw new GraphQLError("there is no such author");
      const text = "insert into books (title, author_id) values ($1, $2) returning *";
      return (await rows(text, [stored(title), author.id]))[0];
    },
  },
  Author: {
    books: (author, _, { books }) => books.load(author.id),
    ...(has("lacks") ? { called: (author) => author.name } : {}),
  },
  Book: {
    title: (book) => (has("null") ? null : book.title),
    author: async (book, _, { authors }) =>
      has("repeats")
        ? (await rows("select * from authors where id = $1", [book.author_id]))[0]
        : authors.load(book.author_id),
  },
};
const sdl = readFileSync("schema.graphql", "utf8");
const typeDefs = has("lacks") ? sdl.replace("name: String!, books", "called: String!, books") : sdl;
const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }), context: loaders });
async function main() {
  await pool.query(`create table authors (id serial primary key, name text not null);
    create table books (id serial primary key, title text not null, author_id integer not null references authors)`);
  createServer(yoga).listen(Number(process.env.PORT), "127.0.0.1");
}
main();
""",
    "app.test.js": "",
}


@pytest.fixture(scope="module")
async def python_service(sandbox, artifacts, tmp_path_factory):
    needs = Dependencies(
        language="python", manager="uv", files={}, requirements=("strawberry-graphql[fastapi]", "sqlalchemy", "uvicorn")
    )
    image = await sandbox.build(TaskRef(id="images"), needs, PROJECT)
    draft = await new_draft(artifacts, tmp_path_factory.mktemp("graphql") / "shop", {"app.py": PYTHON})
    async with sandbox.open(draft, workspace_of(draft, image, LIMITS)) as box:
        yield box, ("python", "-m", "uvicorn", "app:app", "--port", str(PORT))
    await sandbox.release(draft.task)


@pytest.fixture(scope="module")
async def node_service(sandbox, artifacts, tmp_path_factory):
    chain = await detected(NODE)
    limits = LIMITS.model_copy(update={"services": ("postgres",)})
    image = await sandbox.build(TaskRef(id="images"), chain.dependencies, chain.project, limits.services)
    draft = await new_draft(artifacts, tmp_path_factory.mktemp("graphql") / "node", NODE)
    async with sandbox.open(draft, workspace_of(draft, image, limits)) as box:
        yield box, ("node", "app.js")
    await sandbox.release(draft.task)


async def exercised(service, *breaches, **more):
    box, argv = service
    order = ExerciseOrder(
        kind=ApiKind.GRAPHQL, document=SDL, port=PORT, base_path="/graphql", **{"examples": 6, "seconds": 60, **more}
    )
    env = {"BREACHES": ",".join(breaches), "PORT": str(PORT)}
    command = ServeCommand(argv=argv, port=PORT, env=env, watched=True, ready_seconds=60, seconds=150)
    run = await box.exercise(command, order.model_dump_json().encode())
    assert run.result, f"{run.not_ready} {run.driver_said} {run.stderr}"
    return ExerciseResult.model_validate_json(run.result)


def reported(result):
    """Of a field that is lacking, whichever operation asked for it first."""
    seen = [one for one in result.seen if not one.breach.value.endswith("unbounded")]
    return {
        (one.breach.value, one.where)
        if one.breach == "response_schema"
        else (one.breach.value, one.operation, one.where)
        for one in seen
    }


async def check(service):
    for seed in (1, 2) if ALL else (1,):
        clean = await exercised(service, seed=seed)
        assert (reported(clean), clean.trouble) == (set(), "")
        assert all(one.succeeded for one in clean.operations)
        assert max(one.statements for one in clean.operations) > 0
    for breaches, found in FOUND.items():
        broken = await exercised(service, *breaches)
        assert reported(broken) >= found
        again = await exercised(service, *breaches, again=broken.seen)
        assert {one.where for one in again.seen if one.replayed} >= {one[-1] for one in found}
        repaired = await exercised(service, again=broken.seen)
        assert not [one for one in repaired.seen if one.replayed and not one.breach.value.endswith("unbounded")]


async def test_what_a_strawberry_service_breaks_is_found_and_of_a_clean_one_nothing_is_told(python_service):
    await check(python_service)


@pytest.mark.skipif(not ALL, reason="an image of its own: `make served`")
async def test_what_a_yoga_service_breaks_is_found_and_of_a_clean_one_nothing_is_told(node_service):
    await check(node_service)
