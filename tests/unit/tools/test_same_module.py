"""Files that an import can't tell apart by their names."""

import pytest

from aurora.tools.file_names import eclipse


@pytest.mark.parametrize(
    ("new", "there"),
    [
        ("app/prices/__init__.py", "app/prices.py"),
        ("app/prices.py", "app/prices/__init__.py"),
        ("src/prices/index.ts", "src/prices.ts"),
        ("src/prices.ts", "src/prices/index.js"),
        ("src/prices.js", "src/prices.ts"),
        ("src/prices.jsx", "src/prices.tsx"),
    ],
)
def test_a_new_file_takes_no_other_modules_name(new: str, there: str) -> None:
    assert eclipse(new, ["app/other.py", there, new]) == there


@pytest.mark.parametrize(
    ("new", "there"),
    [
        ("app/prices/__init__.py", "app/prices_old.py"),
        ("app/prices.pyi", "app/prices.py"),
        ("src/prices.d.ts", "src/prices.js"),
        ("src/prices.mjs", "src/prices.cjs"),
        ("src/prices.test.ts", "src/prices.ts"),
        ("src/prices.css", "src/prices.ts"),
        ("src/prices/index.ts", "src/prices/prices.ts"),
        ("templates/prices.html", "templates/prices/index.html"),
    ],
)
def test_other_neighbours_are_fine(new: str, there: str) -> None:
    assert eclipse(new, [there, new]) == ""
