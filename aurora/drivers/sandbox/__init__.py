"""The port `Sandbox` on Docker."""
