# ruff: noqa: E501 - a case is easier to read in one line
from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest"}
SLEEP = "import time\n\n\nasync def wait():\n    time.sleep(1)\n"
READ = 'import { readFileSync } from "node:fs";\nexport function load(req: Request, res: Response) {\n  res.json(readFileSync("a"));\n}\n'
FASTAPI = "from fastapi import APIRouter, Depends\nrouter = APIRouter()\n"


def ts(name: str, text: str, **more: object) -> Case:
    return Case(name, "src/app.ts", text, toolchain=NODE, **more)  # type: ignore[arg-type]


BAD = [
    Case("a sleep", text=SLEEP, line=5, says="`wait` is a coroutine and calls `time.sleep`"),
    Case("by an alias", text="from time import sleep as nap\nasync def f():\n    nap(2)\n", says="time.sleep"),
    Case(
        "a request in a handler",
        text=f"import requests\n{FASTAPI}@router.get('/a')\nasync def a():\n    return requests.get('http://b').json()\n",
        line=6,
        says="httpx.AsyncClient",
    ),
    Case(
        "a session of requests", text="import requests\ns = requests.Session()\nasync def f(u):\n    return s.post(u)\n"
    ),
    Case("urllib", text="from urllib.request import urlopen\nasync def f(u):\n    return urlopen(u).read()\n"),
    Case("a file", text="async def f(p):\n    with open(p) as file:\n        return file.read()\n", line=2),
    Case("a path", text="from pathlib import Path\nasync def f(name):\n    return (Path('a') / name).read_text()\n"),
    Case("a program", text="import subprocess\nasync def f():\n    subprocess.run(['ls'], check=True)\n"),
    Case("a shell", text="import os\nasync def f():\n    os.system('ls')\n"),
    Case(
        "a synchronous session of SQLAlchemy",
        text=f"from sqlalchemy.orm import Session\n{FASTAPI}@router.get('/a')\n"
        "async def a(db: Session = Depends(get_db)):\n    return db.execute(q).all()\n",
        says="AsyncSession",
    ),
    Case(
        "an annotated session by an alias",
        text="from typing import Annotated\nfrom sqlmodel import Session\nDb = Annotated[Session, Depends(get)]\n"
        "async def a(db: Db):\n    db.commit()\n",
    ),
    Case(
        "a session in a block",
        text="from app.db import SessionLocal\nasync def f():\n    with SessionLocal() as s:\n        s.get(A, 1)\n",
    ),
    Case("sqlite", text="import sqlite3\nasync def f():\n    c = sqlite3.connect('a')\n"),
    Case(
        "a connection that is passed",
        text="import sqlite3\nasync def f(c: sqlite3.Connection):\n    c.execute('select 1')\n",
    ),
    Case("psycopg2", text="import psycopg2\nasync def f(dsn):\n    return psycopg2.connect(dsn)\n"),
    Case("AWS", text="import boto3\ns3 = boto3.client('s3')\nasync def f(b):\n    s3.put_object(Bucket=b, Key='a')\n"),
    Case(
        "redis",
        text="from redis import Redis\nr = Redis()\nasync def f(k):\n    return r.get(k)\n",
        says="redis.asyncio",
    ),
    Case(
        "MongoDB",
        text="from pymongo import MongoClient\ndb = MongoClient()['a']\nasync def f():\n    return db.users.find_one({})\n",
    ),
    Case("mail", text="import smtplib\nasync def f(m):\n    with smtplib.SMTP('a') as s:\n        s.send_message(m)\n"),
    Case(
        "a helper's helper",
        text="import time\ndef a():\n    time.sleep(1)\ndef b():\n    a()\nasync def f():\n    b()\n",
        line=7,
        says="by way of `b > a`",
    ),
    Case(
        "a method of its class",
        text="import requests\nclass A:\n    def __init__(self):\n        self.http = requests.Session()\n"
        "    def load(self, u):\n        return self.http.get(u)\n    async def get(self, u):\n        return self.load(u)\n",
        line=8,
    ),
    Case("one more than before", text=SLEEP + "    open('a')\n", before=SLEEP, line=6),
    ts("a handler of Express", READ, line=3, says="`load` answers requests and calls `fs.readFileSync`"),
    ts(
        "a handler in a route",
        'import fs from "fs";\nimport express from "express";\nconst app = express();\n'
        'app.get("/a", async (req, res) => { res.send(fs.readFileSync("a")); });\n',
        line=4,
    ),
    ts(
        "a program",
        'import { execSync } from "child_process";\nexport const a = (req, res) => { res.send(execSync("ls")); };\n',
    ),
    ts(
        "a key of crypto",
        'import * as crypto from "node:crypto";\nimport { Router } from "express";\nconst r = Router();\n'
        'r.post("/a", (req, res) => { res.send(crypto.pbkdf2Sync(req.body.p, "s", 1e5, 64, "sha512")); });\n',
        says="crypto.pbkdf2Sync",
    ),
    ts(
        "bcrypt",
        'import bcrypt from "bcrypt";\nexport async function a(req, res) { bcrypt.hashSync(req.body.p, 10); }\n',
    ),
    ts(
        "by a helper's helper",
        'import { readFileSync } from "fs";\nfunction a() { return readFileSync("a"); }\nconst b = () => a();\n'
        "export function c(req, res) { res.json(b()); }\n",
        line=4,
        says="by way of `b > a`",
    ),
    ts(
        "a controller of Nest",
        'import { Controller, Get } from "@nestjs/common";\nimport * as fs from "fs";\n@Controller("a")\n'
        'export class A {\n  @Get()\n  one() { return this.read(); }\n  private read() { return fs.readFileSync("a"); }\n}\n',
        line=6,
    ),
    ts(
        "a service of Nest",
        'import { Injectable } from "@nestjs/common";\nimport { writeFileSync } from "fs";\n@Injectable()\n'
        'export class A {\n  async save(x: string) { writeFileSync("a", x); }\n}\n',
        line=5,
    ),
    ts(
        "a handler of Fastify",
        'import { gzipSync } from "zlib";\nexport async function routes(fastify) {\n'
        '  fastify.get("/a", async (request, reply) => gzipSync("a"));\n}\n',
        line=3,
    ),
    ts(
        "a middleware",
        'const fs = require("fs");\nmodule.exports = function (req, res, next) { fs.existsSync("a"); next(); };\n',
    ),
]
GOOD = [
    Case("awaited", text="import asyncio\nasync def f():\n    await asyncio.sleep(1)\n"),
    Case("a plain function", text="import time\ndef f():\n    time.sleep(1)\n"),
    Case("a plain handler", text=f"import requests\n{FASTAPI}@router.get('/a')\ndef a():\n    return requests.get('b')\n"),
    Case("in a thread", text="import asyncio, time\nasync def f():\n    await asyncio.to_thread(time.sleep, 1)\n"),
    Case(
        "in an executor",
        text="import asyncio, requests\nasync def f(u):\n    loop = asyncio.get_running_loop()\n"
        "    return await loop.run_in_executor(None, lambda: requests.get(u))\n",
    ),
    Case(
        "a nested function in a thread",
        text="from starlette.concurrency import run_in_threadpool\nasync def f(p):\n    def read():\n"
        "        return open(p).read()\n    return await run_in_threadpool(read)\n",
    ),
    Case("an asynchronous session", text="from sqlalchemy.ext.asyncio import AsyncSession\nasync def f(db: AsyncSession):\n    await db.execute(q)\n"),
    Case("an asynchronous redis", text="from redis.asyncio import Redis\nr = Redis()\nasync def f(k):\n    return await r.get(k)\n"),
    Case("a dictionary of this name", text="async def f(requests):\n    return requests.get('a')\n"),
    Case("a variable of this name", text="import requests\nasync def f(found):\n    requests = dict(found)\n    return requests.get('a')\n"),
    Case("another open", text="from aiofiles import open\nasync def f(p):\n    async with open(p) as a:\n        return await a.read()\n"),
    Case("an open of its own", text="def open(p):\n    return p\nasync def f(p):\n    return open(p)\n"),
    Case("another's open", text="import webbrowser\nasync def f(store, p):\n    return await store.open(p)\n"),
    Case("a start", text="from contextlib import asynccontextmanager\n@asynccontextmanager\nasync def lifespan(app):\n    open('a')\n    yield\n"),
    Case("a main", text="import asyncio\nasync def work():\n    open('a')\nasyncio.run(work())\n"),
    Case("a yield to the loop", text="import time\nasync def f():\n    time.sleep(0)\n"),
    Case("only adds", text="from sqlalchemy.orm import Session\nasync def f(db: Session, a):\n    db.add(a)\n"),
    Case("a signed address", text="import boto3\ns3 = boto3.client('s3')\nasync def f():\n    return s3.generate_presigned_url('get')\n"),
    Case("a helper in a thread", text="import time\nfrom anyio import to_thread\ndef a():\n    time.sleep(1)\nasync def f():\n    await to_thread.run_sync(a)\n"),
    Case("a helper that is decorated", text="import time\n@sync_to_async\ndef a():\n    time.sleep(1)\nasync def f():\n    return a()\n"),
    Case("a path that is only named", text="from pathlib import Path\nasync def f(n):\n    return Path(n).with_suffix('.a').name\n"),
    Case("a command line", text="import asyncio, click\nasync def f():\n    open('a')\n@click.command()\ndef main():\n    asyncio.run(f())\n"),
    ts("a private method of the start", 'import { readFileSync } from "fs";\n@Injectable()\nexport class A {\n  constructor() { this.load(); }\n  private load() { readFileSync("a"); }\n}\n'),
    Case("a script", "scripts/a.py", SLEEP),
    Case("a test", "tests/test_a.py", SLEEP),
    Case("what can't be parsed", text="async def f(:\n    time.sleep(1)\n"),
    ts("at the module's top", 'import { readFileSync } from "fs";\nconst key = readFileSync("a");\nexport const a = (req, res) => res.send(key);\n'),
    ts("asynchronous", 'import { readFile } from "fs/promises";\nexport const a = async (req, res) => res.send(await readFile("a"));\n'),
    ts("a program of the command line", 'import { readFileSync } from "fs";\nfunction main() { readFileSync("a"); }\nmain();\n'),
    ts("the start of a service", 'import { readFileSync } from "fs";\n@Injectable()\nexport class A {\n  constructor() { readFileSync("a"); }\n  onModuleInit() { readFileSync("b"); }\n}\n'),
    ts("a method of its own", 'export class A {\n  saveSync() {}\n}\nexport const h = (req, res) => { new A().saveSync(); };\n'),
    ts("another module's", 'import { renderSync } from "./views";\nexport const a = (req, res) => res.send(renderSync("a"));\n'),
    ts("a promise of crypto", 'import { scrypt } from "crypto";\nimport { promisify } from "util";\nexport const a = async (req, res) => res.send(await promisify(scrypt)("a", "b", 64));\n'),
    ts("a configuration", 'import fs from "fs";\nexport function load(path: string) { return fs.readFileSync(path); }\n'),
    ts("a comment", 'export const a = (req, res) => { /* fs.readFileSync("a") */ res.send("readFileSync"); };\n'),
    Case("a test of Node", "tests/app.ts", READ, toolchain=NODE),
]  # fmt: skip
OLD = [
    Case("of the base, moved", text="import os\n" + SLEEP, before=SLEEP),
    Case("another line of its function", text=SLEEP.replace("(1)", "(1.5)"), before=SLEEP),
    ts("of Node", "const a = 1;\n" + READ, before=READ),
]
