from tests.support.command_line import alone, aurora, daemon, repository  # noqa: F401  fixtures
