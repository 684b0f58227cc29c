from tests.support.boxes import artifacts, sandbox  # noqa: F401  fixtures
