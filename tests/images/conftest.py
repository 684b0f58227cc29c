from tests.drivers.box_fixtures import artifacts, sandbox  # noqa: F401  fixtures
