"""Prisma's schema and its migrations. Django's and Alembic's, which must be run, are in
tests/real/toolchains/python/test_migrations.py."""

from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest", "root": ""}
INITIAL = 'CREATE TABLE "Order" ();\n'
UNCHANGED = Case("init", "prisma/migrations/20240101000000_init/migration.sql", INITIAL.encode(), INITIAL)
WRITTEN = Case("x", "prisma/migrations/20240202000000_x/migration.sql", b'ALTER TABLE "Order" ADD "a" INTEGER;\n')
SCHEMA = """datasource db {
  provider = "postgresql"
}

enum Status {
  OPEN
  PAID
}

model Order {
  id     Int    @id @default(autoincrement())
  status Status @default(OPEN)
  lines  Line[]
}

model Line {
  id      String   @id
  order   Order    @relation(fields: [orderId], references: [id])
  orderId Int
  at      DateTime
}
"""


def changed(name: str, old: str, new: str, says: str = "", beside: tuple[Case, ...] = (UNCHANGED,)) -> Case:
    assert old in SCHEMA
    text = SCHEMA.replace(old, new, 1).encode()
    return Case(name, "prisma/schema.prisma", text, SCHEMA, says=says, toolchain=NODE, beside=beside)


BAD = [
    changed("a column", "lines  Line[]\n", "lines  Line[]\n  total  Int\n", "Order.total"),
    changed("a column that may be null", "orderId Int\n", "orderId Int\n  note String?\n", "Line.note"),
    changed("a column that is gone", "  at      DateTime\n", "", "Line.at"),
    changed("another type", "orderId Int", "orderId BigInt", "Line.orderId"),
    changed("a value of an enumeration", "PAID\n", "PAID\n  SENT\n", "Status.SENT"),
    changed("a table", "enum Status", "model Shop {\n  id Int @id\n}\n\nenum Status", "Shop.id"),
    changed("another default", "@default(OPEN)", "@default(PAID)", "Order.status"),
    changed("an index", "  at      DateTime\n", "  at      DateTime\n  @@index([at])\n", "@@index([at])"),
    changed("unique", "orderId Int", "orderId Int @unique", "Line.orderId"),
    changed("what happens on deletion", "references: [id])", "references: [id], onDelete: Cascade)", "Line.order"),
    changed("a renamed column", "  at      DateTime", "  made    DateTime", "Line.at, Line.made"),
]
GOOD = [
    changed("a column with its migration", "orderId Int\n", "orderId Int\n  a Int?\n", beside=(UNCHANGED, WRITTEN)),
    changed(
        "another provider's generator", "datasource db", 'generator client {\n  provider = "x"\n}\n\ndatasource db'
    ),
    changed("a comment", "enum Status", "// what an order can be\nenum Status"),
    changed("a comment behind a column", "orderId Int\n", "orderId Int // of the order\n"),
    changed("a documentation comment", "model Order {", "/// An order.\nmodel Order {"),
    changed("aligned anew", "  id      String   @id", "  id            String @id"),
    Case(
        "the other side of a relation",
        "prisma/schema.prisma",
        SCHEMA.encode(),
        SCHEMA.replace("  lines  Line[]\n", ""),
        toolchain=NODE,
        beside=(UNCHANGED,),
    ),
    changed("a value that the client makes", "String   @id", "String   @id @default(uuid())"),
    changed("a time that the client sets", "at      DateTime", "at      DateTime @updatedAt"),
    changed("a project without migrations", "orderId Int\n", "orderId Int\n  a Int?\n", beside=()),
    changed("another order", "  OPEN\n  PAID\n", "  PAID\n  OPEN\n"),
    Case("no schema", "src/a.ts", b"export const total = 1;\n", toolchain=NODE, beside=(UNCHANGED,)),
]
OLD: list[Case] = []
