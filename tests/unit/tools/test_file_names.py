"""Names that a file system can't hold, and files that an import can't tell apart by theirs."""

import pytest

from aurora.tools.file_names import collision, eclipse, error_in, spellings


@pytest.mark.parametrize(
    "path",
    ["app/aux.py", "nul", "docs/CON.md", "app/com1.txt", "a:b.py", "a/b?.py", "a*b", "x|y", "a/b.", "a/b ", "a" * 300,
     "a/\ufffd.py", "app/LPT9", "app/x\u200b.py", "", "../x"],
)  # fmt: skip
def test_names_that_some_file_system_cannot_hold_are_told(path: str) -> None:
    assert error_in(path)


@pytest.mark.parametrize(
    "path",
    ["app/console.py", "app/[id].ts", "app/(group)/page.tsx", "null.py", "auxiliary.py", "tests/café.py", "a b.py"],
)
def test_ordinary_names_are_no_trouble(path: str) -> None:
    assert error_in(path) == ""


def test_a_path_that_differs_from_another_only_as_some_file_systems_do_not_see_collides() -> None:
    there = spellings(
        ["parcels/prices.py", "parcels/PRICES.py", "Parcels/other.py", "caf\u00e9/a.py", "cafe\u0301/b.py", "x/y.py"]
    )
    assert collision("parcels/PRICES.py", there) == "parcels/prices.py"
    assert collision("Parcels/other.py", there) == "parcels"
    assert collision("cafe\u0301/b.py", there) == "caf\u00e9"
    assert collision("x/y.py", there) == ""


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
