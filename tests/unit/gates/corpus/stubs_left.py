from tests.support.gate_cases import Case

STUB = "def f():\n    raise NotImplementedError\n"
NODE = {"language": "node", "runner": "vitest"}
THROWING = 'export function a(): void { throw new Error("not implemented"); }\n'
BAD = [
    Case("a function", text=STUB, line=1, says="f still raises NotImplementedError"),
    Case("below its docstring", text='def f():\n    """F."""\n    raise NotImplementedError("later")\n'),
    Case("a method", text="class A:\n    async def f(self):\n        raise NotImplementedError()\n", line=2),
    Case("one more than before", text=STUB + STUB, before=STUB, line=3),
    Case("of Node", "a.ts", THROWING, toolchain=NODE, says='a still throws "not implemented"'),
]
GOOD = [
    Case("implemented", text="def f():\n    return 1\n"),
    Case("abstract", text="class A:\n    @abstractmethod\n    def f(self):\n        raise NotImplementedError\n"),
    Case("a protocol", text="class A(Protocol):\n    def f(self):\n        raise NotImplementedError\n"),
    Case("a test", "tests/test_a.py", STUB),
    Case("no source", "README.md", STUB),
    Case("another error", "a.ts", 'function f() { throw new TypeError("bad input"); }\n', toolchain=NODE),
]
OLD = [
    Case("a stub of the base that moved", text="x = 1\n" + STUB, before=STUB),
    Case("of Node", "a.ts", "const x = 1;\n" + THROWING, before=THROWING, toolchain=NODE),
]
