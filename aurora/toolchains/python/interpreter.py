"""The Python that projects run on in the sandbox."""

VERSION = "3.11"
"""Of the usual base image; AURORA_BASE_IMAGE may name one with another."""
