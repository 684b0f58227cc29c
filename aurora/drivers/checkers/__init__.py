"""The port `Checkers` over HTTP."""
