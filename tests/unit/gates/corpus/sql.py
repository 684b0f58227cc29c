# ruff: noqa: E501 - a case is easier to read in one line
from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest"}
STAR = "def every(db):\n    return db.execute('SELECT * FROM orders')\n"
BUILT = "def one(db, name):\n    return db.execute(f\"SELECT id FROM users WHERE name = '{name}'\")\n"
STAR_TS = "export const every = (db) => db.query('SELECT * FROM orders');\n"


def ts(name: str, text: str, **more: object) -> Case:
    return Case(name, "src/app.ts", text, toolchain=NODE, **more)  # type: ignore[arg-type]


BAD = [
    Case("every column", text=STAR, line=2, says="The statement of `every` selects every column."),
    Case("in a constant", text='Q = """\nSELECT *\nFROM orders\nWHERE id = :id\n"""\n', says="the module"),
    Case(
        "in text()",
        text="from sqlalchemy import text\ndef f(s, i):\n    return s.execute(text('select * from a where id = :i'), {'i': i})\n",
    ),
    Case("of one table in a join", text="Q = 'SELECT o.* FROM orders o JOIN c ON c.id = o.c_id'\n"),
    Case("of Django's raw", text="def f():\n    return Order.objects.raw('SELECT * FROM shop_order')\n"),
    Case(
        "over a table that is a constant",
        text="TABLE = 'a'\ndef f(c):\n    c.execute(f'SELECT * FROM {TABLE} LIMIT 1')\n",
        says="every column",
    ),
    Case("built by an f-string", text=BUILT, line=2, says="`name` is spliced into it"),
    Case("built by +", text='def f(c, n):\n    c.execute("SELECT id FROM a WHERE n = \'" + n + "\'")\n'),
    Case("built by %", text="def f(c, n):\n    c.execute(\"DELETE FROM a WHERE n = '%s'\" % n)\n"),
    Case("built by format", text="def f(c, n):\n    c.execute('UPDATE a SET n = {}'.format(n))\n"),
    Case(
        "built in a variable",
        text="def f(c, n):\n    sql = f'SELECT id FROM a WHERE n = {n}'\n    c.execute(sql)\n",
        line=2,
    ),
    Case(
        "built in text()",
        text="from sqlalchemy import text\ndef f(s, n):\n    s.execute(text(f'SELECT id FROM a WHERE n = {n}'))\n",
    ),
    Case("an order of a parameter", text="def f(c, by):\n    c.execute(f'SELECT id FROM a ORDER BY {by}')\n"),
    Case("an attribute of a parameter", text="def f(c, q):\n    c.execute(f'SELECT id FROM a WHERE n = {q.name}')\n"),
    Case(
        "by way of a variable",
        text="def f(c, n):\n    wanted = n.strip()\n    c.execute(f\"SELECT id FROM a WHERE n = '{wanted}'\")\n",
    ),
    Case(
        "a request of Flask",
        text="from flask import request\ndef f(c):\n    c.execute(\"SELECT id FROM a WHERE n = '\" + request.args['n'] + \"'\")\n",
    ),
    Case(
        "values in a list",
        text="def f(c, ids):\n    c.execute('SELECT id FROM a WHERE id IN (' + ','.join(ids) + ')')\n",
    ),
    Case("one more than before", text=BUILT + STAR, before=STAR, line=2),
    ts("every column", STAR_TS, line=1),
    ts(
        "in a template",
        "export async function f(db) {\n  return db.query(`\n    SELECT * FROM orders\n    WHERE id = $1`, [1]);\n}\n",
        line=2,
    ),
    ts(
        "in a tag",
        "export const f = (id: number) => sql`SELECT * FROM orders WHERE id = ${id}`;\n",
        says="every column",
    ),
    ts("in Prisma's tag", 'export const f = () => prisma.$queryRaw`SELECT * FROM "User"`;\n'),
    ts("in knex", "export const f = (knex) => knex.raw('select * from a');\n"),
    ts("in better-sqlite3", "export const f = (db) => db.prepare('SELECT * FROM a').all();\n"),
    ts(
        "built in a template",
        "export function f(db, name: string) {\n  return db.query(`SELECT id FROM a WHERE n = '${name}'`);\n}\n",
        line=2,
        says="`name` is spliced",
    ),
    ts("built by +", 'export function f(db, n) { return db.query("SELECT id FROM a WHERE n = \'" + n + "\'"); }\n'),
    ts(
        "of a request",
        "app.get('/a', async (req, res) => { res.json(await pool.query(`SELECT id FROM a WHERE n = '${req.query.n}'`)); });\n",
    ),
    ts(
        "taken apart of a request",
        "app.get('/a', async (req, res) => { const { n } = req.query; res.json(await pool.query(`SELECT id FROM a WHERE n = '${n}'`)); });\n",
    ),
    ts(
        "unsafe in Prisma",
        "export const f = (n: string) => prisma.$queryRawUnsafe(`SELECT id FROM a WHERE n = '${n}'`);\n",
    ),
    ts(
        "in a variable",
        "export async function f(db, n) { const sql = `DELETE FROM a WHERE n = ${n}`; await db.execute(sql); }\n",
    ),
    ts(
        "of the values of a list",
        "export const f = (db, ids: string[]) => db.query(`SELECT id FROM a WHERE id IN (${ids.join(',')})`);\n",
    ),
    ts("of an object", "export const f = (db, n) => db.query({ text: `SELECT id FROM a WHERE n = ${n}` });\n"),
    ts("an order", "export const f = (db, by: string) => db.all(`SELECT id FROM a ORDER BY ${by} LIMIT 5`);\n"),
]
GOOD = [
    Case("named columns", text="def f(db):\n    return db.execute('SELECT id, name FROM orders')\n"),
    Case("a count", text="Q = 'SELECT COUNT(*) FROM orders'\n"),
    Case("an EXISTS", text="Q = 'SELECT id FROM a WHERE EXISTS (SELECT * FROM b WHERE b.a = a.id)'\n"),
    Case("over a query that names", text="Q = 'WITH t AS (SELECT id FROM a) SELECT * FROM t'\n"),
    Case("a docstring", text='def f():\n    """SELECT * FROM orders"""\n'),
    Case("a comment", text="# SELECT * FROM orders\nX = 1\n"),
    Case("prose", text="HELP = 'Select * to choose every one of them'\n"),
    Case("a log", text="def f(log, n):\n    log.info(f'Select {n} from the list')\n"),
    Case("an error", text="def f(n):\n    raise ValueError(f'Update {n} set before')\n"),
    Case("a parameter", text="def f(c, n):\n    c.execute('SELECT id FROM a WHERE n = %s', (n,))\n"),
    Case("placeholders", text="def f(c, ids):\n    c.execute('SELECT id FROM a WHERE id IN (%s)' % ','.join('?' for _ in ids), ids)\n"),
    Case("placeholders in a variable", text="def f(c, ids):\n    marks = ', '.join(['%s'] * len(ids))\n    c.execute(f'SELECT id FROM a WHERE id IN ({marks})', ids)\n"),
    Case("a constant of the module", text="COLUMNS = 'id, name'\ndef f(c):\n    c.execute(f'SELECT {COLUMNS} FROM a')\n"),
    Case("a table of what is allowed", text="ORDERS = {'new': 'created_at DESC'}\ndef f(c, by):\n    c.execute(f'SELECT id FROM a ORDER BY {ORDERS[by]}')\n"),
    Case("a checked column", text="def f(c, by):\n    if by not in ('id', 'name'):\n        raise ValueError(by)\n    c.execute(f'SELECT id FROM a ORDER BY {by}')\n"),
    Case("conditions of the code", text="def f(c, n):\n    where, values = ['a = ?'], [1]\n    if n:\n        where.append('n = ?')\n        values.append(n)\n    c.execute('SELECT id FROM a WHERE ' + ' AND '.join(where), values)\n"),
    Case("added to", text="def f(c, n):\n    sql = 'SELECT id FROM a'\n    if n:\n        sql += ' WHERE n = ?'\n    c.execute(sql, [n])\n"),
    Case("an identifier of psycopg", text="from psycopg import sql\ndef f(c, t):\n    c.execute(sql.SQL('SELECT id FROM {}').format(sql.Identifier(t)))\n"),
    Case("quoted by the connection", text="def f(connection, t):\n    table = connection.ops.quote_name(t)\n    connection.cursor().execute(f'SELECT id FROM {table}')\n"),
    Case("a number", text="def f(c, n):\n    c.execute(f'SELECT id FROM a LIMIT {int(n)}')\n"),
    Case("a private function of constants", text="def _count(c, table):\n    return c.execute(f'SELECT count(*) FROM {table}')\ndef f(c):\n    return _count(c, 'a') + _count(c, 'b')\n"),
    Case("a literal type", text="from typing import Literal\ndef f(c, by: Literal['id', 'name']):\n    c.execute(f'SELECT id FROM a ORDER BY {by}')\n"),
    Case("a private function of local constants", text="def _count(c, where):\n    return c.execute(f'SELECT id FROM a WHERE {where}')\ndef f(c):\n    where = 'b = 1'\n    return _count(c, where)\n"),
    Case("the ORM", text="def f(s, n):\n    return s.execute(select(User).where(User.name == n))\n"),
    Case("a migration", "app/migrations/0002_a.py", STAR),
    Case("a test", "tests/test_a.py", BUILT),
    Case("no source", "a.sql", "SELECT * FROM orders;\n"),
    ts("named columns", "export const f = (db) => db.query('SELECT id FROM orders');\n"),
    ts("a count", "export const f = (db) => db.query('SELECT count(*) FROM orders');\n"),
    ts("parameters", "export const f = (db, n) => db.query('SELECT id FROM a WHERE n = $1', [n]);\n"),
    ts("a tag", "export const f = (n: string) => sql`SELECT id FROM a WHERE n = ${n}`;\n"),
    ts("Prisma's tags", "export const f = (n: string) => prisma.$queryRaw(Prisma.sql`SELECT id FROM a WHERE n = ${n}`);\n"),
    ts("a tag of Prisma with a type", "export const f = (n: string) => this.prisma.$queryRaw<Row[]>`SELECT id FROM a WHERE n = ${n}`;\n"),
    ts("a constant", "const COLUMNS = 'id, name';\nexport const f = (db) => db.query(`SELECT ${COLUMNS} FROM a`);\n"),
    ts("a constant by another name", "const columns = ['id', 'name'].join(', ');\nexport const f = (db) => db.query(`SELECT ${columns} FROM a`);\n"),
    ts("placeholders", "export const f = (db, ids) => { const marks = ids.map((_, i) => `$${i + 1}`).join(', '); return db.query(`SELECT id FROM a WHERE id IN (${marks})`, ids); };\n"),
    ts("placeholders of question marks", "export const f = (db, ids) => db.all(`SELECT id FROM a WHERE id IN (${ids.map(() => '?').join(',')})`, ids);\n"),
    ts("conditions of the code", "export const f = (db, n) => { const where = ['a = 1']; if (n) where.push('n = ?'); return db.all(`SELECT id FROM a WHERE ${where.join(' AND ')}`, [n]); };\n"),
    ts("a checked column", "const ALLOWED = ['id'];\nexport const f = (db, by) => { if (!ALLOWED.includes(by)) throw new Error('no'); return db.all(`SELECT id FROM a ORDER BY ${by}`); };\n"),
    ts("quoted", "export const f = (db, t) => db.query(`SELECT id FROM ${db.escapeId(t)}`);\n"),
    ts("a number", "export const f = (db, n) => db.query(`SELECT id FROM a LIMIT ${Number(n)}`);\n"),
    ts("an index", "export const f = (db, levels: string[]) => levels.forEach((l, i) => db.query(`SELECT id FROM level${i}`));\n"),
    ts("an inner function of constants", "export function f(db) { function by(column: string) { return db.query(`SELECT id FROM a ORDER BY ${column}`); } return [by('id'), by('name')]; }\n"),
    ts("a log", "export const f = (n) => console.log(`select ${n} from the list`);\n"),
    ts("a label", "export const f = (n) => ({ label: `Select ${n} from the list` });\n"),
    ts("prose", "export const help = 'Select * to choose all';\n"),
    Case("a migration of Node", "src/migrations/1.ts", STAR_TS, toolchain=NODE),
]  # fmt: skip
OLD = [
    Case("of the base, moved", text="import os\n\n" + STAR, before=STAR),
    Case("a built one that moved", text="import os\n\n" + BUILT, before=BUILT),
    ts("of Node", "const a = 1;\n" + STAR_TS, before=STAR_TS),
]
