"""The port `Model` over the Messages API."""
