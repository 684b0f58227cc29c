"""The port `Notifier` over HTTP."""
