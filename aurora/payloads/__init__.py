"""Sealed payloads: what Temporal stores of ours can be read only with our keys."""
