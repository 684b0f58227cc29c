"""A small typed project, and how it configures each type checker."""

MANIFEST = "[project]\nname = 'shop'\nversion = '1'\ndependencies = []\n"
GROUP = "[dependency-groups]\ntypes = ['mypy']\n"
CONFIG = "[tool.mypy]\nstrict = true\nshow_column_numbers = true\nshow_error_end = true\npretty = true\n"
PYRIGHT = "[tool.pyright]\nstrict = ['shop']\n"
SHOP = {
    "shop/__init__.py": "",
    "shop/prices.py": "def total(price: int) -> str:\n    return str(price)\n",
    "shop/pages.py": "from shop.prices import total\n\n\ndef page() -> str:\n    return total(1)\n",
    "tests/__init__.py": "",
    "tests/test_prices.py": "def test_it():\n    assert untyped\n",
}
