"""Where a finding says that business logic of a handler belongs."""

from aurora.toolchains.service_places import nearest

FILES = [
    "app/api/routers/orders.py",
    "app/domain/enums.py",
    "app/services/cart_service.py",
    "app/services/order_service.py",
]


def test_a_handler_is_sent_to_the_service_that_speaks_of_the_same_thing() -> None:
    assert nearest("app/api/routers/orders.py", FILES, "services.py").startswith("`app/services/order_service.py`")


def test_a_handler_without_a_namesake_is_sent_to_a_file_called_a_service() -> None:
    assert nearest("app/api/routers/users.py", FILES, "services.py").startswith("`app/services/cart_service.py`")
