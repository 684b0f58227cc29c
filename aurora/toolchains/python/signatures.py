"""The definitions in a Python text, each with its parameters, as a reader of a map needs it."""

import ast
from collections.abc import Iterator

CHARS = 140


def signatures(path: str, text: str) -> tuple[str, ...]:
    """Classes, methods and functions in their order, with the decorators that say what they are; nothing for a text
    that is no Python."""
    if not path.endswith((".py", ".pyi")):
        return ()
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(_of(body, ""))


def _of(body: list[ast.stmt], indent: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            bases = ", ".join(ast.unparse(base) for base in node.bases)
            yield f"{indent}class {node.name}{f'({bases})' if bases else ''}"[:CHARS]
            if not indent:
                yield from _of(node.body, "  ")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = " ".join(f"@{ast.unparse(one)}" for one in node.decorator_list if isinstance(one, ast.Call))
            gives = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            names = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            if "__" not in node.name[:2] or node.name == "__init__":
                yield f"{indent}{f'{decorators} ' if decorators else ''}{node.name}({', '.join(names)}){gives}"[:CHARS]
