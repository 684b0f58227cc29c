"""The task is "Create users" and the plan names `app/users.py`, unless a case says otherwise."""

from typing import Any

from aurora.gates.context import NOTHING
from tests.support.gate_cases import Case
from tests.support.node_import_cycles import NODE

LONG = "".join(f"line_{n} = {n}\n" for n in range(20))
TWO = "def keep(): ...\n\n\ndef total(): ...\n"
TS = "".join(f"export const line{n} = {n};\n" for n in range(20))
TWO_TS = "export function keep() {}\nexport function total() {}\n"


def node(id: str, path: str, text: str | None, /, **fields: Any) -> Case:
    return Case(id, path, text, toolchain=NODE, **fields)


BAD = [
    Case("a new file of another matter", "billing/invoices.py", LONG, says="neither the task nor the plan"),
    Case("a file of another matter is rewritten", "billing/invoices.py", LONG, before="x = 1\n"),
    Case("a file of another matter is gone", "billing/invoices.py", None, before=LONG, mode=NOTHING, says="is gone"),
    Case("a small new file", "billing/notes.py", "x = 1\n"),
    Case("a document", "docs/architecture.md", LONG, before="# Architecture\n"),
    Case("data", "data/countries.json", "{}\n"),
    Case("a function is gone", "app/users.py", "def keep(): ...\n", before=TWO, says="`total` is gone"),
    Case("a function has another name", "app/users.py", "def keep(): ...\n\n\ndef sums(): ...\n", before=TWO),
    Case(
        "a class is gone",
        "app/users.py",
        "x = 1\n",
        before="class Invoice:\n    def pay(self): ...\n",
        says="`Invoice` is gone",
    ),
    Case(
        "a method is gone",
        "app/users.py",
        "class Invoice:\n    x = 1\n",
        before="class Invoice:\n    def pay(self): ...\n",
        says="`Invoice.pay`",
    ),
    Case("a migration that no model of the plan needs", "billing/migrations/0002_more.py", LONG),
    Case("a module of helpers elsewhere", "common/helpers.py", LONG),
    Case(
        "a file that only its generic name shares with the task",
        "billing/models.py",
        LONG,
        task="Create users and their models",
    ),
    node("in TypeScript, a new file of another matter", "src/billing/invoice.service.ts", TS),
    node("in TypeScript, a rewritten one", "src/billing/invoice.service.ts", TS, before="export const a = 1;\n"),
    node("in TypeScript, one that is gone", "src/billing/invoice.service.ts", None, before=TS, mode=NOTHING),
    node("in TypeScript, an exported function is gone", "app/users.ts", "export function keep() {}\n", before=TWO_TS),
    node(
        "in TypeScript, it is not exported any more",
        "app/users.ts",
        "export function keep() {}\nfunction total() {}\n",
        before=TWO_TS,
    ),
    node(
        "in TypeScript, an exported class is gone",
        "app/users.ts",
        "export const a = 1;\n",
        before="export class Invoice {}\n",
    ),
    node(
        "in TypeScript, a method is gone",
        "app/users.ts",
        "export class Invoice {}\n",
        before="export class Invoice {\n  pay() {}\n}\n",
    ),
    node(
        "in TypeScript, an exported constant is gone",
        "app/users.ts",
        "export const a = 1;\n",
        before="export const a = 1;\nexport const RATE = 2;\n",
    ),
    node("in TypeScript, a controller nobody spoke of", "src/health/health.controller.ts", TS),
    node("in TypeScript, a helper elsewhere", "src/lib/format.ts", TS),
    node("in TypeScript, a script", "tools/seed.ts", TS),
]
GOOD = [
    Case("the planned file", "app/users.py", LONG, before="x = 1\n"),
    Case("a file beside it", "app/user_repository.py", LONG),
    Case("a package's names", "billing/__init__.py", "from .a import b\n"),
    Case(
        "a file that the task names",
        "billing/invoices.py",
        LONG,
        task="Create users. Call billing/invoices.py for each.",
    ),
    Case(
        "a file that the task names by its words",
        "billing/welcome_mail.py",
        LONG,
        task="Create users and send a welcome mail",
    ),
    Case("a file of a folder that the task names", "mailing/smtp.py", LONG, task="Create users, and tell mailing"),
    Case("a line of wiring", "shop/main.py", "import a\nimport users\n", before="import a\n"),
    Case("a test", "tests/test_users.py", "def test_a(): ...\n"),
    Case("a fixture of tests", "tests/conftest.py", LONG, before="x = 1\n"),
    Case("a change log", "CHANGELOG.md", LONG, before="# Changes\n"),
    Case(
        "a migration of a model that the task speaks of",
        "billing/migrations/0002_users.py",
        LONG,
        task="Create users, with the migration",
    ),
    Case(
        "a function that moved to another changed file",
        "app/users.py",
        "def keep(): ...\n",
        before=TWO,
        beside=[Case("", "app/totals.py", "def total(): ...\n")],
    ),
    Case(
        "a function that the task takes away",
        "app/users.py",
        "def keep(): ...\n",
        before=TWO,
        task="Create users, drop total()",
    ),
    Case("a function of its own", "app/users.py", "x = 1\n", before="def _total(): ...\n"),
    Case("a file that can't be parsed any more", "app/users.py", TWO + "def (\n", before=TWO + "def (\n"),
    node("in TypeScript, the planned file's neighbour", "app/users.service.ts", TS),
    node("in TypeScript, a barrel", "src/billing/index.ts", 'export * from "./a";\n', before=""),
    node("in TypeScript, a snapshot", "src/__snapshots__/users.snap", TS),
    node(
        "in TypeScript, a file by the task's words",
        "src/mail/welcome-mail.service.ts",
        TS,
        task="Create users, send a welcome mail",
    ),
    node("in TypeScript, a line of wiring", "src/app.module.ts", "import a;\nimport users;\n", before="import a;\n"),
    node("in TypeScript, a change set", ".changeset/users.md", "a\n"),
    node(
        "in TypeScript, a function that moved",
        "app/users.ts",
        "export function keep() {}\n",
        before=TWO_TS,
        beside=[node("", "app/totals.ts", "export function total() {}\n")],
    ),
    node(
        "in TypeScript, a function of its own",
        "app/users.ts",
        "export const a = 1;\n",
        before="export const a = 1;\nfunction b() {}\n",
    ),
    node(
        "in TypeScript, a private method",
        "app/users.ts",
        "export class A {}\n",
        before="export class A {\n  private b() {}\n}\n",
    ),
    node(
        "in TypeScript, what the task takes away",
        "app/users.ts",
        "export function keep() {}\n",
        before=TWO_TS,
        task="Create users and remove total",
    ),
]
