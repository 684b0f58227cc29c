"""The changed file is `src/shop/app.py`, the module `shop.app`, unless a case says otherwise."""

from tests.support.gate_cases import Case
from tests.support.node_import_cycles import BAD as NODE_BAD
from tests.support.node_import_cycles import GOOD as NODE_GOOD
from tests.support.node_import_cycles import OLD as NODE_OLD

ORDERS = b"from shop.app import charge\n\n\ndef total():\n    return charge()\n"
CHARGE = "def charge():\n    return total()\n"
LAZY = b"def total():\n    from shop.app import charge\n    return charge()\n"


def of(text: str, /, id: str, **tree: str) -> Case:
    """`tree`: the package's other modules, `a__b` is `a/b`."""
    files = {f"src/shop/{name.replace('__', '/')}.py": body.encode() for name, body in tree.items()}
    return Case(id, text=text, tree=files)


BAD = [
    Case(
        "each takes a name of the other",
        text="from shop.orders import total\n\n\n" + CHARGE,
        tree={"src/shop/orders.py": ORDERS},
        line=1,
        says="src/shop/orders.py:1",
    ),
    of("from .orders import total\n\n\n" + CHARGE, "by relative imports", orders="from .app import charge\n"),
    of(
        "from shop.a import one\n\n\ndef charge(): ...\n",
        "through a third module",
        a="from shop.b import one\n",
        b="from shop.app import charge\none = 1\n",
    ),
    of(
        "import shop.orders\n\n\nclass Base: ...\nclass App(shop.orders.Order): ...\n",
        "a base class of a module that has begun",
        orders="import shop.app\n\n\nclass Order(shop.app.Base): ...\n",
    ),
    of(
        "from shop import orders\n\nRATES = {}\n",
        "a constant that is read while it is imported",
        orders="from shop import app\n\nTAX = app.RATES\n",
    ),
    of(
        "import shop.orders as orders\n\n\ndef task(f):\n    return f\n",
        "a decorator of a module that has begun",
        orders="from shop import app\n\n\n@app.task\ndef place(): ...\n",
    ),
    of(
        "import shop.orders as orders\n\nLIMIT = 3\n",
        "a default argument",
        orders="import shop.app as app\n\n\ndef place(n=app.LIMIT): ...\n",
    ),
    of(
        "try:\n    from shop.orders import total\nexcept ValueError:\n    raise\n\n\n" + CHARGE,
        "in a try that catches something else",
        orders="from shop.app import charge\n",
    ),
    of(
        "if True:\n    from shop.orders import total\n\n\n" + CHARGE,
        "in a condition",
        orders="from shop.app import charge\n",
    ),
    of(
        "class App:\n    from shop.orders import total\n\n\ndef charge(): ...\n",
        "in the body of a class",
        orders="from shop.app import charge\n",
    ),
    of("from shop.orders import *\n\n\ndef charge(): ...\n", "by a star", orders="from shop.app import charge\n"),
    Case(
        "a package that takes from its module what that takes from it",
        "src/shop/__init__.py",
        "from shop.models import User\n\nVERSION = 1\n",
        tree={"src/shop/models.py": b"from shop import VERSION\n\n\nclass User: ...\n"},
    ),
    Case(
        "at the bottom of a file",
        text="def charge(): ...\n\n\nfrom shop.orders import total\n",
        before="def charge(): ...\n",
        tree={"src/shop/orders.py": ORDERS},
        line=4,
    ),
    Case(
        "a cycle that the change makes longer",
        "src/shop/b.py",
        "from shop.app import charge\none = 1\n",
        tree={"src/shop/app.py": b"from shop.a import one\ndef charge(): ...\n"},
        beside=[Case("", "src/shop/a.py", "from shop.b import one\n", before="from shop.app import charge\none = 1\n")],
    ),
    of(
        "from shop.orders import Order\n\n\nclass User:\n    orders: list[Order]\n",
        "for annotations, and not said so",
        orders="from shop.app import User\n\n\nclass Order:\n    user: User\n",
    ),
    *NODE_BAD,
]
GOOD = [
    of(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING is True:\n    from shop.orders import Order\n"
        "\n\nclass User: ...\n",
        "for types only, spelt out",
        orders="from shop.app import User\n\n\nclass Order: ...\n",
    ),
    Case(
        "inside a function",
        text="def charge():\n    from shop.orders import total\n    return total()\n",
        tree={"src/shop/orders.py": ORDERS},
    ),
    of("from shop.orders import total\n\n\n" + CHARGE, "the other one inside a function", orders=LAZY.decode()),
    of(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.orders import Order\n\n\nclass User: ...\n",
        "for types only",
        orders="from shop.app import User\n\n\nclass Order: ...\n",
    ),
    of(
        "import typing as t\nif not t.TYPE_CHECKING:\n    x = 1\nelse:\n    from shop.orders import Order\n"
        "\n\nclass User: ...\n",
        "for types only, the other way round",
        orders="from shop.app import User\n\n\nclass Order: ...\n",
    ),
    of(
        "from shop.orders import total\nfrom shop.rates import rate\n\n\n" + CHARGE,
        "two that share a third",
        orders="from shop.rates import rate\ntotal = rate\n",
        rates="rate = 1\n",
    ),
    Case(
        "a package that offers its modules' names",
        "src/shop/__init__.py",
        "from .models import User\nfrom .orders import Order\n",
        tree={
            "src/shop/models.py": b"class User: ...\n",
            "src/shop/orders.py": b"from shop.models import User\n\n\nclass Order: ...\n",
        },
    ),
    Case(
        "a package whose module needs a name that it has by then",
        "src/shop/__init__.py",
        "db = object()\nfrom shop import models\n",
        tree={"src/shop/models.py": b"from shop import db\n"},
    ),
    Case(
        "a module beside another that takes from the package",
        "src/shop/__init__.py",
        "from . import a, b\n",
        tree={"src/shop/a.py": b"x = 1\n", "src/shop/b.py": b"from . import a\n"},
    ),
    of(
        "try:\n    from shop.orders import total\nexcept ImportError:\n    total = None\n\n\n" + CHARGE,
        "where the failure is caught",
        orders="try:\n    from shop.app import charge\nexcept ImportError:\n    charge = None\n",
    ),
    of(
        'def charge(): ...\n\n\nif __name__ == "__main__":\n    from shop.orders import total\n',
        "only when it is run as a program",
        orders="from shop.app import charge\n",
    ),
    of(
        "from __future__ import annotations\nimport os\nfrom shop.orders import total\n",
        "a module of the standard library has the name",
        orders="import os\ntotal = 1\n",
    ),
    of(
        "def charge():\n    return __import__('shop.orders')\n",
        "by a name at run time",
        orders="from shop.app import charge\n",
    ),
    Case(
        "an import that is only a text",
        text='TEXT = "from shop.orders import total"\n\n\n' + CHARGE,
        tree={"src/shop/orders.py": ORDERS},
    ),
    of(
        "def charge(: ...\nfrom shop.orders import total\n",
        "what can't be parsed",
        orders="from shop.app import charge\n",
    ),
    Case(
        "a test that imports what imports nothing of it",
        "tests/test_a.py",
        "from shop.app import charge\n",
        tree={"src/shop/app.py": b"def charge(): ...\n"},
    ),
    *NODE_GOOD,
]
OLD = [
    Case(
        "a cycle of the base",
        text="from shop.orders import total\n\n\n" + CHARGE + "# more\n",
        before="from shop.orders import total\n\n\n" + CHARGE,
        tree={"src/shop/orders.py": ORDERS},
    ),
    Case(
        "a moved import",
        text="import os\n\nfrom shop.orders import total\n\n\n" + CHARGE,
        before="from shop.orders import total\n\n\n" + CHARGE,
        tree={"src/shop/orders.py": ORDERS},
    ),
    *NODE_OLD,
]
