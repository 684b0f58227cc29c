"""Small backends for tests, one for each of Node's runners."""

from pathlib import Path

FOLDER = Path(__file__).parent


def files(runner: str) -> dict[str, str]:
    """`runner`: vitest, jest, mocha or node_test."""
    found = [path for path in sorted((FOLDER / runner).rglob("*")) if path.is_file()]
    return {str(path.relative_to(FOLDER / runner)): path.read_text("utf-8") for path in found}
