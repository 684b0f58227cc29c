from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest"}
BAD = [
    Case("invalid", text="x = 1\ndef f(:\n", before="", line=2),
    Case("after a byte order mark", text="\ufeffdef f(:\n", before="\ufeffx = 1\n"),
    Case("indentation", text="if x:\nprint(1)\n", before="", line=2),
    Case("open string", text="x = '\n", line=1),
    Case("too deep", text="f(" * 2000 + ")" * 2000, line=1),
    Case("far too deep", text="x = " + "-" * 200_000 + "1", line=1),
    Case("integer too long", text="x = " + "1" * 5000, line=1),
    Case("newer Python", text="type X = int\n", line=1),
    Case("a stub file", "a.pyi", "def f(:\n"),
    Case("a brace", "a.ts", "export const x = {\n  a: 1,\n", toolchain=NODE),
    Case("a parenthesis", "a.ts", "function f( {\n}\n", toolchain=NODE),
    Case("JavaScript", "a.js", "const a = 1;\nconst = 2;\n", toolchain=NODE, line=2),
]
GOOD = [
    Case("sound", text="import fastapi\n"),
    Case("after a byte order mark", text="\ufeffimport fastapi\n", before="\ufeffx = 1\n"),
    Case("an invalid escape is the linter's to tell", text="x = '\\d'\n"),
    Case("no Python", "README.md", "import requests ("),
    Case("TypeScript in a Python project", "a.ts", "function f( {"),
    Case("TypeScript", "a.ts", "const k = { a: 1 } satisfies T;\n", toolchain=NODE),
    Case("JSX", "a.tsx", "export const A = () => <p>{1}</p>;\n", toolchain=NODE),
]
OLD = [
    Case("a broken file may be fixed in steps", text="def f(:\n  x\n", before="def f(:\n"),
    Case("of Node, too", "a.ts", "f( {\ng( {\n", before="f( {\n", toolchain=NODE),
]
